"""When the outside world fails, people read what happened and what to do, lose nothing, and it goes on afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from outages import (
    administration_at,
    instead,
    issuer_at,
    mail_server_at,
    outage,
    provider_at,
    register_at,
    worker_tries,
)
from requests_made import BIRTH, NAME, RECORD, fill_birth, fill_name, pay, reference_of, section, send, start
from sqlalchemy import select, update
from world import Browser, Page, World

from journeys.cases.models import Case
from payments.debts.models import Attempt, AttemptDebt, Debt
from portal.checks import run_checks
from portal.i18n import messages
from portal.outbox import Task

LANGUAGES = ("ar", "fr", "en")
OUTAGES = ("down", "500", "nonsense", "slow", "redirect")


@pytest.fixture(autouse=True)
def calm(town: World) -> Iterator[None]:
    """The worker's clock is right before and after, and nothing of an outage stays."""
    town.ahead = timedelta()
    yield
    town.ahead = timedelta()
    town.work.transact(lambda unit: unit.session.execute(update(Task).values(problem=None, stuck=False)))


def says(page: Page, lang: str, sentence: str) -> bool:
    """Whether the page says this in its language, in words a reader sees."""
    return f'lang="{lang}"' in page.text and messages(lang).gettext(sentence) in page.words


def is_help(page: Page, lang: str) -> bool:
    """Whether the page tells that a partner is down, what is safe, and what to do."""
    return (
        page.status == 503
        and page.response.headers["Retry-After"].isdecimal()
        and says(page, lang, "A partner service does not answer at the moment")
        and says(page, lang, "What you have typed is saved. Nothing was paid twice.")
        and says(page, lang, "Please try again in a few minutes.")
    )


def filed_name(browser: Browser, name: str) -> str:
    """A complete request for a company name, paid; its reference."""
    start(browser, NAME, "fr")
    fill_name(browser, name)
    send(browser)
    reference = reference_of(browser.page)
    pay(browser)
    return reference


def state_of(town: World, reference: str) -> str:
    """Where a request is."""
    return town.work.transact(
        lambda unit: unit.session.scalars(select(Case.state).where(Case.reference == reference)).one(),
        reading=True,
    )


