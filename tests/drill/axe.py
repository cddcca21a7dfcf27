"""Every kind of page under axe-core: in each language, and each on a telephone, on a desk and in the dark by turns."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from shutil import which
from typing import Literal

from browser.axe import AXE, faults
from browser.kinds import KINDS, SAMPLE, Kind
from browser.stage import stage
from browser.visits import LANGUAGES, Visits, break_on_purpose
from browsing import ARGUMENTS
from drill.report import How, Result
from playwright.sync_api import Page, sync_playwright

Scheme = Literal["light", "dark"]
Screen = tuple[int, Scheme]
SCREENS: tuple[Screen, ...] = ((360, "light"), (1280, "light"), (1280, "dark"))
QUICK_SCREENS: dict[str, Screen] = {"ar": (360, "dark"), "fr": (1280, "light")}


def run(how: How) -> Iterator[Result]:
    """A row for each language: every kind of page, or a sample of them."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    if which("chromium") is None or not AXE.is_file():
        yield Result("axe", skipped="no browser (apt install chromium)")
        return
    with stage(how.folder) as set_up, sync_playwright() as playwright:
        break_on_purpose(set_up)
        set_up.places["letter"] = str(set_up.town.letters()[0]["id"])
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=ARGUMENTS)
        for lang in QUICK_SCREENS if how.quick else LANGUAGES:
            yield _judged(Visits(set_up, browser), how, lang)
        browser.close()


def _judged(visits: Visits, how: How, lang: str) -> Result:
    def judge(page: Page, name: str) -> None:
        visits.wrong += [f"{name}: {fault}" for fault in faults(page)]

    seen = _seen_on(how, lang)
    for (width, scheme), kinds in seen.items():
        visits.each(kinds, lang, width, judge, scheme)
    note = ", ".join(f"{len(kinds)} at {width} px {scheme}" for (width, scheme), kinds in seen.items())
    return Result(f"axe, {lang}", sum(map(len, seen.values())), broken=visits.wrong, note=note)


def _seen_on(how: How, lang: str) -> dict[Screen, list[Kind]]:
    """Each kind on one screen, on another in each language; of a sample half in each language: the suite looks at most
    of them too."""
    if how.quick:
        sample = [kind for kind in KINDS if SAMPLE in kind.also]
        return {QUICK_SCREENS[lang]: sample[list(QUICK_SCREENS).index(lang) :: len(QUICK_SCREENS)]}
    turn = how.chance("axe").randrange(len(SCREENS)) + LANGUAGES.index(lang)
    return {screen: list(KINDS[(turn + at) % len(SCREENS) :: len(SCREENS)]) for at, screen in enumerate(SCREENS)}
