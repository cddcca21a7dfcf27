"""What a file that a person brings is, told by reading it whole. Neither its name nor what the browser says counts.
Who reads what strangers send does it ``apart``.

PDF, JPEG, PNG and WebP, up to 10 MB. A file that is two things at once, runs something, is locked or damaged is refused
with what to do."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import Any

import pikepdf
from pikepdf.settings import set_qpdf_limits
from PIL import Image, UnidentifiedImageError

from portal.locker.linearized import is_read_in_one_way
from portal.locker.taken import MOST_BYTES, MOST_MB, PDF, PICTURES, BadFile, Taken

MOST_PAGES = 300
MOST_PIXELS, MOST_PIXELS_JPEG = 30_000_000, 200_000_000
MOST_SCANS = 100  # passes over a JPEG; cameras make one, programs about ten
MOST_PASSED = 600_000_000  # pixels of all its passes together: a second or two of work, and again for each preview
SCAN = b"\xff\xda"
EDGE = 1024  # bytes at either end of a file where readers look for the marks of another kind
COMMENT = 65_557  # bytes at the end of a file where the directory of a ZIP archive may begin
KINDS = ("JPEG", "PNG", "WEBP")
DEEPEST = 60
MOST_OBJECTS, MOST_PARTS, MOST_UNPACKED = 30_000, 100_000, 50_000_000
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
        "/Movie",
        "/Sound",
        "/OnInstantiate",
        "/Ref",
    }
)
"""Keys, types and actions of a PDF that do something or hide a file (ISO 32000-2, 12.6 and 7.11)."""
PROOF = "proof.cwt"
MOST_PROOF_BYTES = 4096
SIGNED = b"\xd2"  # the tag of a COSE_Sign1 message (RFC 9052)
NAMES_PROOF = frozenset({"/Type", "/F", "/UF", "/EF", "/AFRelationship", "/Desc"})
CARRIES = frozenset({"/EmbeddedFile", "/EmbeddedFiles", "/EF"})
"""What a PDF has that carries a file. The documents of this portal carry one, their proof, of a few hundred bytes."""
OUTWARD = frozenset({"/URI", "/GoToR", "/Thread"})
"""Actions that lead out of a PDF: a reader may click on them, nothing does them by itself."""
ARCHIVE = b"PK\x05\x06"
OTHERS = (b"%PDF-", ARCHIVE, b"PK\x03\x04", b"<script", b"<html", b"<svg", b"<?php", b"\x7fELF")

Image.MAX_IMAGE_PIXELS = MOST_PIXELS_JPEG
set_qpdf_limits(flate_max_memory=MOST_UNPACKED, max_stream_filters=1, parser_max_container_size=MOST_PARTS)


def read(content: bytes) -> Taken:
    """What this file is. Raises BadFile."""
    if not content:
        raise BadFile("empty_file")
    if len(content) > MOST_BYTES:
        raise BadFile("large_file", most=MOST_MB)
    if ARCHIVE in content[-COMMENT:] or _is_another_too(content.removeprefix(b"%PDF-")):
        raise BadFile("unknown_file")
    media = _pdf(content) if content.startswith(b"%PDF-") else _picture(content)
    return Taken(media, len(content), hashlib.sha256(content).hexdigest())


def _is_another_too(body: bytes) -> bool:
    lowered = body[:EDGE].lower() + body[-EDGE:].lower()
    return any(mark.lower() in lowered for mark in OTHERS)


def _pdf(content: bytes) -> str:
    if content.rstrip(b"\0\r\n\t ")[-EDGE:].find(b"%%EOF") < 0:
        raise BadFile("damaged_file")
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            _look_through(pdf)
            if not is_read_in_one_way(content, pdf):
                raise BadFile("damaged_file")
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
    proof = _proof(pdf)
    elsewhere = ACTIVE - {"/EmbeddedFiles"} if proof else ACTIVE
    if not pdf.trailer.Root.is_indirect or _acts(pdf.trailer, ACTIVE):
        raise BadFile("active_file")  # what stands in the trailer itself is no object that is looked at by itself
    if any(_acts(one, ACTIVE - CARRIES if getattr(one, "objgen", None) in proof else elsewhere) for one in pdf.objects):
        raise BadFile("active_file")
    if any(not any(words in str(said) for words in HARMLESS) for said in pdf.get_warnings()):
        raise BadFile("damaged_file")


def _proof(pdf: pikepdf.Pdf) -> frozenset[tuple[int, int]]:
    """The two objects of the proof that a PDF carries, its name and its bytes; none when it carries anything else."""
    if list(pdf.attachments) != [PROOF]:
        return frozenset()
    named = pdf.attachments[PROOF].obj
    called = {str(named.get(key, PROOF)) for key in ("/F", "/UF")}
    carried = {one.objgen: one for one in named.EF.values()}
    if called != {PROOF} or set(named.keys()) - NAMES_PROOF or len(carried) != 1:
        return frozenset()
    [(place, one)] = carried.items()
    said = one.read_bytes()
    is_one = len(said) <= MOST_PROOF_BYTES and said.startswith(SIGNED)
    return frozenset((named.objgen, place)) if is_one else frozenset()


def _acts(one: Any, forbidden: frozenset[str], depth: int = 0) -> bool:
    """Whether an object of a PDF, or what stands inside it, does something when it is opened or hides another file."""
    if depth > DEEPEST:
        return True
    if isinstance(one, pikepdf.Array):
        return any(_acts(part, forbidden, depth + 1) for part in one if not _elsewhere(part))
    if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        return False
    parts = dict(one.items())
    named = {*parts, *(str(parts.get(key, "")) for key in ("/S", "/Type", "/Subtype"))}
    inside = (part for part in parts.values() if not _elsewhere(part))
    elsewhere = isinstance(one, pikepdf.Stream) and "/F" in parts  # its bytes lie in another file
    acts = bool(named & forbidden) or elsewhere or _leads_out(parts)
    return acts or any(_acts(part, forbidden, depth + 1) for part in inside)


def _leads_out(parts: dict[str, Any]) -> bool:
    """Whether what happens without a click, when a PDF is opened or a page is seen, leads out of it, or goes on to
    something else that might."""
    on = parts.get("/AA")
    actions = [parts.get("/OpenAction"), *(on.values() if isinstance(on, pikepdf.Dictionary) else ())]
    done = [one for one in actions if isinstance(one, pikepdf.Dictionary)]
    return any("/Next" in one or str(one.get("/S", "")) in OUTWARD for one in done)


def _elsewhere(part: Any) -> bool:
    """Whether it is a reference to an object that is looked at by itself."""
    return isinstance(part, pikepdf.Object) and part.is_indirect


def _picture(content: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=KINDS) as picture:
                return _read_whole(picture, content)
    except UnidentifiedImageError:
        raise BadFile("unknown_file") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise BadFile("large_picture") from None
    except BadFile:
        raise
    except Exception:  # a warning too, and whatever a library makes of bytes that nobody meant
        raise BadFile("damaged_file") from None


def _read_whole(picture: Image.Image, content: bytes) -> str:
    kind = str(picture.format)
    is_photo = PICTURES[kind] == "image/jpeg"
    scans, pixels = content.count(SCAN) if is_photo else 1, picture.width * picture.height
    if scans > MOST_SCANS:
        raise BadFile("damaged_file")
    most = MOST_PIXELS_JPEG if is_photo and not picture.info.get("progressive") else MOST_PIXELS
    if pixels > most or pixels * scans > MOST_PASSED or (getattr(picture, "n_frames", 1) > 1 and not is_photo):
        raise BadFile("large_picture")
    small = max(1, picture.width // 8), max(1, picture.height // 8)
    picture.draft("RGB", small)  # a JPEG is still read whole, in less memory
    picture.load()
    return PICTURES[kind]
