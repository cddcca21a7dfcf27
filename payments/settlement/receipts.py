"""Numbers of payment receipts: short enough to read over the telephone, with a check character."""

from __future__ import annotations

import secrets

from stdnum.iso7064 import mod_37_36

from payments.settlement.errors import WrongNumber

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, which are read as 1, 1, 0 and V."""

LETTERS = 9
MISREAD = str.maketrans("ILOU٠١٢٣٤٥٦٧٨٩", "110V0123456789")


def new_number() -> str:
    """A fresh number such as ``R-7K2M9-QXC4T``: nine random characters (45 bits) and an ISO 7064 check character."""
    return _written("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)))


def read_number(text: str) -> str:
    """The number as it is written on the receipt, from what somebody typed. Raises WrongNumber."""
    plain = "".join(character for character in text.upper() if character.isalnum()).translate(MISREAD)
    body = plain.removeprefix("R") if len(plain) == LETTERS + 2 else plain
    if len(body) != LETTERS + 1 or not mod_37_36.is_valid(body, ALPHABET):
        raise WrongNumber(text)
    return _written(body[:LETTERS])


def _written(body: str) -> str:
    whole = body + mod_37_36.calc_check_digit(body, ALPHABET)
    return f"R-{whole[:5]}-{whole[5:]}"
