"""What an owner says of a document, as a form has it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from uuid import UUID

from journeys.cases.answers import BadAnswer
from journeys.cases.values import read_day
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.folding import folded
from portal.i18n import gettext, language
from portal.keys import Keyring
from portal.locker.keeping import Said, label_of, labelled
from portal.locker.kinds import OTHER, name_in, names_of
from portal.locker.models import Document

OLDEST, LATEST = date(1900, 1, 1), 100


def typed_of(document: Document, keyring: Keyring) -> dict[str, str]:
    """What is known of a document, as one would type it."""
    return {
        "kind": document.kind,
        "issued_on": _shown(document.issued_on),
        "valid_until": _shown(document.valid_until),
        "label": label_of(keyring, document),
    }


def _shown(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def types(catalogue: Catalogue) -> list[tuple[str, list[tuple[str, str]]]]:
    """The types to choose from, under their headings: without one what is none of them, then those that most people
    have, then all in the order of the reader's alphabet."""
    found = {key: one.names.pick(language())[0] for key, one in catalogue.documents.items()}
    places = {key: one.prominence for key, one in catalogue.documents.items() if one.prominence}
    groups = {
        "": [(OTHER, name_in(names_of(catalogue, OTHER)))],
        gettext("Most common"): [(key, found[key]) for key in sorted(places, key=places.__getitem__)],
        gettext("All types"): sorted(found.items(), key=lambda one: folded(one[1])),
    }
    return [(heading, some) for heading, some in groups.items() if some]


def read_said(typed: Mapping[str, str], catalogue: Catalogue, today: date) -> tuple[Said, dict[str, str]]:
    """What was typed of a document and, by field, what is wrong with it."""
    wrong: dict[str, str] = {}
    kind = typed.get("kind", OTHER)
    if kind != OTHER and kind not in catalogue.documents:
        wrong["kind"] = gettext("Choose a type from the list.")
    issued, ends = (_day(typed, name, today, wrong) for name in ("issued_on", "valid_until"))
    if issued is not None and issued > today:
        wrong["issued_on"] = gettext("This date is in the future. Please check it.")
    if ends is not None and issued is not None and ends < issued:
        wrong["valid_until"] = gettext("It cannot end before it was issued.")
    replaces = None
    with suppress(ValueError):
        replaces = UUID(typed.get("replaces", "")) if typed.get("replaces") else None
    return Said(kind, names_of(catalogue, kind), issued, ends, labelled(typed.get("label", "")), replaces), wrong


def _day(typed: Mapping[str, str], name: str, today: date, wrong: dict[str, str]) -> date | None:
    text = typed.get(name, "")
    if not text.strip():
        return None
    try:
        day = read_day(text)
    except BadAnswer:
        day = date.min
    if not OLDEST <= day <= date(today.year + LATEST, 1, 1):
        wrong[name] = gettext("Please write a real date as day/month/year, for example 31/12/1990.")
        return None
    return day
