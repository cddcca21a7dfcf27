"""The published versions of a service or a life event, newest first, and what each changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from journeys.catalogue.contents import LIFE_EVENT, SERVICE, TABLES
from journeys.catalogue.history import Version, versions
from portal.discover.changes import Subject, of_life_event, of_service
from portal.discover.pages import made_once, render_once
from portal.web import catalogue, unit

bp = Blueprint("history", __name__)

MOST = 20
PAGES = {SERVICE: "discover.service", LIFE_EVENT: "discover.life_event"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One version as it is shown: ``what`` became of the definition, and what changed in it."""

    number: int
    published_at: datetime
    what: Literal["first", "changed", "withdrawn", "again"]
    subjects: tuple[Subject, ...] = ()


@bp.get("/services/<wanted>/history")
def service(lang: str, wanted: str) -> ResponseReturnValue:
    """The versions of a service."""
    return _history(SERVICE, lang, wanted)


@bp.get("/life-events/<wanted>/history")
def life_event(lang: str, wanted: str) -> ResponseReturnValue:
    """The versions of a life event."""
    return _history(LIFE_EVENT, lang, wanted)


def _history(kind: str, lang: str, wanted: str) -> ResponseReturnValue:
    found = getattr(catalogue(), TABLES[kind][0]).get(wanted)
    if found is None:
        abort(404)
    before = request.args.get("before", type=int)
    if before is None or not 1 < before <= found.version:
        return _newest(kind, found)
    return _page(render_template, kind, found, before)


@made_once
def _newest(kind: str, found: Any) -> str:
    return _page(render_once, kind, found, None)


def _page(render: Callable[..., str], kind: str, found: Any, before: int | None) -> str:
    known = versions(unit().session, kind, found.id, most=MOST + 1, before=before)
    pairs = list(pairwise([*known, None]))[:MOST]
    return render(
        "discover/history.html",
        found=found,
        entries=[_entry(kind, new, old) for new, old in pairs if new],
        older=known[MOST - 1].number if len(known) > MOST else None,
        page=PAGES[kind],
    )


def _entry(kind: str, new: Version, old: Version | None) -> Entry:
    if new.one is None:
        return Entry(new.number, new.published_at, "withdrawn")
    if old is None or old.one is None:
        return Entry(new.number, new.published_at, "first" if old is None else "again")
    say: Any = of_service if kind == SERVICE else of_life_event
    return Entry(new.number, new.published_at, "changed", tuple(say(catalogue(), old.one, new.one)))
