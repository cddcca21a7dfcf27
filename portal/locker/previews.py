"""What a file looks like, made anew: pictures of its first pages without anything that the file may hide; the same with
a mark across it that says for what and when it was shown; and all its pages as they are printed, also bound together.

Runs ``apart``: it draws what strangers sent."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image, ImageOps

from portal.locker.intake import KINDS
from portal.locker.taken import MOST_PRINTED, BadFile

WIDEST = 1000
MOST_PAGES = 12
QUALITY = 80
POINTS, INCH, MARKED_INCH = 72, 200, 120  # to the inch: the units of a PDF, and pixels of its pictures
LEAST_SIDE, MOST_SIDE = 3, 14_400  # of a page, in these units (ISO 32000-1, annex C)
PRINTED = 2339  # the longer side of an A4 page at 200 to the inch
MOST_PRINTED_BYTES = 9_000_000  # of all pages: the document made of them is no longer than a file that is taken
QUALITIES = (85, 70, 55, 40)
SMALLER = 3, 4
TURNED = 30
EM = 40  # pixels to the em of a mark as it comes
EMS, SMALLEST = 36, 14  # of a page's shorter side; pixels


def preview(content: bytes) -> bytes:
    """A JPEG of the first page or of the picture, at most a thousand pixels wide."""
    return _jpeg(next(pages(content)), QUALITY)


def marked(content: bytes, mark: bytes) -> bytes:
    """A PDF of pictures of the first pages, ``mark`` (a PNG, see ``rendering.mark``) across each of them."""
    with Image.open(io.BytesIO(mark), formats=["PNG"]) as opened:
        words = opened.convert("RGBA")
    return bound((_jpeg(_with(page, words), QUALITY) for page in pages(content)), MARKED_INCH)


def bound(pages: Iterable[bytes], inch: int = INCH) -> bytes:
    """A PDF of pictures (JPEG, in colours), each on a page of its own; ``inch`` of their pixels are one on paper. The
    same pictures make the same bytes: who sends them twice brings one document."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        for page in pages:
            _add(pdf, page, POINTS / inch)
        pdf.save(made, deterministic_id=True)
    return made.getvalue()


def _add(pdf: pikepdf.Pdf, jpeg: bytes, scale: float) -> None:
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
        width, height = picture.size
    shape = {"Width": width, "Height": height, "ColorSpace": pikepdf.Name.DeviceRGB, "BitsPerComponent": 8}
    kind = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Filter": pikepdf.Name.DCTDecode}
    wide, high = (round(min(max(side * scale, LEAST_SIDE), MOST_SIDE), 2) for side in (width, height))
    page = pdf.add_blank_page(page_size=(wide, high)).obj
    page.Resources = pikepdf.Dictionary(XObject={"/Page": pikepdf.Stream(pdf, jpeg, **kind, **shape)})
    page.Contents = pikepdf.Stream(pdf, f"q {wide} 0 0 {high} 0 0 cm /Page Do Q".encode())


def printed(content: bytes, of: int = 1) -> Iterator[bytes]:
    """A JPEG of each page, as fine as it is printed; nine megabytes at most together, or this file's part of them when
    it is one ``of`` several. Raises BadFile for a file of more than twenty pages."""
    many = _count(content)
    if many > MOST_PRINTED:
        raise BadFile("too_many_pages", most=MOST_PRINTED)
    for page in pages(content, (PRINTED, PRINTED), MOST_PRINTED):
        yield _within(page, MOST_PRINTED_BYTES // (many * of))


def _count(content: bytes) -> int:
    if not content.startswith(b"%PDF-"):
        return 1
    document = pypdfium2.PdfDocument(content)
    try:
        return len(document)
    finally:
        document.close()


def _within(page: Image.Image, most: int) -> bytes:
    """The best JPEG of a page that has no more bytes, smaller where it must be."""
    for quality in QUALITIES:
        if len(made := _jpeg(page, quality)) <= most:
            return made
    less, of = SMALLER
    return _within(page.resize((page.width * less // of or 1, page.height * less // of or 1)), most)


def pages(
    content: bytes, room: tuple[int, int] = (WIDEST, WIDEST * 3), most: int = MOST_PAGES
) -> Iterator[Image.Image]:
    """The picture, or the first pages of a PDF, on white, each within ``room`` (pixels)."""
    if not content.startswith(b"%PDF-"):
        with Image.open(io.BytesIO(content), formats=KINDS) as picture:
            picture.draft("RGB", (room[0], room[0]))
            picture.thumbnail((max(room), max(room)))  # what follows makes copies
            yield _fitted(ImageOps.exif_transpose(picture), room)
        return
    document = pypdfium2.PdfDocument(content)
    try:
        for number in range(min(len(document), most)):
            page = document[number]
            scale = room[0] / max(1.0, *page.get_size())
            yield _fitted(page.render(scale=scale, may_draw_forms=False).to_pil(), room)
    finally:
        document.close()


def _fitted(picture: Any, room: tuple[int, int]) -> Image.Image:
    """On white, in plain colours, no wider or higher than there is room."""
    picture.thumbnail(room)
    if picture.mode == "I;16":  # greys of 16 bits, which a conversion would make white
        picture = picture.point(lambda grey: grey / 256).convert("L")
    page = Image.new("RGB", picture.size, "white")
    shown = picture.convert("RGBA")
    page.paste(shown, mask=shown.getchannel("A"))
    return page


def _with(page: Image.Image, mark: Image.Image) -> Image.Image:
    """The mark again and again, at a slant, over the whole page: cut away, it takes the page with it. One stands whole
    in the middle."""
    scale = max(SMALLEST, min(page.size) / EMS) / EM
    one = mark.resize((round(mark.width * scale), round(mark.height * scale)), Image.Resampling.LANCZOS)
    across = math.ceil(math.hypot(*page.size))
    sheet = Image.new("RGBA", (across, across))
    middle = (across - one.width) // 2, (across - one.height) // 2
    for row in range(-(across // one.height), across // one.height + 1):
        for column in range(-(across // one.width) - 1, across // one.width + 2):
            shifted = column * one.width + row % 2 * one.width // 2
            sheet.paste(one, (middle[0] + shifted, middle[1] + row * one.height))
    turned = sheet.rotate(TURNED, resample=Image.Resampling.BICUBIC)
    x, y = (across - page.width) // 2, (across - page.height) // 2
    turned = turned.crop((x, y, x + page.width, y + page.height))
    page.paste(turned, mask=turned)
    return page


def _jpeg(page: Image.Image, quality: int) -> bytes:
    made = io.BytesIO()
    page.save(made, "JPEG", quality=quality, optimize=True)
    return made.getvalue()
