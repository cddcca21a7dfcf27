"""Files that people bring: what they are is told by reading them whole, and what is wrong with them is told."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest
from files_brought import a_pdf, saved
from PIL import Image

from portal.locker import intake
from portal.locker.apart import read_apart
from portal.locker.examples import example
from portal.locker.intake import read
from portal.locker.proofs.printing import on_paper
from portal.locker.rendering import render
from portal.locker.taken import MOST_BYTES, BadFile

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner finds, to see that it looks; in two parts, so that it does not find it here."""

PAGE = b"<html><body><script>alert(1)</script></body></html>"

Change = Callable[[pikepdf.Pdf], None]


def spoilt(*changes: Change) -> bytes:
    """A PDF with something added."""
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        for change in changes:
            change(pdf)
        return saved(pdf)


def a_picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def runs_a_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def starts_a_program(pdf: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe"))
    pdf.pages[0].obj.Annots = pikepdf.Array([link])


def hides_a_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["virus.exe"] = b"MZ"


def plays_a_film(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Annots = pikepdf.Array(
        [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia)]
    )


def lines_of_objects(*objects: bytes) -> bytes:
    """A PDF of one empty page and these objects, written by hand."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>"
    first = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page
    body, places = b"%PDF-1.7\n", [b"0000000000 65535 f \n"]
    for number, one in enumerate((*first, *objects), 1):
        places.append(b"%010d 00000 n \n" % len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"xref\n0 %d\n%btrailer\n<</Size %d/Root 1 0 R>>\n" % (len(places), b"".join(places), len(places))
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def many_scans(times: int) -> bytes:
    """A picture in passes, the last of them over and over."""
    picture = a_picture("JPEG", progressive=True)
    last = picture.rindex(b"\xff\xda")
    return picture[:last] + picture[last:-2] * times + b"\xff\xd9"


def hides_a_file_that_does_not_say_so(pdf: pikepdf.Pdf) -> None:
    hidden = pdf.make_indirect(pikepdf.Stream(pdf, b"MZ"))  # its type may be left out
    link = pikepdf.Dictionary(
        Subtype=pikepdf.Name.FileAttachment, FS=pikepdf.Dictionary(F="virus.exe", EF=pikepdf.Dictionary(F=hidden))
    )
    pdf.pages[0].obj.Annots = pikepdf.Array([link])


def carries(name: str = "proof.cwt", size: int = 300) -> Change:
    """Attaches a file; the proof of a document, unless told otherwise."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.attachments[name] = b"\xd2" * size

    return change


def names_its_proof_otherwise(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["proof.cwt"].obj.UF = "virus.exe"


def hides_a_file_behind_its_proof(pdf: pikepdf.Pdf) -> None:
    """The proof is there, but what is saved under its name is something else."""
    named = pdf.attachments["proof.cwt"].obj
    pdf.Root.Aside = named.EF.F
    named.EF.F = named.EF.UF = pdf.make_indirect(pikepdf.Stream(pdf, b"MZ" * 9000))


def offers_another_file_in_place_of_its_proof(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["proof.cwt"].obj.EF.UF = pdf.make_indirect(pikepdf.Stream(pdf, b"MZ"))


def adds_related_files_to_its_proof(pdf: pikepdf.Pdf) -> None:
    hidden = pdf.make_indirect(pikepdf.Stream(pdf, b"MZ"))
    pdf.attachments["proof.cwt"].obj.RF = pikepdf.Dictionary(F=pikepdf.Array(["virus.exe", hidden]))


def an_action(kind: str, **more: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **more)


OUTSIDE = {
    "URI": {"URI": "https://example.org/"},
    "GoToR": {"F": "//192.0.2.1/share/other.pdf", "D": pikepdf.Array([0, pikepdf.Name.Fit])},
    "Thread": {"F": "//192.0.2.1/share/other.pdf", "D": 0},
}


def a_place(**does: object) -> Change:
    """A place of the page that does something."""
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, **does)
    return lambda pdf: setattr(pdf.pages[0].obj, "Annots", pikepdf.Array([link]))


BY_ITSELF: dict[str, Callable[[object], Change]] = {
    "when it is opened": lambda action: lambda pdf: setattr(pdf.Root, "OpenAction", action),
    "when a page is seen": lambda action: lambda pdf: setattr(pdf.pages[0].obj, "AA", pikepdf.Dictionary(O=action)),
    "when the pointer comes near": lambda action: a_place(AA=pikepdf.Dictionary(E=action)),
}


def opens_at_its_first_page(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])
    pdf.pages[0].obj.AA = pikepdf.Dictionary(O=an_action("Named", N=pikepdf.Name.FirstPage))


def goes_out_afterwards(pdf: pikepdf.Pdf) -> None:
    after = pdf.make_indirect(an_action("URI", URI="https://example.org/"))
    pdf.Root.OpenAction = an_action("GoTo", D=pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit]), Next=after)


