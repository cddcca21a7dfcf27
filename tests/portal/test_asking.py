"""A citizen asks, pays, is decided and told: over real protocols, without a screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from outages import instead
from requests_made import (
    BIRTH,
    INFORMATION,
    NAME,
    decide,
    fill_birth,
    fill_information,
    fill_name,
    pay,
    reference_of,
    section,
    send,
    start,
)
from sqlalchemy import select
from world import Browser, World

from journeys.cases.reading import case_by_reference
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.shelf import Shelf
from journeys.exchange.models import Exchange


def test_a_citizen_gets_a_birth_extract(town: World, browser: Browser) -> None:
    browser.sign_in("salma")
    start(browser, BIRTH)
    fill_birth(browser)
    send(browser)
    reference = reference_of(browser.page)
    assert "20,00" in browser.page.words
    pay(browser)
    assert reference in browser.page.url
    town.worker_runs()
    officer = town.browser()
    officer.sign_in("agent-rabat")
    decide(officer, reference)
    assert officer.page.status == 200, officer.page.words
    town.worker_runs()
    browser.get(f"/ar/requests/{reference}")
    pdf = browser.client.get(browser.page.link("/locker/"))
    assert pdf.content.startswith(b"%PDF")
    assert "نسخة موجزة" in browser.get("/ar/locker").words
    assert reference in browser.get("/ar/inbox").words


def test_a_founder_gets_a_name_by_the_administrations_system(town: World, browser: Browser) -> None:
    browser.sign_in("youssef", "fr")
    start(browser, NAME, "fr")
    fill_name(browser, "Zellige Atlas Rabat")
    send(browser)
    reference = reference_of(browser.page)
    pay(browser)
    town.worker_runs()
    assert "acceptée" in browser.get(f"/fr/requests/{reference}").words
    assert browser.client.get(browser.page.link("/locker/")).content.startswith(b"%PDF")


def test_a_name_that_is_taken_is_refused_with_reasons(town: World, browser: Browser) -> None:
    browser.sign_in("youssef", "fr")
    start(browser, NAME, "fr")
    fill_name(browser, "Maroc Telecom")
    send(browser)
    reference = reference_of(browser.page)
    pay(browser)
    town.worker_runs()
    words = browser.get(f"/fr/requests/{reference}").words
    assert "refusée" in words
    assert "30 jours" in words
    assert browser.client.get(browser.page.link("/locker/")).content.startswith(b"%PDF")
    assert 'href="/fr/services/negative-certificate">Commencer une nouvelle demande' in browser.page.text


def test_a_free_request_is_complete_at_once_and_answered_later(town: World, browser: Browser) -> None:
    browser.sign_in("karim", "fr")
    start(browser, INFORMATION, "fr")
    fill_information(browser)
    send(browser)
    reference = reference_of(browser.page)
    town.worker_runs()
    assert "accusé" not in browser.get(f"/fr/requests/{reference}").words
    inbox = town.browser()
    inbox.get(f"{town.sandbox.settings.url}/administrations/transparency/")
    inbox.sandbox_form({"text": "La surface est de 120 hectares.", "decision": "grant"})
    town.ahead = timedelta(hours=2)
    town.worker_runs()
    assert "acceptée" in browser.get(f"/fr/requests/{reference}").words


def test_the_letter_holds_nothing_personal(town: World, browser: Browser) -> None:
    browser.sign_in("fatima", "fr")
    start(browser, INFORMATION, "fr")
    fill_information(browser)
    send(browser)
    reference = reference_of(browser.page)
    town.worker_runs()
    letters = [letter for letter in town.letters() if "fatima@example.ma" in str(letter)]
    assert letters
    assert not any(secret in str(letters) for secret in (reference, "Alaoui", "العلوي", "C104926", "surface"))


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_a_declined_card_loses_nothing(town: World, browser: Browser, lang: str) -> None:
    browser.sign_in("salma", lang)
    start(browser, BIRTH, lang)
    fill_birth(browser)
    send(browser)
    reference = reference_of(browser.page)
    pay(browser, "4000000000000002")
    assert browser.page.status in (200, 402)
    browser.sandbox_form({"number": "4242424242424242", "expiry": "12/40", "cvc": "123"})
    assert reference in browser.page.url
    town.worker_runs()
    assert browser.get(f"/{lang}/requests/{reference}/receipt").status == 200


@pytest.mark.parametrize(("person", "outcome"), [("salma", "answered"), ("omar", "unknown")])
def test_asking_a_register_leaves_evidence(town: World, browser: Browser, person: str, outcome: str) -> None:
    browser.sign_in(person)
    start(browser, BIRTH)
    section(browser, relation="self", copies="1")
    browser.submit("/fetch/")
    reference = reference_of(browser.page)
    with town.work.database.session(reading=True) as session:
        case = case_by_reference(session, reference)
        evidence = session.scalars(select(Exchange).where(Exchange.about == case.id)).all()
    assert [(one.partner, one.kind, one.outcome) for one in evidence] == [("civil-status", "facts", outcome)]
    assert evidence[0].actor_id == case.subject_id


class WithoutPapers:
    """A shelf on which no service ends with a paper made here."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def current(self) -> Catalogue:
        return self.shelf.current()

    def at(self, number: int) -> Catalogue:
        found = self.shelf.at(number)
        bare = {key: one.model_copy(update={"outputs": ()}) for key, one in found.services.items()}
        return replace(found, services=bare)


def test_a_request_granted_without_a_paper_is_told_all_the_same(town: World, browser: Browser) -> None:
    browser.sign_in("salma", "fr")
    start(browser, BIRTH, "fr")
    fill_birth(browser)
    send(browser)
    reference = reference_of(browser.page)
    pay(browser)
    town.worker_runs()
    with instead(town, shelf=WithoutPapers(town.work.adapters.shelf)):
        officer = town.browser()
        officer.sign_in("agent-rabat", "fr")
        decide(officer, reference, "fr")
        town.worker_runs()
    assert "acceptée" in browser.get("/fr/inbox").words.split(reference)[0].rsplit("Nouveau", 1)[-1]
