"""What a terminal may be given of what others wrote."""

from __future__ import annotations

SPACES = "\xa0\u202f"  # in which French writes figures
MOST = 200


def shown(text: object) -> str:
    """The text in one line, where what moves the cursor, turns other text round or is not seen is written out; the
    beginning of a long one."""
    return "".join(one if one.isprintable() or one in SPACES else f"\\u{ord(one):04x}" for one in str(text)[:MOST])
