"""Whoever brings a newer version sees of what, finds it filled in, and learns that the older one is still shared."""

from __future__ import annotations

import re
from html import escape

import pytest
from files_brought import a_pdf, a_photo
from lockers import added, issued, listed, newest
from scenes import entered, scene
from shares_made import shared
from world import Browser, World

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ar", "نسخة أحدث من: Bail <ar>"),
        ("fr", "Version plus récente de : Bail <fr>"),
        ("en", "Newer version of: Bail <en>"),
    ],
)
def test_the_form_says_what_a_newer_version_is_of_and_is_filled_in(
    town: World, salma: Browser, language: str, title: str
) -> None:
    added(salma, {"x.pdf": a_pdf(11)}, label=f"Bail <{language}>", kind="lease")
    older = newest(town).id
    page = salma.get(f"/{language}/locker/add", params={"kind": "lease", "replaces": str(older)})
    assert title in page.words
    assert f"<title>{escape(title)}" in page.text
    assert f'name="label" value="Bail &lt;{language}&gt;"' in page.text
    assert re.findall(r'value="(\w+)" selected', page.text) == ["lease"]
    assert f'name="replaces" value="{older}"' in page.text
    assert 'name="pages"' not in page.text


def test_several_photos_are_the_pages_of_the_newer_version(town: World, salma: Browser) -> None:
    added(salma, {"x.pdf": a_pdf(12)}, label="Ma carte", kind="cnie")
    older = newest(town).id
    page = added(salma, {"1.jpg": a_photo(), "2.jpg": a_photo()}, kind="cnie", replaces=str(older))
    assert "1 document " in page.words
    newer = newest(town)
    assert newer.media == "application/pdf"
    assert older not in listed(salma.get("/fr/locker"))
    assert salma.get(f"/fr/locker/{older}").link(f"/locker/{newer.id}")


def test_pages_that_are_refused_are_asked_for_again_as_a_newer_version(town: World, salma: Browser) -> None:
    added(salma, {"x.pdf": a_pdf(13)}, label="Ma carte grise", kind="carte_grise")
    older = newest(town).id
    page = added(
        salma, {"1.jpg": a_photo(), "2.jpg": b"<html>"}, kind="carte_grise", replaces=str(older), label="Neuve"
    )
    assert "Version plus récente de : Ma carte grise" in page.words
    assert 'value="Neuve"' in page.text
    page = added(salma, replaces=str(older), issued_on="31/02/2026")
    assert "Version plus récente de : Ma carte grise" in page.words


def test_what_takes_no_place_is_added_as_a_document_of_its_own(town: World, salma: Browser) -> None:
    receipt = issued(town, scene(town, until="filed")).id
    page = salma.get("/fr/locker/add", params={"kind": "lease", "replaces": str(receipt)})
    assert "Ajouter des documents" in page.words
    assert 'name="replaces"' not in page.text
    assert salma.get("/fr/locker/add", params={"replaces": "x"}).status == 200


def test_nobody_learns_what_anothers_document_is_called(town: World, salma: Browser) -> None:
    added(salma, {"x.pdf": a_pdf(14)}, label="Secret")
    youssef = entered(town, "youssef")
    page = youssef.get("/fr/locker/add", params={"replaces": str(newest(town).id)})
    assert page.status == 404
    assert "Secret" not in page.text


def test_the_newer_version_says_that_the_older_one_is_still_shared(town: World, salma: Browser) -> None:
    added(salma, {"x.pdf": a_pdf(15)}, label="Ancien, montré")
    older = newest(town).id
    shared(town, salma)
    share = salma.page.url
    added(salma, {"x.pdf": a_pdf(16)}, label="Neuf, pas montré", replaces=str(older))
    newer = newest(town).id
    said = "La version précédente est encore partagée : la voir"
    page = salma.get(f"/fr/locker/{newer}")
    assert said in page.words
    assert re.search(rf'<a href="/fr/locker/{older}">{said.replace(" :", ".:")}', page.text)
    salma.get(share)
    salma.submit("/withdraw")
    assert said not in salma.get(f"/fr/locker/{newer}").words


def test_what_is_given_no_name_is_called_by_its_type_and_else_as_its_file_is(town: World, salma: Browser) -> None:
    for kind, called in (("cnie", "Carte nationale d’identité électronique (CNIE)"), ("other", "IMG_20261120_101112")):
        added(salma, {"IMG_20261120_101112.jpg": a_photo()}, kind=kind, label="")
        heading = re.search(r"<h1>(.*?)</h1>", salma.get(f"/fr/locker/{newest(town).id}").text)
        assert heading
        assert called in heading[1]
    assert "IMG_2026" in salma.page.text


def test_mistakes_are_listed_in_the_order_of_the_page(salma: Browser) -> None:
    page = added(salma, {}, kind="none", issued_on="01/01/2100", valid_until="x")
    assert re.findall(r'<li><a href="#([a-z_]+)"', page.text) == ["files", "kind", "issued_on", "valid_until"]
