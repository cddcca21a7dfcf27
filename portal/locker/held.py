"""What administrations hold about an owner: what of it is new, and how a copy of it takes its place in the locker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.catalogue.definitions import Catalogue
from payments.actor import Actor
from portal.keys import Keyring
from portal.locker import actions, keeping
from portal.locker.actions import FETCHED, KEPT
from portal.locker.arriving import Arrived
from portal.locker.events import PutIn
from portal.locker.kinds import OTHER, names_of
from portal.locker.models import Document
from portal.locker.ports import Held

NAME = "papers"
"""What the partner is called in the settings, and in the record of who was asked."""


def _mark(keyring: Keyring, held: Held) -> str:
    """The keyed hash by which the versions of one document find each other in the locker of its owner."""
    return keyring.fingerprint(f"{NAME}\n{held.id}", "document")


def new(session: Session, owner: UUID, held: Iterable[Held], keyring: Keyring) -> list[Held]:
    """Those that do not lie in the locker yet, or not as they are now."""
    wanted = {_mark(keyring, one): one for one in held}
    lying = select(Document.about_mark, Document.digest).where(
        Document.owner_id == owner,
        Document.about_mark.in_(wanted),
        Document.origin == FETCHED,
        Document.state == KEPT,
        Document.newer_id.is_(None),
    )
    known = {(mark, digest) for mark, digest in session.execute(lying)}
    return [one for mark, one in wanted.items() if (mark, one.digest) not in known]


def reserve(
    session: Session,
    moment: datetime,
    _actor: Actor,
    *,
    owner: UUID,
    held: Held,
    catalogue: Catalogue,
    keyring: Keyring,
) -> Document:
    """The row of a document whose bytes come later. ``moment`` is real time. It counts for nothing of the room that an
    owner has: what the State issues never finds a locker full. Raises NotToday."""
    keeping.goes_in_time(session, owner)
    kind = held.kind if held.kind in catalogue.documents else OTHER
    document = actions.begun(
        moment,
        keyring,
        origin=FETCHED,
        owner_id=owner,
        kind=kind,
        names=dict(names_of(catalogue, kind)),
        issuer=dict(held.issuer),
        issued_on=held.issued_on,
        valid_until=held.valid_until,
        about_mark=_mark(keyring, held),
    )
    session.add(document)
    session.flush()
    return document


def keep(session: Session, moment: datetime, actor: Actor, document_id: UUID, arrived: Arrived) -> PutIn:
    """The bytes have come. The document takes the place of the version before, which is not listed any more. ``moment``
    is real time. Raises NotFound when they came so late that it was thrown away."""
    document = actions.keep_taken(session, moment, actor, document_id, arrived)
    before = update(Document).where(
        Document.owner_id == document.owner_id,
        Document.about_mark == document.about_mark,
        Document.origin == FETCHED,
        Document.state == KEPT,
        Document.newer_id.is_(None),
        Document.id != document.id,
    )
    session.execute(before.values(newer_id=document.id))
    return PutIn(document.id)
