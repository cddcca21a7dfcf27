"""What a file that a person brings is, told by reading it whole. Neither its name nor what the browser says counts.
Who reads what strangers send does it ``apart``.

PDF, JPEG, PNG and WebP, up to 10 MB. A file that is two things at once, runs something, is locked or damaged is refused
with what to do."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf.settings import set_qpdf_limits
from PIL import Image, UnidentifiedImageError

PDF = "application/pdf"  # of the house nothing is loaded here: a new process reads each file
MOST_MB = 10
MOST_BYTES = MOST_MB * 1_000_000
MOST_PAGES = 300
MOST_PIXELS, MOST_PIXELS_JPEG = 30_000_000, 200_000_000
MOST_SCANS = 100  # passes over a JPEG; cameras make one, programs about ten
EDGE = 1024  # bytes at either end of a file where readers look for the marks of another kind
COMMENT = 65_557  # bytes at the end of a file where the directory of a ZIP archive may begin
KINDS = ("JPEG", "PNG", "WEBP")
PICTURES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MEDIA = (PDF, *dict.fromkeys(PICTURES.values()))
DEEPEST = 60
MOST_OBJECTS, MOST_PARTS, MOST_UNPACKED = 100_000, 100_000, 50_000_000
HARMLESS = ("reported number of objects", "common error", "whitespace", "invalid xref", "repairing", "as a copy")
"""Words of the warnings about a PDF that every reader reads in the same way. Of any other one reader may see an object
where another sees nothing."""
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
ARCHIVE = b"PK\x05\x06"
OTHERS = (b"%PDF-", ARCHIVE, b"PK\x03\x04", b"<script", b"<html", b"<svg", b"<?php", b"\x7fELF")

Image.MAX_IMAGE_PIXELS = MOST_PIXELS_JPEG
set_qpdf_limits(flate_max_memory=MOST_UNPACKED, max_stream_filters=1, parser_max_container_size=MOST_PARTS)


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
    if ARCHIVE in content[-COMMENT:]:
        raise BadFile("unknown_file")
    media = _pdf(content) if content.startswith(b"%PDF-") else _picture(content)
    return Taken(media, len(content), hashlib.sha256(content).hexdigest())


def _pdf(content: bytes) -> str:
    if content.rstrip(b"\0\r\n\t ")[-EDGE:].find(b"%%EOF") < 0:
        raise BadFile("damaged_file")
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            _look_through(pdf)
    except pikepdf.PasswordError:
        raise BadFile("locked_file") from None
    except BadFile:
        raise
    except Exception:  # whatever stops a reader: there are many ways to be damaged
        raise BadFile("damaged_file") from None
    return PDF


def _look_through(pdf: pikepdf.Pdf) -> None:
    if pdf.is_encrypted:
        raise BadFile("locked_file")
    if not 0 < len(pdf.pages) <= MOST_PAGES:
        raise BadFile("too_many_pages", most=MOST_PAGES)
    if int(pdf.trailer.Size) > MOST_OBJECTS:
        raise BadFile("damaged_file")
    if any(_acts(one) for one in pdf.objects):
        raise BadFile("active_file")
    if any(not any(words in str(said) for words in HARMLESS) for said in pdf.get_warnings()):
        raise BadFile("damaged_file")


def _acts(one: Any, depth: int = 0) -> bool:
    """Whether an object of a PDF, or what stands inside it, does something when it is opened or hides another file."""
    if depth > DEEPEST:
        return True
    if isinstance(one, pikepdf.Array):
        return any(_acts(part, depth + 1) for part in one if not _elsewhere(part))
    if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        return False
    parts = dict(one.items())
    named = {*parts, *(str(parts.get(key, "")) for key in ("/S", "/Type", "/Subtype"))}
    return bool(named & ACTIVE) or any(_acts(part, depth + 1) for part in parts.values() if not _elsewhere(part))


def _elsewhere(part: Any) -> bool:
    """Whether it is a reference to an object that is looked at by itself."""
    return isinstance(part, pikepdf.Object) and part.is_indirect


def _picture(content: bytes) -> str:
    lowered = content[:EDGE].lower() + content[-EDGE:].lower()
    if any(mark.lower() in lowered for mark in OTHERS):
        raise BadFile("unknown_file")
    if content.count(b"\xff\xda") > MOST_SCANS:
        raise BadFile("damaged_file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=KINDS) as picture:
                return _read_whole(picture)
    except UnidentifiedImageError:
        raise BadFile("unknown_file") from None
    except BadFile:
        raise
    except Exception:  # a warning too, and whatever a library makes of bytes that nobody meant
        raise BadFile("damaged_file") from None


def _read_whole(picture: Image.Image) -> str:
    kind = str(picture.format)
    is_photo = PICTURES[kind] == "image/jpeg"
    most = MOST_PIXELS_JPEG if is_photo and not picture.info.get("progressive") else MOST_PIXELS
    if picture.width * picture.height > most or (getattr(picture, "n_frames", 1) > 1 and not is_photo):
        raise BadFile("large_picture")
    small = max(1, picture.width // 8), max(1, picture.height // 8)
    picture.draft("RGB", small)  # a JPEG is still read whole, in less memory
    picture.load()
    return PICTURES[kind]
