"""Search engines are told to stay out of what is somebody's own."""

from __future__ import annotations

import re

import pytest
from access_table import TABLE
from requests_made import BIRTH
from world import Browser, World

from portal.app import create_app
from portal.guards import everyone


def forbidden(rules: list[str], address: str) -> bool:
    """Whether robots.txt forbids an address (RFC 9309: a prefix in which * stands for anything)."""
    patterns = (re.escape(rule).replace(r"\*", ".*") for rule in rules)
    return any(re.match(pattern, address) for pattern in patterns)


@pytest.fixture
def rules(browser: Browser) -> list[str]:
    """What robots.txt forbids."""
    answer = browser.client.get("/robots.txt")
    assert answer.headers["Content-Type"].startswith("text/plain")
    return re.findall(r"^Disallow: (\S+)$", answer.text, re.MULTILINE)


def test_every_private_area_is_forbidden(town: World, rules: list[str]) -> None:
    app = create_app(town.settings, town.work)
    guards = {rule.rule: app.guards[rule.endpoint.rpartition(".")[0]] for rule in app.url_map.iter_rules()}
    for route, guard in guards.items():
        address = re.sub(r"<[^>]+>", "x", route.replace("<lang>", "fr"))
        assert forbidden(rules, address) or guard is everyone, address


@pytest.mark.parametrize(
    "page",
    [
        "",
        "search",
        f"services/{BIRTH}",
        f"services/{BIRTH}/history",
        "life-events/moving-home",
        "administrations/ompic",
    ],
)
def test_public_pages_are_not_forbidden(rules: list[str], page: str) -> None:
    assert not any(forbidden(rules, f"/{lang}/{page}") for lang in ("ar", "fr", "en"))


def test_the_sitemap_is_named(town: World, browser: Browser) -> None:
    assert f"Sitemap: {town.url}/sitemap.xml" in browser.client.get("/robots.txt").text.splitlines()
    assert browser.client.get("/sitemap.xml").headers["Content-Type"].startswith("application/xml")
    assert {"/sitemap.xml", "/robots.txt"} <= TABLE.keys()


def test_a_private_page_says_nothing_of_other_addresses(salma: Browser) -> None:
    head = salma.get("/fr/dashboard").text.partition("</head>")[0]
    assert "canonical" not in head
    assert "hreflang" not in head
