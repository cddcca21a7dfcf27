"""What kind of browser it is, in a few letters: enough for its owner to know it again, and no more."""

from __future__ import annotations

import re

BROWSERS = (
    ("edge", r"Edg(?:e|A|iOS)?/"),
    ("samsung", r"SamsungBrowser/"),
    ("opera", r"OPR/|Opera"),
    ("firefox", r"Firefox/|FxiOS/"),
    ("chrome", r"Chrome/|CriOS/"),
    ("safari", r"Safari/"),
)
SYSTEMS = (
    ("android", r"Android"),
    ("ios", r"iPhone|iPad|iPod"),
    ("windows", r"Windows"),
    ("mac", r"Macintosh|Mac OS X"),
    ("linux", r"Linux|X11|CrOS"),
)


def device_of(user_agent: str) -> str:
    """``browser system``, each ``other`` when it is not one of those that people know by name."""
    return f"{_first(BROWSERS, user_agent)} {_first(SYSTEMS, user_agent)}"


def _first(kinds: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in kinds if re.search(pattern, text)), "other")
