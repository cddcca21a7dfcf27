"""Built files are addressed by their content, and every icon that a page asks for is drawn."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from journeys.catalogue.reading import read
from portal import templating
from portal.discover.icons import DRAWN, FALLBACK, icon_of

ROOT = Path(__file__).resolve().parents[3]
ASKED = re.compile(r"""\bicon\("([\w-]+)"|\btag\([^)]*\), "([\w-]+)"|notice\("([\w-]+)"|Fact\("([\w-]+)\"""")


def test_an_asset_changes_its_address_with_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templating, "DIST", tmp_path)
    (tmp_path / "app.css").write_text("a{}")
    (tmp_path / "other.css").write_text("b{}")
    first, second = templating.asset("app.css"), templating.asset("other.css")
    assert re.fullmatch(r"/static/dist/app\.css\?v=[0-9a-f]{12}", first)
    assert first.partition("?")[2] != second.partition("?")[2]


def test_an_asset_that_was_not_built_has_a_plain_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templating, "DIST", tmp_path)
    assert templating.asset("none.css") == "/static/dist/none.css"


def test_every_life_event_has_a_drawn_icon() -> None:
    events = read(ROOT / "journeys" / "definitions" / "morocco").life_events.values()
    assert {event.icon for event in events} | {FALLBACK} <= DRAWN


@pytest.mark.parametrize("wanted", [None, "nothing-drawn"])
def test_a_life_event_nobody_has_drawn_gets_a_window(wanted: str | None) -> None:
    assert icon_of(wanted) == "window"


def test_every_icon_that_a_page_asks_for_is_drawn() -> None:
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "portal" / "discover").glob("*.py")]
    asked = {name for page in pages for found in ASKED.findall(page.read_text()) for name in found if name}
    assert {"globe", "coin", "check"} <= asked
    assert asked <= DRAWN
