"""Comes to every kind of page on a stage, as each of its people does, and notes what does not answer as it should."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from browser.kinds import Kind
from browser.stage import Stage
from flask import abort
from playwright.sync_api import Browser, BrowserContext, Error, Page

LANGUAGES = ("ar", "fr", "en")
LOCALES = {"ar": "ar-MA", "fr": "fr-MA", "en": "en-GB"}
WIDTHS = (360, 1280)
EXPECTED = "Failed to load resource: the server responded with a status of "

Do = Callable[[Page, str], object]
"""What is done with a page, and the name of the visit."""


@dataclass
class Visits:
    """Visits to the pages of a stage, and what is wrong with them, one line each."""

    set_up: Stage
    browser: Browser
    wrong: list[str] = field(default_factory=list)

    def each(self, kinds: Iterable[Kind], lang: str, width: int, do: Do, scheme: str = "light") -> None:
        """Comes to each of these kinds in this language and on this screen, and does something there."""
        for who, theirs in groupby(sorted(kinds, key=lambda kind: kind.who), key=lambda kind: kind.who):
            with self.person(who, lang, width, scheme) as context:
                for kind in theirs:
                    name = f"{kind.name}/{lang}-{width}{'' if scheme == 'light' else '-dark'}"
                    self.visit(context, kind, lang, name, do)

    @contextmanager
    def person(self, who: str, lang: str, width: int, scheme: str = "light") -> Iterator[BrowserContext]:
        """A browser of this person, nobody known when there is no name."""
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

    def visit(self, context: BrowserContext, kind: Kind, lang: str, name: str, do: Do) -> None:
        """Comes to one page and does something there; what fails is written down."""
        page = context.new_page()
        page.on("console", lambda said: self._heard(name, said.type, said.text))
        try:
            self._come_to(page, kind, lang, name)
            do(page, name)
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


def break_on_purpose(set_up: Stage) -> None:
    """Addresses that meet what cannot be brought about from outside."""

    def met(lang: str, status: int) -> Any:
        if status == 500:
            raise RuntimeError("on purpose")
        abort(status)

    app = set_up.town.app
    app._got_first_request = False  # the town was entered already
    app.add_url_rule("/<lang>/look/<int:status>", "discover.look", met)