def a_png(edge: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A whole PNG of so many pixels a side, black, and these chunks."""
    packer, row = zlib.compressobj(1), bytes(1 + (edge + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(edge)) + packer.flush()
    header = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    body = b"\x89PNG\r\n\x1a\n"
    for name, inside in ((b"IHDR", header), *chunks, (b"IDAT", packed), (b"IEND", b"")):
        body += struct.pack(">I", len(inside)) + name + inside + struct.pack(">I", zlib.crc32(name + inside))
    return body


def a_zip() -> bytes:
    """An archive that unpacks to a hundred times its size."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(1_000_000))
    return out.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(BadFile) as problem:
        read(content)
    return problem.value.code


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (a_pdf(), "application/pdf"),
        (a_picture("JPEG"), "image/jpeg"),
        (a_picture("PNG"), "image/png"),
        (a_picture("WEBP"), "image/webp"),
        (a_picture("JPEG", (40, 5)), "image/jpeg"),
        (a_picture("JPEG", (1, 1)), "image/jpeg"),
        (a_picture("MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))]), "image/jpeg"),
        (lines_of_objects(b"<</Type[1 2]/S<<>>>>"), "application/pdf"),
        (spoilt(opens_at_its_first_page), "application/pdf"),
        (spoilt(carries()), "application/pdf"),
        *((spoilt(a_place(A=an_action(kind, **OUTSIDE[kind]))), "application/pdf") for kind in OUTSIDE),
    ],
)
def test_ordinary_files_are_taken_for_what_they_are(content: bytes, media: str) -> None:
    taken = read(content)
    assert (taken.media, taken.size) == (media, len(content))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"x" * (MOST_BYTES + 1), "large_file"),
        (b"just words", "unknown_file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "unknown_file"),
        (b"PK\x03\x04" + b"\0" * 100, "unknown_file"),
        (a_picture("GIF"), "unknown_file"),
        (a_picture("BMP"), "unknown_file"),
        (a_pdf()[:-40], "damaged_file"),
        (a_pdf().replace(b"startxref", b"startxxxx"), "damaged_file"),
        (a_pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "locked_file"),
        (a_pdf(encryption=pikepdf.Encryption(owner="o", user="")), "locked_file"),
        (a_pdf(pages=0), "too_many_pages"),
        (spoilt(runs_a_script), "active_file"),
        (spoilt(starts_a_program), "active_file"),
        (spoilt(hides_a_file), "active_file"),
        (spoilt(plays_a_film), "active_file"),
        (lines_of_objects(b"[" * 600 + b"<</S/JavaScript>>" + b"]" * 600), "damaged_file"),
        (lines_of_objects(b"<</A 99999999999999999999999/JS(x)>>"), "damaged_file"),
        (many_scans(200), "damaged_file"),
        (a_picture("JPEG", (900, 900)) + b"PK\x05\x06" + b"\0" * 30_000, "unknown_file"),
        (a_pdf() + b"PK\x05\x06" + b"\0" * 18, "unknown_file"),
        (spoilt(hides_a_file_that_does_not_say_so), "active_file"),
        (a_picture("JPEG")[:-200], "damaged_file"),
        (a_picture("PNG", (400, 300))[:200], "damaged_file"),
        (a_picture("PNG") + a_pdf()[:500], "unknown_file"),
        (a_picture("JPEG") + b"<script>alert(1)</script>", "unknown_file"),
        (EICAR, "unknown_file"),
        (a_pdf() + PAGE, "unknown_file"),
        (lines_of_objects(b"<</X(" + PAGE + b")>>"), "unknown_file"),
        (PAGE + a_pdf(), "unknown_file"),
        (a_pdf() + a_zip(), "unknown_file"),
        (a_zip() + a_pdf(), "unknown_file"),
        (a_zip(), "unknown_file"),
        (b"GIF89a=1;alert(1)//" + a_picture("GIF"), "unknown_file"),
        (a_png(30_000), "large_picture"),
        (a_png(6000), "large_picture"),
        (a_png(8, (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 1))), "damaged_file"),
        (spoilt(goes_out_afterwards), "active_file"),
        (spoilt(carries("other.cwt")), "active_file"),
        (spoilt(carries(size=5000)), "active_file"),
        (spoilt(carries(), carries("virus.exe")), "active_file"),
        (spoilt(carries(), hides_a_file_that_does_not_say_so), "active_file"),
        (spoilt(carries(), names_its_proof_otherwise), "active_file"),
        (spoilt(carries(), hides_a_file_behind_its_proof), "active_file"),
        (spoilt(carries(), offers_another_file_in_place_of_its_proof), "active_file"),
        (spoilt(carries(), adds_related_files_to_its_proof), "active_file"),
        (spoilt(carries(), runs_a_script), "active_file"),
    ],
)
def test_what_cannot_be_taken_is_refused_for_what_it_is(content: bytes, code: str) -> None:
    assert refusal(content) == code


@pytest.mark.parametrize("kind", OUTSIDE)
@pytest.mark.parametrize("when", BY_ITSELF)
def test_a_pdf_that_leads_elsewhere_by_itself_is_refused(when: str, kind: str) -> None:
    assert refusal(spoilt(BY_ITSELF[when](an_action(kind, **OUTSIDE[kind])))) == "active_file"


def test_a_document_of_this_portal_is_taken_with_the_proof_that_it_carries(fonts: Path, moment: datetime) -> None:
    paper = example("birth_extract")
    data = paper.data() | {"proof": on_paper("https://shubbak.example", "AAAA-BBBB-CCCC", b"\xd2" * 300)}
    assert read(render(paper.template, data, moment=moment, fonts=fonts)).media == "application/pdf"


def test_the_name_of_a_file_does_not_say_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(a_picture("PNG"))
    with (tmp_path / "scan.pdf").open("rb") as file:
        assert read_apart(file).media == "image/png"


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_PIXELS", 1000)
    assert refusal(a_picture("PNG", (40, 30))) == "large_picture"


def test_a_picture_that_moves_is_refused() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    assert refusal(out.getvalue()) == "large_picture"


def test_the_digest_is_of_the_very_bytes() -> None:
    one, other = a_pdf(), a_pdf(pages=2)
    assert read(one).digest == hashlib.sha256(one).hexdigest() != read(other).digest


def test_a_photo_in_many_passes_is_not_taken_as_large_as_one_in_a_single_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_PIXELS", 1000)
    assert read(a_picture("JPEG")).media == "image/jpeg"
    assert refusal(a_picture("JPEG", progressive=True)) == "large_picture"
