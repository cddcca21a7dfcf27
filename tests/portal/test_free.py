"""A request whose price comes to nothing owes nothing: it says what is not certain, and is complete when it is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from filled_in import filled_in
from requests_made import BIRTH, fill_birth, start
from scenes import TYPED, person_of
from world import Browser, World

from journeys.cases import actions, reading
from journeys.cases.states import State
from journeys.catalogue.definitions import Service
from payments.actor import Actor
from payments.settlement.reading import debts_of
from portal.unit import Unit

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


class Undone(Exception):
    """Nothing of this stays: afterwards the extract has its price again."""


@pytest.fixture
def extract(town: World, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The birth extract, with a tariff of nothing that no source confirms."""
    shelf = town.work.adapters.shelf
    shown = shelf.current()
    old = shown.service(BIRTH)
    assert old.fee_rule is not None
    lines = tuple(line.model_copy(update={"minor": 0, "tariff": "unverified"}) for line in old.fee_rule.lines)
    found = old.model_copy(update={"fee_rule": old.fee_rule.model_copy(update={"lines": lines})})
    monkeypatch.setattr(shelf, "_snapshot", replace(shown, services={**shown.services, BIRTH: found}))
    return found


@pytest.mark.usefixtures("extract")
def test_what_is_free_by_hearsay_is_to_be_confirmed(browser: Browser) -> None:
    browser.sign_in("salma", "fr")
    start(browser, BIRTH, "fr")
    page = fill_birth(browser)
    assert "Rien, à notre connaissance. Aucun texte publié ne le confirme. À confirmer" in page.words
    assert "Cette demande est gratuite" not in page.words
    assert "Envoyer la demande" in page.words
    assert "0,00" not in page.words
    browser.get(page.url.replace("/review", "/fill/whose"))
    browser.submit("/discard")


@pytest.mark.usefixtures("salma")
def test_it_owes_nothing_and_is_complete_when_it_is_sent(town: World, extract: Service) -> None:
    def send(unit: Unit) -> None:
        shown, keyring = unit.adapters.shelf.current(), unit.adapters.keyring
        opened = unit.do(actions.open_case, extract, shown.number, "fr", {"name_ar": "سلمى"}, keyring)
        case = reading.case_by_id(unit.session, opened.case_id)
        filled_in(unit, case, TYPED[BIRTH])
        unit.do(actions.submit, case, extract, shown, f"{case.id}:free", keyring)
        assert (case.state, debts_of(unit.session, [case.id])) == (State.FILED, {})
        raise Undone

    with pytest.raises(Undone):
        town.work.transact(send, actor=Actor.person(person_of(town, "salma")))
