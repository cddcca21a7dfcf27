"""Languages: which one a page speaks, the same page in another, and numbers, money, days as Moroccans write them.

The language is the first part of the path (``/ar/…``). Message ids are the English sentences; Arabic and French lie in
``translations/<code>/LC_MESSAGES/messages.po`` and are read as they are, so that no
compiled file can be stale or missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, abort, current_app, g, has_request_context, request, url_for
from flask_babel import Babel, Domain
from markupsafe import Markup

from payments.money import Money

TRANSLATIONS = Path(__file__).with_name("translations")
CASABLANCA = ZoneInfo("Africa/Casablanca")
DEFAULT = "ar"
HOME = "discover.home"
BEFORE_SIGNS = re.compile(r" (?=[:;?!»])|(?<=«) ")

_spoken: ContextVar[str] = ContextVar("spoken", default="")


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pages: its code, its own name, its direction and the locale of its numbers and dates."""

    code: str
    name: str
    dir: str
    locale: str


LANGUAGES = {
    "ar": Language("ar", "العربية", "rtl", "ar_MA"),
    "fr": Language("fr", "Français", "ltr", "fr_MA"),
    "en": Language("en", "English", "ltr", "en_GB"),
}


@dataclass(frozen=True, slots=True)
class ElsewhereSaid:
    """A page in one of the languages: where it is."""

    language: Language
    url: str


class PoDomain(Domain):  # type: ignore[misc]
    """Messages read from the .po files themselves."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the language spoken now; English is the message ids."""
        return messages(language())


@cache
def messages(code: str) -> NullTranslations:
    """The messages of one language, without those marked fuzzy."""
    path = TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return Translations(compiled)


def warm() -> None:
    """Reads what is needed to speak each language: its messages, its days and its numbers."""
    for code in LANGUAGES:
        messages(code)
        say_moment(datetime.now(CASABLANCA), code)
        say_money(Money(0, "MAD"), code)


