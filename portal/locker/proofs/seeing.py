"""The QR code of a document, read off a photo, a screenshot or a scan.

Runs ``apart``: it looks at what strangers sent."""

from __future__ import annotations

import zxingcpp
from PIL import Image

from portal.locker.previews import pages
from portal.locker.proofs.proof import LONGEST, SHORT

ROOM = 4000, 4000
"""Pixels: a code on a page that was photographed whole still has some for each of its modules. A photo of twelve
million takes a quarter of a second, a page a fifth."""

SMALL, LARGER = 1600, 3
"""A screenshot of a page has little more than a point for a module; drawn larger, it is read."""

QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def seen(content: bytes) -> str:
    """What the QR code of a document says that stands in a picture or on the first page of a PDF; empty when none can
    be read there. Other codes beside it are passed over."""
    page = next(pages(content, ROOM, 1)).convert("L")
    found = _code_on(page)
    if not found and max(page.size) <= SMALL:
        found = _code_on(page.resize((page.width * LARGER, page.height * LARGER), Image.Resampling.BICUBIC))
    return found


def _code_on(page: Image.Image) -> str:
    said = (one.text for one in zxingcpp.read_barcodes(page, formats=QR))
    return next((text for text in said if f"/{SHORT}/" in text.upper() and len(text) <= 2 * LONGEST), "")
