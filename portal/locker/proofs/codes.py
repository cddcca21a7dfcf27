"""The short code of a document, which opens what the document itself shows: fourteen characters and a check character.

It is derived from the document's data key, so that it need not be stored: whoever holds the key can print it again, and
the database holds only its keyed hash, by which it is found.
"""

from __future__ import annotations

import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from stdnum.iso7064 import mod_37_36

from portal.keys import Keyring

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: taken for 1, 1, 0 and V
SAME = str.maketrans({"I": "1", "L": "1", "O": "0"})
APART = re.compile(r"[\s\u200e\u200f\u2010-\u2015-]+")
RANDOM, GROUP = 14, 5
PURPOSE = "document code"


class BadCode(ValueError):
    """What was typed is no code: a character is missing or mistyped."""


def code_of(data_key: bytes) -> str:
    """The code of the document that this key opens, e.g. ``K7Q2M-8X4TR-3BN9C``: 70 bits that nobody can guess, and a
    check character (ISO 7064 MOD 37,36)."""
    drawn = HKDF(hashes.SHA256(), RANDOM, salt=None, info=b"shubbak document code").derive(data_key)
    body = "".join(ALPHABET[byte % len(ALPHABET)] for byte in drawn)
    return grouped(body + mod_37_36.calc_check_digit(body, ALPHABET))


def grouped(plain: str) -> str:
    """The written form: three groups of five."""
    return "-".join(plain[start : start + GROUP] for start in range(0, len(plain), GROUP))


def is_whole(typed: str) -> bool:
    """Whether as many letters and digits were typed as a code has."""
    return len(APART.sub("", typed)) == RANDOM + 1


def read_code(typed: str) -> str:
    """The code that somebody typed, in its written form. Raises BadCode."""
    plain = APART.sub("", typed[:60]).upper().translate(SAME)
    if len(plain) != RANDOM + 1 or set(plain) - set(ALPHABET) or not mod_37_36.is_valid(plain, ALPHABET):
        raise BadCode
    return grouped(plain)


def found_by(keyring: Keyring, code: str) -> str:
    """The keyed hash by which the document of a code is found."""
    return keyring.fingerprint(code, PURPOSE)
