"""Pages on paper: what is read without what is clicked, by day, with nothing folded away."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import Town
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("road")]

Person = Callable[[str, int], Page]


def printed(page: Page, folder: Path) -> str:
    """What can be read on the paper that comes out."""
    file = folder / "page.pdf"
    page.pdf(path=str(file), format="A4")
    words = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, text=True).stdout
    return " ".join(words.split())


def test_a_sheet_on_paper_is_what_is_read_and_where_it_came_from(town: Town, person: Person, tmp_path: Path) -> None:
    page = person("fr", 1280)
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{town.portal}/fr/services/birth-extract")
    for gone in (".head nav", ".ask", ".trail", ".foot ul", ".demo"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".facts")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 36, 48)"
    assert f"{town.portal}/fr/services/birth-extract" in printed(page, tmp_path)


def test_what_is_folded_away_on_the_screen_is_on_the_paper(town: Town, person: Person, tmp_path: Path) -> None:
    page = person("fr", 1280)
    page.goto(f"{town.portal}/fr/")
    folded = page.locator(".more li").last.inner_text() or page.locator(".more li").last.text_content()
    assert folded
    assert folded.strip() in printed(page, tmp_path)
