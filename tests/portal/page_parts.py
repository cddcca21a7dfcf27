"""What a page is made of, read from its HTML: language, title, links, files, forms; and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

DIRECTIONS = {"ar": "rtl", "fr": "ltr", "en": "ltr"}
FROM_INSIDE = re.compile(
    r"Traceback \(most recent|File (?:\"|&#34;)/|/site-packages/|\b(?:[A-Z][a-z]+)+Error\b|\bException\b"
    r"|(?:<|&lt;)[\w.]+ object at 0x|\bNoneType\b|\blazy_gettext\b"
    r"|\b(?:sqlalchemy|psycopg|sqlite3|jinja2|werkzeug|wtforms|journeys\.cases|payments\.debts)\b"
)


@dataclass(slots=True)
class Field:
    """One field of a form: what it holds, and what can be chosen."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    """A form: where it goes, how, with which fields by name."""

    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """Forms with the same key ask for the same."""
        return (self.action, *sorted(self.fields))


@dataclass(slots=True)
class Parts:
    """What was found in a page."""

    lang: str = ""
    dir: str = ""
    title: str = ""
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts = Parts()
        self.within: set[str] = set()
        self.typed: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.parts.ids += [said["id"]] if "id" in said else []
        self.within.add(tag)
        reads = getattr(self, f"on_{tag}", None)
        if reads is not None:
            reads(said)

    def handle_endtag(self, tag: str) -> None:
        self.within.discard(tag)
        self.typed = None if tag in ("select", "textarea") else self.typed

    def handle_data(self, data: str) -> None:
        if "title" in self.within and "svg" not in self.within:
            self.parts.title += data
        if self.typed is not None and "textarea" in self.within:
            self.typed.value += data

    def on_html(self, said: dict[str, str]) -> None:
        self.parts.lang, self.parts.dir = said.get("lang", ""), said.get("dir", "")

    def on_a(self, said: dict[str, str]) -> None:
        self.parts.links += [said["href"]] if "href" in said else []

    def on_link(self, said: dict[str, str]) -> None:
        self.parts.files += [said["href"]] if "href" in said else []

    def on_script(self, said: dict[str, str]) -> None:
        self.parts.files += [said["src"]] if "src" in said else []

    on_img = on_script

    def on_form(self, said: dict[str, str]) -> None:
        self.parts.forms.append(Form(said.get("action", ""), said.get("method", "get").lower()))

    def on_input(self, said: dict[str, str]) -> None:
        kind, value = said.get("type", "text"), said.get("value", "")
        if kind in ("radio", "checkbox"):
            found = self._put(Field(said.get("name", ""), kind))
            found.options.append(value or "on")
            found.value = value if "checked" in said else found.value
        else:
            self._put(Field(said.get("name", ""), kind, value))

    def on_select(self, said: dict[str, str]) -> None:
        self.typed = self._put(Field(said.get("name", ""), "select"))

    def on_option(self, said: dict[str, str]) -> None:
        if self.typed is not None:
            self.typed.options += [said["value"]] if said.get("value") else []
            self.typed.value = said.get("value", "") if "selected" in said else self.typed.value

    def on_textarea(self, said: dict[str, str]) -> None:
        self.typed = self._put(Field(said.get("name", ""), "textarea"))

    def on_button(self, said: dict[str, str]) -> None:
        self._put(Field(said.get("name", ""), "hidden", said.get("value", "")))

    def _put(self, one: Field) -> Field:
        if "form" not in self.within or not one.name:
            return one
        return self.parts.forms[-1].fields.setdefault(one.name, one)


def parts_of(text: str) -> Parts:
    """What this page is made of."""
    reader = _Reader()
    reader.feed(text)
    return reader.parts


def flaws(status: int, kind: str, text: str) -> list[str]:
    """What is wrong with any answer, whoever asked for whatever: one line each, empty when nothing is."""
    found = [f"status {status}"] if status >= 500 else []
    if kind.startswith(("text/", "application/json")) and not kind.startswith("text/javascript"):
        found += [f"shows its inside: {one[0]}" for one in [FROM_INSIDE.search(text)] if one]
    if kind.startswith("text/html") and text and not 300 <= status < 400:
        found += _of_a_page(parts_of(text))
    return found


def _of_a_page(parts: Parts) -> list[str]:
    found = []
    if DIRECTIONS.get(parts.lang, "?") != parts.dir:
        found.append(f"language {parts.lang!r}, direction {parts.dir!r}")
    if not parts.title.partition("·")[0].strip():
        found.append(f"title {parts.title!r}")
    nowhere = {link for link in parts.links if link.startswith("#") and link[1:] not in parts.ids}
    return found + [f"leads to {link}, which this page does not have" for link in sorted(nowhere)]
