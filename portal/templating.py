"""Templates: strict Jinja, and filters that isolate what is not prose."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request
from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from journeys.catalogue.values import Text
from payments.money import Money
from portal import i18n

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
DIST = ROOT / "static" / "dist"
DIST_URL = "/static/dist/"


class Shared(Template):
    """A template whose macros, once imported, serve every page: none of ours is given other globals than the rest."""

    def _get_default_module(self, _context: object = None) -> Any:
        return super()._get_default_module()


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@cache
def asset(name: str) -> str:
    """The address of a built file, with its digest so that it may be cached for ever; without it when not built."""
    path = DIST / name
    return f"{DIST_URL}{name}?v={_digest(path)}" if path.is_file() else DIST_URL + name


def address() -> str:
    """Where the page at hand lies, as it is written on paper: never what the request says of our name."""
    return i18n.public_address(request.path)


def money(amount: Money) -> Markup:
    """An amount, isolated from the direction of the text around it and never broken over two lines."""
    return Markup(f'<bdi class="money" dir="{i18n.direction()}">{escape(i18n.say_money(amount))}</bdi>')  # noqa: S704


def day(value: date) -> Markup:
    """A day with the name of its month, readable by machines."""
    return _day(value, i18n.language())


@lru_cache(maxsize=2000)
def _day(value: date, code: str) -> Markup:
    return _time(value, i18n.say_day(value, code), code)


def moment(value: datetime) -> Markup:
    """A day and time in Casablanca, readable by machines. Raises ValueError for a naive moment."""
    return _time(value, i18n.say_moment(value), i18n.language())


def clock(value: datetime) -> Markup:
    """The time of day in Casablanca, readable by machines."""
    return _time(value, i18n.say_clock(value), "fr")


def _time(value: date, words: str, code: str) -> Markup:
    way = i18n.LANGUAGES[code].dir
    return Markup(f'<bdi dir="{way}"><time datetime="{value.isoformat()}">{escape(words)}</time></bdi>')  # noqa: S704


def text(value: Text | dict[str, str] | None) -> Markup:
    """What is said in several languages, in the reader's, else in the nearest there is, marked with its own language
    and direction. A dictionary is a text as rows keep it, language to words."""
    if not value:
        return Markup("")
    said = value if isinstance(value, Text) else Text.model_construct(root=value)
    words, code = said.pick(i18n.language())
    words = i18n.spaced(words, code)
    if code == i18n.language():
        return Markup.escape(words)
    known = i18n.LANGUAGES.get(code)
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(code, known.dir if known else "auto", words)


def tifinagh(names: Text | None) -> Markup:
    """A name in Amazigh, marked with its language; nothing where it has none."""
    said = names.root.get("zgh") if names else None
    return Markup('<bdi lang="zgh" dir="ltr">{}</bdi>').format(said) if said else Markup("")


def ref(value: object) -> Markup:
    """A reference, number or code: left to right on every page."""
    return Markup(f'<bdi class="ref" dir="ltr">{escape(value)}</bdi>')  # noqa: S704


def kept(macro: Macro) -> Callable[..., Markup]:
    """A macro that only its arguments and the language decide: said once for each."""

    @lru_cache(maxsize=2000)
    def said(_code: str, *values: object, **named: object) -> Markup:
        return Markup(macro(*values, **named))  # noqa: S704

    return lambda *values, **named: said(i18n.language(), *values, **named)


def init(app: Flask) -> None:
    """Plugs templates, filters and languages into ``app``. Call it before anything else touches ``app.jinja_env``.

    ``app.config["DEMO"]`` set to true shows the banner of a demonstration on every page.
    """
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = FileSystemLoader(TEMPLATES)
    app.config.setdefault("DEMO", False)
    app.jinja_env.template_class = Shared
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    i18n.init(app)
    app.jinja_env.filters.update(money=money, day=day, moment=moment, clock=clock)
    app.jinja_env.filters.update(text=text, tifinagh=tifinagh, ref=ref)
    app.jinja_env.globals.update(
        address=address,
        asset=asset,
        direction=i18n.direction,
        kept=kept,
        language=i18n.language,
        languages=i18n.LANGUAGES,
        other_languages=i18n.other_languages,
        path_of=i18n.path_of,
        say_file=i18n.say_file,
    )
