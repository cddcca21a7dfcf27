"""What a form says of a share, read and judged: with whom, for how long, how often, what for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import select
from stdnum.ma import ice as ice_number

from journeys.cases import letters
from journeys.catalogue.folding import words
from journeys.exchange.models import Office
from portal.i18n import gettext
from portal.identity.mandates.models import Company
from portal.identity.mandates.reading import marks
from portal.identity.mandates.terms import whom as person_meant
from portal.identity.people import by_fingerprint
from portal.locker.sharing.actions import LONGEST_DAYS, MOST_VIEWS, Whom, word_of
from portal.locker.sharing.models import With
from portal.unit import Unit

LONGEST, LONGEST_PURPOSE = 120, 200
MOST_OFFICES, SOME = 20, 200
USUAL_DAYS, USUAL_VIEWS = 7, 5
ONCE_BYTES = 16


def new_once() -> str:
    """What tells one form from every other: sent twice it is the same share."""
    return secrets.token_urlsafe(ONCE_BYTES)


@dataclass(frozen=True, slots=True)
class Read:
    """A form that can be done: with whom, what for, for how many days, how many times; of a link its word too."""

    whom: Whom
    purpose: str
    days: int
    most: int
    word: str = ""


def read(
    unit: Unit, me: frozenset[str], document: UUID, typed: Mapping[str, str]
) -> tuple[Read | None, dict[str, str], list[Office]]:
    """What was typed; by field, what is wrong with it; and the offices that may be meant, when there are several.
    ``me`` is what marks whoever shares this document."""
    wrong: dict[str, str] = {}  # in the order of the page
    offices: list[Office] = []
    whom, word = _whom(unit, me, typed, wrong, offices), ""
    purpose = letters.one_line(typed.get("purpose", ""))[:LONGEST_PURPOSE]
    if not purpose or letters.is_hostile(purpose):
        wrong["purpose"] = gettext("Say what it is for. Whoever opens the document reads it.")
    days = _number(typed, "days", LONGEST_DAYS)
    if days is None:
        wrong["days"] = gettext("Type a number of days from 1 to %(most)s.", most=LONGEST_DAYS)
    most = _number(typed, "views", MOST_VIEWS)
    if most is None:
        wrong["views"] = gettext("Type a number from 1 to %(most)s.", most=MOST_VIEWS)
    if wrong or whom is None or days is None or most is None:
        return None, wrong, offices
    if whom.kind == With.LINK:
        once = typed.get("once", "")[:LONGEST] or new_once()
        word, whom = word_of(unit.adapters.keyring, "\n".join((once, str(document), str(days), str(most), purpose)))
    return Read(whom, purpose, days, most, word), {}, offices


def _number(typed: Mapping[str, str], name: str, most: int) -> int | None:
    text = letters.compact(letters.one_line(typed.get(name, ""))[:6])
    return int(text) if text.isdecimal() and 0 < int(text) <= most else None


def _whom(
    unit: Unit, me: frozenset[str], typed: Mapping[str, str], wrong: dict[str, str], offices: list[Office]
) -> Whom | None:
    kind = typed.get("with", "")
    if kind == With.LINK:
        return Whom(With.LINK)
    if kind == With.PERSON:
        return _person(unit, me, typed, wrong)
    if kind == With.COMPANY:
        return _company(unit, typed, wrong)
    if kind == With.OFFICE:
        return _office(unit, typed, wrong, offices)
    wrong["with"] = gettext("Choose one of the answers.")
    return None


def _person(unit: Unit, me: frozenset[str], typed: Mapping[str, str], wrong: dict[str, str]) -> Whom | None:
    text = typed.get("person", "")[:LONGEST]
    known = person_meant(text, unit.adapters.keyring, lambda mark: by_fingerprint(unit.session, mark) is not None)
    if known is None:
        wrong["person"] = gettext("Type an e-mail address, or the number of a national card or residence title.")
    elif known.mark in me:
        wrong["person"] = gettext("This is your own address or number.")
    return Whom(With.PERSON, mark=known.mark, said=letters.one_line(text)) if known else None


def _company(unit: Unit, typed: Mapping[str, str], wrong: dict[str, str]) -> Whom | None:
    ice = letters.compact(letters.one_line(typed.get("ice", "")[:LONGEST]))
    if not ice_number.is_valid(ice):
        wrong["ice"] = gettext("The common identifier (ICE) has 15 digits.")
        return None
    found = unit.session.scalar(select(Company.id).where(Company.ice == ice))
    if found is None:
        wrong["ice"] = gettext("Nobody of this company uses the portal yet. Send them a link instead.")
        return None
    return Whom(With.COMPANY, company=found)


def _office(unit: Unit, typed: Mapping[str, str], wrong: dict[str, str], offices: list[Office]) -> Whom | None:
    with suppress(ValueError):
        chosen = unit.session.get(Office, UUID(typed.get("office_id", "")))
        if chosen is not None:
            return Whom(With.OFFICE, office=chosen.id)
    offices += _meant(unit, words(typed.get("office", "")[:LONGEST]))
    if len(offices) == 1:
        return Whom(With.OFFICE, office=offices[0].id)
    if not offices:
        wrong["office"] = gettext("No office of this name is here. Type a part of its name, for example a town.")
    elif len(offices) > MOST_OFFICES:
        wrong["office"] = gettext("Many offices have this in their name. Type more of it.")
    else:
        wrong["office"] = gettext("Choose the office that you mean.")
    return None


def _meant(unit: Unit, asked: list[str]) -> list[Office]:
    """The offices with these words in their names, no more than show that there are too many. Words are compared as
    people type them, which no database does: the names alone are read, until there are enough."""
    if not asked:
        return []
    known = unit.session.execute(select(Office.id, Office.names).order_by(Office.id).execution_options(yield_per=SOME))
    with closing(known):
        found = [*islice((office for office, names in known if _named(asked, names)), MOST_OFFICES + 1)]
    return list(unit.session.scalars(select(Office).where(Office.id.in_(found)).order_by(Office.id)))


def _named(asked: list[str], names: Mapping[str, str]) -> bool:
    said = [word for name in names.values() for word in words(name)]
    return all(any(word.startswith(one) for word in said) for one in asked)


def marks_of(unit: Unit, person: UUID) -> frozenset[str]:
    """What marks somebody: their numbers and verified addresses."""
    return frozenset(marks(unit.session, person))
