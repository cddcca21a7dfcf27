"""Every kind of page under axe-core: in each language, on a telephone and on a desk; on two of them in the dark too."""

from __future__ import annotations

import logging
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

Scheme = Literal["light", "dark"]
QUICK_SCREENS: dict[tuple[str, int], tuple[Scheme, ...]] = {("ar", 360): ("dark",), ("fr", 1280): ("light",)}
DARK_TOO: tuple[Scheme, ...] = ("light", "dark")
SCREENS: dict[tuple[str, int], tuple[Scheme, ...]] = dict.fromkeys(product(LANGUAGES, WIDTHS), ("light",))
SCREENS |= dict.fromkeys(QUICK_SCREENS, DARK_TOO)  # colours are the same in every language


def run(how: How) -> Iterator[Result]:
    """A row for each language and width: every kind of page, or a sample of them."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    if which("chromium") is None or not AXE.is_file():
        yield Result("axe", skipped="no browser (apt install chromium)")
        return
    with stage(how.folder) as set_up, sync_playwright() as playwright:
        break_on_purpose(set_up)
        set_up.places["letter"] = str(set_up.town.letters()[0]["id"])
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=ARGUMENTS)
        for (lang, width), schemes in (QUICK_SCREENS if how.quick else SCREENS).items():
            yield _judged(Visits(set_up, browser), how, lang, width, schemes)
        browser.close()


def _judged(visits: Visits, how: How, lang: str, width: int, schemes: tuple[Scheme, ...]) -> Result:
    kinds = [kind for kind in KINDS if SAMPLE in kind.also or not how.quick]

    def judge(page: Page, name: str) -> None:
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            visits.wrong += [f"{name} ({scheme}): {fault}" for fault in faults(page)]

    visits.each(kinds, lang, width, judge)
    return Result(f"axe, {lang}, {width} px", len(kinds), broken=visits.wrong)
