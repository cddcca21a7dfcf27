"""What is shown of a file is made anew: pictures, without what the file may hide; with a mark; as it is printed."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import typst
from files_brought import a_pdf
from marks_seen import drawn
from PIL import Image, ImageChops, ImageFont, ImageStat

from portal.locker import previews
from portal.locker.apart import marked_apart, preview_apart, printed_apart, read_apart
from portal.locker.rendering import mark
from portal.locker.taken import MOST_PRINTED, BadFile

WORDS = "Compte bancaire", "01/10/2026 · Shubbak"
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
TURNED_RIGHT = 6


def a_page(words: str = "Bonjour Salma", pages: int = 1) -> bytes:
    """A PDF of red pages with words on them, and with an author."""
    page = f'#set document(author: "Hidden Author")\n#set page(fill: red)\n{words}\n' + "#pagebreak()\n" * (pages - 1)
    made = typst.compile(page.encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


def a_photo_of_a_phone(kind: str = "JPEG") -> bytes:
    """A photo taken on edge: its left half, red, is up when it is looked at. It tells who made it, and where."""
    picture = Image.new("RGB", (1600, 1200), "blue")
    picture.paste("red", (0, 0, 800, 1200))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = TURNED_RIGHT, "HiddenMaker"
    exif.get_ifd(GPS)[29] = "HiddenPlace"
    out = io.BytesIO()
    picture.save(out, kind, exif=exif, xmp=b"<x:xmpmeta>HiddenWords</x:xmpmeta>")
    return out.getvalue()


def shown(content: bytes) -> Image.Image:
    """The preview of a file."""
    made = Image.open(io.BytesIO(preview_apart(io.BytesIO(content))))
    assert made.format == "JPEG"
    return made


def looks(picture: Image.Image, across: float, down: float) -> str:
    """The colour at a place of a picture, from 0 to 1 across and down."""
    seen = picture.convert("RGB").getpixel((across * picture.width, down * picture.height))
    assert isinstance(seen, tuple)
    named = {(1, 0, 0): "red", (0, 0, 1): "blue", (1, 1, 1): "white"}
    return named.get(tuple(part // 200 for part in seen), " ".join(map(str, seen)))


def marked(content: bytes, fonts: Path, *lines: str) -> bytes:
    return marked_apart(io.BytesIO(content), mark(lines or WORDS, fonts))


def text_of(pdf: bytes) -> str:
    """The words of the first page that can be copied."""
    document = pypdfium2.PdfDocument(pdf)
    words = document[0].get_textpage().get_text_range()
    document.close()
    return str(words)


def test_the_preview_of_a_pdf_is_its_first_page() -> None:
    made = shown(a_page(pages=3))
    assert max(made.size) == 1000
    assert looks(made, 0.9, 0.9) == "red"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_preview_of_a_photo_stands_upright_and_is_at_most_a_thousand_pixels_wide(kind: str) -> None:
    made = shown(a_photo_of_a_phone(kind))
    assert made.size == (1000, 1333)
    assert (looks(made, 0.5, 0.2), looks(made, 0.5, 0.8)) == ("red", "blue")


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("RGBA", (255, 0, 0, 0), "white"),
        ("RGBA", (255, 0, 0, 255), "red"),
        ("LA", (0, 0), "white"),
        ("I;16", 117 * 256, "117 117 117"),
        ("1", 1, "white"),
    ],
)
def test_a_picture_of_any_make_looks_as_it_does_on_paper(mode: str, colour: int | tuple[int, ...], seen: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (20, 20), colour).save(out, "PNG")
    assert looks(shown(out.getvalue()), 0.5, 0.5) == seen


def test_the_largest_picture_that_is_taken_is_shown() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (5900, 5000), (255, 0, 0, 128)).save(out, "WEBP", lossless=True, quality=0, method=0)
    assert read_apart(out).media == "image/webp"
    assert shown(out.getvalue()).width == 1000


@pytest.mark.parametrize("content", [a_photo_of_a_phone(), a_photo_of_a_phone("WEBP"), a_page()])
def test_nothing_that_a_file_hides_is_in_its_preview_or_its_marked_copy(content: bytes, fonts: Path) -> None:
    assert b"Hidden" in content
    for made in (preview_apart(io.BytesIO(content)), marked(content, fonts)):
        assert not any(mark in made for mark in (b"Hidden", b"Exif", b"xmpmeta"))


def test_a_marked_copy_is_pictures_of_the_pages_without_their_words(fonts: Path) -> None:
    assert "Bonjour Salma" in text_of(a_page())
    made = marked(a_page(pages=3), fonts)
    assert text_of(made) == ""
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert [len(page.get_images()) for page in pdf.pages] == [1, 1, 1]
        assert not any("/Font" in page.Resources for page in pdf.pages)
    assert read_apart(io.BytesIO(made)).media == "application/pdf"


def test_a_marked_copy_has_the_words_in_every_corner(fonts: Path) -> None:
    [with_words], [without] = (drawn(marked(a_photo_of_a_phone(), fonts, *lines)) for lines in (WORDS, " "))
    width, height = with_words.width // 3, with_words.height // 3
    differs = ImageChops.difference(with_words, without)
    for left, top in ((0, 0), (2 * width, 0), (0, 2 * height), (2 * width, 2 * height), (width, height)):
        assert ImageStat.Stat(differs.crop((left, top, left + width, top + height))).mean[0] > 2


@pytest.mark.parametrize("size", [(1000, 630), (1000, 1414), (300, 1000), (900, 20), (1, 1)])
def test_a_mark_of_many_words_stands_whole_in_the_middle_of_a_page_of_any_shape(
    size: tuple[int, int], fonts: Path
) -> None:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "PNG")
    words = mark(("long " * 40, WORDS[1]), fonts)
    [page] = drawn(marked_apart(out, words))
    assert page.convert("L").getextrema()[0] < 255 or size == (1, 1)
    if size[0] == 1000:
        with Image.open(io.BytesIO(words)) as sheet:
            turned = sheet.rotate(previews.TURNED, expand=True)
        em = min(size) / previews.EMS
        assert turned.width / previews.EM * em < size[0]
        assert turned.height / previews.EM * em < size[1]


def ink(line: str, fonts: Path) -> bytes:
    """What a line of a mark looks like."""
    with Image.open(io.BytesIO(mark([line], fonts))) as sheet:
        seen = sheet.getchannel("A")
    return seen.crop(seen.getbbox()).tobytes()


def test_arabic_is_joined_and_runs_from_right_to_left_whatever_the_machine_has(
    fonts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without libfribidi, as in a small container."""
    monkeypatch.setattr("PIL.features.check", lambda _feature: False)
    monkeypatch.setattr(ImageFont.core, "HAVE_RAQM", False)
    monkeypatch.setattr(ImageFont.core, "HAVE_FRIBIDI", False)
    apart, alone = ink("س\u200cل\u200cم", fonts), ink("سلم", fonts)
    assert len(alone) < len(apart), "letters that join take less room than letters that stand alone"
    with Image.open(io.BytesIO(mark(["ااا سسس"], fonts))) as sheet:
        seen = sheet.getchannel("A").crop(sheet.getbbox())
    tall = seen.resize((2, 1), Image.Resampling.BOX, (0, 0, seen.width, seen.height // 3))
    assert tall.getpixel((1, 0)) > tall.getpixel((0, 0)), "what is written first stands at the right"


@pytest.mark.parametrize("line", ["ⴰⵣⵓⵍ", "لفتح حساب", "fête", "حساب Attijari 12"])
def test_no_letter_of_a_mark_is_an_empty_box(line: str, fonts: Path) -> None:
    signs = [letter for letter in line if letter != " "]
    assert len({ink(letter, fonts) for letter in signs}) == len(set(signs))


def test_what_no_font_has_is_shown_as_a_visible_mark(fonts: Path) -> None:
    assert ink("dossier 😀", fonts) == ink("dossier \ufffd", fonts) != ink("dossier", fonts)


def test_what_turns_letters_around_is_not_in_a_mark(fonts: Path) -> None:
    assert ink("\u202e01/10/2026", fonts) == ink("01/10/2026", fonts)


def test_as_many_pages_are_marked_as_an_identity_paper_has(fonts: Path) -> None:
    assert len(drawn(marked(a_page(pages=13), fonts))) == previews.MOST_PAGES == 12


def printed(content: bytes) -> list[Image.Image]:
    """The pages of a file as they are printed."""
    return [Image.open(io.BytesIO(page)) for page in printed_apart(io.BytesIO(content))]


def test_all_pages_are_printed_two_hundred_pixels_to_the_inch_and_hide_nothing() -> None:
    made = printed_apart(io.BytesIO(a_page(pages=7)))
    assert not any(b"Hidden" in page for page in made)
    pages = [Image.open(io.BytesIO(page)) for page in made]
    assert {(page.format, page.size) for page in pages} == {("JPEG", (1654, 2339))}
    assert [looks(page, 0.9, 0.9) for page in pages] == ["red"] * 7


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_printed_upright_and_no_larger_than_it_is(kind: str) -> None:
    [page] = printed(a_photo_of_a_phone(kind))
    assert page.size == (1200, 1600)
    assert (looks(page, 0.5, 0.2), looks(page, 0.5, 0.8)) == ("red", "blue")


def test_no_page_is_left_out_of_what_is_printed() -> None:
    assert len(printed(a_pdf(pages=MOST_PRINTED))) == MOST_PRINTED
    with pytest.raises(BadFile, match="too_many_pages"):
        printed_apart(io.BytesIO(a_pdf(pages=MOST_PRINTED + 1)))


def test_pages_that_are_hard_to_draw_are_printed_in_no_more_bytes_than_there_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noise = Image.frombytes("RGB", (827, 1169), random.Random(1).randbytes(827 * 1169 * 3))
    scan = io.BytesIO()
    noise.save(scan, "PDF", save_all=True, append_images=[noise], quality=80)
    monkeypatch.setattr(previews, "MOST_PRINTED_BYTES", 100_000)
    pages = list(previews.printed(scan.getvalue()))
    assert len(pages) == 2
    assert 50_000 < sum(map(len, pages)) <= 100_000
