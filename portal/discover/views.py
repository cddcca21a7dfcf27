"""Choose: home, life events, services, administrations. Public pages, read from the catalogue in memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from journeys.catalogue.definitions import LifeEvent, Service, Text
from journeys.catalogue.life_event import ABROAD, LAST
from journeys.catalogue.news import opened_at
from journeys.plans.personal import Answers, Question, personal, questions
from portal.discover import answers, bodies, calendars, finding, lately, sheets, words
from portal.discover.icons import icon_of
from portal.discover.ours import from_our_page
from portal.discover.pages import made_anew, made_once, render_once
from portal.discover.places import places
from portal.i18n import public_address
from portal.web import catalogue, unit

bp = Blueprint("discover", __name__)


class Card(NamedTuple):
    """What the home page shows of a life event: the list is long."""

    id: str
    names: Text
    icon: str
    kind: str
    audience: tuple[str, ...]
    steps: int


def cards(life_events: Iterable[LifeEvent]) -> list[Card]:
    """Life events with those that people look for most in front; the rest stay in their order."""
    ordered = sorted(life_events, key=lambda one: one.prominence or LAST)
    return [Card(one.id, one.names, icon_of(one.icon), one.kind, one.audience, len(one.steps)) for one in ordered]


@bp.get("/")
@made_anew(lately.hour)
def home(lang: str) -> str:
    """Where one begins: life events of people, companies and people abroad, what is used most, what is new."""
    events = cards(catalogue().life_events.values())
    return render_once(
        "discover/home.html",
        citizens=[event for event in events if event.kind == "citizen" and not ABROAD.issuperset(event.audience)],
        companies=[event for event in events if event.kind == "business"],
        abroad=sorted(filter(_from_abroad, events), key=lambda event: not ABROAD.issuperset(event.audience)),
        use=lately.use(unit().session, catalogue()),
        news=lately.news(unit().session, catalogue()),
        opened=opened_at(unit().session),
        services=len(catalogue().services),
        administration=_administration_of,
        words=words,
    )


def _from_abroad(event: Card) -> bool:
    return not ABROAD.isdisjoint(event.audience)


@bp.get("/life-events/<wanted>")
def life_event(lang: str, wanted: str) -> ResponseReturnValue:
    """One life event: everybody's road, or the list of who answered its questions."""
    found = _life_event(wanted)
    if not answers.given(found):
        return _road(lang=lang, wanted=wanted)
    asked = questions(catalogue(), found)
    return _list(found, asked, answers.kept(found, asked))


def _life_event(wanted: str) -> LifeEvent:
    found = catalogue().life_events.get(wanted)
    if found is None:
        abort(404)
    return found


@made_once
def _road(lang: str, wanted: str) -> str:
    found = _life_event(wanted)
    return render_once(
        "discover/life_event.html",
        event=found,
        questions=questions(catalogue(), found),
        stops=sheets.road(catalogue(), found),
        symbol=icon_of(found.icon),
        words=words,
    )


def _list(event: LifeEvent, asked: list[Question], said: Answers) -> str:
    mine = personal(catalogue(), event, said, unit().moment)
    return render_template(
        "discover/personal.html",
        event=event,
        questions=asked,
        said=said,
        mine=mine,
        list=sheets.personal_list(catalogue(), mine),
        facts=words.facts_of_list(mine),
        here=sheets.here,
        administration=lambda key: sheets.administration(catalogue(), key),
        symbol=icon_of(event.icon),
        words=words,
    )


@bp.post("/life-events/<wanted>")
def answer(lang: str, wanted: str) -> ResponseReturnValue:
    """Keeps what was ticked, or forgets it, and shows the page again."""
    found = _life_event(wanted)
    if not from_our_page():
        return redirect(url_for("discover.life_event", lang=lang, wanted=found.id), 303)
    if "anew" in request.form:
        answers.forget(found)
    else:
        tokens = [question.token for question in questions(catalogue(), found)]
        answers.keep(found, [token for token in tokens if token in request.form])
    return redirect(url_for("discover.life_event", lang=lang, wanted=found.id), 303)


@bp.get("/life-events/<wanted>/calendar")
def calendar(lang: str, wanted: str) -> ResponseReturnValue:
    """The list as a file for a calendar: each step on the last day of its answer."""
    found = _life_event(wanted)
    said = answers.kept(found, questions(catalogue(), found))
    mine = personal(catalogue(), found, said, unit().moment)
    page = public_address(url_for("discover.life_event", lang=lang, wanted=wanted))
    file = calendars.file_of(mine, unit().moment, page)
    headers = {"Content-Disposition": f"attachment; filename={found.id}.ics"}
    return Response(file, mimetype="text/calendar", headers=headers)


@bp.get("/services/<wanted>")
@made_anew(lately.hour)
def service(lang: str, wanted: str) -> str:
    """The sheet of one service: what it costs, how long it takes, what is needed, and where to ask."""
    found = catalogue().services.get(wanted)
    if found is None:
        abort(404)
    here = sheets.here(found)
    taken = places(unit().session, catalogue(), found) if here else None
    return render_once(
        "discover/service.html",
        service=found,
        here=here,
        places=taken,
        facts=words.facts(found, here=here, everywhere=taken is None or taken.everywhere),
        administration=_administration_of(found),
        papers=sheets.papers(catalogue(), found),
        outputs=sheets.outputs(catalogue(), found),
        basis=sheets.legal_basis(catalogue(), found),
        sources=sheets.sources(catalogue(), found),
        events=catalogue().life_events_of(found.id),
        platforms=_platforms(found),
        stated=finding.data_of(found),
        words=words,
    )


def _administration_of(service: Service) -> object:
    return catalogue().administrations.get(service.administration)


def _platforms(service: Service) -> list[tuple[str, str]]:
    """Sites of the administration that decides, by name and address."""
    found = catalogue().administrations.get(service.administration)
    return [(one.name, one.url) for one in found.platforms if one.url] if found else []


@bp.get("/administrations")
@made_once
def administrations(lang: str) -> str:
    """Every administration, by kind, with the number of its services."""
    return render_once("discover/administrations.html", kinds=bodies.by_kind(catalogue()), words=bodies)


@bp.get("/administrations/<wanted>")
@made_once
def administration(lang: str, wanted: str) -> str:
    """One administration: where it belongs, its sites, and the services it offers, askable ones first."""
    found = catalogue().administrations.get(wanted)
    if found is None or found.is_actor:  # who issues papers without being an administration offers no services
        abort(404)
    offered = bodies.services_of(catalogue(), wanted)
    return render_once(
        "discover/administration.html",
        administration=found,
        parent=catalogue().administrations.get(found.parent or ""),
        children=bodies.below(catalogue(), wanted),
        askable=[one for one in offered if sheets.here(one)],
        described=[one for one in offered if not sheets.here(one)],
        words=words,
    )
