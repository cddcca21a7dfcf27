"""A person's records with what proves them, as a file that anybody can check without us."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.audit import merkle, seals
from portal.audit.models import Access
from portal.audit.reading import batch_with_leaves, of_subject
from portal.audit.records import record_of, said
from portal.keys import Keyring

FORMAT = "shubbak-access-1"
MOST = 1000
"""Records of one file: each may lie in a batch of its own, whose tree is then built."""


def export(
    session: Session, moment: datetime, keys: Keyring, subject: UUID, before: UUID | None = None
) -> dict[str, Any]:
    """The newest records about somebody with their paths, as JSON takes it; ``before`` leaves out newer ones.

    ``records`` are chained and have ``batch``, ``position`` and ``path`` (digests in hex, from below) beside their
    fields; ``waiting`` are not chained yet; ``batches`` are the heads. ``older`` is the id from which another file goes
    on, None when this one reaches the first record. One batch's tree is in memory at a time. ``moment`` is real time.
    """
    found = of_subject(session, subject, MOST, before)
    chained = [one for one in found if one.batch is not None and one.position is not None]
    batches, paths = _proved(session, chained)
    return {
        "format": FORMAT,
        "subject": str(subject),
        "made_at": said(moment),
        "key": seals.key_shown(keys),
        "records": [record_of(one) | _place(one, paths) for one in chained],
        "batches": batches,
        "waiting": [record_of(one) for one in found if one.batch is None],
        "older": str(found[-1].id) if len(found) == MOST else None,
    }


def _place(one: Access, paths: dict[UUID, list[str]]) -> dict[str, object]:
    return {"batch": one.batch, "position": one.position, "path": paths.get(one.id, [])}


def _proved(session: Session, chained: Iterable[Access]) -> tuple[list[dict[str, object]], dict[UUID, list[str]]]:
    """The batches of these records, and each record's path; a batch that is not there is left out."""
    batches: list[dict[str, object]] = []
    paths: dict[UUID, list[str]] = {}
    for number, records in sorted(_by_batch(chained).items()):
        batch = batch_with_leaves(session, number)
        if batch is not None:
            batches.append(seals.shown(batch))
            tree = merkle.levels(merkle.cut(batch.leaves))
            paths |= {one.id: [beside.hex() for beside in merkle.path(tree, one.position or 0)] for one in records}
    return batches, paths


def _by_batch(chained: Iterable[Access]) -> dict[int, list[Access]]:
    found: defaultdict[int, list[Access]] = defaultdict(list)
    for one in chained:
        found[one.batch or 0].append(one)
    return found
