"""Takes pictures of every kind of page, for people to look at: `python tests/browser/look.py FOLDER [WORD ...]`.

A town of its own is set up; each kind (or each whose name holds a WORD) is seen in Arabic, French and English, on a
phone (360 px) and a desk (1280 px); a sample of them in the dark and on paper; documents as images. At 320 px each is
measured. Exit code 1 when a page is wider than its window (WCAG 2.2, 1.4.10), does not answer as it should, has its
browser complain, or has a fault that axe-core finds.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any

from browser.axe import faults
from browser.kinds import PAPER, SAMPLE, Kind, named
from browser.stage import Stage, stage
from browsing import ARGUMENTS
from flask import abort
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

LANGUAGES = ("ar", "fr", "en")
LOCALES = {"ar": "ar-MA", "fr": "fr-MA", "en": "en-GB"}
NARROWEST, WIDTHS = 320, (360, 1280)
DARK = (("ar", 360), ("fr", 1280))
DOTS_PER_INCH = "70"
EXPECTED = "Failed to load resource: the server responded with a status of "


@dataclass
class Looker:
    """Looks at kinds of pages on a stage and writes down what is wrong."""

    set_up: Stage
    browser: Browser
    folder: Path
    wrong: list[str] = field(default_factory=list)

    def look(self, kinds: list[Kind]) -> None:
        """Every picture of these kinds."""
        for lang in LANGUAGES:
            for width in (NARROWEST, *WIDTHS):
                self._screen(kinds, lang, width)
        for lang, width in DARK:
            self._screen([kind for kind in kinds if SAMPLE in kind.also], lang, width, "dark")
        for lang in LANGUAGES:
            self._papers([kind for kind in kinds if PAPER in kind.also], lang)

    def _screen(self, kinds: list[Kind], lang: str, width: int, scheme: str = "light") -> None:
        for who, theirs in groupby(sorted(kinds, key=lambda kind: kind.who), key=lambda kind: kind.who):
            with self._person(who, lang, width, scheme) as context:
                for kind in theirs:
                    self._one(context, kind, lang, width, scheme)

    @contextmanager
    def _person(self, who: str, lang: str, width: int, scheme: str = "light") -> Iterator[BrowserContext]:
        context = self.browser.new_context(
            locale=LOCALES[lang],
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        if who:
            context.add_cookies(self.set_up.cookies(who))  # type: ignore[arg-type]
        yield context
        context.close()

    def _one(self, context: BrowserContext, kind: Kind, lang: str, width: int, scheme: str) -> None:
        name = f"{kind.name}/{lang}-{width}{'' if scheme == 'light' else '-dark'}"
        with self._opened(context, kind, lang, name) as page:
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wider > 0:
                self.wrong.append(f"{name}: {wider} px wider than its window")
            if width != NARROWEST:
                self.wrong += [f"{name}: {fault}" for fault in faults(page)]
                page.screenshot(path=str(self._file(f"{name}.png")), full_page=True)

    @contextmanager
    def _opened(self, context: BrowserContext, kind: Kind, lang: str, name: str) -> Iterator[Page]:
        page = context.new_page()
        page.on("console", lambda said: self._heard(name, said.type, said.text))
        try:
            self._come_to(page, kind, lang, name)
            yield page
        except Error as problem:
            self.wrong.append(f"{name}: {str(problem).splitlines()[0]}")
        finally:
            page.close()

    def _come_to(self, page: Page, kind: Kind, lang: str, name: str) -> None:
        town = self.set_up.town
        base = town.sandbox.settings.url if kind.sandbox else town.url
        answer = page.goto(base + kind.address.format(lang=lang, **self.set_up.places))
        if answer is None or answer.status != kind.status:
            self.wrong.append(f"{name}: answers {answer and answer.status}, not {kind.status}")
        if kind.steps is not None:
            kind.steps(page)
        page.evaluate("document.fonts.ready")

    def _heard(self, name: str, how: str, words: str) -> None:
        if how == "error" and not words.startswith(EXPECTED):
            self.wrong.append(f"{name}: the browser says: {words[:200]}")

    def _papers(self, kinds: list[Kind], lang: str) -> None:
        for kind in kinds:
            name = f"{kind.name}/{lang}-paper"
            with self._person(kind.who, lang, 1280, "dark") as context, self._opened(context, kind, lang, name) as page:
                page.emulate_media(media="print")
                file = self._file(f"{name}.pdf")
                page.pdf(path=str(file), format="A4", prefer_css_page_size=True)
                as_images(file)

    def documents(self) -> None:
        """Every paper of one person, as images."""
        salma = self.set_up.people["salma"]
        page = salma.get("/fr/locker").text
        links = dict.fromkeys(part.partition('"')[0] for part in page.split('href="/fr/locker/')[1:])
        for number, link in enumerate(links, 1):
            file = self._file(f"document/{number}.pdf")
            file.write_bytes(salma.client.get(f"/fr/locker/{link}").content)
            as_images(file)

    def _file(self, name: str) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return file


def as_images(file: Path) -> None:
    """A PDF as one picture for each of its pages."""
    if which("pdftoppm") is None:
        raise SystemExit("pdftoppm is missing: apt install poppler-utils")
    subprocess.run(["pdftoppm", "-r", DOTS_PER_INCH, "-png", str(file), str(file.with_suffix(""))], check=True)
    file.unlink()


def break_on_purpose(set_up: Stage) -> None:
    """Addresses that meet what cannot be brought about from outside."""

    def met(lang: str, status: int) -> Any:
        if status == 500:
            raise RuntimeError("on purpose")
        abort(status)

    app = set_up.town.app
    app._got_first_request = False  # the town was entered already
    app.add_url_rule("/<lang>/look/<int:status>", "discover.look", met)


def look(folder: Path, words: list[str]) -> list[str]:
    """Pictures into ``folder``; returns what is wrong, one line each."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with TemporaryDirectory() as place, stage(Path(place)) as set_up, sync_playwright() as playwright:
        break_on_purpose(set_up)
        set_up.places["letter"] = str(set_up.town.letters()[0]["id"])
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=ARGUMENTS)
        looker = Looker(set_up, browser, folder)
        looker.look(named(words))
        if not words or "document" in words:
            looker.documents()
        browser.close()
    return looker.wrong


def main(arguments: list[str]) -> int:
    """The command line."""
    if not arguments:
        print(__doc__)
        return 2
    wrong = look(Path(arguments[0]), arguments[1:])
    print("\n".join(wrong) or f"pictures are in {arguments[0]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
