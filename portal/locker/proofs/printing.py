"""A proof on paper: the QR code, the number, and what the PDF carries."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit

import pikepdf
import segno

from portal.locker.proofs.cose import BadMessage
from portal.locker.proofs.proof import ATTACHED, address_of, written


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
            return bytes(_named(opened.Root).EF.F.read_bytes())
    except NoProof:
        raise
    except Exception as problem:  # whatever a changed file makes fail
        raise BadMessage("no PDF") from problem


def _named(root: pikepdf.Object) -> pikepdf.Object:
    """What a PDF names as its proof, in one list, as ours do: a tree of attachments takes long to walk through."""
    try:
        names = list(root.Names.EmbeddedFiles.Names)
        return dict(zip(map(str, names[::2]), names[1::2], strict=True))[ATTACHED]
    except Exception:
        raise NoProof from None
