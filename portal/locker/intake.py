"""What a file that a person brings is, told by reading it whole. Neither its name nor what the browser says counts.

PDF, JPEG, PNG and WebP, up to 10 MB. A file that is two things at once, runs something, is locked or damaged is refused
with what to do."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import Any

import pikepdf
from PIL import Image, UnidentifiedImageError

from portal.locker.models import PDF

MOST_MB = 10
MOST_BYTES = MOST_MB * 1_000_000
MOST_PAGES = 300
MOST_PIXELS, MOST_PIXELS_JPEG = 30_000_000, 200_000_000
EDGE = 1024  # bytes at either end of a file where readers look for the marks of another kind
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MEDIA = (PDF, *PICTURES.values())
DEEPEST = 60
ACTIVE = frozenset(
    {
        "/JavaScript",
        "/JS",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToE",
        "/Rendition",
        "/RichMedia",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/EF",
        "/XFA",
    }
)
"""Keys, types and actions of a PDF that do something or hide a file (ISO 32000-2, 12.6 and 7.11)."""
OTHERS = (b"%PDF-", b"PK\x05\x06", b"PK\x03\x04", b"<script", b"<html", b"<svg", b"<?php", b"\x7fELF")

Image.MAX_IMAGE_PIXELS = MOST_PIXELS_JPEG


class BadFile(Exception):
    """A file that is not taken. ``code`` says what is wrong, ``params`` what its sentence needs."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was read whole: its media type, bytes and SHA-256."""

    media: str
    size: int
    digest: str


def read(content: bytes) -> Taken:
    """What this file is. Raises BadFile."""
    if not content:
        raise BadFile("empty_file")
    if len(content) > MOST_BYTES:
        raise BadFile("large_file", most=MOST_MB)
    media = _pdf(content) if content.startswith(b"%PDF-") else _picture(content)
    return Taken(media, len(content), hashlib.sha256(content).hexdigest())


def _pdf(content: bytes) -> str:
    if content.rstrip(b"\0\r\n\t ")[-EDGE:].find(b"%%EOF") < 0:
        raise BadFile("damaged_file")
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise BadFile("locked_file")
            if not 0 < len(pdf.pages) <= MOST_PAGES:
                raise BadFile("too_many_pages", most=MOST_PAGES)
            if any(_acts(one) for one in pdf.objects):
                raise BadFile("active_file")
    except pikepdf.PasswordError:
        raise BadFile("locked_file") from None
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError):
        raise BadFile("damaged_file") from None
    return PDF


def _acts(one: Any, depth: int = 0) -> bool:
    """Whether an object of a PDF, or what stands inside it, does something when it is opened or hides another file."""
    if depth > DEEPEST:
        return True
    if isinstance(one, pikepdf.Array):
        return any(_acts(part, depth + 1) for part in one if not _elsewhere(part))
    if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        return False
    parts = dict(one.items())
    named = {str(parts.get("/S", "")), str(parts.get("/Type", "")), *parts}
    return bool(named & ACTIVE) or any(_acts(part, depth + 1) for part in parts.values() if not _elsewhere(part))


def _elsewhere(part: Any) -> bool:
    """Whether it is a reference to an object that is looked at by itself."""
    return isinstance(part, pikepdf.Object) and part.is_indirect


def _picture(content: bytes) -> str:
    lowered = content[:EDGE].lower() + content[-EDGE:].lower()
    if any(mark.lower() in lowered for mark in OTHERS):
        raise BadFile("unknown_file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=tuple(PICTURES)) as picture:
                return _read_whole(picture)
    except UnidentifiedImageError:
        raise BadFile("unknown_file") from None
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise BadFile("damaged_file") from None


def _read_whole(picture: Image.Image) -> str:
    kind = str(picture.format)
    most = MOST_PIXELS_JPEG if kind == "JPEG" else MOST_PIXELS
    if picture.width * picture.height > most or (getattr(picture, "n_frames", 1) > 1 and kind != "JPEG"):
        raise BadFile("large_picture")
    picture.draft("RGB", (picture.width // 8, picture.height // 8))  # a JPEG is still read whole, in less memory
    picture.load()
    return PICTURES[kind]