def attempts_for(town: World, reference: str) -> list[tuple[bool, str]]:
    """Every attempt to pay for a request: whether it is live, and its state."""
    query = (
        select(AttemptDebt.live, Attempt.state)
        .join(Attempt, Attempt.id == AttemptDebt.attempt_id)
        .join(Debt, Debt.id == AttemptDebt.debt_id)
        .where(Debt.about == reference)
    )
    with town.work.database.session(reading=True) as session:
        return [(live, state) for live, state in session.execute(query)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("way", OUTAGES)
def test_who_cannot_sign_in_reads_why_and_what_to_do(town: World, browser: Browser, lang: str, way: str) -> None:
    with outage(way) as odd, instead(town, **issuer_at(odd.url)):
        assert is_help(browser.get("/sign-in", params={"issuer": "national", "next": f"/{lang}/dashboard"}), lang)
        browser.get(f"/{lang}/dashboard")
        assert is_help(browser.get(browser.page.link("issuer=national")), lang)


def test_public_pages_do_not_need_the_identity_provider(town: World, browser: Browser) -> None:
    with outage("down") as odd, instead(town, **issuer_at(odd.url)):
        for path in ("/fr/", f"/ar/services/{BIRTH}", f"/en/services/{NAME}", "/healthz", "/readyz"):
            assert browser.get(path).status == 200, path


def test_who_is_signed_in_stays_so_while_the_identity_provider_is_down(town: World, browser: Browser) -> None:
    browser.sign_in("salma", "fr")
    with outage("down") as odd, instead(town, **issuer_at(odd.url)):
        assert browser.get("/fr/dashboard").status == 200
        assert browser.submit("/sign-out").status == 200
        assert browser.page.url == f"{town.url}/fr/"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_identity_provider_that_goes_down_on_the_way_opens_no_session(
    town: World, browser: Browser, lang: str
) -> None:
    browser.get("/sign-in", params={"issuer": "national", "next": f"/{lang}/dashboard"})
    browser.sandbox_form({"person": "ma-salma"})
    with outage("down") as odd, instead(town, **issuer_at(odd.url)):
        assert is_help(browser.sandbox_form({"decision": "share"}), lang)
    assert browser.get(f"/{lang}/inbox").url.startswith(f"{town.url}/sign-in?")
    assert town.browser().sign_in("salma", lang).url == f"{town.url}/{lang}/dashboard"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_says_no_at_the_identity_provider_is_told_so(town: World, browser: Browser, lang: str) -> None:
    browser.get("/sign-in", params={"issuer": "national", "next": f"/{lang}/dashboard"})
    browser.sandbox_form({"person": "ma-salma"})
    page = browser.sandbox_form({"decision": "deny"})
    assert page.status == 403
    assert says(page, lang, "You can try again whenever you like.")


def test_a_way_back_that_was_used_opens_nothing(town: World, browser: Browser) -> None:
    browser.get("/sign-in", params={"issuer": "national", "next": "/fr/dashboard"})
    browser.sandbox_form({"person": "ma-salma"})
    page = browser.sandbox_form({"decision": "share"})
    used = str(page.response.history[-1].url)
    assert "/sign-in/back" in used
    for thief in (browser, town.browser()):
        assert thief.get(used).status == 400


@pytest.mark.parametrize("way", OUTAGES)
def test_a_silent_register_leaves_the_form_to_be_filled_in_by_hand(town: World, browser: Browser, way: str) -> None:
    browser.sign_in("salma", "fr")
    start(browser, BIRTH, "fr")
    section(browser, relation="self", copies="1")
    with outage(way) as odd, instead(town, **register_at(town, odd.url)):
        page = browser.submit("/fetch/")
    assert page.status == 200
    silent = "The register does not answer at the moment. You can fill in the answers yourself, or try later."
    assert says(page, "fr", silent)
    _rest_by_hand(browser)
    assert "/review" in browser.page.url


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_is_in_no_register_fills_the_form_in_by_hand(browser: Browser, lang: str) -> None:
    browser.sign_in("omar", lang)
    start(browser, BIRTH, lang)
    section(browser, relation="self", copies="1")
    page = browser.submit("/fetch/")
    unknown = "The register holds nothing under your card number. Please fill in the answers yourself."
    assert says(page, lang, unknown)
    _rest_by_hand(browser)
    send(browser)
    assert reference_of(browser.page)


def test_a_register_may_be_asked_again_once_it_answers(town: World, browser: Browser) -> None:
    browser.sign_in("salma", "fr")
    start(browser, BIRTH, "fr")
    section(browser, relation="self", copies="1")
    with outage("503") as odd, instead(town, **register_at(town, odd.url)):
        browser.submit("/fetch/")
    browser.submit("/fetch/")
    assert 'value="Salma El Idrissi"' in browser.page.text


@pytest.mark.parametrize("way", OUTAGES)
def test_a_silent_card_processor_takes_nothing_and_may_be_tried_later(town: World, browser: Browser, way: str) -> None:
    browser.sign_in("salma", "fr")
    start(browser, BIRTH, "fr")
    fill_birth(browser)
    send(browser)
    reference = reference_of(browser.page)
    bill = browser.page.url
    for _ in range(2):
        browser.get(bill)
        with outage(way) as odd, instead(town, **provider_at(odd.url)):
            assert is_help(browser.submit("/checkout"), "fr")
    assert [live for live, _ in attempts_for(town, reference)] == [True]
    browser.get(bill)
    pay(browser)
    town.worker_runs()
    assert state_of(town, reference) == "filed"
    assert attempts_for(town, reference) == [(True, "paid")]


def test_a_card_processor_that_refuses_us_shows_a_page_and_no_mistake(town: World, browser: Browser) -> None:
    browser.sign_in("salma", "fr")
    start(browser, BIRTH, "fr")
    fill_birth(browser)
    send(browser)
    with instead(town, **provider_at(f"{town.sandbox.settings.url}/stripe")):
        assert is_help(browser.submit("/checkout"), "fr")


def test_who_paid_while_the_way_back_is_cut_is_told_to_wait_and_never_to_pay_again(
    town: World, browser: Browser
) -> None:
    browser.sign_in("salma", "fr")
    start(browser, BIRTH, "fr")
    fill_birth(browser)
    send(browser)
    reference = reference_of(browser.page)
    browser.submit("/checkout")
    town.control("cards", webhooks="hold")
    try:
        with outage("down") as odd, instead(town, **provider_at(odd.url)):
            page = browser.sandbox_form({"number": "4242424242424242", "expiry": "12/40", "cvc": "123"})
        waits = (
            "The payment is not confirmed yet. If you have paid, wait a moment and reload this page: you will never be "
            "charged twice."
        )
        assert says(page, "fr", waits)
    finally:
        town.control("cards", webhooks="normal")
        town.control("cards/release")
    town.worker_runs()
    assert state_of(town, reference) == "filed"


@pytest.mark.parametrize("way", [*OUTAGES, "another shape", "truncated", "gigantic", "429"])
def test_a_request_waits_for_its_administration_and_is_handed_over_later(
    town: World, browser: Browser, way: str
) -> None:
    browser.sign_in("youssef", "fr")
    reference = filed_name(browser, f"Zellige {way.title()}")
    with outage(way) as odd, instead(town, **administration_at(town, odd.url)):
        worker_tries(town)
        assert state_of(town, reference) == "filed"
        page = browser.get(f"/fr/requests/{reference}")
        assert page.status == 200
        assert browser.get(f"/fr/requests/{reference}/receipt").status == 200
    town.ahead = timedelta(minutes=1)
    town.worker_runs()
    assert state_of(town, reference) == "granted"


def test_a_request_that_an_administration_refuses_to_take_waits_for_a_person(town: World, browser: Browser) -> None:
    browser.sign_in("youssef", "fr")
    reference = filed_name(browser, "Zellige Refusé")
    with instead(town, **administration_at(town, f"{town.sandbox.settings.url}/administrations/ompic")):
        worker_tries(town)
    lines: list[str] = []
    assert run_checks(town.work, full=False, say=lines.append)
    stuck = [line for line in lines if line.startswith("FAIL no task is stuck:")]
    assert any("(hand_over) is stuck: journeys.exchange.ports.NotAccepted" in line for line in stuck)
    assert not any(secret in str(lines) for secret in (reference, "Zellige", "Bennani"))
    assert state_of(town, reference) == "filed"


def test_a_check_names_each_part_of_the_world_that_does_not_answer(town: World) -> None:
    lines: list[str] = []
    with outage("down") as odd, instead(town, **register_at(town, odd.url)), instead(town, **mail_server_at(odd.url)):
        run_checks(town.work, full=True, say=lines.append)
    assert "FAIL civil-status: NotReachable" in lines
    assert "FAIL Smtp: NotReachable" in lines
    assert "ok   population: answers" in lines


def test_an_alert_is_in_the_inbox_although_no_mail_can_be_sent_and_the_letter_follows(
    town: World, browser: Browser
) -> None:
    town.worker_runs()
    before = letters_to(town, "karim")
    browser.sign_in("karim", "fr")
    start(browser, BIRTH, "fr")
    fill_birth(browser)
    send(browser)
    reference = reference_of(browser.page)
    with outage("down") as odd, instead(town, **mail_server_at(odd.url)):
        worker_tries(town)
        assert reference in browser.get("/fr/inbox").words
    assert letters_to(town, "karim") == before
    town.ahead = timedelta(minutes=1)
    town.worker_runs()
    assert letters_to(town, "karim") > before


def letters_to(town: World, person: str) -> int:
    """How many letters lie in this person's mailbox; others may be written to meanwhile."""
    return sum(f"{person}@example.ma" in str(letter) for letter in town.letters())


def _rest_by_hand(browser: Browser) -> None:
    section(browser, **{key: RECORD[key] for key in ("fullname_ar", "fullname_lat", "birth_date", "birth_province")})
    section(browser, **{key: RECORD[key] for key in ("birth_place", "act_no", "act_year")})
