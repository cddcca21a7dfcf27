"""Templates: strict Jinja for our own pages, the form kit beside them, and filters that isolate what is not prose."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, MutableMapping
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.templating import Environment
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined, Template, Undefined
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from journeys.catalogue.values import Text
from payments.money import Money
from portal import i18n
from portal.i18n import gettext as _

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
DIST = ROOT / "static" / "dist"
DIST_URL = "/static/dist/"
KITS = ("govuk_frontend_jinja", "govuk_frontend_wtf")


class Shared(Template):
    """A template whose macros, once imported, serve every page: none of ours is given other globals than the rest."""

    def _get_default_module(self, _context: object = None) -> Any:
        return super()._get_default_module()


class Templates(Environment):
    """Strict for our own templates. The kit asks for parameters that were not given, so its templates are lenient,
    and they are read with the white space they were written for."""

    template_class = Shared

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:
        if self.overlayed or not name.startswith(KITS):
            return super()._load_template(name, globals)
        if not hasattr(self, "kit"):
            self.kit = self.overlay(undefined=Undefined, trim_blocks=False, lstrip_blocks=False)
        return self.kit._load_template(name, globals)


KIT_ENGLISH = {
    'default("Error")': "default(kit_word('error'))",
    "item.label if item.label else": "kit_word(item.label) if item.label else",
    "'You can enter up to %{count} ' ~ ('words' if params.maxwords else 'characters')": "kit_word('limit')",
    "params.charactersUnderLimitText": "kit_forms('under')",
    "params.charactersAtLimitText": "kit_word('at')",
    "params.charactersOverLimitText": "kit_forms('over')",
}


class Kit(PackageLoader):
    """The kit's templates, with what they say in English handed to gettext."""

    def get_source(self, environment: Any, template: str) -> tuple[str, str, Any]:
        """The source of one template. Raises TemplateNotFound."""
        source, name, fresh = super().get_source(environment, template)
        for english, translated in KIT_ENGLISH.items():
            source = source.replace(english, translated)
        return source, name, fresh


def kit_word(word: str) -> str:
    """What the kit would say in English, in the language spoken now; a word of ours is left as it is."""
    words = {
        "error": _("Error"),
        "Day": _("Day"),
        "Month": _("Month"),
        "Year": _("Year"),
        "limit": _("At most %(number)s characters", number="%{count}"),
        "under": _("Characters left: %(number)s", number="%{count}"),
        "at": _("No characters left"),
        "over": _("Characters too many: %(number)s", number="%{count}"),
    }
    return words.get(word, word)


def kit_forms(word: str) -> dict[str, str]:
    """The same words for every plural form of CLDR: they stand before their number."""
    return dict.fromkeys(("zero", "one", "two", "few", "many", "other"), kit_word(word))


def form_errors(form: Any) -> dict[str, Any]:
    """Parameters of the error summary above a form: each problem with the question it is about."""
    found = [
        {"text": _("%(label)s: %(problem)s", label=field.label.text, problem=field.errors[0]), "href": f"#{field.id}"}
        for field in form
        if field.errors
    ]
    return {"titleText": _("Please check the following"), "errorList": found}


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@cache
def asset(name: str) -> str:
    """The address of a built file, with its digest so that it may be cached for ever; without it when not built."""
    path = DIST / name
    return f"{DIST_URL}{name}?v={_digest(path)}" if path.is_file() else DIST_URL + name


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
    if code == i18n.language():
        return Markup.escape(words)
    known = i18n.LANGUAGES.get(code)
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(code, known.dir if known else "auto", words)


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
    app.jinja_environment = Templates
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = ChoiceLoader([FileSystemLoader(TEMPLATES), PrefixLoader({kit: Kit(kit) for kit in KITS})])
    app.config.setdefault("DEMO", False)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    i18n.init(app)
    WTFormsHelpers(app)
    app.jinja_env.filters.update(money=money, day=day, moment=moment, text=text, ref=ref)
    app.jinja_env.globals.update(
        asset=asset,
        direction=i18n.direction,
        kept=kept,
        kit_forms=kit_forms,
        kit_word=kit_word,
        language=i18n.language,
        languages=i18n.LANGUAGES,
        other_languages=i18n.other_languages,
        path_of=i18n.path_of,
        wtforms_errors=form_errors,
    )
