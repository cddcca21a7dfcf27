"""My account: who I am and who says so, addresses proved by a code, language, export, joining, closing."""

from __future__ import annotations

import json
import re

import pytest
from acting_made import answer, begun, offer
from requests_made import BIRTH, INFORMATION
from scenes import entered, is_in, scene, sent
from sqlalchemy import delete
from world import Browser, Page, World

from portal.identity.contacts import OWN
from portal.identity.models import Contact

pytestmark = pytest.mark.usefixtures("no_work_left_behind", "no_address_of_another_test")


@pytest.fixture
def no_address_of_another_test(town: World) -> None:
    """Nobody has as many addresses as anybody needs."""
    town.work.transact(lambda unit: unit.session.execute(delete(Contact).where(Contact.source == OWN)))


def code_sent_to(town: World, address: str) -> str:
    """The newest code that came to an address."""
    town.worker_runs()
    letters = [one["text"] for one in town.letters() if address in one["to"]]
    notes = [one["text"] for one in town.notes() if one["to"] == address]
    found = re.search(r"\b(\d{6})\b", (letters or notes)[0])
    assert found
    return found[1]


def test_numbers_are_shown_masked_and_with_their_source(town: World) -> None:
    page = entered(town, "salma").get("/fr/account")
    assert "AE214587" not in page.text
    assert "•••••587" in page.words
    assert "Votre identité numérique" in page.words


def test_what_the_issuer_says_cannot_be_changed_here(town: World) -> None:
    page = entered(town, "salma").get("/fr/account")
    assert not re.search(r'<input[^>]*name="(cin|name_ar|name_lat|birthdate)"', page.text)


def test_an_address_counts_once_its_code_was_typed(town: World) -> None:
    amal = entered(town, "amal")
    amal.get("/fr/account/contacts")
    page = amal.post("/fr/account/contacts", {"address": "neuve@example.ma"})
    assert "/code" in page.url
    page = amal.submit("/code", {"code": code_sent_to(town, "neuve@example.ma")})
    assert "neuve@example.ma" in page.words
    assert "Nous écrivons ici" in page.words
    scene(town, "amal", INFORMATION, until="filed")
    town.worker_runs()
    assert any("neuve@example.ma" in one["to"] for one in town.letters())


def test_a_telephone_is_proved_by_a_short_message(town: World) -> None:
    amal = entered(town, "amal")
    amal.get("/fr/account/contacts")
    amal.post("/fr/account/contacts", {"address": "06 61 99 88 77"})
    page = amal.submit("/code", {"code": code_sent_to(town, "+212661998877")})
    assert "+212661998877" in page.words


def test_a_wrong_code_is_told_and_five_of_them_end_it(town: World) -> None:
    amal = entered(town, "amal")
    amal.get("/fr/account/contacts")
    amal.post("/fr/account/contacts", {"address": "cinq@example.ma"})
    right = code_sent_to(town, "cinq@example.ma")
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert amal.submit("/code", {"code": wrong}).status == 422
    assert amal.submit("/code", {"code": right}).status == 422


def test_a_code_serves_once(town: World) -> None:
    amal = entered(town, "amal")
    amal.get("/fr/account/contacts")
    where = amal.post("/fr/account/contacts", {"address": "une@example.ma"}).url
    code = code_sent_to(town, "une@example.ma")
    amal.submit("/code", {"code": code})
    amal.get(where)
    assert amal.submit("/code", {"code": code}).status == 422


@pytest.mark.parametrize("typed", ["", "x", "@", "a@b", "12", "<script>@x.ma", "+1", "a" * 300 + "@example.ma"])
def test_what_is_no_address_is_told(town: World, typed: str) -> None:
    amal = entered(town, "amal")
    amal.get("/fr/account/contacts")
    page = amal.post("/fr/account/contacts", {"address": typed})
    assert page.status == 422
    assert "<script>" not in page.text


def test_an_address_that_turns_letters_away_is_seen_by_its_owner(town: World) -> None:
    hind = entered(town, "hind")
    hind.get("/fr/account/contacts")
    hind.post("/fr/account/contacts", {"address": "partie@bounces.example.ma"})
    town.worker_runs()
    assert "a refusé notre lettre" in hind.get("/fr/account/contacts").words


def test_nobody_touches_anothers_address(town: World) -> None:
    amal, youssef = entered(town, "amal"), entered(town, "youssef")
    amal.get("/fr/account/contacts")
    where = amal.post("/fr/account/contacts", {"address": "mienne@example.ma"}).url
    contact = where.rpartition("/contacts/")[2].partition("/")[0]
    for what in ("code", "send", "choose", "remove"):
        assert sent(youssef, f"/fr/account/contacts/{contact}/{what}").status_code == 404


def test_letters_come_in_the_language_that_was_chosen(town: World) -> None:
    omar = entered(town, "omar")
    omar.get("/fr/account")
    assert omar.submit("/account/language", {"language": "en"}).url.endswith("/en/account")
    scene(town, "omar", INFORMATION, until="filed")
    town.worker_runs()
    letter = next(one for one in town.letters() if "omar@example.ma" in one["to"])
    assert "Hello" in letter["text"]
    omar.get("/en/account")
    omar.submit("/account/language", {"language": "fr"})


