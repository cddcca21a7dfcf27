"""Takes pictures of every kind of page, for people to look at: `python tests/browser/look.py FOLDER [WORD ...]`.

A town of its own is set up; each kind (or each whose name holds a WORD) is seen in Arabic, French and English, on a
phone (360 px) and a desk (1280 px); a sample of them in the dark and on paper; documents as images. At 320 px each is
measured. Exit code 1 when a page is wider than its window (WCAG 2.2, 1.4.10), does not answer as it should, or has its
browser complain.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from browser.kinds import PAPER, SAMPLE, Kind, named
from browser.stage import stage
from browser.visits import LANGUAGES, WIDTHS, Visits, break_on_purpose
from browsing import ARGUMENTS
from playwright.sync_api import Page, sync_playwright

NARROWEST = 320
DARK = (("ar", 360), ("fr", 1280))
DOTS_PER_INCH = "70"


@dataclass
class Looker(Visits):
    """Takes pictures of kinds of pages on a stage and writes down what is wrong."""

    folder: Path = Path()

    def look(self, kinds: list[Kind]) -> None:
        """Every picture of these kinds."""
        for lang in LANGUAGES:
            self.each(kinds, lang, NARROWEST, self._measured)
            for width in WIDTHS:
                self.each(kinds, lang, width, self._pictured)
        for lang, width in DARK:
            self.each([kind for kind in kinds if SAMPLE in kind.also], lang, width, self._pictured, "dark")
        for lang in LANGUAGES:
            self._papers([kind for kind in kinds if PAPER in kind.also], lang)

    def _measured(self, page: Page, name: str) -> None:
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            self.wrong.append(f"{name}: {wider} px wider than its window")

    def _pictured(self, page: Page, name: str) -> None:
        self._measured(page, name)
        page.screenshot(path=str(self._file(f"{name}.png")), full_page=True)

    def _papers(self, kinds: list[Kind], lang: str) -> None:
        for kind in kinds:
            with self.person(kind.who, lang, 1280, "dark") as context:
                self.visit(context, kind, lang, f"{kind.name}/{lang}-paper", self._printed)

    def _printed(self, page: Page, name: str) -> None:
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


def look(folder: Path, words: list[str]) -> list[str]:
    """Pictures into ``folder``; returns what is wrong, one line each."""
    logging.disable(logging.ERROR)  # what is broken here is broken on purpose
    with TemporaryDirectory() as place, stage(Path(place)) as set_up, sync_playwright() as playwright:
        break_on_purpose(set_up)
        set_up.places["letter"] = str(set_up.town.letters()[0]["id"])
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=ARGUMENTS)
        looker = Looker(set_up, browser, folder=folder)
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