def init(app: Flask) -> None:
    """Makes ``app`` speak: chooses the language of each request, and puts ``lang`` into every address that needs it and
    was given none. A first part of the path that is no language is 404."""
    babel = Babel()
    babel.domain_instance = PoDomain()
    babel.init_app(app, locale_selector=lambda: LANGUAGES[language()].locale)
    app.jinja_env.globals.update(_=said, ngettext=said_of)

    @app.url_value_preprocessor
    def choose(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        code = (values or {}).get("lang")
        if code is not None and code not in LANGUAGES:
            speak(_asked())
            abort(404)
        speak(code or _asked())

    @app.teardown_request
    def no_more(_problem: BaseException | None) -> None:
        speak("")  # the thread goes on to another person

    @app.url_defaults
    def keep(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = language()


def _asked() -> str:
    """The language of an address without one: where the person is going to, else what the browser prefers."""
    for path in (request.args.get("lang", ""), request.path, request.args.get("next", "")):
        first = path.lstrip("/").partition("/")[0]
        if first in LANGUAGES:
            return first
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT


def gettext(message: str, **values: object) -> str:
    """A sentence in the language spoken now; ``%(name)s`` in it stands for a value."""
    words: str = messages(language()).ugettext(message)
    return words % values if values else words


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """A sentence in the form that its number asks for; ``%(num)d`` stands for the number."""
    words: str = messages(language()).ungettext(one, many, number)
    return words % {"num": number, **values}


def said(message: str, **values: object) -> Markup:
    """``gettext`` for templates: the sentence is ours and may hold marks of its own, the values are escaped."""
    words = _marked(language(), message)
    return words % values if values else words


def said_of(one: str, many: str, number: int, **values: object) -> Markup:
    """``ngettext`` for templates."""
    words = spaced(messages(language()).ungettext(one, many, number), language())
    return Markup(words) % {"num": number, **values}  # noqa: S704


@cache
def _marked(code: str, message: str) -> Markup:
    return Markup(spaced(messages(code).ugettext(message), code))  # noqa: S704


@lru_cache(maxsize=4000)
def spaced(words: str, code: str) -> str:
    """Words as they are set in their language: in French no line begins with “:”, “;”, “?”, “!” or “»”."""
    return BEFORE_SIGNS.sub("\u00a0", words) if code == "fr" else words


def language() -> str:
    """The code of the language spoken now: that of the request, or the one ``speaking`` was given, else Arabic."""
    return _spoken.get() or (_asked() if has_request_context() else DEFAULT)


def speak(code: str) -> None:
    """From now on this request's pages speak this language: for an address that does not carry one."""
    _spoken.set(code)


def direction() -> str:
    """``rtl`` or ``ltr``, of the language spoken now."""
    return LANGUAGES[language()].dir


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Inside, everything is said in this language: for letters and messages to someone who is not clicking.

    Needs an application context. Raises KeyError for a code that is not in LANGUAGES.
    """
    token = _spoken.set(LANGUAGES[code].code)
    try:
        yield
    finally:
        _spoken.reset(token)


def other_languages() -> list[ElsewhereSaid]:
    """This page in the other languages; their home page where this page cannot be asked for again (a form's answer)."""
    found: list[ElsewhereSaid] | None = g.get("other_languages")
    if found is None:  # header and footer both ask
        others = [(code, other) for code, other in LANGUAGES.items() if code != language()]
        found = g.other_languages = [ElsewhereSaid(other, _same_page(code)) for code, other in others]
    return found


def also_at(**values: Any) -> None:
    """This page, whose path names no language, is there in the others too, at the same address with these values."""
    endpoint = request.endpoint or HOME
    g.other_languages = [
        ElsewhereSaid(other, url_for(endpoint, lang=code, **values))
        for code, other in LANGUAGES.items()
        if code != language()
    ]


def public_address(path: str) -> str:
    """The whole address of a page of ours, by the name the portal is known by: never by what a request calls it."""
    settings = current_app.config.get("PORTAL")
    base: str = settings.public_url if settings else ""
    return base + path


def addresses(path: str) -> list[ElsewhereSaid]:
    """The whole addresses of a page in every language; ``path`` is its path in one of them."""
    rest = path[path.index("/", 1) :]
    return [ElsewhereSaid(one, public_address(f"/{code}{rest}")) for code, one in LANGUAGES.items()]


def path_of(endpoint: str, **values: object) -> str:
    """The address of a page, from a pattern that is made once for each language: lists are full of addresses, and
    ``url_for`` makes each anew. ``values`` are parts of the path, texts or ids."""
    patterns: dict[tuple[str, ...], str] = current_app.extensions.setdefault("portal.paths", {})
    key = endpoint, language(), *values
    pattern = patterns.get(key)
    if pattern is None:
        places: dict[str, Any] = {name: f"({name})" for name in values}
        pattern = patterns[key] = url_for(endpoint, **places)
    for name, value in values.items():
        pattern = pattern.replace(f"({name})", quote(str(value), safe=""))
    return pattern


def _same_page(code: str) -> str:
    endpoint = request.endpoint
    readable = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    if endpoint and readable and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        page = url_for(endpoint, **{**(request.view_args or {}), "lang": code})
        asked = urlencode(list(request.args.items(multi=True)))  # never as url_for's own arguments
        return f"{page}?{asked}" if asked else page
    return url_for(HOME, lang=code)


CURRENCIES = {"ar": "{} درهم", "fr": "{} MAD", "en": "MAD {}"}


def say_money(amount: Money, code: str | None = None) -> str:
    """An amount in words of a language: «20,00 درهم», “20,00 MAD”, “MAD 20.00”. Western digits everywhere."""
    code = code or language()
    number = format_decimal(amount.decimal, "#,##0.00", locale=LANGUAGES[code].locale)
    if amount.currency == "MAD":
        return CURRENCIES[code].format(number)
    return f"{number} {amount.currency}"


def say_file(media: str, size: int) -> str:
    """What kind of file it is and how large: “PDF, 120 kB”, “Picture, 1.1 MB”."""
    kilobytes = max(1, round(size / 1024))
    megabytes = format_decimal(size / 1024**2, "0.0", locale=LANGUAGES[language()].locale)
    large = gettext("%(size)s kB", size=kilobytes) if kilobytes < 1000 else gettext("%(size)s MB", size=megabytes)
    return (gettext("PDF, %(size)s") if media == "application/pdf" else gettext("Picture, %(size)s")) % {"size": large}


def say_day(day: date, code: str | None = None) -> str:
    """A day with its Moroccan month: «5 أكتوبر 2026». An aware datetime is the day it is in Casablanca."""
    code = code or language()
    local = _there(day) if isinstance(day, datetime) else day
    said = format_date(local, "d MMMM y", locale=LANGUAGES[code].locale)
    return said.replace("1 ", "1er ", 1) if code == "fr" and local.day == 1 else said


def say_moment(moment: datetime, code: str | None = None) -> str:
    """A day and the time of day in Casablanca: “5 octobre 2026, 10:30”. Raises ValueError for a naive moment."""
    code = code or language()
    local = _there(moment)
    comma = "،" if code == "ar" else ","
    return f"{say_day(local, code)}{comma} {format_time(local, 'HH:mm', locale=LANGUAGES[code].locale)}"


def say_clock(moment: datetime) -> str:
    """The time of day in Casablanca, the same in all languages: “10:30”."""
    return _there(moment).strftime("%H:%M")


def _there(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(CASABLANCA)


def casablanca_day(moment: datetime) -> date:
    """The day it is in Casablanca at this moment."""
    return moment.astimezone(CASABLANCA).date()
