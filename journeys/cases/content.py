"""Sealed content of a case: what was typed, what registers said, what was decided."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from journeys.cases.models import Case, CaseContent
from journeys.cases.ports import Keys

ANSWERS, FACTS, OUTCOME, SUBJECT, CONTEST = "answers", "facts", "outcome", "subject", "contest"
KINDS = (ANSWERS, FACTS, OUTCOME, SUBJECT, CONTEST)


def _context(case_id: UUID, kind: str) -> str:
    return f"case:{case_id}:{kind}"


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one byte form of a content: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, as recorded in actions."""
    return hashlib.sha256(canonical(content)).hexdigest()


def unsealed(
    keys: Keys, case_id: UUID, wrapped: str, sealed: Iterable[tuple[str, bytes]]
) -> Iterator[tuple[str, bytes]]:
    """The plain canonical bytes of a case's contents, given and returned by kind; ``wrapped`` is its data key."""
    data_key = keys.unwrap(wrapped, f"case:{case_id}")
    for kind, closed in sealed:
        yield kind, keys.unseal(data_key, closed, _context(case_id, kind))


def read_all(keys: Keys, case: Case) -> dict[str, dict[str, Any]]:
    """Every content of a case by kind, in one query a transaction."""
    sealed = [(kind, row.sealed) for kind, row in case.contents.items()]
    return {kind: json.loads(plain) for kind, plain in unsealed(keys, case.id, case.data_key, sealed)}


def read(keys: Keys, case: Case, kind: str) -> dict[str, Any]:
    """One content of a case, empty when there is none."""
    row = case.contents.get(kind)
    if row is None:
        return {}
    [(_, plain)] = unsealed(keys, case.id, case.data_key, [(kind, row.sealed)])
    content: dict[str, Any] = json.loads(plain)
    return content


def write(session: Session, keys: Keys, case: Case, kind: str, content: Mapping[str, Any], at: datetime) -> str:
    """Seals and stores one content; returns its digest."""
    plain = canonical(content)
    sealed = keys.seal(keys.unwrap(case.data_key, f"case:{case.id}"), plain, _context(case.id, kind))
    row = case.contents.get(kind)
    if row is None:
        case.contents[kind] = CaseContent(case_id=case.id, kind=kind, sealed=sealed, saved_at=at)
    else:
        row.sealed, row.saved_at = sealed, at
    session.flush()
    return hashlib.sha256(plain).hexdigest()
