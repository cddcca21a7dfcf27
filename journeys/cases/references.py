"""Short references people can read out: nine random characters and a check character (ISO 7064 MOD 37,36)."""

from __future__ import annotations

import secrets

from stdnum.iso7064 import mod_37_36

from journeys.cases.errors import BadReference

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: taken for 1, 1, 0 and V
SAME = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None, "‑": None})
LENGTH, SHORTEST = 10, 4
"""Characters of a reference without its sign, and how many tell a part of one from a word."""


def new_reference() -> str:
    """A fresh reference like ``K7Q2M-4XPV3``; 45 random bits."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return grouped(body + mod_37_36.calc_check_digit(body, ALPHABET))


def grouped(reference: str) -> str:
    """The written form: two groups of five."""
    return f"{reference[:5]}-{reference[5:]}"


def read_reference(typed: str) -> str:
    """The reference somebody typed or that stood in an address, in its written form. Raises BadReference."""
    plain = _plain(typed)
    if len(plain) != LENGTH or not mod_37_36.is_valid(plain, ALPHABET):
        raise BadReference(typed[:40])
    return grouped(plain)


def part_of_reference(typed: str) -> str:
    """What somebody typed of a reference, its first or its last half perhaps, without the sign between them; empty for
    what cannot be a part of one."""
    plain = _plain(typed)
    return plain if SHORTEST <= len(plain) <= LENGTH and set(plain) <= set(ALPHABET) else ""


def _plain(typed: str) -> str:
    return typed.strip().upper().translate(SAME)
