"""Each rule between rooms, and between us and the world, was seen finding what it is for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from checked import House, a_house, grown_old, owed
from histories import FILED, KEYRING, a_case
from sqlalchemy import Executable, delete, select, update
from twins.provider import Failing
from twins.store import FailingStore

from journeys.cases.models import Case, CaseContent
from journeys.cases.states import Verb
from journeys.catalogue.definitions import Catalogue
from payments.columns import new_id
from payments.debts.models import Attempt, Debt
from payments.money import Money
from payments.ports import Taken
from payments.settlement.models import Refund
from portal.db import Database
from portal.invariants import FURTHEST
from portal.locker.models import Document
from portal.outbox import Task, later
from portal.unit import Unit, real_now

DAY = timedelta(days=1)


@pytest.fixture
def house(database: Database, morocco: Catalogue) -> House:
    house = a_house(database, morocco)
    house.a_paid_request()
    house.a_paid_request()
    house.a_document(b"first")
    house.a_document(b"second")
    return house


def the_first(house: House, model: Any) -> Any:
    with house.work.database.session(reading=True) as session:
        found = session.scalars(select(model).order_by(model.id).limit(1)).one()
        session.expunge(found)
    return found


def lies_behind(house: House) -> list[str]:
    """What a check says of damage to rows that it looked at long ago."""
    grown_old(house)
    return house.check()


DEBT = select(Debt.id).limit(1).scalar_subquery()
DAMAGE: dict[str, tuple[Executable, str]] = {
    "a paid request that was never filed": (
        update(Case).values(filed_at=None),
        "paid requests go on: request ",
    ),
    "a filed request that still owes": (
        update(Debt).values(state="due"),
        "filed requests are free or paid: case ",
    ),
    "a draft that owes": (update(Case).values(state="draft", filed_at=None), "submissions exist once: case "),
    "another price": (update(Debt).values(minor=100), "debts equal the fees: case "),
    "answers of which more is owed": (
        update(CaseContent).where(CaseContent.kind == "answers").values(sealed=b"x" * 40),
        "debts equal the fees: case ",
    ),
    "content that does not open": (update(CaseContent).values(sealed=b"x"), "content equals its digests: case "),
    "a document without a digest": (update(Document).values(digest=None), "kept documents are complete: document "),
    "a document without its moment": (update(Document).values(kept_at=None), "kept documents are complete: document "),
    "a document of other bytes": (
        update(Document).values(digest="0" * 64),
        "kept documents have their bytes: document ",
    ),
    "a document of another length": (update(Document).values(size=1), "kept documents have their bytes: document "),
    "a proof that does not open": (
        update(Document).values(proof=b"x" * 400),
        "proofs of documents hold: document ",
    ),
    "a document under another key": (
        update(Document).values(data_key=KEYRING.new_data_key("document:other")[1]),
        "kept documents have their bytes: document ",
    ),
    "a document whose object is another's": (
        update(Document).values(object_key="documents/nobody"),
        "stored objects have their row: object documents/",
    ),
    "objects without a row": (delete(Document), "stored objects have their row: object documents/"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_said_by_a_first_check_and_by_a_full_one_and_not_when_it_lies_before_the_mark(
    house: House, name: str
) -> None:
    planted, words = DAMAGE[name]
    assert house.check() == []
    house.change(planted)
    said = house.check()
    assert sum(problem.startswith(words) for problem in said) == 2, said
    assert set(house.check(full=True)) >= set(said)
    house.change(delete(Task))
    assert lies_behind(house) == []


def test_a_request_that_is_free_is_complete_at_once(house: House) -> None:
    house.work.transact(lambda unit: a_case(unit.session, Verb.OPEN, Verb.SUBMIT))
    said = house.check()
    assert any("is submitted and its debt is missing" in problem for problem in said)


def test_a_request_that_was_sent_without_its_fee_is_said(house: House) -> None:
    house.work.transact(lambda unit: a_case(unit.session, *FILED))
    [problem] = house.check()
    assert problem.endswith("it owes nothing, its fees are 20.00 MAD")


def test_more_copies_than_are_paid_for_are_said(house: House) -> None:
    house.work.transact(
        lambda unit: owed(unit.session, a_case(unit.session, Verb.OPEN, Verb.SUBMIT, values={"copies": 3}))
    )
    [problem] = house.check()
    assert problem.endswith("it owes 20.00 MAD, its fees are 60.00 MAD")


def test_a_refund_that_nobody_makes_is_said(house: House) -> None:
    attempt = the_first(house, Attempt)
    refund = Refund(
        attempt_id=attempt.id, reason="surplus", held="payer-refunds", minor=1, currency="MAD", due_at=real_now()
    )
    house.work.transact(lambda unit: unit.session.add(refund))
    assert f"refunds that are due are under way: refund {refund.id} is due, and no task gives it back" in house.check()
    key = f"RefundDue:{refund.id}"
    house.work.transact(lambda unit: later(unit.session, "give_back", key, {}))
    assert not any(problem.startswith("refunds that are due") for problem in house.check())


def test_money_that_only_the_provider_knows_is_said_when_it_is_not_under_way_any_more(house: House) -> None:
    attempt = house.an_open_attempt()
    house.provider.pay(f"co_{attempt.hex}")
    assert house.check(patience=timedelta(minutes=15)) == []
    grown_old(house)
    house.change(update(Attempt).where(Attempt.id == attempt).values(expires_at=real_now() - DAY))
    said = house.check(patience=timedelta(minutes=15))
    assert said == [
        f"provider charges equal the ledger: attempt {attempt} took 20.00 MAD at the provider, here nothing"
    ]


def test_money_the_provider_never_took_is_said(house: House) -> None:
    attempt = the_first(house, Attempt)
    assert house.check() == []
    house.provider.purses[attempt.provider_reference].taken = Taken.PENDING
    [problem] = house.check()
    assert problem.endswith("is pending at the provider, and 20.00 MAD are booked")
    assert lies_behind(house) == []
    assert len(house.check(full=True)) == 1


def test_another_amount_at_the_provider_is_said(house: House) -> None:
    house.provider.purses[the_first(house, Attempt).provider_reference].amount = Money(1)
    [problem] = house.check()
    assert problem.endswith("took 0.01 MAD at the provider, here 20.00 MAD")


def test_a_charge_the_provider_does_not_know_is_said(house: House) -> None:
    house.provider.purses.pop(the_first(house, Attempt).provider_reference)
    [problem] = house.check()
    assert problem.endswith("is not known to the provider")


def test_money_booked_for_a_checkout_that_was_never_opened_is_said(house: House) -> None:
    attempt = the_first(house, Attempt)
    house.change(update(Attempt).where(Attempt.id == attempt.id).values(provider_reference=None))
    [problem] = house.check()
    assert problem.endswith("is never opened at the provider, and 20.00 MAD are booked")


def test_what_moved_between_reading_and_asking_is_no_problem(house: House) -> None:
    attempt = house.an_open_attempt()
    real = house.provider.ask

    def ask(reference: str) -> Any:
        if house.provider.purses[reference].taken == Taken.PENDING:
            house.provider.pay(reference)
            from payments.actor import Actor
            from payments.settlement import actions

            status = real(reference)
            house.work.transact(lambda unit: actions.record(unit.session, real_now(), Actor.system(), attempt, status))
        return real(reference)

    house.provider.ask = ask  # type: ignore[method-assign]
    assert [problem for problem in house.check() if problem.startswith("provider")] == []


def test_no_transaction_is_open_while_the_world_is_asked(house: House) -> None:
    pool = house.work.database.engine.pool
    before, seen = pool.checkedout(), []  # type: ignore[attr-defined]
    ask, lying = house.provider.ask, house.store.open
    house.provider.ask = lambda reference: (seen.append(pool.checkedout()), ask(reference))[1]  # type: ignore
    house.store.open = lambda key, data: (seen.append(pool.checkedout()), lying(key, data))[1]  # type: ignore
    assert house.check(full=True) == []
    assert seen == [before] * 4


def test_a_world_that_does_not_answer_is_one_problem_for_each_part_of_it(house: House) -> None:
    house.work.adapters.provider = Failing()  # type: ignore[misc]
    house.work.adapters.provider.name = "working"
    house.work.adapters.store = FailingStore()  # type: ignore[misc]
    assert house.check() == [
        "provider charges equal the ledger: NotReachable",
        "kept documents have their bytes: NotReachable",
        "stored objects have their row: NotReachable",
    ]


def test_attempts_of_a_provider_that_is_gone_are_left_out(house: House) -> None:
    house.change(update(Attempt).values(provider="another", provider_reference=Attempt.provider_reference + "x"))
    assert [problem for problem in house.check() if problem.startswith("provider")] == []


def test_bytes_that_are_gone_are_said(house: House) -> None:
    document = the_first(house, Document)
    house.store.delete(document.object_key)
    assert house.check() == [f"kept documents have their bytes: document {document.id}: its bytes are not in the store"]


@pytest.mark.parametrize("key", ["documents/nobody", "elsewhere", "documents/01920000-0000-7000-8000-000000000001"])
def test_an_object_nobody_knows_is_said(house: House, key: str) -> None:
    house.store.objects[key] = b""
    assert house.check() == [f"stored objects have their row: object {key} belongs to no document"]


def test_a_document_that_is_being_written_has_its_task_and_may_have_its_bytes(house: House) -> None:
    document: UUID = house.a_document(b"third")
    this = update(Document).where(Document.id == document)
    house.change(this.values(state="writing", kept_at=None, size=None, digest=None))
    rule = "documents being written have their task"
    assert house.check() == [f"{rule}: document {document} is being written, and no task writes it"]

    def queue(unit: Unit) -> None:
        case_id = unit.session.get_one(Document, document).case_id
        later(unit.session, "issue_outputs", f"Granted:{case_id}", {})

    house.work.transact(queue)
    assert house.check(full=True) == []


TASKS: dict[str, tuple[dict[str, Any], str]] = {
    "stuck": ({"stuck": True, "problem": "x.NotAccepted"}, "no task is stuck: task "),
    "tried in vain": (
        {"tries": 10, "problem": "x.NotReachable", "due_at": real_now()},
        "no task fails again and again: task ",
    ),
    "the end of its worker": ({"tries": 12}, "no task fails again and again: task "),
    "left by its worker": (
        {"lease": new_id(), "leased_until": real_now() - timedelta(hours=1)},
        "no lease is forgotten: task ",
    ),
    "put off too far": (
        {"problem": "x.NotReachable", "due_at": real_now() + DAY},
        "no task waits longer than it may: ",
    ),
    "never due": ({"due_at": real_now() + FURTHEST + DAY}, "no task waits longer than it may: task "),
}


@pytest.mark.parametrize("name", TASKS)
def test_a_task_that_nobody_will_do_is_said_until_it_is_done(house: House, name: str) -> None:
    values, words = TASKS[name]
    house.work.transact(lambda unit: later(unit.session, "ask_connector", "one", {}, real_now() + DAY))
    assert house.check() == []
    house.change(update(Task).where(Task.name == "ask_connector").values(values))
    grown_old(house)
    [problem] = house.check(patience=timedelta(minutes=15))
    assert problem.startswith(words)
    house.change(update(Task).where(Task.name == "ask_connector").values(done_at=real_now()))
    assert house.check() == []


def test_a_sweep_that_is_not_queued_is_said(house: House) -> None:
    house.work.transact(lambda unit: later(unit.session, "ask_connector", "one", {}))
    house.change(delete(Task).where(Task.name == "sweep_payments"))
    assert house.check() == ["recurring tasks exist: sweep_payments is not queued: start a worker"]
