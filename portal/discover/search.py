"""Search: one field, a page of answers, and suggestions while one types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, Response, jsonify, render_template, request

from journeys.catalogue.definitions import Catalogue, Service, Text
from journeys.catalogue.indexing import Found
from journeys.catalogue.overview import Listed
from journeys.catalogue.searching import LONGEST_QUERY
from portal import i18n, metrics
from portal.discover import sheets, words
from portal.discover.bodies import place
from portal.i18n import path_of
from portal.web import catalogue

bp = Blueprint("search", __name__)

AUDIENCES = ("citizen", "business", "abroad", "non-resident")
PLACES = {
    "service": "discover.service",
    "life-event": "discover.life_event",
    "administration": "discover.administration",
}
MOST, MOST_LOOKED_AT, SUGGESTED = 30, 200, 8


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it is shown: what it is, its name, where it leads, and the service behind it if it is one."""

    kind: str
    names: Text
    url: str
    administration: Text | None = None
    service: Service | None = None
    here: bool = False


@bp.get("/search")
def page(lang: str) -> str:
    """What was found for ``q``, narrowed to an audience or an administration."""
    typed = request.args.get("q", "")[:LONGEST_QUERY].strip()
    audience, body = request.args.get("audience", ""), request.args.get("administration", "")
    found = catalogue().index.find(typed, most=MOST_LOOKED_AT) if typed else []
    answers = list(islice(_narrowed(found, audience, body), MOST))
    if typed:
        metrics.searched(found=bool(answers))
    return render_template(
        "discover/search.html",
        typed=typed,
        answers=answers,
        audience=audience if audience in AUDIENCES else "",
        audiences=AUDIENCES,
        administration=body if body in catalogue().administrations else "",
        administrations=_bodies(catalogue()),
        words=words,
    )


@bp.get("/search/suggest")
def suggest(lang: str) -> Response:
    """The first answers to what was typed so far, as JSON: a list of names and addresses."""
    typed = request.args.get("q", "")[:LONGEST_QUERY].strip()
    found = catalogue().index.find(typed, most=SUGGESTED, unfinished=True) if typed else []
    answers = [_answer(catalogue(), one) for one in found]
    return jsonify([{"name": one.names.pick(i18n.language())[0], "url": one.url} for one in answers])


def _narrowed(found: list[Found], audience: str, body: str) -> Iterator[Answer]:
    shown = catalogue()
    wanted = (one for one in found if _is_for(shown, one, audience) and _is_of(shown, one, body))
    return (_answer(shown, one) for one in wanted)


def _is_for(shown: Catalogue, found: Found, audience: str) -> bool:
    if audience not in AUDIENCES or found.kind == "administration":
        return audience not in AUDIENCES
    return audience in _listed(shown, found).audience


def _is_of(shown: Catalogue, found: Found, body: str) -> bool:
    if body not in shown.administrations:
        return True
    return found.kind != "administration" and body in _listed(shown, found).administrations


def _listed(shown: Catalogue, found: Found) -> Listed:
    return (shown.overview.services if found.kind == "service" else shown.overview.life_events)[found.id]


def _answer(shown: Catalogue, found: Found) -> Answer:
    url = path_of(PLACES[found.kind], wanted=found.id)
    if found.kind == "service":
        service = shown.services[found.id]
        body = sheets.administration(shown, service.administration)
        return Answer(found.kind, service.names, url, body, service, sheets.here(service))
    table = shown.life_events if found.kind == "life-event" else shown.administrations
    return Answer(found.kind, table[found.id].names, url)


def _bodies(shown: Catalogue) -> list[tuple[str, Text]]:
    """Administrations that offer a service, in the order of their names."""
    offering = {key for service in shown.overview.services.values() for key in service.administrations}
    found = [(key, body.names) for key, body in shown.administrations.items() if key in offering]
    return sorted(found, key=lambda one: place(one[1]))
