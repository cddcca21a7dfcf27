"""Every role clicks on everything for a while: no broken answer, no link that leads nowhere. The drill goes further."""

from __future__ import annotations

from random import Random

import pytest
from access_table import ROLES
from crawling import Crawler
from flask import abort
from requests_made import NAME
from scenes import scene
from world import World

SEED = 2026
STEPS = 90

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture(scope="module")
def inhabited(running_world: World) -> World:
    """A town in which requests are everywhere on their way."""
    for name in ("salma", "youssef"):
        running_world.browser().sign_in(name, "fr")
    for until in ("empty", "draft", "submitted", "filed", "filed"):
        scene(running_world, until=until)
    scene(running_world, "youssef", NAME, until="filed")
    return running_world


@pytest.mark.parametrize("role", ROLES)
def test_whoever_clicks_on_everything_finds_nothing_broken(inhabited: World, role: str) -> None:
    crawler = Crawler(inhabited, ROLES[role], Random(f"{SEED}:{role}")).walk(STEPS)
    assert crawler.findings == []
    assert crawler.steps == STEPS
    assert len(crawler.visits) > 15, "hardly anything was seen"


def test_a_link_that_leads_nowhere_is_found(inhabited: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(inhabited.app.view_functions, "discover.administration", lambda **_values: abort(404))
    found = Crawler(inhabited, "", Random(SEED)).walk(40).findings
    assert any("/administrations/" in one and "leads to 404" in one for one in found)


def test_a_form_that_breaks_is_found(inhabited: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**_values: object) -> str:
        raise KeyError("broken")

    for endpoint in ("follow.discard", "alerts.read", "identity.sign_out", "apply.open_case"):
        monkeypatch.setitem(inhabited.app.view_functions, endpoint, breaks)
    found = Crawler(inhabited, "salma", Random(SEED)).walk(60).findings
    assert any("status 500" in one for one in found)
