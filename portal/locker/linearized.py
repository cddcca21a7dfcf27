"""PDFs that are made to be shown before they have come whole ("fast web view": ISO 32000-2, annex F).

Of such a file some readers begin with the table of objects that its end names, as we do, and others with the one at its
front, and with the page that its front names: a file can be made that shows these something else. It is taken when both
ways lead to the same. One that was added to since (its length is not what its front says) is read from its end by all.
"""

from __future__ import annotations

import re

import pikepdf

BLANK = r"[\0\t\n\f\r ]"
APART = rf"(?:{BLANK}++|%[^\r\n]*+)"  # blanks and comments
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
NAME = b"Linearized"
NUMBER = r"([-+.]*+\d[-+.\deE]*+)"
LENGTHS = (
    re.compile(rf"/L{BLANK}++{NUMBER}".encode()),
    re.compile(rf"/L{BLANK}*+%[^\r\n]*+{APART}*+{NUMBER}?".encode()),  # what lies in the comment leads to the same
)
"""A length as any reader might read it: some leave out a sign amid digits, some take a power of ten."""

DICTIONARY = rf"<<(?P<said>[^()<>%#]*+)>>{BLANK}*+endobj{BLANK}*+"  # nothing in it can be read in two ways
FIRST = re.compile(rf"{APART}*+\d++{BLANK}++\d++{BLANK}++obj{BLANK}*+{DICTIONARY}".encode())
LAST = re.compile(rf"{BLANK}startxref{BLANK}++(\d++){BLANK}++%%EOF{BLANK}*+\Z".encode())
END_BYTES = 1024


def is_read_in_one_way(content: bytes, pdf: pikepdf.Pdf) -> bool:
    """Whether all readers find the same document in these bytes, which ``pdf`` is as we read it."""
    if not _may_begin_at_its_front(content):
        return True
    first, last = FIRST.match(content), LAST.search(content[-END_BYTES:])
    if first is None or last is None or content.count(b"endobj", 0, first.end()) != 1:
        return False
    return int(last[1]) == first.end() and _names_its_pages(first["said"], pdf)


def _may_begin_at_its_front(content: bytes) -> bool:
    plain = ESCAPED.sub(lambda code: bytes.fromhex(code[1].decode()), content)
    if NAME not in plain:
        return False
    said = {length for pattern in LENGTHS for length in pattern.findall(plain)} - {b""}
    return any(not one.isdigit() or one.lstrip(b"0") == b"%d" % len(content) for one in said)


def _names_its_pages(said: bytes, pdf: pikepdf.Pdf) -> bool:
    """Whether the front names the page that is first and how many there are; and the file has none that is not among
    them, which the front might name by its hints."""
    pages = [page.objgen for page in pdf.pages]
    number = _said(said, b"P") or {0}
    first = {pages[one][0] for one in number if 0 <= one < len(pages)}
    named = len(number) == 1 and _said(said, b"O") == first and _said(said, b"N") == {len(pages)}
    return named and not any(_is_page(one) and one.objgen not in pages for one in pdf.objects)


def _said(said: bytes, key: bytes) -> set[int]:
    """What the front says under this key: one number, unless it can be read in several ways."""
    found = re.findall(rb"/%b%b++([^/\[\]\0\t\n\f\r ]*+)" % (key, BLANK.encode()), said)
    return {int(one) if one.isdigit() else -1 for one in found}


def _is_page(one: object) -> bool:
    return isinstance(one, pikepdf.Dictionary) and str(one.get("/Type", "")) == "/Page"
