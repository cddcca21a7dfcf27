"""For search engines: which pages are everybody's, in which languages, since when; what a sheet states; and what is
not for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, cast
from urllib.parse import quote

from flask import Blueprint, Response, current_app, render_template, request
from markupsafe import Markup

from journeys.catalogue.definitions import Catalogue, Service
from journeys.catalogue.overview import Listed
from portal.discover import sheets, words
from portal.discover.pages import file_made_once
from portal.guards import everyone
from portal.i18n import ElsewhereSaid, addresses, language, path_of, public_address
from portal.web import Portal, catalogue

bp = Blueprint("finding", __name__)

AREAS = ("discover", "history", "search")
"""Blueprints whose pages are everybody's."""

NO_PAGES = ("/sign-in", "/sign-out", "/hooks/", "/*/search?", "/*/search/suggest", "/*/life-events/*/calendar")
IN_A_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def alternates() -> list[ElsewhereSaid]:
    """The page at hand in every language, when it is everybody's; without what was asked of it."""
    return addresses(quote(request.path)) if request.blueprint in AREAS else []


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public page in every language, with when it last changed."""
    return file_made_once(_sitemap, "application/xml")


def _sitemap() -> str:
    return render_template("discover/sitemap.xml", pages=list(_pages(catalogue())))


def _pages(shown: Catalogue) -> Iterator[tuple[list[ElsewhereSaid], str | None]]:
    """Every public page: its addresses, and the day it last changed."""
    services, events = shown.overview.services, shown.overview.life_events
    yield addresses(path_of("discover.home")), _last((*services.values(), *events.values()))
    for endpoint in ("search.page", "discover.administrations"):
        yield addresses(path_of(endpoint)), None
    for kind, some in (("service", services), ("life_event", events)):
        for key, one in some.items():
            for area in ("discover", "history"):
                yield addresses(path_of(f"{area}.{kind}", wanted=key)), _last([one])
    for key, body in shown.administrations.items():
        if not body.is_actor:
            offered = [services[one] for one in shown.overview.offered_by(key)]
            yield addresses(path_of("discover.administration", wanted=key)), _last(offered)


def _last(some: Iterable[Listed]) -> str | None:
    known = [one.published_at for one in some if one.published_at]
    return max(known).date().isoformat() if known else None


@bp.get("/robots.txt")
def robots() -> Response:
    """What is not for search engines: all that is somebody's own, made from the routes so that none is forgotten."""
    lines = [f"Disallow: {place}" for place in sorted({*_private(), *NO_PAGES})]
    file = "\n".join(["User-agent: *", *lines, "", f"Sitemap: {public_address('/sitemap.xml')}", ""])
    return Response(file, mimetype="text/plain")


def _private() -> set[str]:
    """Where only some may enter, each place once, without what lies below it."""
    guards = cast(Portal, current_app).guards
    closed = {
        re.sub(r"<[^>]+>", "*", rule.rule)
        for rule in current_app.url_map.iter_rules()
        if guards[rule.endpoint.rpartition(".")[0]] is not everyone
    }
    return {place for place in closed if not any(place != other and place.startswith(other) for other in closed)}


def data_of(service: Service) -> Markup:
    """What a sheet states, for machines (schema.org GovernmentService): only what a source confirms, nothing when there
    is no source."""
    shown = catalogue()
    if not sheets.sources(shown, service):
        return Markup("")
    stated = {key: value for key, value in _stated(shown, service).items() if value}
    return Markup(json.dumps(stated, ensure_ascii=False, separators=(",", ":")).translate(IN_A_SCRIPT))  # noqa: S704


def _stated(shown: Catalogue, service: Service) -> dict[str, Any]:
    page = path_of("discover.service", wanted=service.id)
    start = path_of("apply.start", service=service.id) if sheets.here(service) else None
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": service.names.pick(language())[0],
        "description": service.texts.summary.pick(language())[0] if service.texts.summary else None,
        "url": public_address(page),
        "inLanguage": language(),
        "provider": _provider(shown, service),
        "availableChannel": start and {"@type": "ServiceChannel", "serviceUrl": public_address(start)},
        "offers": _offer(service),
    }


def _provider(shown: Catalogue, service: Service) -> dict[str, str] | None:
    body = shown.administrations.get(service.administration)
    if body is None or words.unsure(body.provenance.get("existence")):
        return None
    return {"@type": "GovernmentOrganization", "name": body.names.pick(language())[0]}


def _offer(service: Service) -> dict[str, str] | None:
    fee = service.fee
    amount = 0 if fee.kind == "free" else fee.amount_mad if fee.kind == "fixed" else None
    if amount is None or words.price_unsure(service):
        return None
    return {"@type": "Offer", "price": f"{amount:.2f}", "priceCurrency": "MAD"}
