"""Documents as PDF, typeset by typst: PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1) in one file."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from portal.forks import OneProcess
from portal.locker.lettering import printable

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
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
