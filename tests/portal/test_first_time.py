"""Who comes for the first time, on a phone, is told early and plainly what happens."""

from __future__ import annotations

import re

import pytest
from requests_made import reference_of, section, start
from scenes import entered
from world import Browser, World

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def parent(running_world: World) -> Browser:
    """Karim, who declares a birth in French and has said who the parents are."""
    browser = entered(running_world, "karim")
    start(browser, "birth-declaration", "fr")
    section(browser, declarant="father", late="no")
    return browser


def test_a_form_whose_pages_depend_on_answers_says_how_many_it_has_at_most(running_world: World) -> None:
    browser = entered(running_world, "karim")
    assert "au plus 6 pages" in browser.get("/fr/services/birth-declaration/start").words
    assert "Le formulaire a 3 pages" in browser.get("/fr/services/direct-social-support/start").words


def test_a_page_that_comes_again_with_another_question_says_so_once(parent: Browser) -> None:
    again = section(parent, parents="married", asked="parents")
    assert again.url.endswith("/fill/parents")
    assert "Il reste une question sur cette page" in again.words
    assert "Il reste une question" not in section(parent, parents="married", first_child="no").words


def test_an_office_that_takes_no_requests_is_said_at_the_page_that_names_it(parent: Browser) -> None:
    section(parent, parents="mother_only")
    section(parent, place="hospital", birth_date="01102026", birth_province="01.051")
    child = {"fullname_ar": "أمين العمراني", "fullname_lat": "Amine Amrani", "sex": "M"}
    commune = re.findall(r'<option value="(c-01051-[^"]+)"', parent.page.text)[0]
    told = section(parent, birth_place=commune, **child)
    assert told.status == 409
    assert "ne reçoit pas encore" in told.words
    assert told.link("/fill/child") == f"/fr/requests/{reference_of(told)}/fill/child"


def test_places_stand_in_the_order_of_their_names(parent: Browser) -> None:
    page = section(parent, parents="mother_only")
    select = page.text.partition('name="birth_province"')[2].partition("</select>")[0]
    names = [name.strip() for name in re.findall(r'<option value="[^"]+"[^>]*>([^<]+)<', select)]
    assert len(names) == 75
    assert [name[0] for name in names] == sorted(name[0].replace("É", "E") for name in names)


def test_a_wrong_code_is_answered_with_a_right_one(running_world: World) -> None:
    browser = entered(running_world, "karim")
    start(browser, "vehicle-tax", "fr")
    page = section(browser, plate="ABC", vehicle="petrol")
    assert page.status == 422
    assert "Écrivez comme ceci : \u2066\u202d12345-أ-6\u202c\u2069" in page.words


def test_a_question_in_the_list_of_what_is_wrong_has_no_colon_after_its_mark(running_world: World) -> None:
    browser = entered(running_world, "karim")
    start(browser, "birth-declaration", "fr")
    page = section(browser)
    assert "plus de 30 jours ? Veuillez répondre" in page.words
    assert "? :" not in page.words


def test_a_sum_of_prices_that_nobody_confirmed_is_not_shown_as_a_fact(browser: Browser) -> None:
    listed = browser.client.post("/fr/life-events/having-a-baby")
    total = listed.text.partition("<tfoot>")[2].partition("</tfoot>")[0]
    assert "Gratuit" in total
    assert "À confirmer" in total


def test_a_paper_for_some_says_for_whom_and_decrees_are_written_as_in_arabic(browser: Browser) -> None:
    assert "Seulement si : c’est le premier enfant du couple" in browser.get("/fr/services/birth-declaration").words
    assert "المرسوم رقم 2.22.04" in browser.get("/ar/services/birth-declaration").words
