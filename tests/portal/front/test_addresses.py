"""Search engines learn where each public page lies, in which languages, since when, and what sheets state for sure."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from frontage import PUBLIC, front
from samples import administration, catalogue, life_event, service, source, step

from journeys.catalogue.definitions import Administration, Service, Text

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
SINCE = datetime(2026, 10, 5, 9, tzinfo=UTC)


def sourced(one: Service, **changes: Any) -> Service:
    """A service that a source is named for."""
    provenance = one.provenance.model_copy(update={"sources": ("L1",)})
    return one.model_copy(update={"provenance": provenance, "published_at": SINCE, "version": 1, **changes})


def body(*, sure: bool = True) -> Administration:
    """An administration that a source is named for, or none."""
    known = {"source": "L1", "status": "sourced" if sure else "unverified"}
    plain = administration("commune").model_dump(mode="json")
    return Administration.model_validate({**plain, "provenance": {"existence": known}})


def reader(*services: Service, sure: bool = True, demo: bool = True) -> FlaskClient:
    """Somebody who reads a catalogue of these services."""
    shown = catalogue(
        services=list(services),
        life_events=[life_event("moving", steps=[step(one.id) for one in services])],
        administrations=[body(sure=sure)],
        sources=[source("L1", "Law 55-19 on procedures")],
    )
    return front(shown, demo=demo).test_client()


def stated(client: FlaskClient, address: str) -> dict[str, Any]:
    """What a page states for machines; nothing when it states nothing."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(address).text)
    said: dict[str, Any] = json.loads(found[0]) if found else {}
    return said


def links(client: FlaskClient, address: str) -> tuple[list[str], dict[str, str]]:
    """The canonical addresses of a page, and its addresses by language."""
    head = client.get(address).text.partition("</head>")[0]
    found = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', head)
    return re.findall(r'<link rel="canonical" href="([^"]+)">', head), dict(found)


@pytest.mark.parametrize("page", ["", "services/permit", "life-events/moving", "administrations/commune", "search"])
def test_a_public_page_says_where_it_is_in_each_language(page: str) -> None:
    client = reader(sourced(service("permit")))
    for lang in ("ar", "fr", "en"):
        canonical, others = links(client, f"/{lang}/{page}?q=x")
        assert canonical == [f"{PUBLIC}/{lang}/{page}"]
        assert others == {
            "x-default": f"{PUBLIC}/ar/{page}",
            **{code: f"{PUBLIC}/{code}/{page}" for code in ("ar", "fr", "en")},
        }


def test_a_page_that_does_not_exist_is_nowhere(client: FlaskClient) -> None:
    assert links(client, "/fr/services/none") == ([], {})


def test_the_address_is_ours_whatever_a_request_calls_it() -> None:
    page = reader(sourced(service("permit"))).get("/fr/services/permit", headers={"Host": "evil.example"}).text
    assert "evil" not in page


def test_the_sitemap_lists_every_page_in_every_language() -> None:
    client = reader(sourced(service("permit")), sourced(service("badge"), published_at=None))
    root = ElementTree.fromstring(client.get("/sitemap.xml").data)  # noqa: S314
    found = {url.findtext("s:loc", "", SITEMAP): url for url in root.findall("s:url", SITEMAP)}
    assert len(found) == len(root)
    pages = [
        "",
        "search",
        "administrations",
        "administrations/commune",
        *(f"{page}{more}" for page in LISTED for more in ("", "/history")),
    ]
    assert found.keys() == {f"{PUBLIC}/{lang}/{page}" for lang in ("ar", "fr", "en") for page in pages}
    permit = found[f"{PUBLIC}/fr/services/permit"]
    assert permit.findtext("s:lastmod", "", SITEMAP) == "2026-10-05"
    assert {one.get("hreflang"): one.get("href") for one in permit.findall("x:link", SITEMAP)} == {
        code: f"{PUBLIC}/{code}/services/permit" for code in ("ar", "fr", "en")
    }
    assert found[f"{PUBLIC}/fr/services/badge"].find("s:lastmod", SITEMAP) is None


LISTED = ("services/permit", "services/badge", "life-events/moving")


def test_every_page_of_the_sitemap_can_be_read() -> None:
    client = reader(sourced(service("permit", askable=True)))
    root = ElementTree.fromstring(client.get("/sitemap.xml").data)  # noqa: S314
    addresses = [loc.text or "" for loc in root.iterfind(".//s:loc", SITEMAP)]
    pages = [one.removeprefix(PUBLIC) for one in addresses if not one.endswith("/history")]
    assert {client.get(page).status_code for page in pages} == {200}


def test_a_sheet_states_what_sources_confirm() -> None:
    assert stated(reader(sourced(service("permit", askable=True))), "/fr/services/permit") == {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": "Nom permit",
        "description": "mots",
        "url": f"{PUBLIC}/fr/services/permit",
        "inLanguage": "fr",
        "provider": {"@type": "GovernmentOrganization", "name": "Nom commune"},
        "availableChannel": {"@type": "ServiceChannel", "serviceUrl": f"{PUBLIC}/fr/services/permit/start"},
        "offers": {"@type": "Offer", "price": "20.00", "priceCurrency": "MAD"},
    }


def test_what_no_source_confirms_is_not_stated() -> None:
    unsure = reader(sourced(service("permit", sourced=False)), sure=False)
    assert stated(unsure, "/fr/services/permit").keys() == {"@context", "@type", "name", "url", "inLanguage"}
    tariff = reader(sourced(service("permit", askable=True, tariff="unverified")))
    assert "offers" not in stated(tariff, "/fr/services/permit")
    assert "offers" not in stated(reader(sourced(service("permit", fee="unknown"))), "/fr/services/permit")
    assert stated(reader(service("permit")), "/fr/services/permit") == {}


def test_a_name_cannot_end_the_statement() -> None:
    name = Text(dict.fromkeys(("ar", "fr", "en"), "</script><b>&"))
    client = reader(sourced(service("permit"), names=name))
    assert stated(client, "/fr/services/permit")["name"] == "</script><b>&"
    assert "</script><b>" not in client.get("/fr/services/permit").text
