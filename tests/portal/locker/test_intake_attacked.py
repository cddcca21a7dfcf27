"""PDFs built by hand so that what they do stands where one does not look."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pikepdf
import pytest
from files_brought import a_pdf, saved

from portal.locker.apart import Carried, proof_apart, read_apart
from portal.locker.intake import MOST_OBJECTS, read
from portal.locker.taken import BadFile

PAGES = {
    2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
}
SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"
FILE = b"[(x.exe)<</Type/Filespec/F(x.exe)/UF(x.exe)/EF<</F 5 0 R>>>>]"
BYTES = b"<</Length 4>>stream\nMZev\nendstream"


def built(objects: Mapping[int, bytes], trailer: bytes) -> bytes:
    """A PDF of these objects."""
    made, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(made)
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start, top = len(made), max(objects) + 1
    made += b"xref\n0 %d\n0000000000 65535 f \n" % top
    for number in range(1, top):
        made += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    return bytes(made + b"trailer\n<</Size %d%b>>\nstartxref\n%d\n%%%%EOF\n" % (top, trailer, start))


@pytest.mark.parametrize(
    "catalog",
    [
        b"",
        b"/OpenAction" + SCRIPT,
        b"/OpenAction<</S/Launch/F(cmd.exe)>>",
        b"/Names<</JavaScript<</Names[(a)" + SCRIPT + b"]>>>>",
        b"/Names<</EmbeddedFiles<</Names" + FILE + b">>>>",
    ],
)
def test_a_catalog_that_stands_where_no_object_is_looked_at_is_refused(catalog: bytes) -> None:
    pdf = built({**PAGES, 5: BYTES}, b"/Root<</Type/Catalog/Pages 2 0 R" + catalog + b">>")
    with pytest.raises(BadFile, match="active_file"):
        read(pdf)


def _stream_elsewhere(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Aside = pdf.make_indirect(pikepdf.Stream(pdf, b"", F="\\\\192.0.2.1\\share\\x"))


def _named(key: str) -> object:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Aside = pdf.make_indirect(pikepdf.Dictionary({key: pikepdf.Dictionary(F="http://192.0.2.1/x")}))

    return change


@pytest.mark.parametrize("change", [_stream_elsewhere, *map(_named, ("/Ref", "/Movie", "/Sound", "/OnInstantiate"))])
def test_what_lies_in_another_file_or_plays_is_refused(change: object) -> None:
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        change(pdf)  # type: ignore[operator]
        spoilt = saved(pdf)
    with pytest.raises(BadFile, match="active_file"):
        read(spoilt)


@pytest.mark.parametrize("said", [b"MZ" + bytes(200), b"<script>"])
def test_what_is_no_signed_message_is_no_proof(said: bytes) -> None:
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        pdf.attachments["proof.cwt"] = said
        spoilt = saved(pdf)
    with pytest.raises(BadFile, match="active_file"):
        read(spoilt)


@pytest.mark.parametrize("more", [{"FS": pikepdf.Name.URL}, {"DOS": "x.exe"}])
def test_a_proof_that_is_said_to_lie_elsewhere_is_none(more: dict[str, object]) -> None:
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        pdf.attachments["proof.cwt"] = b"\xd2" * 60
        for key, value in more.items():
            pdf.attachments["proof.cwt"].obj[f"/{key}"] = value
        spoilt = saved(pdf)
    with pytest.raises(BadFile, match="active_file"):
        read(spoilt)


def test_a_pdf_of_very_many_objects_is_refused() -> None:
    crowd = dict.fromkeys(range(4, MOST_OBJECTS + 4), b"null")
    pdf = built({1: b"<</Type/Catalog/Pages 2 0 R>>", **PAGES, **crowd}, b"/Root 1 0 R")
    with pytest.raises(BadFile):
        read_apart(io.BytesIO(pdf))


def test_a_tree_of_attachments_that_takes_long_carries_no_proof_of_ours() -> None:
    last = 20_000
    leaves = {number: b"<</Names[(%06d)<<>>]>>" % (100_000 - number) for number in range(6, last)}
    tree = b"<</Kids[" + b" ".join(b"%d 0 R" % number for number in range(6, last)) + b"]>>"
    catalog = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 5 0 R>>>>"
    assert proof_apart(io.BytesIO(built({1: catalog, **PAGES, 5: tree, **leaves}, b"/Root 1 0 R"))) == Carried()
