"""Pages of the sandbox: their language, texts and headers. Plain HTML without scripts, right-to-left in Arabic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from flask import Flask, Response, render_template, request, send_from_directory, session
from werkzeug.datastructures import MultiDict

FONTS = Path(__file__).resolve().parents[2] / "static" / "dist" / "fonts"
"""The family's letters, where the front end was built; without them the machine's own are read."""

LANGUAGES = {"ar": "العربية", "fr": "français", "en": "English"}
HEADERS = {
    # The answer to a form here is a redirect back to the portal, wherever that runs.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; form-action *; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """All texts of the pages: key → language → text."""
    content = Path(__file__).with_name("texts.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(content)
    return found


def speaker(language: str) -> Callable[..., str]:
    """A function that says a text in this language, with its ``{placeholders}`` filled in."""

    def say(key: str, **values: object) -> str:
        return texts()[key][language].format(**values)

    return say


def in_all(key: str, **values: object) -> dict[str, str]:
    """One text in the three languages."""
    return {language: speaker(language)(key, **values) for language in LANGUAGES}


def language() -> str:
    """The reader's language: asked for (``lang``, ``ui_locales``), chosen earlier, the browser's, else Arabic."""
    asked = f"{request.values.get('lang', '')} {request.values.get('ui_locales', '')}".split()
    for tag in (tag.lower().split("-")[0] for tag in asked):
        if tag in LANGUAGES:
            session["lang"] = tag
            return tag
    kept = session.get("lang")
    return kept if kept in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES)) or "ar"


def switches(current: str) -> list[tuple[str, str, str]]:
    """The other languages of this page: code, own name, address."""
    others = [(code, name) for code, name in LANGUAGES.items() if code != current]
    return [(code, name, _address(code)) for code, name in others]


def _address(code: str) -> str:
    arguments: MultiDict[str, str] = MultiDict(request.args)
    arguments["lang"] = code
    return request.path + "?" + urlencode(list(arguments.items(multi=True)))


def page(template: str, *, lang: str = "", status: int = 200, **values: Any) -> tuple[str, int]:
    """A page in the reader's language, or in ``lang`` where the page knows better; for a view to return."""
    chosen = lang or language()
    direction = "rtl" if chosen == "ar" else "ltr"
    others = [] if lang else switches(chosen)
    body = render_template(template, lang=chosen, dir=direction, t=speaker(chosen), others=others, **values)
    return body, status


def problem(key: str, status: int, detail: str = "") -> tuple[str, int]:
    """A page that says what is wrong and what to do next."""
    return page("problem.html", status=status, title=f"{key}_title", text=f"{key}_text", detail=detail)


def money(minor: int, currency: str, lang: str) -> str:
    """An amount as the page of the card processor writes it."""
    amount = f"{minor // 100}.{minor % 100:02d}"
    return f"{amount.replace('.', ',')} {currency.upper()}" if lang == "fr" else f"{currency.upper()} {amount}"


def plug(app: Flask) -> None:
    """Headers of every answer, and the amount filter of the templates."""
    app.jinja_env.filters["money"] = money
    app.add_url_rule("/fonts/<name>", "fonts", _font)

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint not in ("static", "fonts"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _font(name: str) -> Response:
    return send_from_directory(FONTS, name, max_age=86_400)
