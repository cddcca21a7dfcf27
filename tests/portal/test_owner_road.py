"""What the road owes to whoever asks, pays and decides when something does not go the usual way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from requests_made import INFORMATION, NAME, RECORD, reference_of, start
from scenes import Scene, published, scene, state_of
from sqlalchemy import select
from world import Browser, World

from journeys.cases import actions, reading
from journeys.cases.states import State
from journeys.catalogue.definitions import Catalogue, Text
from journeys.exchange.ports import Answer, Dossier, NotReachable, Reply
from payments.actor import Actor, Channel
from payments.columns import new_id
from payments.ports import Status, Taken
from payments.settlement import actions as settlement
from payments.settlement.reading import attempt, debt
from portal.apply.tasks import ask_connector, hand_over
from portal.locker.decided import decided
from portal.locker.issuing import outputs
from portal.outbox import Task
from portal.unit import Unit, Work

GRANTED = {
    "granted_name": "Zellige Atlas",
    "certificate_no": "OMPIC-1",
    "ice": "001234567000062",
    "valid_until": "2027-10-01",
}


class Says:
    """An administration that answers every question alike."""

    def __init__(self, answer: Answer, facts: Mapping[str, Any] | None = None) -> None:
        self.name = "any"
        self.reply = Reply(answer, f"THEIRS-{new_id()}", facts=facts or {})

    def submit(self, _dossier: Dossier) -> Reply:
        return self.reply

    def ask(self, _theirs: str) -> Reply:
        return self.reply


def with_administration(town: World, administration: Says) -> Work:
    """The town's work, with every request handed over to this administration."""
    connectors: Any = dict.fromkeys(town.work.adapters.connectors, administration)
    return replace(town.work, adapters=replace(town.work.adapters, connectors=connectors))


@pytest.fixture(autouse=True)
def _known(browser: Browser) -> None:
    browser.sign_in("salma", "fr")


@pytest.fixture
def filed_name(town: World) -> Scene:
    """A paid request for a company name."""
    return scene(town, service=NAME, until="filed")


def asking(town: World, made: Scene) -> int:
    """How many tasks ask an administration about this request."""
    wanted = select(Task.payload).where(Task.name == "ask_connector")
    found = town.work.transact(lambda unit: list(unit.session.scalars(wanted)), reading=True)
    return sum(payload["case_id"] == str(made.case) for payload in found)


def test_an_administration_that_needs_time_is_asked_by_one_task_however_often_it_answers(town: World) -> None:
    made = scene(town, service=INFORMATION, until="filed")
    work, payload = with_administration(town, Says(Answer.LATER)), {"case_id": str(made.case)}
    hand_over(work, payload)
    assert asking(town, made) == 1
    for _ in range(3):
        again = ask_connector(work, payload)
        assert again is not None
        assert again > datetime.now(UTC)
    assert asking(town, made) == 1
    assert ask_connector(with_administration(town, Says(Answer.GRANTED, {"answer_text": "120 ha"})), payload) is None


@pytest.mark.parametrize(
    "facts",
    [{}, GRANTED | {"ice": "12"}, GRANTED | {"granted_name": "Zellige 😀"}],
    ids=["missing", "wrong", "unshown"],
)
def test_nothing_is_granted_that_makes_no_document(town: World, filed_name: Scene, facts: dict[str, Any]) -> None:
    with pytest.raises(NotReachable):
        hand_over(with_administration(town, Says(Answer.GRANTED, facts)), {"case_id": str(filed_name.case)})
    assert state_of(town, filed_name) == State.FILED


def test_whatever_a_person_typed_a_granted_request_makes_its_document(town: World) -> None:
    made = scene(town, service=NAME, until="filed", activity="Zellige 😀 日本")
    hand_over(with_administration(town, Says(Answer.GRANTED, GRANTED)), {"case_id": str(made.case)})
    assert state_of(town, made) == State.GRANTED


def test_an_extract_is_made_when_the_record_names_no_parents(town: World) -> None:
    made = scene(town, until="filed")
    facts = {**RECORD, "sex": "F", "birth_date": "1992-04-17", "act_year": 1992}

    def paper(unit: Unit) -> str:
        case, shelf, keyring = reading.case_by_id(unit.session, made.case), unit.adapters.shelf, unit.adapters.keyring
        unit.do(actions.grant, case, facts, keyring)
        [(_, extract)] = outputs(decided(unit.session, keyring, case, shelf.at(case.publication), unit.moment, True))
        return str(extract.data()["father"])

    assert "—" in town.work.transact(paper)


def test_what_an_officer_does_names_the_officer_and_the_person_whose_right_it_is(town: World) -> None:
    made, officer = scene(town, until="filed"), new_id()

    def take(unit: Unit) -> tuple[UUID | None, UUID | None, str, UUID]:
        case = reading.case_by_id(unit.session, made.case, lock=True)
        unit.do(actions.take, case)
        last = reading.newest_action(unit.session, case)
        return last.actor_id, last.subject_id, last.channel, case.subject_id

    actor, subject, channel, person = town.work.transact(take, actor=Actor(officer, None, Channel.DESK))
    assert (actor, subject, channel) == (officer, person, Channel.DESK)


def test_paying_is_in_real_time_and_what_it_files_in_legal_time(town: World) -> None:
    ahead = timedelta(days=40)
    later_on = replace(town, work=replace(town.work, now=lambda: datetime.now(UTC) + ahead))
    made = scene(later_on, until="submitted")

    def settle(unit: Unit) -> tuple[datetime, datetime]:
        assert made.attempt is not None
        assert made.debt is not None
        amount = attempt(unit.session, made.attempt).amount
        unit.in_real_time().do(settlement.record, made.attempt, Status(Taken.SUCCEEDED, amount, "ch_1"))
        filed, owed = reading.case_by_id(unit.session, made.case).filed_at, debt(unit.session, made.debt)
        assert filed is not None
        assert owed.paid_at is not None
        assert owed.raised_at < datetime.now(UTC)
        return filed, owed.paid_at

    filed_at, paid_at = later_on.work.transact(settle)
    assert timedelta(days=39) < filed_at - paid_at < timedelta(days=41)


@pytest.fixture
def changing(town: World, morocco: Catalogue) -> Iterator[Catalogue]:
    """The catalogue with another wording of one service; what was published before is published again afterwards."""
    service = morocco.services[INFORMATION]
    changed = service.model_copy(update={"note": Text({"fr": "Changé.", "ar": "تغير.", "en": "Changed."})})
    yield replace(morocco, services=MappingProxyType({**morocco.services, INFORMATION: changed}))
    published(town, morocco)


def test_a_draft_is_gone_on_with_although_the_service_was_published_anew(
    town: World, browser: Browser, changing: Catalogue
) -> None:
    start(browser, INFORMATION, "fr")
    begun = reference_of(browser.page)
    published(town, changing)
    browser.get(f"/fr/services/{INFORMATION}/start")
    browser.submit("/start")
    assert reference_of(browser.page) == begun


def test_an_officer_is_told_that_a_document_cannot_show_a_character(town: World) -> None:
    made = scene(town, until="filed")
    officer = town.browser()
    officer.sign_in("agent-rabat", "fr")
    officer.get(f"/fr/desk/requests/{made.reference}")
    officer.submit("/take")
    page = officer.submit("/grant", RECORD | {"sex": "F", "act_no": "12 😀"})
    assert page.status == 422
    assert state_of(town, made) == State.IN_REVIEW
