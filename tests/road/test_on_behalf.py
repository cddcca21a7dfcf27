"""Who acts for whom, in a real browser: everybody signs in, mandates are asked for, given, used and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import Town
from playwright.sync_api import Page, expect
from road.test_the_road import go_on, no_overflow, reference_of, reload_until, sign_in, sign_in_at_work
from sqlalchemy import update

from portal.db import Database
from portal.demo import environment
from portal.identity.models import SignIn
from portal.sandbox.people import People

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("road")]

Person = Callable[[str, int], Page]

EVERYONE = People.read().everyone
CARDS = {one.id: one.cin for one in EVERYONE}
LONGEST, LONGEST_AT_WORK = (
    max((one for one in EVERYONE if one.staff == staff), key=lambda one: len(one.given_name + one.family_name)).id
    for staff in (False, True)
)
"""Whose names take most room."""


def entered(town: Town, person: Person, name: str, language: str = "fr", width: int = 1280) -> Page:
    """A browser in which somebody has signed in, on their dashboard."""
    page = person(language, width)
    page.goto(f"{town.portal}/{language}/dashboard")
    sign_in(page, name)
    expect(page).to_have_url(f"{town.portal}/{language}/dashboard")
    return page


def act_for(page: Page, town: Town, name: str, language: str = "fr") -> None:
    """Says for whom one acts from now on."""
    page.goto(f"{town.portal}/{language}/for")
    page.locator("button.offer", has_text=name).click()
    expect(page.locator(".acting")).to_contain_text(name)


def test_a_citizen_signs_in_however_long_their_name_is(town: Town, person: Person) -> None:
    page = entered(town, person, LONGEST, "ar", 360)
    no_overflow(page)
    expect(page.locator("h1")).to_be_visible()


def test_an_officer_signs_in_however_long_their_name_is(town: Town, person: Person) -> None:
    page = person("fr", 1280)
    page.goto(f"{town.portal}/fr/desk")
    sign_in_at_work(town, page, LONGEST_AT_WORK)
    no_overflow(page)
    expect(page.locator("header")).to_contain_text("Où je travaille")
    expect(page.locator("h1")).to_be_visible()


def test_an_accountant_asks_for_a_mandate_gets_it_uses_it_and_loses_it(town: Town, person: Person) -> None:
    nabil, fatima = entered(town, person, "nabil"), entered(town, person, "fatima", "ar", 360)
    nabil.goto(f"{town.portal}/fr/mandates/ask")
    nabil.locator("#whom").fill(CARDS["fatima"])
    nabil.locator("#until").fill("31/12/2027")
    nabil.locator("#reason").fill("Vos déclarations")
    nabil.locator("main form button").click()
    mandate = nabil.url.rpartition("/")[2]

    fatima.goto(f"{town.portal}/ar/mandates")
    fatima.locator(f'a[href$="/{mandate}"]').click()
    no_overflow(fatima)
    fatima.locator('form[action$="/accept"] button').click()
    expect(fatima.locator(".tag").first).to_contain_text("نافذ")

    act_for(nabil, town, "Fatima")
    nabil.goto(f"{town.portal}/fr/services/information-request/start")
    nabil.locator('form[action$="/start"] button').first.click()
    expect(nabil.locator(".acting")).to_contain_text("Fatima")
    reference = reference_of(nabil)
    reload_until(fatima, reference)  # the represented sees what was done

    fatima.locator('form[action$="/revoke"] button').click()
    nabil.reload()
    expect(nabil.locator("main")).not_to_contain_text(reference)
    nabil.goto(f"{town.portal}/fr/for")
    expect(nabil.locator("main")).not_to_contain_text("Fatima")


def test_a_mother_asks_for_her_child(town: Town, person: Person) -> None:
    page = entered(town, person, "salma", "ar", 360)
    page.goto(f"{town.portal}/ar/for")
    page.locator('form[action$="/for/look"] button').click()
    page.goto(f"{town.portal}/ar/for")
    page.locator("button.offer", has_text="يحيى").click()
    expect(page.locator(".acting")).to_contain_text("يحيى")
    no_overflow(page)
    page.goto(f"{town.portal}/ar/services/birth-extract/start")
    expect(page.locator("main")).to_contain_text("يحيى")
    page.locator('form[action$="/start"] button').first.click()
    expect(page.locator(".acting")).to_contain_text("يحيى")


def known_less_surely(town: Town) -> None:
    """Whoever is signed in is known less surely than they were, as after a long time."""
    database = Database(environment(town.folder)["PORTAL_DATABASE_URL"])
    with database.session() as session:
        session.execute(update(SignIn).where(SignIn.issuer == "national").values(acr="low"))
        session.commit()
    database.dispose()


@pytest.mark.parametrize(("language", "width", "name"), [("ar", 360, "karim"), ("fr", 1280, "omar")])
def test_proving_more_surely_keeps_what_was_typed(
    town: Town, person: Person, language: str, width: int, name: str
) -> None:
    page = person(language, width)
    page.goto(f"{town.portal}/{language}/services/negative-certificate/start")
    sign_in(page, name)
    page.locator('form[action$="/start"] button').first.click()
    reference, here = reference_of(page), page.url
    page.locator('[name="legal_form"]').select_option("SARL")
    page.locator('[name="activity"]').fill("Fabrication et vente de zellige")
    known_less_surely(town)
    go_on(page, language)
    no_overflow(page)
    page.locator('main a[href*="/sign-in"]').click()
    page.locator('button[name="decision"][value="share"]').click()
    expect(page.locator('[name="company_name"]')).to_be_visible()  # the form went on by itself
    assert reference in page.url
    page.goto(here)
    expect(page.locator('[name="activity"]')).to_have_value("Fabrication et vente de zellige")


def test_signing_out_at_the_issuer_ends_the_session_here(town: Town, person: Person) -> None:
    page = entered(town, person, "omar")
    page.goto(f"{town.sandbox}/id/session")
    page.locator('form[action*="/session"] button').click()
    for _ in range(60):  # the issuer tells the portal in its own time
        page.goto(f"{town.portal}/fr/dashboard")
        if "/sign-in" in page.url:
            break
        page.wait_for_timeout(250)
    assert page.url == f"{town.portal}/sign-in?next=/fr/dashboard&lang=fr"
    expect(page.locator("main")).not_to_contain_text("Mes demandes")
