"""Work that waits: what runs again, what is told to the operator, what logs and settings keep to themselves."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import new_id
from payments.debts.models import Attempt, Debt
from payments.debts.states import AttemptState, DebtState
from payments.money import Money
from payments.settlement.events import RefundDue
from payments.settlement.models import Reason, Refund
from payments.settlement.reading import refund_due
from portal.apply.invariants import paid_requests_go_on
from portal.db import Database
from portal.demo import environment
from portal.invariants import no_task_fails_again_and_again
from portal.logs import Json
from portal.outbox import Task, later, run_one
from portal.plugins import Adapters
from portal.reactions import react
from portal.settings import BadSettings, load
from portal.tables import METADATA
from portal.unit import Unit, Work


@pytest.fixture
def schema(tmp_path: Path) -> Iterator[Database]:
    """A database of the test's own: that of the running world has work of its own."""
    database = Database(f"sqlite:///{tmp_path}/own.sqlite")
    for metadata in METADATA:
        metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def work(database: Database) -> Work:
    """Units of work over nothing but a database."""
    return Work(database, cast(Adapters, None), react)


def queue(work: Work, **more: Any) -> None:
    work.transact(lambda unit: later(unit.session, "look", "one", {}, **more))


def runs(work: Work, handler: Callable[[], datetime | None] = lambda: None) -> int:
    """How often a worker runs the task before it finds nothing to do."""

    def look(_work: Work, _payload: Mapping[str, Any]) -> datetime | None:
        return handler()

    done = 0
    while run_one(work, {"look": look}):
        done += 1
        assert done < 10, "the worker does not come to rest"
    return done


def test_what_is_asked_for_while_a_worker_is_at_it_is_done_once_more(work: Work) -> None:
    queue(work)
    news: Iterator[None] = iter([None])

    def handler() -> None:
        for _ in news:
            queue(work)

    assert runs(work, handler) == 2


def test_a_task_that_is_done_runs_again_only_when_that_is_asked_for(work: Work) -> None:
    queue(work)
    assert runs(work) == 1
    queue(work)
    assert runs(work) == 0
    queue(work, again=True)
    assert runs(work) == 1


def test_a_stuck_task_waits_for_a_person_whatever_is_asked(work: Work) -> None:
    queue(work)
    work.transact(lambda unit: setattr(unit.session.scalars(select(Task)).one(), "stuck", True))
    queue(work, again=True)
    assert runs(work) == 0


def test_a_moment_that_is_past_already_does_not_keep_the_worker_busy(work: Work) -> None:
    queue(work)
    assert runs(work, lambda: datetime.now(UTC) - timedelta(hours=1)) == 1


def test_two_refunds_of_one_attempt_are_two_tasks(session: Session, moment: datetime) -> None:
    unit = Unit(session, moment, Actor.system(), cast(Adapters, None), react)
    attempt = new_id()
    for key in ("first", "second"):
        react(unit, RefundDue(attempt, "stripe", "cs_1", Money(100), key, Reason.GIVEN_BACK, ()))
    assert sorted(task.payload["key"] for task in session.scalars(select(Task))) == ["first", "second"]


def a_refund(session: Session, attempt: Attempt, moment: datetime) -> str:
    refund = Refund(
        id=new_id(), attempt_id=attempt.id, reason=Reason.SURPLUS, held="suspense", minor=100, currency="MAD",
        due_at=moment,
    )  # fmt: skip
    session.add(refund)
    return str(refund.id)


def test_a_refund_is_found_however_many_others_wait(session: Session, moment: datetime) -> None:
    attempt = Attempt(
        id=new_id(), provider="stripe", provider_reference="cs_1", language="fr", currency="MAD", minor=100,
        state=AttemptState.REFUNDING, created_at=moment, expires_at=moment, heard_at=moment,
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    keys = [a_refund(session, attempt, moment) for _ in range(101)]
    session.flush()
    found = refund_due(session, keys[-1])
    assert found is not None
    assert found.key == keys[-1]


def test_the_operator_is_told_of_a_task_that_goes_on_failing(session: Session, moment: datetime) -> None:
    later(session, "issue_outputs", "one", {}, moment)
    assert list(no_task_fails_again_and_again(session)) == []
    task = session.scalars(select(Task)).one()
    task.tries, task.problem = 12, "builtins.KeyError"
    session.flush()
    [line] = no_task_fails_again_and_again(session)
    assert "issue_outputs" in line
    assert "KeyError" in line


def test_the_operator_is_told_of_money_that_waits_for_nothing(session: Session, moment: datetime) -> None:
    session.add(
        Debt(
            owed_for=new_id(),
            about="AAAAA-BBBBB",
            currency="MAD",
            minor=2000,
            lines=[],
            state=DebtState.PAID,
            raised_at=moment,
            paid_at=moment,
        )
    )
    session.flush()
    assert list(paid_requests_go_on(session)) == ["request AAAAA-BBBBB is paid and not filed"]


def test_a_log_names_the_problem_and_its_lines_but_not_the_value_it_quotes() -> None:
    try:
        try:
            raise KeyError("Salma")
        except KeyError as error:
            raise ValueError("input_value='El Idrissi'") from error
    except ValueError:
        record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "unexpected", (), sys.exc_info())
    said = json.loads(Json().format(record))
    assert "builtins.ValueError" in said["trace"]
    assert "builtins.KeyError" in said["trace"]
    assert "test_owner_work.py" in said["trace"]
    assert "Salma" not in said["trace"]
    assert "El Idrissi" not in said["trace"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORTAL_STRIPE_API_BASE", "http://cards.example"), ("PORTAL_STRIPE_SECRET_KEY", "rk_test_1234")],
)
def test_production_refuses_an_unsafe_card_processor(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSettings) as refused:
        load(environment(tmp_path) | {"PORTAL_ENVIRONMENT": "production", name: value})
    assert any(value in line or name in line for line in refused.value.problems)
