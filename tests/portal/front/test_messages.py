"""Interface text exists in Arabic, French and English, or the build fails."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from portal import i18n

ROOT = Path(__file__).resolve().parents[3]
FORMS = {"ar": 6, "fr": 2}
PLACE = re.compile(r"%\(\w+\)[sd]")


@cache
def said() -> frozenset[str | tuple[str, ...]]:
    """Every message of the templates and the code."""
    with (i18n.TRANSLATIONS / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)[:2]
    found = set()
    for top in ("portal", "templates"):
        mine = [(path.removeprefix(f"{top}/"), way) for path, way in methods if path.startswith(f"{top}/")]
        theirs = {path.removeprefix(f"{top}/"): option for path, option in options.items()}
        for _file, _line, message, _comments, _context in extract_from_dir(ROOT / top, mine, theirs):
            found.add(message)
    return frozenset(found)


@cache
def translated(code: str) -> Catalog:
    """The messages of one language."""
    with (i18n.TRANSLATIONS / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


def words(message: Message) -> tuple[str, ...]:
    """A translation's forms."""
    return tuple(message.string) if isinstance(message.string, (list, tuple)) else (message.string,)


def test_messages_are_found_in_templates_and_code() -> None:
    assert {"Sign in", "Free", "Legal basis"} <= said()


@pytest.mark.parametrize("code", ["ar", "fr"])
def test_every_message_is_translated(code: str) -> None:
    known = {message.id for message in translated(code) if message.id and all(words(message)) and not message.fuzzy}
    assert sorted(map(str, said() - known)) == []


@pytest.mark.parametrize("code", ["ar", "fr"])
def test_nothing_is_translated_that_nobody_says(code: str) -> None:
    known = {message.id for message in translated(code) if message.id}
    assert sorted(map(str, known - said())) == []


@pytest.mark.parametrize("code", ["ar", "fr"])
def test_counts_have_all_forms_of_the_language(code: str) -> None:
    counted = [message for message in translated(code) if message.pluralizable]
    assert counted
    assert {len(words(message)) for message in counted} == {FORMS[code]}


@pytest.mark.parametrize("code", ["ar", "fr"])
def test_translations_keep_the_places_for_values(code: str) -> None:
    for message in translated(code):
        if isinstance(message.id, str) and message.id:
            assert set(PLACE.findall(message.id)) == set(PLACE.findall(words(message)[0])), message.id
