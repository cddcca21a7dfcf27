"""Which characters official documents can show, and what becomes of the others."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

# Control characters, and invisible marks that reverse the text around them: a number could be made to read otherwise.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
# What the fonts of the documents hold, of the scripts read in Morocco.
LATIN = " -~\u00a0-\u017f\u0218-\u021b\u0300-\u0304\u0306-\u030c\u0327-\u0328\u1ea0-\u1ef9"
ARABIC = "\u0606-\u061c\u061e-\u06a1\u06a3-\u06ff\u0750-\u077f\ufdf2\ufdfa\ufe70-\ufe74\ufe76-\ufefc"
TIFINAGH = "\u2d30-\u2d67\u2d6f"
SIGNS = (
    "\n\t\u200b-\u200f\u2010-\u2015\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u202f\u2030\u2039\u203a"
    "\u20ac\u2116\u2122\u2190-\u2193\u2212\u2260\u2264\u2265"
)
UNSHOWN = re.compile(f"[^{LATIN}{ARABIC}{TIFINAGH}{SIGNS}]")
MARK = "\ufffd"


def quotable(text: str) -> str:
    """A person's own words, where each character that no font has (an emoji, say) is replaced by a visible mark."""
    return UNSHOWN.sub(MARK, unicodedata.normalize("NFC", printable(text)))


def unshown(value: Any) -> str:
    """The characters of ``value`` (JSON) that no font of the documents has, apart from the mark itself."""
    text = json.dumps(printable(value), ensure_ascii=False).replace(MARK, "")
    return "".join(sorted(set(UNSHOWN.findall(unicodedata.normalize("NFC", text)))))


def printable(value: Any) -> Any:
    """``value`` (JSON) with every text in it freed of control characters and of marks that reverse other text."""
    if isinstance(value, str):
        return UNSEEN.sub("", value.replace("\r\n", "\n"))
    if isinstance(value, Mapping):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    return value
