"""What must be true of access records: whoever changed, dropped or slipped in one is found out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from payments.columns import first_id, moment_of
from portal.audit import merkle, seals
from portal.audit.chain import MOST
from portal.audit.models import Access, AccessBatch
from portal.audit.reading import batch_with_leaves, newest_batches
from portal.audit.records import FIELDS, leaf_of, record_of
from portal.audit.tasks import CHAIN_EVERY
from portal.look import Look

AT_ONCE = 200
MOST_LINES = 1000
AT_REST = 2 * CHAIN_EVERY
"""A worker that has nothing else to do has chained a record by then."""


def access_batches_chain(look: Look) -> Iterator[str]:
    """Batches follow each other without a gap, each holds the head before it, is what its head says, and is signed."""
    public = seals.public_key(look.work.adapters.keyring)
    newer: AccessBatch | None = None
    for batch in _batches(look):
        if newer is not None:
            yield from _link(batch, newer)
        yield from _own(batch, public)
        newer = batch
    if newer is not None and look.since is None:
        yield from _beginning(newer)


def _own(batch: AccessBatch, public: bytes) -> Iterator[str]:
    head = seals.Head.of(batch)
    if head.digest.hex() != batch.head:
        yield f"batch {batch.number} is not what its head says"
    elif not seals.is_signed(public, batch.signature, head.digest):
        yield f"batch {batch.number} is not signed by the last key of PORTAL_KEYS"


def _link(older: AccessBatch, newer: AccessBatch) -> Iterator[str]:
    if newer.number != older.number + 1:
        yield f"batch {older.number + 1} is missing, the next there is is {newer.number}"
    elif newer.previous != older.head:
        yield f"batch {newer.number} does not follow batch {older.number}"


def _beginning(first: AccessBatch) -> Iterator[str]:
    if first.number != 1:
        yield f"batch 1 is missing, the first there is is {first.number}"
    elif first.previous != seals.NONE_BEFORE:
        yield "batch 1 follows another"


def access_records_equal_their_batches(look: Look) -> Iterator[str]:
    """The records of each batch are those that were chained, each as it was; no other record claims a batch."""
    for batch in _batches(look):
        with look.reading() as session:
            yield from _differing(session, batch)
    with look.reading() as session:
        yield from _strays(session, look.since)


def _differing(session: Session, head: AccessBatch) -> Iterator[str]:
    batch = batch_with_leaves(session, head.number)
    leaves = merkle.cut(batch.leaves) if batch else []
    if not leaves or len(leaves) != head.count or merkle.root(leaves).hex() != head.root:
        yield f"batch {head.number}: its digests do not lead to its root"
    right, others = _sorted_out(_records(session, head.number), leaves)
    for place in range(len(leaves)):
        if place in right:
            continue
        changed = next((one for one in others if one.position == place), None)
        if changed is None:
            yield f"batch {head.number}: its record {place + 1} of {len(leaves)} is missing"
        else:
            others.remove(changed)
            yield f"record {changed.id} of batch {head.number} was changed"
    for one in others:
        yield f"record {one.id} was slipped into batch {head.number}"


def _sorted_out(records: Sequence[Row[Any]], leaves: Sequence[bytes]) -> tuple[set[int], list[Row[Any]]]:
    """The places where the record lies that was chained there, and all records that are not such."""
    right: set[int] = set()
    others = []
    for one in records:
        place = one.position
        known = place is not None and 0 <= place < len(leaves) and place not in right
        if known and leaf_of(record_of(one)) == leaves[place]:
            right.add(place)
        else:
            others.append(one)
    return right, others


def _records(session: Session, number: int) -> Sequence[Row[Any]]:
    """Those of one batch, and as many again, should somebody have put them there."""
    columns = [getattr(Access, name) for name in (*FIELDS, "position")]
    query = select(*columns).where(Access.batch == number)
    return session.execute(query.order_by(Access.position).limit(2 * MOST)).all()


def _strays(session: Session, since: UUID | None) -> Iterator[str]:
    """Records of a batch that is not there; looked for among those made ``since``, else among all."""
    known = exists().where(AccessBatch.number == Access.batch)
    query = select(Access.id, Access.batch).where(Access.batch.is_not(None), ~known)
    if since is not None:
        query = query.where(Access.id >= since)
    for record, number in session.execute(query.order_by(Access.id).limit(MOST_LINES)):
        yield f"record {record} claims batch {number}, which is not there"


def no_access_record_waits_too_long(look: Look) -> Iterator[str]:
    """Every record was chained within minutes, after which nobody can change it unnoticed."""
    late = first_id(look.now - max(look.patience, AT_REST))
    query = select(Access.id).where(Access.batch.is_(None), Access.id < late).order_by(Access.id).limit(MOST_LINES)
    with look.reading() as session:
        for record in session.scalars(query):
            made = moment_of(record)
            yield f"record {record} waits for its batch since {made:%Y-%m-%d %H:%M} UTC: does a worker run?"


def _batches(look: Look) -> Iterator[AccessBatch]:
    """The heads of batches, newest first, down to the last one made before ``since``."""
    since, before = _moment(look.since), None
    while True:
        with look.reading() as session:
            some = newest_batches(session, AT_ONCE, before)
        for batch in some:
            yield batch
            if since is not None and batch.made_at < since:
                return
        if len(some) < AT_ONCE:
            return
        before = some[-1].number


def _moment(since: UUID | None) -> datetime | None:
    return moment_of(since) if since is not None else None
