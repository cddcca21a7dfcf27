"""What people type, in one form: western digits, plain spaces, composed letters, nothing invisible."""

from __future__ import annotations

import re
import unicodedata

DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u061c\ufeff\u00ad\u2060"))  # marks that phones and copying leave
BREAKS = str.maketrans({"\u2028": "\n", "\u2029": "\n"})
BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
TYPEWRITER = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-"})
NAMES = {"arabic": "ARABIC", "latin": "LATIN", "tifinagh": "TIFINAGH"}


def one_line(raw: str) -> str:
    """A single line: runs of white space become one space."""
    return " ".join(_plain(raw).split())


def harmless(raw: str) -> str:
    """A single line without what is hostile: for a search, or a remark that nobody judges."""
    return "".join(character for character in one_line(raw) if not _is_bad(character))


def lines(raw: str) -> str:
    """A text of several lines: no trailing spaces, at most one empty line in a row."""
    text = "\n".join(" ".join(line.split()) for line in _plain(raw).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def typewriter(text: str) -> str:
    """Latin text with the apostrophe and the hyphen that registers use."""
    return text.translate(TYPEWRITER)


def compact(text: str) -> str:
    """A code without the spaces, dots and dashes that people put into it, in capitals."""
    return re.sub(r"[\s.\-‐‑–]", "", text).upper()


def dashed(text: str) -> str:
    """A code with one dash wherever letters meet digits, whatever people put there or left out (12345 أ 6)."""
    return re.sub(r"(?<=\d)[\s|/.\-‐‑–_]*(?=[^\W\d_])|(?<=[^\W\d_])[\s|/.\-‐‑–_]*(?=\d)", "-", text)


def is_hostile(raw: str) -> bool:
    """Whether it holds control characters, or characters that turn the order of the text around (UAX 9)."""
    return any(_is_bad(character) for character in raw)


def is_only(script: str, text: str) -> bool:
    """Whether every letter belongs to a script (``arabic``, ``latin``, ``tifinagh``)."""
    return all(unicodedata.name(letter, "").startswith(NAMES[script]) for letter in text if letter.isalpha())


def _plain(raw: str) -> str:
    text = raw.replace("\r\n", "\n").replace("\r", "\n").translate(BREAKS).translate(INVISIBLE)
    return unicodedata.normalize("NFC", text).translate(DIGITS)


def _is_bad(character: str) -> bool:
    if character in "\n\r\t":
        return False
    if character in BIDI_OVERRIDES or ord(character) & 0xFFFE == 0xFFFE:  # the last two of each plane are no characters
        return True
    return unicodedata.category(character) in ("Cc", "Cs", "Co")
