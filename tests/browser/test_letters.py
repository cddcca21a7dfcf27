"""Letters are whole where they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import Town
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("road")]

Person = Callable[[str, int], Page]


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_the_dots_of_a_last_yeh_are_seen_while_one_types(town: Town, person: Person, language: str) -> None:
    page = person(language, 360)
    page.goto(f"{town.portal}/{language}/search")
    field, seen = page.locator("#q"), []
    for word in ("الإدريسي", "الإدريسى"):
        field.fill(word)
        page.evaluate("document.fonts.ready")
        seen.append(field.screenshot())
    assert seen[0] != seen[1]
