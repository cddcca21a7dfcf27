"""Every kind of page under axe-core, in each language, on a telephone and on a desk, in the light and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from shutil import which
from typing import Literal

from browser.axe import AXE, faults
from browser.kinds import KINDS, SAMPLE
from browser.stage import stage
from browser.visits import LANGUAGES, WIDTHS, Visits, break_on_purpose
from browsing import ARGUMENTS
from drill.report import How, Result
from playwright.sync_api import Page, sync_playwright

SCREENS = tuple(product(LANGUAGES, WIDTHS))
QUICK_SCREENS = (("ar", 360), ("fr", 1280))
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


def run(how: How) -> Iterator[Result]:
    """A row for each language and width: every kind of page, or a sample of them."""
    if which("chromium") is None or not AXE.is_file():
        yield Result("axe", skipped="no browser (apt install chromium)")
        return
    kinds = [kind for kind in KINDS if SAMPLE in kind.also] if how.quick else list(KINDS)
    with stage(how.folder) as set_up, sync_playwright() as playwright:
        break_on_purpose(set_up)
        set_up.places["letter"] = str(set_up.town.letters()[0]["id"])
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=ARGUMENTS)
        for lang, width in QUICK_SCREENS if how.quick else SCREENS:
            visits = Visits(set_up, browser)
            visits.each(kinds, lang, width, lambda page, name, found=visits: _judged(page, name, found))  # type: ignore[misc]
            yield Result(f"axe, {lang}, {width} px", len(kinds), broken=visits.wrong)
        browser.close()


def _judged(page: Page, name: str, visits: Visits) -> None:
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        visits.wrong += [f"{name} ({scheme}): {fault}" for fault in faults(page)]
