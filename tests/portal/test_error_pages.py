"""Pages that say what is wrong: in the reader's language, knowing who reads them, with a way on."""

from __future__ import annotations

import re

import httpx
import pytest
from flask import abort
from page_parts import FROM_INSIDE
from scenes import token_of
from world import Browser, World

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

SIGN_IN, ACCOUNT = {"ar": "تسجيل الدخول", "fr": "Se connecter", "en": "Sign in"}, "/dashboard"
TITLES = {
    404: {"ar": "هذه الصفحة غير موجودة", "fr": "Cette page n’existe pas", "en": "This page does not exist"},
    405: {
        "ar": "لا تفتح هذه الصفحة بهذه الطريقة",
        "fr": "Cette page ne s’ouvre pas ainsi",
        "en": "This page cannot be opened this way",
    },
    413: {"ar": "الحجم كبير جدا", "fr": "C’est trop volumineux", "en": "This is too large"},
}


def met(browser: Browser, status: int, lang: str) -> httpx.Response:
    """An answer of this status, raised before any view ran."""
    if status == 404:
        return browser.client.get(f"/{lang}/nowhere")
    if status == 405:
        return browser.client.get(f"/{lang}/inbox/read")
    return browser.client.post(f"/{lang}/inbox/read", data={"csrf_token": "x", "much": "x" * 1_100_000})


def main_of(answer: httpx.Response) -> str:
    return answer.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
@pytest.mark.parametrize("status", TITLES)
def test_a_problem_met_before_a_page_is_told_in_the_readers_language(town: World, status: int, lang: str) -> None:
    answer = met(town.browser(), status, lang)
    assert answer.status_code == status
    assert f'<html lang="{lang}"' in answer.text
    assert TITLES[status][lang] in main_of(answer)
    assert f'href="/{lang}/"' in main_of(answer)
    assert not FROM_INSIDE.search(answer.text)


@pytest.mark.parametrize("status", TITLES)
def test_who_is_signed_in_is_known_on_it_and_finds_their_account(salma: Browser, status: int) -> None:
    answer = met(salma, status, "fr")
    assert answer.status_code == status
    assert "Salma" in answer.text
    assert SIGN_IN["fr"] not in answer.text
    assert 'href="/fr/dashboard"' in main_of(answer)


@pytest.mark.parametrize("status", TITLES)
def test_a_visitor_is_offered_to_sign_in_and_no_account(browser: Browser, status: int) -> None:
    answer = met(browser, status, "fr")
    assert SIGN_IN["fr"] in answer.text
    assert ACCOUNT not in main_of(answer)


def test_a_form_that_is_too_old_leads_back_to_its_page(salma: Browser) -> None:
    before = f"{salma.world.url}/fr/inbox"
    answer = salma.client.post("/fr/inbox/read", data={"csrf_token": "old"}, headers={"Referer": before})
    assert answer.status_code == 400
    assert 'href="/fr/inbox"' in main_of(answer)
    assert "Salma" in answer.text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/fr/inbox", "", "not an address"])
def test_no_page_of_others_is_a_way_back(salma: Browser, elsewhere: str) -> None:
    answer = salma.client.post("/fr/inbox/read", data={"csrf_token": "old"}, headers={"Referer": elsewhere})
    assert "evil" not in answer.text
    assert "page précédente" not in main_of(answer)


def test_what_is_not_found_can_be_searched_for_at_once(browser: Browser) -> None:
    assert 'action="/fr/search"' in main_of(browser.client.get("/fr/nowhere"))


def test_an_address_in_a_language_we_do_not_speak_is_answered_in_the_browsers(browser: Browser) -> None:
    answer = browser.client.get("/de/", headers={"Accept-Language": "en-GB"})
    assert answer.status_code == 404
    assert '<html lang="en"' in answer.text


def test_what_breaks_is_said_without_its_inside(town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**_values: object) -> str:
        raise KeyError("secret")

    monkeypatch.setitem(town.app.view_functions, "follow.dashboard", breaks)
    answer = salma.client.get("/fr/dashboard")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert not FROM_INSIDE.search(answer.text)
    assert 'href="/fr/dashboard">Réessayer' in main_of(answer)
    assert "Salma" in answer.text


@pytest.mark.parametrize("status", [403, 429, 503])
def test_every_refusal_has_a_page_of_its_own(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setitem(town.app.view_functions, "follow.dashboard", lambda **_values: abort(status))
    answer = salma.client.get("/fr/dashboard")
    assert answer.status_code == status
    title = re.search(r"<h1>(.*?)</h1>", main_of(answer))
    assert title
    assert title[1] != "Cela ne peut pas se faire ainsi"
    assert "Salma" in answer.text


def test_a_service_that_cannot_be_asked_for_leads_to_its_sheet(salma: Browser) -> None:
    unasked = next(key for key, one in salma.world.work.adapters.shelf.current().services.items() if not one.askable)
    token = token_of(salma)
    answer = salma.client.post(f"/fr/services/{unasked}/start", data={"csrf_token": token})
    assert answer.status_code == 409
    assert f'href="/fr/services/{unasked}"' in main_of(answer)


def test_a_sign_in_that_failed_leads_to_a_new_one_and_not_to_the_old_address(browser: Browser) -> None:
    answer = browser.client.get("/sign-in/back?code=used&state=unknown&lang=fr")
    assert answer.status_code == 400
    assert "/sign-in?next=" in main_of(answer)
    assert "code=used" not in answer.text
