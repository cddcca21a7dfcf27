"""Which drawn icon stands for which life event. The drawings are symbols of static/img/icons.svg."""

from __future__ import annotations

import re

from portal.settings import ROOT

FALLBACK = "window"
DRAWN = frozenset(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "img" / "icons.svg").read_text("utf-8")))


def icon_of(wanted: str | None) -> str:
    """The name of the symbol that a life event asks for; a window where it asks for none, or for one that nobody has
    drawn yet."""
    return wanted if wanted and wanted in DRAWN else FALLBACK
