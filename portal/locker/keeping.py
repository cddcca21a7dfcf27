"""What an owner does with their locker: put a file into it, describe it, take it out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.orm import Session

from payments.actor import Actor
from portal.keys import Keyring
from portal.locker import actions, listing
from portal.locker.actions import ADDED, BROUGHT, PUT_THERE, key_of
from portal.locker.errors import NoRoom, NotFound, NotToday, NotYet
from portal.locker.events import PutIn
from portal.locker.models import Document, Locker
from portal.locker.sharing.models import Share

MOST_TOGETHER, MOST_FILES = 200_000_000, 500
MOST_TODAY_MB = MOST_TOGETHER // 1_000_000
MOST_GOING = MOST_TOGETHER
"""How much may lie there for one more day after it was taken out: with what is kept, twice the room of a locker."""

LEAST = MOST_TOGETHER // MOST_FILES
"""Bytes that a file counts for at least among those: many small ones are much too."""

LONGEST_LABEL = 80
AGAIN = timedelta(hours=1)
NO_PLACE = re.compile(r"[/\\]")
DRAWN_OVER = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
"""Characters that no name needs: control, those that turn the direction of text, and what ends a line."""


@dataclass(frozen=True, slots=True)
class Said:
    """What its owner says of a document: its type and the type’s names, the days it is valid, what they call it, and
    which document it takes the place of."""

    kind: str
    names: Mapping[str, str]
    issued_on: date | None = None
    valid_until: date | None = None
    label: str = ""
    replaces: UUID | None = None


def label_context(document: UUID) -> str:
    """What binds a document’s sealed label to its row."""
    return f"label:{document}"


def named(file: str) -> str:
    """The name of a file as it is shown: of a path the last part, as ``labelled`` has it."""
    return labelled(NO_PLACE.split(file)[-1])


def labelled(typed: str) -> str:
    """A name as it is shown: without what cannot be seen, at most eighty characters."""
    composed = unicodedata.normalize("NFC", typed)
    seen = "".join(" " if unicodedata.category(one) in DRAWN_OVER else one for one in composed)
    return " ".join(seen.split())[:LONGEST_LABEL].strip(" .")


def add(
    session: Session, moment: datetime, _actor: Actor, *, owner: UUID, said: Said, size: int, keyring: Keyring
) -> Document:
    """The row of a file of so many bytes that is to come. ``moment`` is real time. Raises NoRoom when it does not fit
    into the locker, NotToday, and NotFound when what it replaces was not put there by its owner."""
    locker = session.get(Locker, owner, with_for_update=True) or Locker(owner_id=owner, files=0, size=0)
    if locker.files >= MOST_FILES or locker.size + size > MOST_TOGETHER:
        raise NoRoom
    goes_in_time(session, owner)
    locker.files, locker.size = locker.files + 1, locker.size + size
    session.add(locker)
    if said.replaces is not None and listing.of_owner(session, owner, said.replaces).origin != ADDED:
        raise NotFound
    document = actions.begun(
        moment,
        keyring,
        origin=ADDED,
        owner_id=owner,
        kind=said.kind,
        names=dict(said.names),
        issuer={},
        issued_on=said.issued_on,
        valid_until=said.valid_until,
        size=size,
    )
    document.label = _sealed(keyring, document, said.label)
    session.add(document)
    session.flush()
    return document


def goes_in_time(session: Session, owner: UUID) -> None:
    """Looks whether what this owner has taken out leaves room for what lies there a day longer. Raises NotToday."""
    going = Document.owner_id == owner, Document.origin.in_(PUT_THERE), Document.state == actions.GOING
    size = case((Document.size > LEAST, Document.size), else_=LEAST)
    if (session.scalar(select(func.sum(size)).where(*going)) or 0) > MOST_GOING:
        raise NotToday


def _sealed(keyring: Keyring, document: Document, label: str) -> bytes | None:
    if not (found := labelled(label)):
        return None
    key = key_of(keyring, document)
    return keyring.seal(key, found.encode(), label_context(document.id))


def label_of(keyring: Keyring, document: Document) -> str:
    """What its owner calls it; empty when they gave no name."""
    if document.label is None:
        return ""
    key = key_of(keyring, document)
    return keyring.unseal(key, document.label, label_context(document.id)).decode()


def came_before(session: Session, document: Document, older: UUID | None, keyring: Keyring) -> bool:
    """Whether the very same came a moment ago, and counts still: who sends it again because no answer came gets the
    first result. What is to take the place of ``older`` came before when the very same has taken it."""
    taken = select(Document.newer_id).where(Document.id == older).scalar_subquery()
    same = (
        Document.newer_id.is_(None) if older is None else Document.id == taken,
        Document.owner_id == document.owner_id,
        Document.origin == ADDED,
        Document.state == actions.KEPT,
        Document.digest == document.digest,
        Document.kind == document.kind,
        Document.made_at > document.made_at - AGAIN,
        Document.id != document.id,
    )
    label = label_of(keyring, document)
    return any(label_of(keyring, one) == label for one in session.scalars(select(Document).where(*same)))


def put_in(session: Session, _moment: datetime, _actor: Actor, document: Document, older: UUID | None) -> PutIn:
    """A file has come. It takes the place of ``older``, which the same owner has put there, and which is not listed any
    more."""
    if older is not None and older != document.id:
        theirs = Document.id == older, Document.owner_id == document.owner_id, Document.origin == ADDED
        before = update(Document).where(*theirs, Document.newer_id.is_(None))
        session.execute(before.values(newer_id=document.id))
    return PutIn(document.id)


def describe(
    session: Session, _moment: datetime, _actor: Actor, document: Document, said: Said, keyring: Keyring
) -> PutIn:
    """What their owner says of a document that they put there; of one that was issued, what they call it alone."""
    document.label = _sealed(keyring, document, said.label)
    if document.origin in (ADDED, BROUGHT):
        document.issued_on, document.valid_until = said.issued_on, said.valid_until
    if document.origin == ADDED:
        document.kind, document.names = said.kind, dict(said.names)
    session.flush()
    return PutIn(document.id)


def join_lockers(session: Session, gone: UUID, kept: UUID) -> None:
    """All that lay in one locker lies in the other."""
    session.execute(update(Document).where(Document.owner_id == gone).values(owner_id=kept))
    session.execute(update(Share).where(Share.owner_id == gone).values(owner_id=kept))
    left = session.get(Locker, gone, with_for_update=True)
    if left is not None:
        into = session.get(Locker, kept, with_for_update=True) or Locker(owner_id=kept, files=0, size=0)
        into.files, into.size = into.files + left.files, into.size + left.size
        session.add(into)
        session.delete(left)


def is_gone(session: Session, owner: UUID, document_id: UUID) -> bool:
    """Whether this owner has taken a document out already."""
    document = session.get(Document, document_id)
    return (
        document is not None
        and document.owner_id == owner
        and (document.removed_at is not None or document.state == actions.GOING)
    )


def remove(session: Session, moment: datetime, _actor: Actor, document: Document) -> bool:
    """Its owner takes a document out of their locker: what they put or fetched there goes with its bytes (True), what
    was issued is kept, neither listed nor shared any more. ``moment`` is real time. Raises NotYet for a file of a
    request."""
    if document.origin == BROUGHT:
        raise NotYet
    older = select(Document).where(Document.newer_id == document.id)
    for one in session.scalars(older):  # the version before takes its place again
        one.newer_id = document.newer_id
    if document.origin in PUT_THERE:
        actions.leave(session, document)
        return True
    document.removed_at = moment
    end_shares(session, moment, Share.document_id == document.id)
    session.flush()
    return False


def end_shares(session: Session, moment: datetime, of: ColumnElement[bool]) -> None:
    """Nothing is shown through these shares any more. ``moment`` is real time."""
    session.execute(update(Share).where(of, Share.withdrawn_at.is_(None)).values(withdrawn_at=moment))


def put_back(session: Session, _moment: datetime, _actor: Actor, document: Document) -> None:
    """What was issued and taken out lies in its owner's locker again, among its versions."""
    document.removed_at = None
    session.flush()
    actions.take_place(session, document)
    session.flush()
