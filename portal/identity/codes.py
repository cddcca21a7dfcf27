"""Codes of six digits that serve once: made, sent by a task, checked a few times, used."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.cases import letters
from payments.columns import new_id
from portal.identity.errors import TooManyAsked
from portal.identity.models import Code
from portal.keys import Keyring
from portal.outbox import later

DIGITS = 6
LIVES = timedelta(minutes=10)
MOST_TRIES = 5
MOST_AT_ONCE = 3
"""So many serve at the same time, and no more are made while they do: who asks in another's name locks nobody out, for
each of those that were sent opens."""


class Purpose(StrEnum):
    """What a code opens."""

    CONTACT = "contact"
    ACCOUNT = "account"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Fresh:
    """A code that was just made. ``plain`` is the code itself, for a page that shows it to its owner."""

    id: UUID
    plain: str


def make(
    session: Session, moment: datetime, purpose: Purpose, about: str, told: Mapping[str, str], keyring: Keyring
) -> Fresh:
    """A fresh code for ``about``; ``told`` is kept with it (where it is sent, in which language). Those before it serve
    on. ``moment`` is real time. Raises TooManyAsked."""
    if len(session.scalars(_serving(moment, purpose, about)).all()) >= MOST_AT_ONCE:
        raise TooManyAsked
    code_id = new_id()
    plain = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    wrapped, sealed = keyring.enclose(json.dumps({**told, "code": plain}).encode(), _context(code_id))
    row = Code(id=code_id, purpose=purpose, about=about, sealed=sealed, data_key=wrapped, tries=0)
    row.made_at, row.until = moment, moment + LIVES
    session.add(row)
    session.flush()
    return Fresh(code_id, plain)


def send(
    session: Session,
    moment: datetime,
    purpose: Purpose,
    about: str,
    channel: str,
    address: str,
    language: str,
    keyring: Keyring,
) -> bool:
    """A fresh code goes to an address. False when so many serve already that none was made: the last one is enough."""
    try:
        fresh = make(
            session, moment, purpose, about, {"channel": channel, "to": address, "language": language}, keyring
        )
    except TooManyAsked:
        return False
    later(session, "send_code", str(fresh.id), {"code": str(fresh.id)})
    return True


def told_with(session: Session, code: UUID, keyring: Keyring) -> dict[str, str] | None:
    """What a code was made with, and the code itself (``code``), for the letter that brings it; None when gone."""
    row = session.get(Code, code)
    return _opened(row, keyring) if row is not None else None


def use(
    session: Session, moment: datetime, purpose: Purpose, about: str, typed: str, keyring: Keyring
) -> dict[str, str] | None:
    """What a code of ``about`` was made with, when ``typed`` is that code; none of them serves any more. None when it
    is wrong, used, too old or was tried too often: the try is counted, so the transaction must be kept."""
    rows = [
        row for row in session.scalars(_serving(moment, purpose, about).with_for_update()) if row.tries < MOST_TRIES
    ]
    wanted = letters.compact(letters.one_line(typed)).encode()
    told = [_opened(row, keyring) for row in rows]
    right = [one for one in told if hmac.compare_digest(wanted, one["code"].encode())]
    for row in rows:
        row.tries += 1
        row.used_at = moment if right else None
    session.flush()
    return right[0] if right else None


def _serving(moment: datetime, purpose: Purpose, about: str) -> Select[Code]:
    query = select(Code).where(Code.purpose == purpose, Code.about == about, Code.used_at.is_(None))
    return query.where(Code.until >= moment).order_by(Code.id)


def _opened(row: Code, keyring: Keyring) -> dict[str, str]:
    told: dict[str, str] = json.loads(keyring.disclose(row.data_key, row.sealed, _context(row.id)))
    return told


def _context(code: UUID) -> str:
    return f"code:{code}"
