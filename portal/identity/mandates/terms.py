"""What a form says of a mandate, read and judged: to whom, what it allows, how far it reaches, until when and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from journeys.cases import letters
from journeys.cases.values import WHOLE_DATE
from journeys.catalogue.definitions import Catalogue
from portal.i18n import CASABLANCA, gettext
from portal.identity import numbers
from portal.identity.contacts import Channel, found_by, read_address
from portal.identity.errors import WrongNumber
from portal.identity.mandates.actions import Terms
from portal.identity.mandates.states import Scope
from portal.keys import Keyring

LONGEST = 300
LONGEST_TIME = timedelta(days=5 * 366)
ALL, ONE_SERVICE, ONE_ADMINISTRATION = "all", "service", "administration"


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a mandate is addressed to: the keyed hash that finds them, and the mail address when it was one."""

    mark: str
    mail: str | None


def whom(typed: str, keyring: Keyring, known: Callable[[str], bool]) -> Addressed | None:
    """Who was meant by a mail address, or by a number of a national card, residence title or passport; None for
    neither. ``known`` says whether somebody has a number, by its keyed hash."""
    found = read_address(typed) if "@" in typed else None
    if found is not None:
        return Addressed(found_by(keyring, Channel.MAIL, found[1]), found[1])
    marks = []
    for kind in ("cin", "passport", "residence_title"):
        with suppress(WrongNumber):
            marks.append(numbers.found_by(keyring, kind, numbers.normalised(kind, typed)))
    # a number may be read as several kinds: then as the one that somebody has, and who typed it is not told which
    return Addressed(next(filter(known, marks), marks[0]), None) if marks else None


def read_terms(
    typed: MultiDict[str, str], catalogue: Catalogue, now: datetime, *, leads: bool = False
) -> tuple[Terms | None, dict[str, str]]:
    """The terms a form holds and, by field, what is wrong with it. ``leads`` says that the right to let others act may
    be given too."""
    wrong: dict[str, str] = {}
    scopes = tuple(scope for scope in Scope if scope in typed.getlist("scope"))
    if not scopes:
        wrong["scope"] = gettext("Choose at least one thing that they may do.")
    reach = _reach(typed, catalogue, wrong)
    until = _until(typed.get("until", ""), now, wrong)
    reason = letters.one_line(typed.get("reason", ""))[:LONGEST]
    if letters.is_hostile(typed.get("reason", "")):
        wrong["reason"] = gettext("This holds characters that cannot be used.")
    if Scope.SEE not in scopes and scopes:
        scopes = (Scope.SEE, *scopes)  # nobody fills in or pays what they cannot see
    if wrong:
        return None, wrong
    passes_on = leads and typed.get("passes_on") == "yes"
    return Terms(scopes, until=until, passes_on=passes_on, reason=reason, **reach), {}


def _reach(typed: Mapping[str, str], catalogue: Catalogue, wrong: dict[str, str]) -> dict[str, Any]:
    kind = typed.get("reach", ALL)
    if kind == ONE_SERVICE:
        wanted = typed.get("service", "")
        if wanted in catalogue.services:
            return {"services": (wanted,)}
        wrong["service"] = gettext("Choose a service.")
    elif kind == ONE_ADMINISTRATION:
        wanted = typed.get("administration", "")
        if wanted in catalogue.administrations:
            return {"administrations": (wanted,)}
        wrong["administration"] = gettext("Choose an administration.")
    elif kind != ALL:
        wrong["reach"] = gettext("Choose one of the answers.")
    return {}


def _until(typed: str, now: datetime, wrong: dict[str, str]) -> datetime | None:
    if not typed.strip():
        wrong["until"] = gettext("Say until which day. You can end it earlier at any time.")
        return None
    until = _end_of(typed)
    if until is None or until <= now:
        wrong["until"] = gettext("Type a day that is still to come, for example 31/12/%(year)d.", year=now.year + 1)
    elif until > now + LONGEST_TIME:
        wrong["until"] = gettext("A mandate lasts five years at most. You can give it again.")
    return until


def _end_of(typed: str) -> datetime | None:
    """The end, in Casablanca, of the day that was typed."""
    found = WHOLE_DATE.fullmatch(letters.one_line(typed))
    if found is None:
        return None
    parts = {name.lower(): int(number) for name, number in found.groupdict().items() if number}
    try:
        day = date(parts["y"], parts["m"], parts["d"]) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time.min, CASABLANCA)
