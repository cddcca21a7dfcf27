"""What publications brought to people: which services are new or changed, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, tuple_
from sqlalchemy.orm import Session

from journeys.catalogue.actions import WITHDRAWN
from journeys.catalogue.contents import SERVICE
from journeys.catalogue.models import DefinitionVersion, Publication
from journeys.catalogue.service import Service

FIRST = 1
MOST_LOOKED_AT = 60
"""Services of one publication that are looked at closely; of the others only their number is said."""

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One service in a publication: as it was before, None when it is new, and as it is since."""

    before: Service | None
    after: Service


@dataclass(frozen=True, slots=True)
class News:
    """One publication: its number, when it came, some of its changes, and how many services it changed in all."""

    number: int
    at: datetime
    changes: tuple[Change, ...]
    services: int


def opened_at(session: Session) -> datetime | None:
    """When the first publication came, None before it."""
    first = session.get(Publication, FIRST)
    return first.published_at if first else None


def latest_news(session: Session, most: int) -> list[News]:
    """The last publications that brought or changed services, newest first. The first of all, which brought
    everything, is no news."""
    row = DefinitionVersion
    query = (
        select(row.publication, Publication.published_at, func.count())
        .join(Publication, Publication.number == row.publication)
        .where(row.publication > FIRST, row.kind == SERVICE, row.digest != WITHDRAWN)
        .group_by(row.publication, Publication.published_at)
        .order_by(row.publication.desc())
        .limit(most)
    )
    return [News(number, at, _changes(session, number), services) for number, at, services in session.execute(query)]


def _changes(session: Session, publication: int) -> tuple[Change, ...]:
    row = DefinitionVersion
    query = (
        select(row.key, row.number, row.content)
        .where(row.publication == publication, row.kind == SERVICE, row.digest != WITHDRAWN)
        .order_by(row.key)
        .limit(MOST_LOOKED_AT)
    )
    now = session.execute(query).all()
    before = _contents(session, [(key, number - 1) for key, number, _content in now if number > 1])
    return tuple(_change(one, before) for one in now)


def _contents(session: Session, wanted: Iterable[Key]) -> dict[Key, Any]:
    row = DefinitionVersion
    query = select(row.key, row.number, row.content).where(row.kind == SERVICE, tuple_(row.key, row.number).in_(wanted))
    return {(found.key, found.number): found.content for found in session.execute(query)}


def _change(now: Row[str, int, Any], contents: dict[Key, Any]) -> Change:
    key, number, content = now
    before = contents.get((key, number - 1))
    return Change(Service.model_validate(before) if before else None, Service.model_validate(content))
