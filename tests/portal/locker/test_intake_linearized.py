"""PDFs that are made for slow lines begin at both ends: what one reader shows, all show."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pikepdf
import pytest
from files_brought import a_pdf, saved
from pikepdf import ObjectStreamMode
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from portal.locker.intake import read
from portal.locker.taken import BadFile

PAGES = {2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"}
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
ANOTHER = b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"
FRONT = b"8 0 obj<</Linearized 1/L %010d/H[0 0]/O 3/E 900/N 1/T 500>>endobj\n"


def a_table(places: dict[int, int], size: int) -> bytes:
    rows = (b"%010d 00000 n \n" % places[one] if one in places else b"0000000000 65535 f \n" for one in range(size))
    return b"xref\n0 %d\n%btrailer\n<</Size %d/Root 1 0 R>>\n" % (size, b"".join(rows), size)


def with_two_tables(front: bytes, shown: bytes = CATALOG, at_the_front: bytes = ANOTHER) -> bytes:
    """A PDF whose end leads to one catalog and whose front to another. ``front`` is given the length of the file."""

    def made(length: int) -> bytes:
        body = b"%PDF-1.7\n" + (front % length)
        start = len(body) + len(a_table({}, 9)) + len(b"startxref\n0\n%%EOF\n")
        objects, places = b"", {}
        for number, one in {**PAGES, 1: at_the_front}.items():
            places[number] = start + len(objects)
            objects += b"%d 0 obj\n%b\nendobj\n" % (number, one)
        body += a_table(places, 9) + b"startxref\n0\n%%EOF\n" + objects
        places[1], end = len(body), b"1 0 obj\n%b\nendobj\n" % shown
        table = len(body + end)
        return body + end + a_table(places, 9) + b"startxref\n%d\n%%%%EOF\n" % table

    return made(len(made(0)))


def linearized(pages: int = 3, mode: ObjectStreamMode = ObjectStreamMode.disable) -> bytes:
    """A PDF as programs make it that make them for slow lines."""
    with pikepdf.open(io.BytesIO(a_pdf(pages))) as pdf:
        return saved(pdf, linearize=True, object_stream_mode=mode)


def is_taken(content: bytes) -> bool:
    try:
        return read(content).media == "application/pdf"
    except BadFile:
        return False


@pytest.mark.parametrize("mode", [ObjectStreamMode.disable, ObjectStreamMode.generate])
@pytest.mark.parametrize("pages", [1, 12])
def test_a_pdf_made_for_slow_lines_is_taken(pages: int, mode: ObjectStreamMode) -> None:
    assert is_taken(linearized(pages, mode))


@pytest.mark.parametrize("mode", [ObjectStreamMode.disable, ObjectStreamMode.generate])
def test_it_is_taken_too_after_something_was_added_to_it(mode: ObjectStreamMode) -> None:
    """A form that was filled in, or signed: every reader begins at its end."""
    writer = IncrementalPdfFileWriter(io.BytesIO(linearized(mode=mode)))
    writer.root["/Lang"] = pdf_string("fr")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert is_taken(out.getvalue())


def test_a_pdf_that_only_speaks_of_it_is_taken() -> None:
    """Some programs keep what was the front of a file when they write it anew."""
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        pdf.Root.Aside = pdf.make_indirect(pikepdf.Dictionary(Linearized=1, L=7945, O=9, N=1))
        assert is_taken(saved(pdf))


SPELT: dict[str, bytes] = {
    "plainly": FRONT,
    "with codes": FRONT.replace(b"Linearized", b"Line#61rize#64").replace(b"/L ", b"/#4c "),
    "behind a comment": FRONT.replace(b"/L ", b"/L%%/L%%\n"),
    "with a sign amid its digits": FRONT.replace(b"%010d", b"-0-%010d"),
    "as a fraction": FRONT.replace(b"%010d", b"%d.0"),
    "by a power": FRONT.replace(b"%010d", b"%de0"),
    "twice": FRONT.replace(b"/L ", b"/L 5/L "),
    "behind a mark of its end in a comment": b"%%endobj\n" + FRONT,
    "behind a mark of its end in a text": FRONT.replace(b"<<", b"<</X(endobj)"),
}


@pytest.mark.parametrize("front", SPELT.values(), ids=SPELT)
def test_a_pdf_whose_front_leads_to_another_document_is_refused(front: bytes) -> None:
    """Readers that begin there would show what nobody looked at."""
    assert not is_taken(with_two_tables(front))
    assert is_taken(with_two_tables(front.replace(b"Line", b"Lane"), at_the_front=CATALOG))


def _another_first_page(content: bytes) -> bytes:
    first = re.search(rb"/O (\d+)", content)
    assert first
    return content.replace(first[0], b"/O %0*d" % (len(first[1]), int(first[1]) - 1), 1)


CHANGED: dict[str, Callable[[bytes], bytes]] = {
    "another page is named the first": _another_first_page,
    "the first is said to be another": lambda content: content.replace(b"/N 3 ", b"/P 1 ", 1),
    "there are more": lambda content: content.replace(b"/N 3", b"/N 4", 1),
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_a_pdf_whose_front_names_other_pages_is_refused(change: Callable[[bytes], bytes]) -> None:
    changed = change(linearized())
    assert len(changed) == len(linearized())
    assert not is_taken(changed)


def test_a_page_that_belongs_to_no_document_is_refused_where_the_front_may_name_it() -> None:
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        pdf.Root.Aside = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=[0, 0, 9, 9]))
        plain, made_for_slow_lines = saved(pdf), saved(pdf, linearize=True)
    assert is_taken(plain)
    assert not is_taken(made_for_slow_lines)
