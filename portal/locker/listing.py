"""Find what lies in a locker: by key, by what one looks for, by when it ends; its versions, and where it was used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, literal, or_, select
from sqlalchemy.orm import Session

from journeys.cases.models import Case
from journeys.cases.states import State
from portal.locker.actions import CERTIFIED, FETCHED, IN_PLACE, ISSUED, KEPT, MOST
from portal.locker.arriving import HARMFUL
from portal.locker.errors import NotFound
from portal.locker.kinds import OF_A_REQUEST, Count
from portal.locker.models import Document
from portal.paging import Place

MOST_OFFERED, MOST_NAMED, MOST_VERSIONS, MOST_USES = 60, 500, 20, 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: any of these kinds, services or documents, or those in whose reference this stands."""

    kinds: Collection[str] = ()
    services: Collection[str] = ()
    reference: str = ""
    ids: Collection[UUID] = ()

    @property
    def clause(self) -> ColumnElement[bool]:
        """The same as a condition."""
        plain = func.replace(Document.reference, "-", "")
        return or_(
            Document.kind.in_(self.kinds),
            Document.service.in_(self.services),
            plain.contains(self.reference, autoescape=True) if self.reference else false(),
            Document.id.in_(self.ids),
        )


def _in_locker(owner: UUID) -> Select[Document]:
    """What an owner sees: what is kept, in its newest version, and not a copy made for a request."""
    return select(Document).where(
        Document.owner_id == owner,
        *IN_PLACE,
        Document.newer_id.is_(None),
        Document.source_id.is_(None),
    )


def _within(query: Select[Document], reach: Collection[str] | None) -> Select[Document]:
    return query if reach is None else query.where(Document.service.in_(reach))


def mine(
    session: Session,
    owner: UUID,
    before: Place | None = None,
    reach: Collection[str] | None = None,
    wanted: Iterable[Wanted] = (),
) -> list[Document]:
    """An owner's documents that are all that is wanted, of the services of ``reach`` alone when it is given, newest
    first."""
    query = _within(_in_locker(owner), reach).where(*(one.clause for one in wanted))
    if before is not None:
        earlier = (Document.made_at == before[0]) & (Document.id < before[1])
        query = query.where((Document.made_at < before[0]) | earlier)
    return list(session.scalars(query.order_by(Document.made_at.desc(), Document.id.desc()).limit(MOST)))


def ending(
    session: Session,
    owner: UUID,
    today: date,
    before: Place | None = None,
    reach: Collection[str] | None = None,
    wanted: Iterable[Wanted] = (),
) -> list[Document]:
    """Those that are all that is wanted and that end, the soonest first; behind them those that have ended, the latest
    first."""
    query, day = _within(_in_locker(owner), reach).where(*(one.clause for one in wanted)), Document.valid_until
    coming = query.where(day >= today).order_by(day, Document.id)
    ended = query.where(day < today).order_by(day.desc(), Document.id.desc())
    over = before is not None and before[0].date() < today
    if before is not None:
        last, same = before[0].date(), day == before[0].date()
        coming = coming.where((day > last) | (same & (Document.id > before[1])))
        ended = ended.where((day < last) | (same & (Document.id < before[1]))) if over else ended
    found = [] if over else list(session.scalars(coming.limit(MOST)))
    return [*found, *session.scalars(ended.limit(MOST - len(found)))]


def counts(session: Session, owner: UUID, reach: Collection[str] | None = None) -> list[Count]:
    """How many there are of each kind from each service."""
    query = _within(_in_locker(owner), reach).subquery()
    of = query.c.kind, query.c.service
    return [Count(*row) for row in session.execute(select(*of, func.count()).group_by(*of))]


def named(session: Session, owner: UUID) -> list[Document]:
    """Those that have names of their own, beside that of their type: their owner gave them one, which only opens with
    their key, or whoever issued them did."""
    query = _in_locker(owner).where(Document.label.is_not(None) | Document.origin.in_((FETCHED, CERTIFIED)))
    return list(session.scalars(query.order_by(Document.made_at.desc()).limit(MOST_NAMED)))


def of_owner(session: Session, owner: UUID, document_id: UUID) -> Document:
    """A document that lies in this locker, in whatever version. Raises NotFound."""
    document = session.get(Document, document_id)
    if document is None or document.owner_id != owner or document.state != KEPT or document.removed_at is not None:
        raise NotFound
    return document


