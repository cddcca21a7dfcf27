"""A form with a section for each partner: a page each, a list to add, change and take out, nothing lost or doubled."""

from __future__ import annotations

import pytest
from requests_made import reference_of, section, start
from scenes import entered
from world import Browser, Page, World

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

COMPANY = {"ice": "001561191000066", "court": "tcom-01", "duration": "99"}
CAPITAL = {"capital": "10000", "capital_paid": "10000", "capital_size": "up_to_100k"}
AMAL = {"partner_who": "cnie", "partner_name": "Amal Idrissi", "partner_cin": "AB123456", "partner_share": "4000"}
BADR = {"partner_who": "cnie", "partner_name": "Badr Tazi", "partner_cin": "CD123456", "partner_share": "6000"}


@pytest.fixture
def founder(running_world: World) -> Browser:
    """Youssef at the first partner of his company."""
    browser = entered(running_world, "youssef")
    start(browser, "rc-sarl", "fr")
    section(browser, **COMPANY)
    section(browser, **CAPITAL)
    return browser


def partners(browser: Browser) -> Page:
    return browser.get(f"/fr/requests/{reference_of(browser.page)}/fill/partners")


def another(browser: Browser, **answers: str) -> Page:
    partners(browser)
    browser.get(browser.page.link("/fill/partners/2"))
    return section(browser, **answers)


def test_the_first_partner_is_asked_at_once_and_then_the_list_is_shown(founder: Browser) -> None:
    assert founder.page.url.endswith("/fill/partners/1")
    assert section(founder, **AMAL).url.endswith("/fill/partners")
    assert "Amal Idrissi" in founder.page.words
    founder.get(founder.page.link("/fill/partners/2"))
    assert "Amal" not in founder.page.words
    section(founder, **BADR)
    assert "Amal Idrissi" in founder.page.words
    assert "Badr Tazi" in founder.page.words
    assert founder.get(founder.page.link("/fill/managers")).url.endswith("/fill/managers/1")


def test_one_partner_is_changed_and_the_other_stays(founder: Browser) -> None:
    section(founder, **AMAL)
    another(founder, **BADR)
    founder.get(founder.page.link("/fill/partners/1"))
    assert 'value="Amal Idrissi"' in founder.page.text
    section(founder, **AMAL | {"partner_name": "Amal El Idrissi"})
    assert "Amal El Idrissi" in founder.page.words
    assert "Badr Tazi" in founder.page.words


def test_a_partner_is_taken_out_once_however_often_it_is_pressed(founder: Browser) -> None:
    section(founder, **AMAL)
    another(founder, **BADR)
    where, of = founder.page.action("/leave-out/partners/1"), founder.page.hidden("of")
    founder.post(where, {"of": of})
    assert "Amal" not in founder.page.words
    founder.post(where, {"of": of})
    assert "Badr Tazi" in founder.page.words


def test_the_last_partner_taken_out_is_asked_for_again(founder: Browser) -> None:
    section(founder, **AMAL)
    founder.post(founder.page.action("/leave-out/partners/1"), {"of": "1"})
    assert founder.page.url.endswith("/fill/partners/1")
    review = founder.get(f"/fr/requests/{reference_of(founder.page)}/review")
    assert review.url.endswith("/fill/partners/1")


def test_what_was_typed_wrongly_about_a_partner_is_kept_and_the_review_leads_there(founder: Browser) -> None:
    section(founder, **AMAL)
    answer = another(founder, **BADR | {"partner_cin": "12"})
    assert answer.status == 422
    listed = partners(founder)
    assert "Badr Tazi" in listed.words
    assert "Une réponse manque ou est à corriger ici" in listed.words
    review = founder.get(f"/fr/requests/{reference_of(founder.page)}/review")
    assert review.url.endswith("/fill/partners/2")
    assert 'value="12"' in review.text


def test_a_question_that_an_answer_opens_is_shown_before_it_is_called_missing(founder: Browser) -> None:
    opened = founder.submit(
        "/fill/", {"partner_who": "cnie", "partner_share": "4000", "asked": "partner_who partner_share"}
    )
    assert (opened.status, opened.url.endswith("/fill/partners/1")) == (200, True)
    assert 'name="partner_cin"' in opened.text
    assert "govuk-error-summary" not in opened.text
    missing = founder.submit("/fill/", {"partner_who": "cnie", "asked": founder.page.hidden("asked")})
    assert missing.status == 422


@pytest.mark.parametrize("place", ["partners/3", "partners/0", "partners/51", "company/1", "nothing/1", "partners/x"])
def test_a_partner_who_is_not_there_is_not_found(founder: Browser, place: str) -> None:
    section(founder, **AMAL)
    reference = reference_of(founder.page)
    assert founder.client.get(f"/fr/requests/{reference}/fill/{place}").status_code == 404
    sent = {"csrf_token": founder.page.token()} | BADR
    assert founder.client.post(f"/fr/requests/{reference}/fill/{place}", data=sent).status_code == 404
    assert "Badr" not in partners(founder).words


def test_what_is_typed_about_a_partner_who_was_taken_out_meanwhile_is_kept(founder: Browser) -> None:
    section(founder, **AMAL)
    another(founder, **BADR)
    changing = founder.get(founder.page.link("/fill/partners/1"))
    where, of, token = changing.action("/fill/partners/1"), changing.hidden("of"), changing.token()
    partners(founder)
    founder.post(founder.page.action("/leave-out/partners/1"), {"of": "2"})  # in another window
    sent = {"csrf_token": token, "of": of} | AMAL | {"partner_name": "Dina Alami"}
    founder.client.post(where, data=sent)
    assert "Badr Tazi" in partners(founder).words
    assert "Dina Alami" in founder.page.words


def test_a_new_partner_who_is_sent_twice_is_there_once(founder: Browser) -> None:
    section(founder, **AMAL)
    partners(founder)
    new = founder.get(founder.page.link("/fill/partners/2"))
    sent = {"csrf_token": new.token(), "of": new.hidden("of")} | BADR
    for _ in range(2):
        founder.client.post(new.action("/fill/partners/2"), data=sent)
    assert partners(founder).words.count("Badr Tazi") == 1
