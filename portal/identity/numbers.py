"""Numbers that say who someone is: read as people type them, checked, shown masked, found by keyed hash."""

from __future__ import annotations

import re
from collections.abc import Mapping

from journeys.cases import letters
from portal.identity.errors import WrongNumber
from portal.keys import Keyring

PATTERNS: Mapping[str, str] = {
    "cin": r"[A-Z]{1,2}[0-9]{1,7}",
    "residence_title": r"[A-Z0-9]{6,12}",
    "passport": r"[A-Z]{1,2}[0-9]{6,8}",
    "idcs": r"[0-9]{10}",
}
"""National card (law 04-20), residence title, passport, and the civil and social identifier (law 72-18, art. 8). None
has a public check digit."""

SHOWN = 3


def normalised(kind: str, typed: str) -> str:
    """The number in the form in which it is compared: capitals, western digits, no spaces or dashes. Raises
    WrongNumber."""
    number = letters.compact(letters.one_line(typed))
    if kind not in PATTERNS or not re.fullmatch(PATTERNS[kind], number):
        raise WrongNumber(kind)
    return number


def masked(number: str) -> str:
    """The number with all but its last letters hidden."""
    return "•" * max(len(number) - SHOWN, 0) + number[-SHOWN:]


def found_by(keyring: Keyring, kind: str, number: str) -> str:
    """The keyed hash by which whoever has this (normalised) number is found."""
    return keyring.fingerprint(f"{kind}:{number}", "identifier")
