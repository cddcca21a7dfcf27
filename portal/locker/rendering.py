"""Documents as PDF, typeset by typst: PDF/A-3a (ISO 19005-3, as they carry their proof) and PDF/UA-1 (ISO 14289-1) in
one file."""

from __future__ import annotations

import base64
import io
import json
import re
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst
from PIL import Image

from portal.forks import OneProcess
from portal.locker.lettering import printable, quotable

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
QUOTED = re.compile(r'"(?![a-z_]+")[^"]*"')  # all but the name of a field

_process = OneProcess("the typesetter")
_compilers = threading.local()  # one compiler shared between threads raises "Already borrowed"


class NotRendered(Exception):
    """A document could not be typeset: a glyph no font has, a field that is missing, a template that is not there.

    ``characters`` holds those that could not be shown. The message never holds the document's content.
    """

    def __init__(self, template: str, problem: str, characters: str = "") -> None:
        self.template = template
        self.characters = characters
        super().__init__(f"{template}: {problem}")


def render(template: str, data: Mapping[str, Any], *, moment: datetime, fonts: Path) -> bytes:
    """The PDF of ``templates/documents/<template>.typ`` with ``data`` (see ``papers``), as made at ``moment``.

    ``fonts`` is the folder of the TTF files; fonts of the system are not used. The same input gives the same bytes.
    Raises NotRendered.
    """
    source = TEMPLATES / f"{template}.typ"
    if source.parent != TEMPLATES or not source.is_file():
        raise NotRendered(template, "there is no such template")
    try:
        return _compiled(source, json.dumps(printable(data)), moment.astimezone(UTC).replace(microsecond=0), fonts)
    except typst.TypstError as error:
        # The library's message quotes the text it could not show.
        raise _problem(template, error) from None


def mark(lines: Sequence[str], fonts: Path) -> bytes:
    """These lines as a picture (PNG) without a background, 40 pixels to the em, to be laid across others:
    letters are joined, and run as they are read, as in our documents and whatever the machine has. ``fonts`` as in
    ``render``."""
    data = json.dumps({"lines": [quotable(line) for line in lines]})
    made = _compiler(fonts).compile(TEMPLATES / "mark.typ", format="png", ppi=72 * 2, sys_inputs={"data": data})
    if not isinstance(made, bytes):
        raise NotRendered("mark", "the typesetter gave no picture")
    return made


def picture(jpeg: bytes) -> str:
    """A picture as ``data`` holds it, which is text: an SVG around it. What is in the PDF are the same bytes."""
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as opened:
        width, height = opened.size
    around = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    shown = f'width="{width}" height="{height}" href="data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"'
    return f"<svg {around}><image {shown}/></svg>"


def _compiled(source: Path, data: str, moment: datetime, fonts: Path) -> bytes:
    pdf = _compiler(fonts).compile(
        source, format="pdf", sys_inputs={"data": data}, pdf_standards=STANDARDS, timestamp=moment
    )
    if not isinstance(pdf, bytes):
        raise NotRendered(source.stem, "the typesetter gave no file")
    return pdf


def _compiler(fonts: Path) -> typst.Compiler:
    _process.enter()
    known: dict[Path, typst.Compiler] = _compilers.__dict__.setdefault("by_fonts", {})
    if fonts not in known:
        known[fonts] = typst.Compiler(
            root=TEMPLATES, font_paths=typst.Fonts(False, False, [fonts]), ignore_system_fonts=True
        )
    return known[fonts]


def _problem(template: str, error: typst.TypstError) -> NotRendered:
    missing = re.search(r'the text `"(.*)"` could not be displayed', error.message, re.DOTALL)
    if missing:
        codes = ", ".join(sorted({f"U+{ord(character):04X}" for character in missing[1]}))
        return NotRendered(template, f"no font has {codes}", missing[1])
    return NotRendered(template, re.sub(QUOTED, "…", error.message))
