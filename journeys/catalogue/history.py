"""The published versions of one definition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.catalogue.contents import restored
from journeys.catalogue.life_event import LifeEvent
from journeys.catalogue.models import DefinitionVersion, Publication
from journeys.catalogue.service import Service


@dataclass(frozen=True, slots=True)
class Version:
    """One version: ``one`` is the definition as it was published, None where it was withdrawn."""

    number: int
    published_at: datetime
    one: Service | LifeEvent | None


def versions(session: Session, kind: str, key: str, *, most: int, before: int | None = None) -> list[Version]:
    """The versions of one definition, newest first, at most so many; those below a number when one is given."""
    row = DefinitionVersion
    query = select(row.number, Publication.published_at, row.content)
    query = query.join(Publication, Publication.number == row.publication).where(row.kind == kind, row.key == key)
    if before is not None:
        query = query.where(row.number < before)
    found = session.execute(query.order_by(row.number.desc()).limit(most))
    return [
        Version(number, since, None if content is None else restored(kind, number, since, content))
        for number, since, content in found
    ]
