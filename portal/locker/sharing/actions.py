"""Share a document, look at one that is shared, withdraw it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import new_id
from portal.identity.mandates.models import Mandate
from portal.identity.mandates.states import State
from portal.keys import Keyring
from portal.locker.actions import IN_PLACE, key_of, one_at_a_time
from portal.locker.errors import NoRoom, NoSuchLink, NotFound
from portal.locker.keeping import AGAIN
from portal.locker.models import Document
from portal.locker.sharing.events import Shared
from portal.locker.sharing.models import Share, With

MOST, MOST_ALIVE = 30, 100
MOST_VIEWS, LONGEST_DAYS = 100, 366


@dataclass(frozen=True, slots=True)
class Whom:
    """With whom: a person by the keyed hash of their number or address and by what was typed of them, a company, an
    office, or whoever has a link."""

    kind: With
    mark: str | None = None
    company: UUID | None = None
    office: UUID | None = None
    said: str = ""


def said_context(share: UUID) -> str:
    """What binds what was typed of a person to its row."""
    return f"shared with:{share}"


def purpose_context(share: UUID) -> str:
    """What binds the sealed purpose to its row."""
    return f"share:{share}"


def word_of(keyring: Keyring, form: str) -> tuple[str, Whom]:
    """The word that a link carries, and what is kept of it: the same for the same ``form``, which says all that was
    sent and carries something that nobody guesses. Whoever sends it again because no answer came gets the same link."""
    word = keyring.fingerprint(form, "word of a link").rpartition(".")[2]
    return word, Whom(With.LINK, mark=mark_of(keyring, word))


def mark_of(keyring: Keyring, word: str) -> str:
    """What is kept of the word of a link."""
    return keyring.fingerprint(word, "share")


def share(
    session: Session,
    moment: datetime,
    actor: Actor,
    document: Document,
    whom: Whom,
    purpose: str,
    days: int,
    most: int,
    mandate: UUID | None,
    keyring: Keyring,
) -> Shared:
    """Lets somebody see a document for so many days, so many times, and as long as the mandate counts by which it is
    shared for a person. What was shared so a moment ago is not shared again. ``moment`` is real time. Raises NoRoom
    when it is shared too often."""
    one_at_a_time(session, document.owner_id)
    share_id = new_id()
    key = key_of(keyring, document)
    row = Share(
        id=share_id,
        document_id=document.id,
        owner_id=document.owner_id,
        kind=whom.kind,
        mark=whom.mark,
        company_id=whom.company,
        office_id=whom.office,
        said=keyring.seal(key, whom.said.encode(), said_context(share_id)) if whom.said else None,
        purpose=keyring.seal(key, purpose.encode(), purpose_context(share_id)),
        most=most,
        made_by=actor.actor,
        mandate_id=mandate,
        made_at=moment,
        ends_at=moment + timedelta(days=days),
    )
    if (before := _made_before(session, row, purpose, document, keyring)) is not None:
        return Shared(before)
    if not has_room(session, moment, document.id):
        raise NoRoom
    session.add(row)
    session.flush()
    return Shared(row.id)


def _made_before(session: Session, row: Share, purpose: str, document: Document, keyring: Keyring) -> UUID | None:
    """The same, which the same person shared a moment ago and which still shows the document. Of a link that is the
    same form, sent again whenever: one that was ended does not live again."""
    names = "document_id", "kind", "mark", "company_id", "office_id", "made_by", "mandate_id", "most"
    same = select(Share).where(*(getattr(Share, name) == getattr(row, name) for name in names))
    if row.kind != With.LINK:
        same = same.where(_is_alive(row.made_at), Share.made_at > row.made_at - AGAIN)
    lasts = row.ends_at - row.made_at
    for one in session.scalars(same.order_by(Share.id.desc())):
        if one.ends_at - one.made_at == lasts and purpose_of(keyring, one, document) == purpose:
            return one.id
    return None


def purpose_of(keyring: Keyring, row: Share, document: Document) -> str:
    """What it was shared for."""
    key = key_of(keyring, document)
    return keyring.unseal(key, row.purpose, purpose_context(row.id)).decode()


def said_of(keyring: Keyring, row: Share, document: Document) -> str:
    """What whoever shared it typed of the person; empty where no person is meant."""
    if row.said is None:
        return ""
    key = key_of(keyring, document)
    return keyring.unseal(key, row.said, said_context(row.id)).decode()


def is_alive(session: Session, moment: datetime, row: Share) -> bool:
    """Whether this share still shows its document."""
    return session.scalar(select(Share.id).where(Share.id == row.id, _is_alive(moment))) is not None


def withdraw(session: Session, moment: datetime, _actor: Actor, row: Share) -> None:
    """Its owner ends a share. Done twice, it is done once. ``moment`` is real time."""
    if row.withdrawn_at is None:
        row.withdrawn_at = moment
        session.flush()


def looked_at(session: Session, moment: datetime, _actor: Actor, share_id: UUID) -> Share:
    """Counts one view. ``moment`` is real time. Raises NotFound when it is over."""
    found = select(Share).where(Share.id == share_id, _is_alive(moment)).with_for_update(of=Share)
    row = session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    row.views += 1
    session.flush()
    return row


def of_document(session: Session, moment: datetime, document: UUID) -> list[tuple[Share, bool]]:
    """The shares of a document, and whether they still show it: all that do, then some that are over, each newest
    first."""
    alive = _is_alive(moment)
    query = select(Share, alive).where(Share.document_id == document).order_by(alive.desc(), Share.id.desc())
    found = [(row[0], bool(row[1])) for row in session.execute(query.limit(MOST_ALIVE + MOST))]
    return [*filter(itemgetter(1), found), *[one for one in found if not one[1]][:MOST]]


def still_shared(session: Session, moment: datetime, documents: Iterable[UUID]) -> UUID | None:
    """One of these documents that somebody can still see, the newest; None when there is none."""
    query = select(Share.document_id).where(Share.document_id.in_(tuple(documents)), _is_alive(moment))
    return session.scalar(query.order_by(Share.document_id.desc()).limit(1))


def has_room(session: Session, moment: datetime, document: UUID) -> bool:
    """Whether a document may be shared once more: so often that its owner can still see with whom."""
    query = select(func.count()).select_from(Share).where(Share.document_id == document, _is_alive(moment))
    return (session.scalar(query) or 0) < MOST_ALIVE


def one(session: Session, owner: UUID, share_id: UUID) -> Share:
    """A share of this owner's. Raises NotFound."""
    row = session.get(Share, share_id)
    if row is None or row.owner_id != owner:
        raise NotFound
    return row


