"""Sealed content of a case: what was typed, what registers said, what was decided."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.cases.models import Case, CaseContent
from journeys.cases.ports import Keys

ANSWERS, FACTS, OUTCOME, SUBJECT = "answers", "facts", "outcome", "subject"


def _context(case: Case, kind: str) -> str:
    return f"case:{case.id}:{kind}"


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one byte form of a content: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, as recorded in actions."""
    return hashlib.sha256(canonical(content)).hexdigest()


def read_all(session: Session, keys: Keys, case: Case) -> dict[str, dict[str, Any]]:
    """Every content of a case by kind, in one query."""
    rows = session.scalars(select(CaseContent).where(CaseContent.case_id == case.id)).all()
    data_key = keys.unwrap(case.data_key, f"case:{case.id}") if rows else b""
    return {row.kind: json.loads(keys.unseal(data_key, row.sealed, _context(case, row.kind))) for row in rows}


def read(session: Session, keys: Keys, case: Case, kind: str) -> dict[str, Any]:
    """One content of a case, empty when there is none."""
    row = _row(session, case, kind)
    if row is None:
        return {}
    data_key = keys.unwrap(case.data_key, f"case:{case.id}")
    content: dict[str, Any] = json.loads(keys.unseal(data_key, row.sealed, _context(case, kind)))
    return content


def write(session: Session, keys: Keys, case: Case, kind: str, content: Mapping[str, Any], at: datetime) -> str:
    """Seals and stores one content; returns its digest."""
    plain = canonical(content)
    sealed = keys.seal(keys.unwrap(case.data_key, f"case:{case.id}"), plain, _context(case, kind))
    row = _row(session, case, kind)
    if row is None:
        session.add(CaseContent(case_id=case.id, kind=kind, sealed=sealed, saved_at=at))
    else:
        row.sealed, row.saved_at = sealed, at
    session.flush()
    return hashlib.sha256(plain).hexdigest()


def _row(session: Session, case: Case, kind: str) -> CaseContent | None:
    return session.scalar(select(CaseContent).where(CaseContent.case_id == case.id, CaseContent.kind == kind))