def test_my_data_is_one_file_and_mine_alone(town: World) -> None:
    salma = entered(town, "salma")
    mine, other = scene(town, "salma", until="filed"), scene(town, "youssef", until="empty")
    got = salma.client.get("/fr/account/data.json")
    assert "attachment" in got.headers["Content-Disposition"]
    data = json.loads(got.text)
    assert mine.reference in {one["reference"] for one in data["requests"]}
    assert other.reference not in got.text
    assert data["names"]["latin"] == "Salma El Idrissi"


def by_mail(town: World, address: str) -> Browser:
    """A browser signed in with an e-mail address and a code."""
    browser = town.browser()
    browser.get("/sign-in/mail", params={"lang": "fr"})
    browser.submit("/sign-in/mail", {"address": address})
    browser.submit("/code", {"code": code_sent_to(town, address)})
    return browser


def test_an_address_and_a_code_open_what_low_assurance_allows(town: World) -> None:
    guest = by_mail(town, "ailleurs@example.org")
    assert is_in(guest.client)
    assert guest.get(f"/fr/services/{INFORMATION}/start").status == 200
    assert guest.get(f"/fr/services/{BIRTH}/start").status == 403


def test_the_same_address_is_the_same_account(town: World) -> None:
    first = by_mail(town, "meme@example.org")
    first.get(f"/fr/services/{INFORMATION}/start")
    reference = first.submit("/start").url.partition("/requests/")[2].partition("/")[0]
    assert reference in by_mail(town, "meme@example.org").get("/fr/dashboard").text


def test_a_wrong_code_opens_no_account(town: World) -> None:
    browser = town.browser()
    browser.get("/sign-in/mail", params={"lang": "fr"})
    browser.submit("/sign-in/mail", {"address": "attaque@example.org"})
    assert browser.submit("/code", {"code": "12345"}).status == 422
    assert not is_in(browser.client)


def joined_with(town: World, address: str, person: str) -> str:
    """Somebody with an e-mail account begins a request, and joins a digital ID to it. Returns the request."""
    guest = by_mail(town, address)
    reference = begun(guest)
    guest.get("/fr/account/join")
    guest.submit("/account/join", {"issuer": "national"})
    guest.sandbox_form({"person": f"ma-{person}"})
    assert person.title() in guest.sandbox_form({"decision": "share"}).words
    guest.submit("/consent")
    return reference


def test_two_accounts_of_one_person_become_one(town: World) -> None:
    reference = joined_with(town, "deuxieme@example.org", "hind")
    hind = entered(town, "hind")
    assert reference in hind.get("/fr/dashboard").text
    assert hind.get(f"/fr/requests/{reference}").status == 200


def test_an_account_that_was_never_used_here_is_joined_too(town: World) -> None:
    reference = joined_with(town, "avant@example.org", "ilyas")
    assert reference in entered(town, "ilyas").get("/fr/dashboard").text


def test_two_peoples_accounts_are_never_joined(town: World) -> None:
    salma = entered(town, "salma")
    salma.client.cookies.delete("sandbox", domain="localhost.local")
    salma.get("/fr/account/join")
    salma.submit("/account/join", {"issuer": "national"})
    if "person" in salma.page.text:
        salma.sandbox_form({"person": "ma-youssef"})
    salma.sandbox_form({"decision": "share"})
    assert "/consent" in salma.page.url, salma.page.url
    assert salma.submit("/consent").status == 409
    assert "Youssef" not in salma.get("/fr/account").words


def test_a_closed_account_ends_what_hangs_on_it(town: World) -> None:
    aissatou, amal = entered(town, "aissatou"), entered(town, "amal")
    draft = scene(town, "aissatou", INFORMATION, until="empty")
    mandate = offer(aissatou, "amal")
    answer(amal, mandate, "accept")
    aissatou.get("/fr/account/close")
    assert aissatou.submit("/close").status == 422
    page = aissatou.submit("/close", {"understood": "yes"})
    assert "Votre compte est fermé" in page.words
    assert not is_in(aissatou.client)
    assert "Terminée" in amal.get(mandate).words
    again = entered(town, "aissatou")
    assert draft.reference not in again.get("/fr/dashboard").text


def test_sign_in_offers_both_ways(browser: Browser) -> None:
    page: Page = browser.get("/sign-in", params={"lang": "fr"})
    assert page.status == 200
    assert "identité numérique" in page.words
    assert "adresse électronique" in page.words


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_no_way_of_signing_in_leads_elsewhere(town: World, address: str) -> None:
    page = town.browser().get("/sign-in", params={"lang": "fr", "next": address})
    assert "evil" not in page.text
    mail = town.browser().get("/sign-in/mail", params={"lang": "fr", "next": address})
    assert "evil" not in mail.text
