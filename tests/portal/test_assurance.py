"""A service names how surely it must know who asks; the person proves it, and comes back to where they were, with
everything they typed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from requests_made import BIRTH, NAME, reference_of, start
from scenes import entered, typed_in
from sqlalchemy import func, select, update
from world import Browser, World

import portal.app
from portal.identity.actions import IDLE
from portal.identity.forgetting import clear
from portal.identity.models import Parked, SignIn
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def at_the_issuer(browser: Browser, person: str) -> None:
    """Answers whatever the identity provider asks, until it sends the browser back."""
    while not browser.page.url.startswith(browser.world.url):
        choosing = 'name="person" value="ma-' in browser.page.text and "<button" in browser.page.text
        choosing = choosing and 'value="share"' not in browser.page.text
        browser.sandbox_form({"person": f"ma-{person}"} if choosing else {"decision": "share"})


def goes_on(browser: Browser, person: str) -> None:
    """Follows the page that says why, and proves at the issuer."""
    assert "plus de certitude" in browser.page.words
    browser.get(browser.page.link("/sign-in"))
    at_the_issuer(browser, person)


def by_national_id(browser: Browser) -> None:
    """Salma signs in again, among the ways that are offered."""
    browser.get(browser.page.link("issuer=national"))
    at_the_issuer(browser, "salma")


def lowered(town: World, browser: Browser) -> None:
    """This browser's session is known less surely than it was."""
    who = update(SignIn).where(SignIn.ended_at.is_(None)).values(acr="low")
    town.work.transact(lambda unit: unit.session.execute(who))


def parked(town: World) -> int:
    """How many forms wait."""
    count = select(func.count()).select_from(Parked)
    return town.work.transact(lambda unit: unit.session.scalar(count) or 0, reading=True)


def test_a_low_digital_id_is_told_why_it_is_not_enough(browser: Browser) -> None:
    browser.sign_in("nadia", "fr")
    browser.get(f"/fr/services/{BIRTH}/start")
    goes_on(browser, "nadia")
    assert browser.page.status == 403
    assert "niveau de votre identité numérique" in browser.page.words


def test_stepping_up_leads_back_to_the_page(browser: Browser) -> None:
    browser.sign_in("salma", "fr", level="low")
    browser.get(f"/fr/services/{BIRTH}/start")
    goes_on(browser, "salma")
    assert browser.page.url.endswith(f"/fr/services/{BIRTH}/start")
    assert browser.page.status == 200


def test_the_level_is_looked_at_again_at_every_step(town: World) -> None:
    salma = entered(town, "salma")
    start(salma, BIRTH, "fr")
    here = salma.page.url
    lowered(town, salma)
    assert salma.get(here).status == 403
    assert salma.get(f"/fr/requests/{reference_of_url(here)}").status == 403


def reference_of_url(url: str) -> str:
    """The reference in an address."""
    return url.partition("/requests/")[2].partition("/")[0]


def test_a_step_up_keeps_what_was_typed(town: World) -> None:
    salma = entered(town, "salma")
    start(salma, NAME, "fr")
    reference, here = reference_of(salma.page), salma.page.url
    lowered(town, salma)
    salma.post(salma.page.action("/fill/"), {"activity": "Fabrication de zellige", "asked": "activity"})
    goes_on(salma, "salma")
    assert "Reprendre" in salma.page.words
    action = salma.page.action(f"/requests/{reference}/fill/")
    salma.post(action, {"activity": salma.page.hidden("activity"), "asked": "activity"})
    salma.get(here)
    assert typed_in(salma.page.text, "activity") == "Fabrication de zellige"


def test_a_form_that_met_the_end_of_the_session_waits_for_its_sender(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    salma = entered(town, "salma")
    start(salma, NAME, "fr")
    form = salma.page.action("/fill/")
    monkeypatch.setattr(portal.app, "real_now", lambda: real_now() + 2 * IDLE)
    salma.post(form, {"activity": "Gardé"})
    monkeypatch.undo()
    by_national_id(salma)
    assert salma.page.hidden("activity") == "Gardé"


def test_nobody_else_at_the_same_machine_gets_the_form(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    salma = entered(town, "salma")
    start(salma, NAME, "fr")
    form = salma.page.action("/fill/")
    monkeypatch.setattr(portal.app, "real_now", lambda: real_now() + 2 * IDLE)
    salma.post(form, {"activity": "Secret"})
    monkeypatch.undo()
    salma.client.cookies.delete("sandbox", domain="localhost.local")
    salma.client.cookies.jar.clear()
    salma.sign_in("youssef", "fr")
    assert "Secret" not in salma.get("/sign-in/go-on?lang=fr").text


def test_what_waits_cannot_be_read_in_the_database(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    salma = entered(town, "salma")
    start(salma, NAME, "fr")
    monkeypatch.setattr(portal.app, "real_now", lambda: real_now() + 2 * IDLE)
    salma.post(salma.page.action("/fill/"), {"activity": "Illisible"})
    monkeypatch.undo()
    rows = town.work.transact(lambda unit: list(unit.session.scalars(select(Parked.sealed))), reading=True)
    assert rows
    assert not any(b"Illisible" in row for row in rows)


def test_a_visitor_leaves_nothing_behind(town: World, browser: Browser) -> None:
    before = parked(town)
    browser.client.post(f"/fr/services/{BIRTH}/start", data={"x": "y"})
    assert parked(town) == before


@pytest.mark.parametrize("address", ["/requests/%00/submit", "/requests/" + "a" * 1100 + "/submit"])
def test_a_form_for_an_address_that_no_page_has_is_not_kept(
    town: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    salma = entered(town, "salma")
    before = parked(town)
    token = salma.page.token()
    monkeypatch.setattr(portal.app, "real_now", lambda: real_now() + 2 * IDLE)
    answer = salma.client.post(f"/fr{address}", data={"csrf_token": token})
    monkeypatch.undo()
    assert answer.status_code < 500
    assert parked(town) == before
    assert "not kept" not in caplog.text


def test_what_waits_too_long_is_forgotten(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    salma = entered(town, "salma")
    start(salma, NAME, "fr")
    monkeypatch.setattr(portal.app, "real_now", lambda: real_now() + 2 * IDLE)
    salma.post(salma.page.action("/fill/"), {"activity": "Vieux"})
    monkeypatch.undo()
    old = update(Parked).values(until=real_now() - timedelta(seconds=1))
    town.work.transact(lambda unit: unit.session.execute(old))
    by_national_id(salma)
    assert "Vieux" not in salma.page.text
    town.work.transact(lambda unit: clear(unit.session, real_now()))
    assert parked(town) == 0
