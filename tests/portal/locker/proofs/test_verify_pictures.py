"""Anybody checks a document by a photo, a screenshot or a scan: the code on it is read as if it had been typed."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
import segno
from files_brought import a_photo
from PIL import Image, ImageFilter
from receipts_issued import BARE, CHANGED, REVOKED, TRUE, UNKNOWN, Issued, records
from scenes import person_of

from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")
NO_CODE, TABLE = "Aucun code n’est lisible sur cette image", (120, 100, 80)


def page(pdf: bytes, dpi: int) -> Image.Image:
    """The first page as it is printed."""
    document = pypdfium2.PdfDocument(pdf)
    made: Image.Image = document[0].render(scale=dpi / 72).to_pil().convert("RGB")
    document.close()
    return made


def saved(picture: Image.Image, kind: str = "JPEG", **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def a_photo_of(pdf: bytes, kind: str = "JPEG", turned: float = 7) -> bytes:
    """The page on a table, aslant, out of true and a little blurred."""
    paper = page(pdf, 260).rotate(turned, expand=True, fillcolor=TABLE)
    table = Image.new("RGB", (paper.width + 400, paper.height + 400), TABLE)
    table.paste(paper, (200, 200))
    aslant = (1, 0.04, -30, 0.02, 1.03, -20, 1e-5, 2e-5)
    seen = table.transform(table.size, Image.Transform.PERSPECTIVE, aslant, Image.Resampling.BICUBIC)
    return saved(seen.filter(ImageFilter.GaussianBlur(0.8)), kind)


def without_its_proof(pdf: bytes) -> bytes:
    """The document as it is printed to a file."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for name in list(opened.attachments):
            del opened.attachments[name]
        made = io.BytesIO()
        opened.save(made)
    return made.getvalue()


@pytest.mark.parametrize(("kind", "turned"), [("JPEG", 7), ("JPEG", 97), ("PNG", 0), ("WEBP", 183)])
def test_a_photo_of_the_paper_is_checked_by_the_code_on_it(issued: Issued, kind: str, turned: float) -> None:
    said = issued.checked_file(a_photo_of(issued.pdf, kind, turned), "photo")
    assert TRUE in said
    assert str(issued.proof.facts["reference"]) in said


def test_a_screenshot_of_the_page_is_checked_by_the_code_on_it(issued: Issued) -> None:
    assert TRUE in issued.checked_file(saved(page(issued.pdf, 96), "PNG"), "capture.png")


def test_what_was_printed_to_a_file_or_scanned_is_checked_by_the_code_on_its_first_page(issued: Issued) -> None:
    for content in (without_its_proof(issued.pdf), saved(page(issued.pdf, 200), "PDF", resolution=200)):
        assert TRUE in issued.checked_file(content)


def test_the_holder_sees_that_a_photo_was_checked(issued: Issued) -> None:
    salma = person_of(issued.town, "salma")
    before = len(records(issued.town, salma))
    issued.checked_file(a_photo_of(issued.pdf), "photo.jpg")
    assert len(records(issued.town, salma)) == before + 1


def test_a_photo_of_what_was_revoked_says_so(issued: Issued) -> None:
    issued.change(revoked_at=real_now())
    assert REVOKED in issued.checked_file(a_photo_of(issued.pdf), "photo.jpg")


def code_saying(*texts: str) -> bytes:
    """A picture of square codes beside one another."""
    made = []
    for text in texts:
        out = io.BytesIO()
        segno.make(text, micro=False).save(out, kind="png", scale=4)
        made.append(Image.open(out).convert("RGB"))
    wall = Image.new("RGB", (sum(one.width for one in made), max(one.height for one in made)), "white")
    for at, one in enumerate(made):
        wall.paste(one, (sum(before.width for before in made[:at]), 0))
    return saved(wall, "PNG")


def test_a_code_that_was_changed_is_told(issued: Issued) -> None:
    forged = issued.text[:-9] + ("AAAAAAAAA" if issued.text[-9:] != "AAAAAAAAA" else "BBBBBBBBB")
    assert CHANGED in issued.checked_file(code_saying(forged), "code.png")
    assert UNKNOWN in issued.checked_file(code_saying("https://portal.example/V/K7Q2M-8X4TR-3BN9C"), "code.png")


def test_codes_of_others_beside_it_are_passed_over(issued: Issued) -> None:
    assert TRUE in issued.checked_file(code_saying("https://example.ma/menu", issued.text), "codes.png")


@pytest.mark.parametrize(
    "content", [a_photo(), code_saying("https://example.ma/menu"), b"\x89PNG nothing", b"\xff\xd8\xff"]
)
def test_who_sends_a_picture_without_a_code_is_told_what_to_do(issued: Issued, content: bytes) -> None:
    answer = issued.answer_to(content, "photo.jpg")
    assert answer.status_code == 422
    assert answer.text.count(NO_CODE) == 2  # above the form, and at its field
    assert BARE not in answer.text


def test_any_picture_may_be_chosen_and_nobody_is_made_to_take_a_photo(issued: Issued) -> None:
    form = issued.town.browser().get("/fr/verify").text
    assert 'accept="application/pdf,image/jpeg,image/png,image/webp"' in form
    assert " capture" not in form.partition('id="file"')[2].partition(">")[0]


def test_a_picture_of_very_many_points_takes_no_more_of_the_machine_than_a_stranger_has(issued: Issued) -> None:
    wide = saved(Image.new("1", (14_000, 14_000)), "PNG")
    assert len(wide) < 100_000
    assert NO_CODE in issued.answer_to(wide, "wide.png").text
    assert TRUE in issued.checked_file(issued.pdf)
