"""Choose: home, life events, services, administrations. Public pages, read from the catalogue in memory."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, abort

from journeys.catalogue.definitions import LifeEvent, Service
from portal.discover import sheets, words
from portal.discover.icons import icon_of
from portal.discover.pages import made_once, render_once
from portal.web import catalogue

bp = Blueprint("discover", __name__)

SHOWN = 8
MOST_ASKED = (
    "having-a-baby",
    "first-id",
    "first-passport",
    "getting-married",
    "learning-to-drive",
    "moving-home",
    "death-of-relative",
    "lost-wallet",
    "start-auto-entrepreneur",
    "start-company-online",
    "start-sarl",
    "open-shop",
    "hire-first-employee",
    "change-company",
    "yearly-obligations",
    "close-company",
)


def most_asked_first(life_events: Iterable[LifeEvent]) -> list[LifeEvent]:
    """Life events with those that people look for most in front; the rest stay in their order."""
    ranks = {wanted: rank for rank, wanted in enumerate(MOST_ASKED)}
    return sorted(life_events, key=lambda event: ranks.get(event.id, len(ranks)))


@bp.get("/")
@made_once
def home(lang: str) -> str:
    """Where one begins: life events of people, of companies, how it works, and what can be asked for here."""
    events = most_asked_first(catalogue().life_events.values())
    return render_once(
        "discover/home.html",
        citizens=[event for event in events if event.kind == "citizen"],
        companies=[event for event in events if event.kind == "business"],
        offers=_offers(),
        administration=_administration_of,
        icon_of=icon_of,
        shown=SHOWN,
        words=words,
    )


def _offers() -> list[Service]:
    found = [service for service in catalogue().services.values() if sheets.here(service)]
    return sorted(found, key=lambda service: ("citizen" not in service.audience, service.id))


@bp.get("/life-events/<wanted>")
@made_once
def life_event(lang: str, wanted: str) -> str:
    """One life event as a road of services."""
    found = catalogue().life_events.get(wanted)
    if found is None:
        abort(404)
    stops = sheets.road(catalogue(), found)
    return render_once("discover/life_event.html", event=found, stops=stops, symbol=icon_of(found.id), words=words)


@bp.get("/services/<wanted>")
@made_once
def service(lang: str, wanted: str) -> str:
    """The sheet of one service: what it costs, how long it takes, what is needed, and where to ask."""
    found = catalogue().services.get(wanted)
    if found is None:
        abort(404)
    here = sheets.here(found)
    return render_once(
        "discover/service.html",
        service=found,
        here=here,
        facts=words.facts(found, here=here),
        administration=_administration_of(found),
        papers=sheets.papers(catalogue(), found),
        outputs=sheets.outputs(catalogue(), found),
        basis=sheets.legal_basis(catalogue(), found),
        appealable=sheets.appealable(found),
        events=catalogue().life_events_of(found.id),
        platforms=_platforms(found),
        words=words,
    )


def _administration_of(service: Service) -> object:
    return catalogue().administrations.get(service.administration)


def _platforms(service: Service) -> list[tuple[str, str]]:
    """Sites of the administration that decides, by name and address."""
    found = catalogue().administrations.get(service.administration)
    return [(one.name, one.url) for one in found.platforms if one.url] if found else []


@bp.get("/administrations/<wanted>")
@made_once
def administration(lang: str, wanted: str) -> str:
    """One administration and the services it offers."""
    found = catalogue().administrations.get(wanted)
    if found is None:
        abort(404)
    offered = [one for one in catalogue().services.values() if one.administration == wanted]
    return render_once(
        "discover/administration.html",
        administration=found,
        parent=catalogue().administrations.get(found.parent or ""),
        services=sorted(offered, key=lambda one: not sheets.here(one)),
        here=sheets.here,
        words=words,
    )
