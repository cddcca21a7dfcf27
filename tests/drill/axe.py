"""Every kind of page under axe-core: in each language, on a telephone and on a desk; on two of them in the dark too."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from shutil import which
from typing import Literal

from browser.axe import AXE, faults
from browser.kinds import KINDS, SAMPLE
from browser.stage import stage
from browser.visits import LANGUAGES, Visits, break_on_purpose
from browsing import ARGUMENTS
from drill.report import How, Result
from playwright.sync_api import Page, sync_playwright

Scheme = Literal["light", "dark"]
Screen = tuple[int, Scheme]
QUICK_SCREENS: dict[str, tuple[Screen, ...]] = {"ar": ((360, "dark"),), "fr": ((1280, "light"),)}
SCREENS: dict[str, tuple[Screen, ...]] = dict.fromkeys(LANGUAGES, ((360, "light"), (1280, "light")))
SCREENS["ar"] += ((1280, "dark"),)  # colours are the same in every language
SCREENS["fr"] += ((1280, "dark"),)


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
        for lang, screens in (QUICK_SCREENS if how.quick else SCREENS).items():
            yield _judged(Visits(set_up, browser), how, lang, screens)
        browser.close()


def _judged(visits: Visits, how: How, lang: str, screens: tuple[Screen, ...]) -> Result:
    """Each page is come to once, and looked at on each screen."""
    kinds = list(KINDS)
    if how.quick:  # the pages of a sample by turns: the suite looks at most of them too
        kinds = [kind for kind in KINDS if SAMPLE in kind.also][list(QUICK_SCREENS).index(lang) :: len(QUICK_SCREENS)]

    def judge(page: Page, name: str) -> None:
        for width, scheme in screens:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            visits.wrong += [f"{name} ({width} px, {scheme}): {fault}" for fault in faults(page)]

    visits.each(kinds, lang, screens[0][0], judge)
    seen = ", ".join(f"{width} px {scheme}" for width, scheme in screens)
    return Result(f"axe, {lang}", len(kinds), broken=visits.wrong, note=seen)
