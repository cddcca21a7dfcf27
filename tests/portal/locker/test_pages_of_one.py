"""Several photos are the pages of one document: bound upright and in order, all of them or none, once."""

from __future__ import annotations

import io
import random

import pytest
from files_brought import a_pdf, a_photo
from lockers import Files, added, content, newest, of_owner
from PIL import Image
from scenes import entered
from test_previews import a_photo_of_a_phone, drawn, looks
from world import Browser, Page, World

from portal.locker import binding
from portal.locker.apart import bound_apart
from portal.locker.intake import read
from portal.locker.ports import NotReachable
from portal.locker.taken import MOST_BYTES, MOST_PRINTED, BadFile

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


def bound(browser: Browser, files: Files, **said: str) -> Page:
    """Brings files as the pages of one document."""
    return added(browser, files, pages="yes", **said)


def a_side(colour: str, kind: str = "JPEG") -> bytes:
    """One side of a card."""
    out = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(out, kind)
    return out.getvalue()


def kept(town: World) -> int:
    """How many documents Salma has."""
    return sum(one.state == "kept" for one in of_owner(town, "salma"))


def test_both_sides_of_a_card_become_one_document_upright_and_in_order(town: World, salma: Browser) -> None:
    before = kept(town)
    page = bound(salma, {"verso.jpg": a_photo_of_a_phone(), "recto.png": a_side("red", "PNG")}, kind="cnie")
    assert "1 document " in page.words
    document, pdf = newest(town), content(salma, newest(town).id)
    assert (document.origin, document.kind, kept(town)) == ("added", "cnie", before + 1)
    assert read(pdf).media == document.media == "application/pdf"
    first, second = drawn(pdf)
    assert first.height > first.width
    assert (looks(first, 0.5, 0.2), looks(first, 0.5, 0.8)) == ("red", "blue")
    assert second.width > second.height
    assert looks(second, 0.5, 0.5) == "red"
    assert not any(hidden in pdf for hidden in (b"Hidden", b"Exif", b"CreationDate"))
    assert salma.client.get(f"/fr/locker/{document.id}/picture").headers["Content-Type"] == "image/jpeg"


def test_a_form_that_is_sent_twice_makes_one_document(town: World, salma: Browser) -> None:
    files = {"1.jpg": a_side("navy"), "2.jpg": a_side("olive")}
    before = kept(town)
    for _ in range(2):
        bound(salma, files, label="")
    assert kept(town) == before + 1
    bound(salma, dict(reversed(files.items())), label="")  # the back in front is another
    assert kept(town) == before + 2


def test_files_of_several_pages_are_bound_too(town: World, salma: Browser) -> None:
    bound(salma, {"1.pdf": a_pdf(2), "2.jpg": a_side("red"), "3.pdf": a_pdf(3)})
    assert [looks(page, 0.5, 0.5) for page in drawn(content(salma, newest(town).id))] == [
        *("white", "white", "red"),
        *("white",) * 3,
    ]


def test_when_one_page_is_refused_none_is_kept_and_one_is_told_what_to_do(town: World, salma: Browser) -> None:
    before = len(of_owner(town, "salma"))
    page = bound(salma, {"a.jpg": a_side("red"), "b.html": b"<html>", "c.jpg": b""}, label="Ma carte", kind="cnie")
    assert page.url.endswith("/locker/add")
    assert "b.html: Ce n’est pas un fichier PDF" in page.words
    assert "c.jpg: Ce fichier est vide" in page.words
    assert "a.jpg" not in page.words
    assert "Rien n’a été conservé" in page.words
    assert "choisissez de nouveau toutes les pages" in page.words
    assert 'name="pages" type="checkbox" value="yes" aria-describedby="pages-hint" checked' in page.text
    assert 'value="Ma carte"' in page.text
    assert len(of_owner(town, "salma")) == before


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"1.pdf": a_pdf(MOST_PRINTED - 1), "2.pdf": a_pdf(2)}, "Ensemble, cela fait plus de 20 pages"),
        ({"long.pdf": a_pdf(MOST_PRINTED + 1), "2.jpg": a_photo()}, "long.pdf: Plus de 20 pages"),
        ({"large.jpg": bytes(MOST_BYTES + 1), "2.jpg": a_photo()}, "large.jpg: Ce fichier dépasse 10 Mo"),
    ],
)
def test_what_is_too_much_for_one_document_is_said(town: World, salma: Browser, files: Files, words: str) -> None:
    before = len(of_owner(town, "salma"))
    assert words in bound(salma, files).words
    assert len(of_owner(town, "salma")) == before


def test_large_photos_are_bound_in_no_more_bytes_than_a_file_may_have(town: World, salma: Browser) -> None:
    noise, out = Image.frombytes("RGB", (1700, 2300), random.Random(1).randbytes(1700 * 2300 * 3)), io.BytesIO()
    noise.save(out, "JPEG", quality=90)
    bound(salma, {f"{number}.jpg": out.getvalue() for number in range(4)})
    assert 4 * len(out.getvalue()) > MOST_BYTES > (newest(town).size or 0) > MOST_BYTES // 4
    assert len(drawn(content(salma, newest(town).id))) == 4


def test_one_file_is_kept_as_it_is_and_without_the_tick_each_is_a_document(town: World, salma: Browser) -> None:
    photo, before = a_side("lime"), kept(town)
    bound(salma, {"1.jpg": photo})
    assert content(salma, newest(town).id) == photo
    added(salma, {"2.jpg": a_side("red"), "3.jpg": a_side("blue")})
    assert kept(town) == before + 3


def test_who_meets_nobody_that_reads_is_told_to_send_all_pages_again(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_asked: object) -> list[bytes]:
        raise NotReachable("too many files are being read")

    monkeypatch.setattr(binding, "printed_apart", busy)
    page = bound(salma, {"1.jpg": a_side("red"), "2.jpg": a_side("blue")})
    assert "Veuillez l’envoyer de nouveau" in page.words
    assert "toutes les pages" in page.words


def test_a_reader_that_gives_no_pictures_makes_no_document() -> None:
    with pytest.raises(BadFile, match="damaged_file"):
        bound_apart([b"%PDF-1.7 no picture"])


def test_pages_bear_the_name_of_their_type_and_else_of_the_first_file(town: World, salma: Browser) -> None:
    bound(salma, {"recto.jpg": a_side("gray"), "verso.jpg": a_side("pink")}, kind="cnie", label="")
    assert "recto" not in salma.get(f"/fr/locker/{newest(town).id}").words
    bound(salma, {"recto.jpg": a_side("gray"), "verso.jpg": a_side("pink")}, kind="other", label="")
    assert "recto" in salma.get(f"/fr/locker/{newest(town).id}").words
