"""What stands across the pages of an identity paper that somebody else is shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2
import pytest
from PIL import Image

from portal.locker import previews
from portal.locker.rendering import mark
from portal.settings import ROOT

FONTS = ROOT / "static" / "dist" / "fonts" / "ttf"
SHOWN = "01/10/2026 · Shubbak"


def shown_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown is shown on the day of ``SHOWN``: in Morocco it has begun."""
    monkeypatch.setattr("portal.locker.opening.real_now", lambda: datetime(2026, 9, 30, 23, 30, tzinfo=UTC))


def drawn(pdf: bytes) -> list[Image.Image]:
    """What the pages of a PDF look like."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.render().to_pil().convert("RGB") for page in document]
    document.close()
    return pages


def stands_across(pdf: bytes, content: bytes, *lines: str) -> bool:
    """Whether these lines, and no others, stand across every page of what ``pdf`` shows of a file."""
    with_mark = drawn(previews.marked(content, mark(lines, FONTS)))
    assert not any(page in drawn(previews.marked(content, mark([" "], FONTS))) for page in with_mark)
    return drawn(pdf) == with_mark
