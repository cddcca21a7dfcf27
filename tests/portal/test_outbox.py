"""Work that waits for a commit is done at least once, by one worker at a time, whatever happens to the worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tasks_made import Clock, Greeter, apart, bare_work, queue, raising, the_task, together

from journeys.exchange.ports import NotAccepted as ConnectorRefuses
from journeys.exchange.ports import NotReachable
from payments.ports import NotAccepted as ProviderRefuses
from portal.db import Database
from portal.outbox import LEASE, LONGEST_RUN, Task, claim, finish, keep_up, later, run_one
from portal.tasks import RECURRING, ensure_recurring
from portal.unit import Unit, Work


@pytest.fixture(scope="module")
def own(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with apart(database_url, tmp_path_factory.mktemp("outbox"), "outbox") as found:
        yield found


@pytest.fixture
def work(own: Database) -> Work:
    return bare_work(own)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_task_of_a_transaction_that_failed_never_was(work: Work) -> None:
    def body(unit: Unit) -> None:
        later(unit.session, "greet", "salma", {"to": "salma"})
        raise RuntimeError("the view crashed")

    with suppress(RuntimeError):
        work.transact(body)
    assert not run_one(work, Greeter().tasks)


def test_a_task_waits_until_it_is_due(work: Work, clock: Clock) -> None:
    greeter = Greeter()
    queue(work, "salma", due_at=clock.now + timedelta(minutes=1))
    assert not run_one(work, greeter.tasks, clock)
    clock.forward(timedelta(minutes=1))
    assert run_one(work, greeter.tasks, clock)
    assert greeter.greeted == ["salma"]


def test_a_task_queued_twice_is_one_and_comes_at_the_earlier_time(work: Work, clock: Clock) -> None:
    greeter = Greeter()
    queue(work, "salma", due_at=clock.now + timedelta(hours=1))
    queue(work, "salma", due_at=clock.now)
    queue(work, "salma", due_at=clock.now + timedelta(hours=2))
    while run_one(work, greeter.tasks, clock):
        pass
    assert greeter.greeted == ["salma"]


def test_a_task_that_was_done_is_not_done_again_unless_asked(work: Work, clock: Clock) -> None:
    greeter = Greeter()
    queue(work, "salma")
    run_one(work, greeter.tasks, clock)
    queue(work, "salma")
    assert not run_one(work, greeter.tasks, clock)
    queue(work, "salma", again=True)
    assert run_one(work, greeter.tasks, clock)
    assert greeter.greeted == ["salma", "salma"]


def test_a_task_asked_for_while_it_runs_runs_once_more(work: Work, clock: Clock) -> None:
    runs: list[str] = []

    def greet(_work: Work, payload: Mapping[str, Any]) -> datetime | None:
        runs.append(payload["to"])
        if len(runs) == 1:
            queue(work, "salma")
        return None

    queue(work, "salma")
    while run_one(work, {"greet": greet}, clock):
        pass
    assert len(runs) == 2


def test_a_task_asked_for_while_another_ends_it_runs_once_more(work: Work, clock: Clock) -> None:
    greeter = Greeter()
    queue(work, "salma")
    met: list[bool] = []

    def body(unit: Unit) -> None:
        unit.session.scalars(select(Task)).all()  # what this transaction knows of tasks
        if not met and unit.session.get_bind().dialect.name == "postgresql":
            met.append(run_one(work, greeter.tasks, clock))
        later(unit.session, "greet", "salma", {"to": "salma"}, clock.now - timedelta(seconds=1), again=True)

    work.transact(body)
    assert run_one(work, greeter.tasks, clock)
    assert greeter.greeted == ["salma"] * (1 + len(met))


def test_tasks_come_in_the_order_they_are_due(work: Work, clock: Clock) -> None:
    greeter = Greeter()
    for minutes, name in enumerate(("salma", "omar", "karim")):
        queue(work, name, due_at=clock.now - timedelta(minutes=minutes))
    while run_one(work, greeter.tasks, clock):
        pass
    assert greeter.greeted == ["karim", "omar", "salma"]


def test_a_task_that_fails_is_tried_again_after_longer_and_longer_waits(work: Work, clock: Clock) -> None:
    waits = []
    queue(work, "salma")
    for _ in range(14):
        assert run_one(work, raising(NotReachable("down")), clock)
        assert not run_one(work, raising(NotReachable("down")), clock)
        waits.append(the_task(work).due_at - clock.now)
        clock.now = the_task(work).due_at
    assert waits[:3] == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=10)


def test_a_task_that_fails_and_then_works_leaves_no_problem_behind(work: Work, clock: Clock) -> None:
    queue(work, "salma")
    run_one(work, raising(NotReachable("down")), clock)
    assert the_task(work).problem == "journeys.exchange.ports.NotReachable"
    clock.now = the_task(work).due_at
    run_one(work, Greeter().tasks, clock)
    assert the_task(work).problem is None
    assert the_task(work).done_at


@pytest.mark.parametrize("refusal", [ConnectorRefuses("no"), ProviderRefuses("no")])
def test_what_the_other_side_refuses_waits_for_a_person(work: Work, clock: Clock, refusal: Exception) -> None:
    queue(work, "salma")
    run_one(work, raising(refusal), clock)
    assert the_task(work).stuck
    clock.forward(timedelta(days=30))
    assert not run_one(work, Greeter().tasks, clock)


def test_a_problem_never_says_what_was_in_it(work: Work, clock: Clock) -> None:
    queue(work, "salma")
    run_one(work, raising(ValueError("Salma El Idrissi, AE214587")), clock)
    assert the_task(work).problem == "builtins.ValueError"


def test_a_task_this_worker_does_not_know_waits_for_one_that_does(work: Work, clock: Clock) -> None:
    greeter = Greeter()
    queue(work, "salma")
    assert run_one(work, {}, clock)
    clock.now = the_task(work).due_at
    run_one(work, greeter.tasks, clock)
    assert greeter.greeted == ["salma"]


def test_a_worker_killed_at_work_loses_its_task_to_another_after_the_lease(work: Work, clock: Clock) -> None:
    greeter = Greeter()
    queue(work, "salma")
    assert claim(work.database, clock.now)
    assert not run_one(work, greeter.tasks, clock)
    clock.forward(LEASE + timedelta(seconds=1))
    assert run_one(work, greeter.tasks, clock)
    assert greeter.greeted == ["salma"]


def test_what_a_worker_says_after_its_lease_is_not_heard(work: Work, clock: Clock) -> None:
    queue(work, "salma")
    slow = claim(work.database, clock.now)
    clock.forward(LEASE + timedelta(seconds=1))
    quick = claim(work.database, clock.now)
    assert slow
    assert quick
    assert not finish(work.database, slow, done_at=clock.now)
    assert the_task(work).done_at is None
    assert finish(work.database, quick, done_at=clock.now)
    assert not finish(work.database, slow, stuck=True)
    assert not the_task(work).stuck


def test_a_slow_worker_that_fails_does_not_undo_what_another_did(work: Work, clock: Clock) -> None:
    greeter = Greeter()

    def overtaken(_work: Work, _payload: Mapping[str, Any]) -> datetime | None:
        clock.forward(LEASE + timedelta(seconds=1))
        assert run_one(work, greeter.tasks, clock)
        raise NotReachable("too late")

    queue(work, "salma")
    assert run_one(work, {"greet": overtaken}, clock)
    assert the_task(work).done_at
    assert the_task(work).problem is None


def test_no_transaction_is_open_while_a_task_is_done(work: Work, clock: Clock) -> None:
    open_then: list[int] = []

    def greet(_work: Work, _payload: Mapping[str, Any]) -> datetime | None:
        open_then.append(work.database.engine.pool.checkedout())  # type: ignore[attr-defined]
        return None

    queue(work, "salma")
    run_one(work, {"greet": greet}, clock)
    assert open_then == [0]


def test_many_workers_share_the_work_and_do_each_task_once(work: Work, clock: Clock) -> None:
    greeter, names = Greeter(), [f"person {number}" for number in range(40)]
    queue(work, *names)
    assert not together(lambda: _until_nothing_is_left(work, greeter, clock))
    assert sorted(greeter.greeted) == sorted(names)
    assert not greeter.together


def test_many_workers_that_want_one_task_leave_it_to_one(work: Work, clock: Clock) -> None:
    greeter = Greeter()
    for number in range(8):
        queue(work, f"person {number}")
        assert not together(lambda: run_one(work, greeter.tasks, clock))
    assert len(greeter.greeted) == len(set(greeter.greeted)) == 8


def test_a_recurring_task_comes_again(work: Work, clock: Clock) -> None:
    rounds: list[datetime] = []

    def sweep(_work: Work, _payload: Mapping[str, Any]) -> datetime | None:
        rounds.append(clock.now)
        return clock.now + timedelta(minutes=1)

    queue(work, "always")
    for _ in range(3):
        assert run_one(work, {"greet": sweep}, clock)
        assert not run_one(work, {"greet": sweep}, clock)
        clock.forward(timedelta(minutes=1))
    assert len(rounds) == 3


def test_a_recurring_task_that_fails_goes_on_recurring(work: Work, clock: Clock) -> None:
    queue(work, "always")
    run_one(work, raising(OSError("no disk")), clock)
    clock.now = the_task(work).due_at
    run_one(work, {"greet": lambda _work, _payload: clock.now + timedelta(minutes=1)}, clock)
    found = the_task(work)
    assert (found.done_at, found.tries, found.problem) == (None, 0, None)


def test_however_many_workers_start_each_sweep_is_there_once(work: Work) -> None:
    assert not together(lambda: work.transact(lambda unit: ensure_recurring(unit.session)))
    names = work.transact(lambda unit: unit.session.scalars(select(Task.name)).all(), reading=True)
    assert sorted(names) == sorted(RECURRING)


def test_a_lease_is_kept_up_while_the_task_runs(work: Work, own: Database, clock: Clock) -> None:
    queue(work, "salma")
    claimed = claim(own, clock())
    assert claimed is not None
    for _ in range(4):
        clock.forward(LEASE / 2)
        keep_up(own, [claimed], clock())
        assert claim(own, clock()) is None
    assert finish(own, claimed, done_at=clock())


def test_a_task_that_hangs_is_let_go(work: Work, own: Database, clock: Clock) -> None:
    queue(work, "salma")
    claimed = claim(own, clock())
    assert claimed is not None
    clock.forward(LONGEST_RUN)
    keep_up(own, [claimed], clock())
    assert claim(own, clock()) is not None
    assert not finish(own, claimed, done_at=clock())


def test_a_lost_lease_is_not_won_back_by_keeping_up(work: Work, own: Database, clock: Clock) -> None:
    queue(work, "salma")
    slow = claim(own, clock())
    clock.forward(LEASE + timedelta(seconds=1))
    quick = claim(own, clock())
    assert slow is not None
    assert quick is not None
    keep_up(own, [slow], clock())
    assert not finish(own, slow, done_at=clock())
    assert finish(own, quick, done_at=clock())


def _until_nothing_is_left(work: Work, greeter: Greeter, clock: Clock) -> None:
    while run_one(work, greeter.tasks, clock):
        pass