def versions(session: Session, document: Document) -> list[Document]:
    """The versions before this one, the newest first: also several that it took the place of, where accounts with the
    same document have become one."""
    begin = select(Document.id, literal(1).label("steps")).where(Document.newer_id == document.id, *IN_PLACE)
    chain = begin.cte(recursive=True)
    before = select(Document.id, chain.c.steps + 1).where(Document.newer_id == chain.c.id, *IN_PLACE)
    found = chain.union_all(before.where(chain.c.steps < MOST_VERSIONS))
    query = select(Document).join(found, found.c.id == Document.id)
    return list(session.scalars(query.order_by(found.c.steps, Document.made_at.desc()).limit(MOST_VERSIONS)))


def newest(session: Session, document: Document) -> Document:
    """The version that took its place last; itself when none did."""
    if document.newer_id is None:
        return document
    columns = Document.id, Document.newer_id
    begin = select(*columns, literal(1).label("steps")).where(Document.id == document.newer_id, *IN_PLACE)
    chain = begin.cte(recursive=True)
    after = select(*columns, chain.c.steps + 1).where(Document.id == chain.c.newer_id, *IN_PLACE)
    found = chain.union_all(after.where(chain.c.steps < MOST_VERSIONS))
    query = select(Document).join(found, found.c.id == Document.id).order_by(found.c.steps.desc())
    return session.scalars(query.limit(1)).first() or document


def sources(session: Session, copies: Iterable[Document]) -> dict[UUID, Document]:
    """Which document of a locker each of these was copied from: by the id of the copy."""
    wanted = {one.id: one.source_id for one in copies if one.source_id is not None}
    if not wanted:
        return {}
    found = {one.id: one for one in session.scalars(select(Document).where(Document.id.in_(set(wanted.values()))))}
    return {copy: found[source] for copy, source in wanted.items() if source in found}


def proved(sources: Mapping[UUID, Document]) -> dict[UUID, Document]:
    """Those of the sources that administrations made or compared."""
    return {copy: one for copy, one in sources.items() if one.origin in (ISSUED, FETCHED, CERTIFIED)}


def unsent(session: Session, copies: Iterable[Document]) -> set[UUID]:
    """Those of the copies whose request is a draft still."""
    cases = {one.id: one.case_id for one in copies}
    drafts = select(Case.id).where(Case.id.in_(set(cases.values())), Case.state == State.DRAFT)
    still = set(session.scalars(drafts)) if cases else set()
    return {copy for copy, case in cases.items() if case in still}


def uses(session: Session, document: Document, reach: Collection[str] | None = None) -> list[Document]:
    """The copies of it that were attached to requests within the reach, newest first."""
    query = _within(select(Document).where(Document.source_id == document.id, Document.state == KEPT), reach)
    return list(session.scalars(query.order_by(Document.id.desc()).limit(MOST_USES)))


def attachable(session: Session, owner: UUID, document_id: UUID, reach: Collection[str] | None = None) -> Document:
    """A document of this locker, within the reach, that can answer a question. Raises NotFound."""
    document = of_owner(session, owner, document_id)
    if document.scan == HARMFUL or document.kind in OF_A_REQUEST or document.revoked_at is not None:
        raise NotFound
    if reach is not None and document.service not in reach:
        raise NotFound
    return document


def offered(
    session: Session, owner: UUID, kinds: Collection[str], reach: Collection[str] | None = None
) -> Sequence[Document]:
    """What a locker offers to a page of a form: those of the kinds that it asks for first, then the others."""
    query = _within(_in_locker(owner), reach).where(
        Document.kind.not_in(OF_A_REQUEST),
        Document.scan.is_(None) | (Document.scan != HARMFUL),
        Document.revoked_at.is_(None),
    )
    first = Document.kind.in_(kinds).desc()
    return session.scalars(query.order_by(first, Document.made_at.desc(), Document.id).limit(MOST_OFFERED)).all()


def ends_soon(document: Document, today: date, days: int) -> bool:
    """Whether it ends within so many days, or has ended."""
    return document.valid_until is not None and (document.valid_until - today).days < days
