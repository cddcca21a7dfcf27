"""What one may do with the catalogue: publish it, and read what is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Subquery, Text, cast, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from journeys.catalogue.contents import Address, contents, digest, rebuilt
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.errors import NotLatest, NotPublished
from journeys.catalogue.events import Published
from journeys.catalogue.keeping import is_kept, keep, kept
from journeys.catalogue.models import DefinitionVersion, Publication
from payments.actor import Actor

Latest = dict[Address, tuple[int, str]]
WITHDRAWN = digest(None)
NEVER = (0, "")
AT_A_TIME = 200
"""Contents read at a time: together they would be larger than what becomes of them."""


def publish(session: Session, moment: datetime, actor: Actor, catalogue: Catalogue) -> Published:
    """Writes a new version of every definition that changed, and withdraws those that are gone.

    A publication is made only when something changed. Raises NotLatest when somebody else published meanwhile."""
    latest = _latest(session)
    new = {address: (content, digest(content)) for address, content in contents(catalogue).items()}
    gone = dict.fromkeys(latest.keys() - new.keys(), (None, WITHDRAWN))
    changed = {address: one for address, one in (new | gone).items() if latest.get(address, NEVER)[1] != one[1]}
    number = current_number(session)
    if not changed:
        return Published(number, {})
    session.add(Publication(number=number + 1, published_at=moment, **Publication.columns(actor)))
    _flush(session)
    session.add_all(
        DefinitionVersion(
            kind=kind,
            key=key,
            number=latest.get((kind, key), NEVER)[0] + 1,
            content=content,
            digest=digested,
            publication=number + 1,
        )
        for (kind, key), (content, digested) in changed.items()
    )
    _flush(session)
    look_over(session)
    return Published(number + 1, _by_kind(changed))


def look_over(session: Session) -> None:
    """Keeps what one look at the publication in force tells, unless it is kept: a process that starts is spared it.
    Nothing happens before the first publication."""
    number = current_number(session)
    if number and not is_kept(session, number):
        keep(session, number, catalogue_at(session, number).overview)


def current_number(session: Session) -> int:
    """The number of the publication in force, 0 before the first."""
    return session.scalar(select(func.max(Publication.number))) or 0


def current_catalogue(session: Session) -> Catalogue:
    """Everything as the publication in force leaves it. Raises NotPublished before the first."""
    return catalogue_at(session, current_number(session))


def catalogue_at(session: Session, number: int) -> Catalogue:
    """Everything as a publication left it: what a request was opened under. Raises NotPublished."""
    if not 0 < number <= current_number(session):
        raise NotPublished(f"publication {number}")
    newest = _newest(number)
    row = DefinitionVersion
    stored = cast(row.content, Text)  # as it is: most of it is read later
    query = (
        select(row.kind, row.key, row.number, Publication.published_at, stored)
        .join(Publication, Publication.number == row.publication)
        .join(newest, (row.kind == newest.c.kind) & (row.key == newest.c.key) & (row.number == newest.c.number))
        .where(row.digest != WITHDRAWN)
        .execution_options(yield_per=AT_A_TIME)
    )
    found = rebuilt(session.execute(query), number)
    overview = kept(session, number, found.search_words)
    return found.with_kept(overview) if overview else found


def _newest(publication: int) -> Subquery:
    row = DefinitionVersion
    return (
        select(row.kind, row.key, func.max(row.number).label("number"))
        .where(row.publication <= publication)
        .group_by(row.kind, row.key)
        .subquery()
    )


def _latest(session: Session) -> Latest:
    """Version number and digest of the newest version of every definition, withdrawn ones included."""
    row, newest = DefinitionVersion, _newest(current_number(session))
    same = (row.kind == newest.c.kind) & (row.key == newest.c.key) & (row.number == newest.c.number)
    query = select(row.kind, row.key, row.number, row.digest).join(newest, same)
    return {(kind, key): (number, digested) for kind, key, number, digested in session.execute(query)}


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as taken:
        raise NotLatest from taken


def _by_kind(changed: Iterable[Address]) -> dict[str, tuple[str, ...]]:
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for kind, key in sorted(changed):
        kinds[kind].append(key)
    return {kind: tuple(keys) for kind, keys in kinds.items()}
