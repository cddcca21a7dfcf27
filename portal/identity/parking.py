"""Forms that met a door wait, encrypted, for the browser that sent them: nothing typed is lost by signing in.

The key lies in the browser's own session cookie alone, the content in the database alone: neither tells anything
without the other. What waits is opened for the person whose session it was sent in, never for the next one at the same
machine.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import new_id
from portal.identity.models import Parked
from portal.keys import Keyring, NotIntact

WAITS = timedelta(hours=1)
MOST_BYTES = 200_000
LONGEST_PATH = 1000
MOST = 3
Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A form that can be sent again: where to, its fields in order, and the mandate by which it was sent."""

    path: str
    fields: tuple[tuple[str, str], ...]
    mandate: UUID | None


def park(
    session: Session,
    moment: datetime,
    _actor: Actor,
    path: str,
    fields: Pairs,
    person: UUID,
    keyring: Keyring,
    mandate: UUID | None = None,
) -> str | None:
    """Keeps a form; returns what the browser must hold to get it back, None when it is too long to be kept, or was sent
    to an address that no page has. Of one person's the newest are kept."""
    plain = json.dumps(list(fields)).encode()
    if len(plain) > MOST_BYTES or len(path) > LONGEST_PATH or not path.isprintable():
        return None
    mine = select(Parked.id).where(Parked.person_id == person).order_by(Parked.id.desc()).offset(MOST - 1)
    session.execute(delete(Parked).where(Parked.id.in_(session.scalars(mine).all())))
    parked_id = new_id()
    key, _ = keyring.new_data_key(str(parked_id))
    sealed = keyring.seal(key, plain, _context(parked_id))
    row = Parked(id=parked_id, person_id=person, mandate_id=mandate, path=path, sealed=sealed, until=moment + WAITS)
    session.add(row)
    session.flush()
    return f"{parked_id}.{base64.urlsafe_b64encode(key).decode()}"


def waiting(session: Session, now: datetime, ticket: str, person: UUID, keyring: Keyring) -> Waiting | None:
    """The form that this ticket opens; None when it is somebody else's, too old, or no such thing."""
    parked_id, _, key = ticket.partition(".")
    try:
        row = session.get(Parked, UUID(parked_id))
        if row is None or now > row.until or row.person_id != person:
            return None
        plain = keyring.unseal(base64.urlsafe_b64decode(key), row.sealed, _context(row.id))
    except (ValueError, NotIntact):
        return None
    fields = tuple((str(name), str(value)) for name, value in json.loads(plain))
    return Waiting(row.path, fields, row.mandate_id)


def _context(parked: UUID) -> str:
    return f"parked:{parked}"
