"""A proof on paper: the QR code, the number, and what the PDF carries."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit

import pikepdf
import segno

from portal.locker.proofs.cose import BadMessage
from portal.locker.proofs.proof import ATTACHED, address_of, written

MOST_NAMED = 20  # two for each attachment


class NoProof(Exception):
    """A PDF that carries none."""


def on_paper(home: str, code: str, token: bytes) -> dict[str, Any]:
    """What the templates of documents show of a proof: the number, where it is typed, the QR code (SVG), and the bytes
    of the token, which are attached."""
    shown = f"{urlsplit(home).netloc}/verify"
    return {"code": code, "shown": shown, "qr": qr(home, code, token), "token": list(token)}


def qr(home: str, code: str, token: bytes) -> str:
    """The QR code: three parts, so that the letters of each take as little room as they can."""
    parts: Any = [address_of(home, code), "#", written(token)]
    made = segno.make(parts, error="m", boost_error=False, micro=False)
    said = io.BytesIO()
    made.save(said, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True)
    return said.getvalue().decode()


def attached(pdf: bytes) -> bytes:
    """The token that a PDF of ours carries. Raises NoProof, and BadMessage for a PDF that does not open."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            if not _is_short(opened.Root) or ATTACHED not in opened.attachments:
                raise NoProof
            return bytes(opened.attachments[ATTACHED].get_file().read_bytes())
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError) as problem:
        raise BadMessage("no PDF") from problem


def _is_short(root: pikepdf.Object) -> bool:
    """Whether a PDF names few attachments, in one place, as ours do: a tree of them takes long to walk through."""
    try:
        tree = root.Names.EmbeddedFiles
        return "/Kids" not in tree and len(tree.Names) <= MOST_NAMED
    except (AttributeError, TypeError):
        return False
