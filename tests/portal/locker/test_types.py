"""The types of documents to choose from: those that most people have are found at once, the others by the alphabet."""

from __future__ import annotations

import re
from html import unescape

import pytest
from lockers import added, newest
from scenes import entered
from world import Browser, Page, World

from journeys.catalogue.definitions import Catalogue
from portal.i18n import speaking
from portal.locker.describing import types

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


def options(page: Page) -> dict[str, list[str]]:
    """The types that a page offers, by heading, in order; those without one stand under nothing."""
    [select] = re.findall(r'(?s)<select[^>]* name="kind"[^>]*>(.*?)</select>', page.text)
    first, *groups = re.split(r'<optgroup label="([^"]*)">', select)
    headed = {"": first, **dict(zip(groups[::2], groups[1::2], strict=True))}
    return {unescape(heading): re.findall(r'<option value="([^"]*)"', some) for heading, some in headed.items()}


def chosen(page: Page) -> list[str]:
    """What is chosen of the types."""
    return re.findall(r'<option value="([^"]*)" selected>', page.text.partition('name="kind"')[2])


def test_what_most_people_have_comes_first_and_all_of_them_follow(salma: Browser, morocco: Catalogue) -> None:
    page = salma.get("/ar/locker/add")
    none, common, everything = options(page).items()
    assert none == ("", ["other"])
    assert common[0] == "الأكثر استعمالا"
    assert common[1][:3] == ["cnie", "passport", "licence"]
    assert {"birth_extract", "family_booklet", "lease", "rib", "carte_grise"} < set(common[1])
    assert len(common[1]) < 15
    assert sorted(everything[1]) == sorted(morocco.documents)
    assert chosen(page) == ["other"]


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("ar", ["heirs_deed", "tp_orig", "kafala_order", "amo_card"]),
        ("fr", ["equivalence", "eie", "invoice"]),
        ("en", ["passport", "licence", "lease"]),
    ],
)
def test_all_types_stand_in_the_alphabet_of_the_reader(
    town: World, morocco: Catalogue, language: str, order: list[str]
) -> None:
    with town.app.test_request_context(), speaking(language):
        keys = [key for key, _ in types(morocco)[-1][1]]
    assert sorted(order, key=keys.index) == order


def test_the_page_of_a_document_offers_the_same_and_what_it_is_chosen_once(town: World, salma: Browser) -> None:
    added(salma, kind="lease")
    page = salma.get(f"/fr/locker/{newest(town).id}")
    assert list(options(page)) == ["", "Les plus courants", "Tous les types"]
    assert chosen(page) == ["lease"]
