"""What the home page says of late: the services that are used most, and what publications brought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from journeys.cases.reading import most_asked
from journeys.catalogue.definitions import Catalogue, Service, Text
from journeys.catalogue.news import Change, News, latest_news
from portal.discover import sheets
from portal.unit import real_now

LOOKED_BACK = timedelta(days=92)
FEWEST_REQUESTS = 100
"""With fewer requests than these it is chance which service is used most, and a number says something of a person."""

MOST_SERVICES = 6
MOST_NEWS = 3


class Named(NamedTuple):
    """A service by its name alone: the list may be long."""

    id: str
    names: Text


@dataclass(frozen=True, slots=True)
class Use:
    """Services to be asked for from here: those used most ``first``, counted over so many requests, or with none
    counted some of them; and the ``rest``."""

    first: tuple[Service, ...]
    rest: tuple[Named, ...]
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Fresh:
    """What one publication brought: services that can be asked for since, new sheets, changed ones, and how many more
    changed than are named."""

    at: datetime
    askable: tuple[Service, ...]
    described: tuple[Service, ...]
    changed: tuple[Service, ...]
    more: int


def hour() -> datetime:
    """The hour that has begun: what is counted is counted once in it, and every process counts the same."""
    return real_now().replace(minute=0, second=0, microsecond=0)


def use(session: Session, catalogue: Catalogue) -> Use:
    """The services asked for most in the last three months, when there were enough requests to say so."""
    offered = _offered(catalogue)
    asked = most_asked(session, hour() - LOOKED_BACK, hour())
    requests = sum(one.requests for one in asked)
    counted = [one.service for one in asked if one.service in offered] if requests >= FEWEST_REQUESTS else offered
    first = counted[:MOST_SERVICES]
    rest = catalogue.in_passing(key for key in offered if key not in first)
    return Use(
        tuple(catalogue.in_passing(first)),
        tuple(Named(service.id, service.names) for service in rest),
        requests if requests >= FEWEST_REQUESTS else 0,
    )


def _offered(catalogue: Catalogue) -> list[str]:
    known = catalogue.overview.services
    return sorted(sheets.all_here(catalogue), key=lambda key: ("citizen" not in known[key].audience, key))


def news(session: Session, catalogue: Catalogue) -> list[Fresh]:
    """What the last publications brought, newest first, of what can still be found."""
    return [_fresh(one, catalogue) for one in latest_news(session, MOST_NEWS)]


def _fresh(brought: News, catalogue: Catalogue) -> Fresh:
    changes = [one for one in brought.changes if one.after.id in catalogue.services]
    askable = [one for one in changes if _opens(one)]
    described = [one for one in changes if one.before is None and one not in askable]
    changed = [one for one in changes if one not in askable and one not in described]
    shown = _services(askable), _services(described), _services(changed)
    gone = len(brought.changes) - len(changes)
    return Fresh(brought.at, *shown, brought.services - gone - sum(map(len, shown)))


def _opens(change: Change) -> bool:
    return sheets.here(change.after) and not (change.before and sheets.here(change.before))


def _services(changes: Iterable[Change]) -> tuple[Service, ...]:
    return tuple(one.after for one in changes)[:MOST_SERVICES]
