"""Takes pictures of pages for people to look at: `python tests/browser/look.py BASE_URL FOLDER [PATH ...]`.

Each path is shown on a phone (360 px) and a desk (1280 px), in Arabic and French, and checked at 320 px: exit code 1
when a page is wider than its window (WCAG 2.2, 1.4.10) or answers with a server error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LANGUAGES = ("ar", "fr")
WIDTHS = (320, 360, 1280)
PATHS = (
    "",
    "life-events/having-a-baby",
    "services/birth-extract",
    "services/negative-certificate",
    "services/licence-first",
    "administrations/commune",
    "nowhere",
)


def look(base: str, folder: Path, paths: Iterable[str]) -> list[str]:
    """Pictures of every path into ``folder``; returns what is wrong, one line each."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        wrong = [problem for scheme in ("light", "dark") for problem in _scheme(browser, base, folder, paths, scheme)]
        browser.close()
    return wrong


def _scheme(browser: Browser, base: str, folder: Path, paths: Iterable[str], scheme: str) -> Iterator[str]:
    for width in WIDTHS:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
        )
        page = context.new_page()
        for lang in LANGUAGES:
            for path in paths:
                yield from _one(page, f"{base.rstrip('/')}/{lang}/{path}", folder / _name(lang, path, width, scheme))
        context.close()


def _name(lang: str, path: str, width: int, scheme: str) -> str:
    return f"{lang}-{path.replace('/', '-') or 'home'}-{width}-{scheme}.png"


def _one(page: Page, url: str, picture: Path) -> Iterator[str]:
    answer = page.goto(url, wait_until="networkidle")
    if answer is None or answer.status >= 500:
        yield f"{url}: no page"
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wider > 0:
        yield f"{url}: {wider} px wider than {picture.stem}"
    page.screenshot(path=str(picture), full_page=True)


def main(arguments: list[str]) -> int:
    """The command line."""
    if len(arguments) < 2:
        print(__doc__)
        return 2
    wrong = look(arguments[0], Path(arguments[1]), arguments[2:] or PATHS)
    print("\n".join(wrong) or f"pictures are in {arguments[1]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
