"""Files that people bring: what they are is told by reading them whole, and what is wrong with them is told."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from files_brought import a_pdf, saved
from PIL import Image

from portal.locker import intake
from portal.locker.intake import MOST_BYTES, BadFile, read


def spoilt(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """A PDF with something added."""
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
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
    link = pikepdf.Dictionary(FS=pikepdf.Dictionary(F="virus.exe", EF=pikepdf.Dictionary(F=hidden)))
    pdf.pages[0].obj.Annots = pikepdf.Array([link])


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
        (a_picture("JPEG") + b"PK\x05\x06" + b"\0" * 30_000, "unknown_file"),
        (a_pdf() + b"PK\x05\x06" + b"\0" * 18, "unknown_file"),
        (spoilt(hides_a_file_that_does_not_say_so), "active_file"),
        (a_picture("JPEG")[:-200], "damaged_file"),
        (a_picture("PNG", (400, 300))[:200], "damaged_file"),
        (a_picture("PNG") + a_pdf()[:500], "unknown_file"),
        (a_picture("JPEG") + b"<script>alert(1)</script>", "unknown_file"),
    ],
)
def test_what_cannot_be_taken_is_refused_for_what_it_is(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_PIXELS", 1000)
    assert refusal(a_picture("PNG", (40, 30))) == "large_picture"


def test_a_picture_that_moves_is_refused() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    assert refusal(out.getvalue()) == "large_picture"


def test_the_digest_is_of_the_very_bytes() -> None:
    assert read(a_pdf()).digest == read(a_pdf()).digest != read(a_pdf(pages=2)).digest


def test_a_photo_in_many_passes_is_not_taken_as_large_as_one_in_a_single_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_PIXELS", 1000)
    assert read(a_picture("JPEG")).media == "image/jpeg"
    assert refusal(a_picture("JPEG", progressive=True)) == "large_picture"