def by_link(session: Session, moment: datetime, keyring: Keyring, word: str) -> tuple[Share, Document]:
    """The living share that a link leads to. Raises NoSuchLink: a dead one tells no more than one that never was."""
    found = session.execute(
        _living(moment).where(Share.kind == With.LINK, Share.mark == mark_of(keyring, word))
    ).first()
    if found is None:
        raise NoSuchLink
    return found[0], found[1]


@dataclass(frozen=True, slots=True)
class Reader:
    """As whom somebody looks for what is shared with them: by what marks them, as a company, or at an office."""

    marks: frozenset[str] = frozenset()
    company: UUID | None = None
    office: UUID | None = None


def received(
    session: Session, moment: datetime, reader: Reader, before: UUID | None = None
) -> list[tuple[Share, Document]]:
    """What is shared with somebody and still shows itself, newest first: at most ``MOST``, those before a share."""
    query = _living(moment).where(_with(reader)).order_by(Share.id.desc()).limit(MOST)
    query = query.where(Share.id < before) if before is not None else query
    return [(row[0], row[1]) for row in session.execute(query)]


def received_one(session: Session, moment: datetime, reader: Reader, share_id: UUID) -> tuple[Share, Document]:
    """One of them. Raises NotFound."""
    row = session.execute(_living(moment).where(_with(reader), Share.id == share_id)).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def _with(reader: Reader) -> ColumnElement[bool]:
    """Only what the reader is: whoever is looked for as nobody would be compared with every row."""
    parts: list[ColumnElement[bool]] = []
    if reader.marks:
        parts.append((Share.kind == With.PERSON) & Share.mark.in_(reader.marks))
    if reader.company:
        parts.append((Share.kind == With.COMPANY) & (Share.company_id == reader.company))
    if reader.office:
        parts.append((Share.kind == With.OFFICE) & (Share.office_id == reader.office))
    return or_(false(), *parts)


def _living(moment: datetime) -> Select[Share, Document]:
    return select(Share, Document).join(Document, Document.id == Share.document_id).where(_is_alive(moment), *IN_PLACE)


def _is_alive(moment: datetime) -> ColumnElement[bool]:
    in_time = or_(Mandate.over_at.is_(None), Mandate.over_at > moment)
    counts = exists().where(Mandate.id == Share.mandate_id, Mandate.state == State.ACTIVE, in_time)
    by_right = or_(Share.mandate_id.is_(None), counts)
    return and_(Share.withdrawn_at.is_(None), Share.ends_at > moment, Share.views < Share.most, by_right)
