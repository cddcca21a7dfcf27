"""Chain access records: batch by batch, each signed and bound to the one before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select, update
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import first_id
from portal.audit import merkle, seals
from portal.audit.events import Chained
from portal.audit.models import Access, AccessBatch
from portal.audit.records import FIELDS, leaf_of, record_of, said
from portal.keys import Keyring

MOST = 5000
SETTLED = timedelta(seconds=5)
"""Younger records are left for later, so that those of one moment lie together. Nothing hangs on it: a record whose
transaction ends late still waits, and comes into the batch after."""


def is_anything_waiting(session: Session, moment: datetime) -> bool:
    """Whether there are records to chain."""
    return session.scalar(_waiting(moment).with_only_columns(Access.id).limit(1)) is not None


def chain(session: Session, moment: datetime, _actor: Actor, keys: Keyring) -> Chained | None:
    """Makes one batch of the records that wait, in the order of their ids; None when there are none.

    ``moment`` is real time. Of two at once one wins: the number is the batch's key, and the other runs again.
    """
    records = session.execute(_waiting(moment).limit(MOST)).all()
    if not records:
        return None
    batch = _batch(_last(session), records, moment, keys)
    session.add(batch)
    session.flush()
    _place(session, batch.number, [record.id for record in records])
    return Chained(batch.number, batch.count, batch.head)


def _waiting(moment: datetime) -> Select[Any]:
    columns = [getattr(Access, name) for name in FIELDS]
    settled = first_id(moment - SETTLED)
    return select(*columns).where(Access.batch.is_(None), Access.id < settled).order_by(Access.id)


def _last(session: Session) -> tuple[int, str]:
    query = select(AccessBatch.number, AccessBatch.head).order_by(AccessBatch.number.desc()).limit(1)
    last = session.execute(query).first()
    return (last.number, last.head) if last else (0, seals.NONE_BEFORE)


def _batch(before: tuple[int, str], records: Sequence[Row[Any]], moment: datetime, keys: Keyring) -> AccessBatch:
    leaves = [leaf_of(record_of(record)) for record in records]
    first, last = records[0].id, records[-1].id
    root = merkle.root(leaves).hex()
    head = seals.Head(before[0] + 1, before[1], root, len(records), str(first), str(last), str(said(moment)))
    return AccessBatch(
        number=head.number,
        previous=head.previous,
        root=root,
        count=head.count,
        first_id=first,
        last_id=last,
        made_at=moment,
        head=head.digest.hex(),
        signature=seals.sign(keys, head.digest),
        key_id=keys.oldest,
        leaves=b"".join(leaves),
    )


def _place(session: Session, number: int, records: Sequence[UUID]) -> None:
    """The one change a record ever sees, below the mixin that refuses all others."""
    table: Any = Access.__table__
    placed = update(table).where(table.c.id == bindparam("record"), table.c.batch.is_(None))
    places = [{"record": record, "place": place} for place, record in enumerate(records)]
    session.execute(placed.values(batch=number, position=bindparam("place")), places)
