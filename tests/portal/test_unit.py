"""One transaction, then the world: a unit is done as a whole or not at all, and nothing is open during a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread
from typing import Any

import pytest
from requests_made import BIRTH, NAME, fill_name, pay, section, send, start
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from tasks_made import apart, bare_work
from world import Browser, World

from portal.db import Database
from portal.outbox import Task, later
from portal.unit import TRIES, Unit, Work


@pytest.fixture(scope="module")
def own(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with apart(database_url, tmp_path_factory.mktemp("unit"), "unit") as found:
        yield found


@pytest.fixture
def work(own: Database) -> Work:
    return bare_work(own)


@pytest.fixture
def quiet(town: World) -> Iterator[World]:
    """A town where the outside sends no messages, which would open transactions of their own."""
    town.control("cards", webhooks="hold")
    town.control("administrations/ompic", mode="now")
    yield town
    town.control("cards", webhooks="normal")
    town.control("administrations/ompic", mode="callback")
    town.control("cards/release")
    town.worker_runs()


class Conflict(Exception):
    """What PostgreSQL's driver says when a race was lost."""

    def __init__(self, sqlstate: str = "40001") -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def lost(sqlstate: str = "40001") -> DBAPIError:
    """A lost race as SQLAlchemy tells it."""
    return DBAPIError("UPDATE", {}, Conflict(sqlstate))


def keys(work: Work) -> list[str]:
    """What units have written and committed."""
    return list(work.transact(lambda unit: unit.session.scalars(select(Task.key)).all(), reading=True))


def note(unit: Unit, key: str) -> None:
    """Writes something."""
    later(unit.session, "note", key, {})


def checked_out(work: Work) -> int:
    """How many connections are in use."""
    found: int = work.database.engine.pool.checkedout()  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "23505"])
def test_a_unit_that_loses_a_race_runs_again_as_a_whole(work: Work, sqlstate: str) -> None:
    runs: list[int] = []

    def body(unit: Unit) -> int:
        runs.append(len(runs))
        note(unit, f"run {len(runs)}")
        if len(runs) < TRIES:
            raise lost(sqlstate)
        return len(runs)

    assert work.transact(body) == TRIES
    assert keys(work) == [f"note:run {TRIES}"]


def test_a_unit_that_always_loses_gives_up_and_leaves_nothing(work: Work) -> None:
    def body(unit: Unit) -> None:
        note(unit, "never")
        raise lost()

    with pytest.raises(DBAPIError):
        work.transact(body)
    assert keys(work) == []
    assert checked_out(work) == 0


@pytest.mark.parametrize("error", [ValueError("wrong"), lost("23503"), KeyError("no")])
def test_another_problem_is_not_tried_again(work: Work, error: Exception) -> None:
    runs: list[int] = []

    def body(unit: Unit) -> None:
        runs.append(1)
        note(unit, "never")
        raise error

    with pytest.raises(type(error)):
        work.transact(body)
    assert runs == [1]
    assert keys(work) == []


def test_two_that_count_at_once_lose_no_count(work: Work) -> None:
    """On PostgreSQL the rival commits between our reading and our writing; on SQLite it must wait for us."""
    work.transact(lambda unit: note(unit, "counter"))
    rivals: list[Thread] = []

    def count(unit: Unit, *, slowly: bool) -> None:
        counter = unit.session.scalars(select(Task)).one()
        tries = counter.tries
        if slowly and not rivals:
            rivals.append(Thread(target=work.transact, args=(lambda other: count(other, slowly=False),)))
            rivals[0].start()
            if work.database.engine.dialect.name == "postgresql":
                rivals[0].join()
        counter.tries = tries + 1

    work.transact(lambda unit: count(unit, slowly=True))
    rivals[0].join()
    assert work.transact(lambda unit: unit.session.scalars(select(Task.tries)).one(), reading=True) == 2


def test_what_happens_with_an_action_happens_in_its_transaction_or_not_at_all(own: Database) -> None:
    def react(unit: Unit, event: str) -> None:
        note(unit, f"because {event}")
        if event == "bad":
            raise ValueError(event)

    work = bare_work(own, react)
    work.transact(lambda unit: unit.do(lambda *_: "good"))
    with suppress(ValueError):
        work.transact(lambda unit: unit.do(lambda session, *_: (later(session, "note", "bad", {}), "bad")[1]))
    assert keys(work) == ["note:because good"]


def test_an_action_that_changed_nothing_has_no_consequences(own: Database) -> None:
    seen: list[Any] = []
    bare_work(own, lambda _unit, event: seen.append(event)).transact(lambda unit: unit.do(lambda *_: None))
    assert seen == []


def test_a_unit_that_reads_keeps_nothing_it_writes(work: Work) -> None:
    with suppress(DBAPIError):
        work.transact(lambda unit: note(unit, "written while reading"), reading=True)
    assert keys(work) == []


def test_no_transaction_is_open_between_preparing_and_recording(work: Work) -> None:
    def prepare(unit: Unit) -> str:
        note(unit, "prepared")
        return "an order"

    def call(order: str) -> tuple[str, int, list[str]]:
        return order, checked_out(work), keys(work)

    def record(unit: Unit, order: str, answer: tuple[str, int, list[str]]) -> tuple[str, int, list[str]]:
        note(unit, "recorded")
        return answer

    assert work.three_steps(prepare, call, record) == ("an order", 0, ["note:prepared"])
    assert sorted(keys(work)) == ["note:prepared", "note:recorded"]


def test_what_was_prepared_stays_when_the_world_does_not_answer(work: Work) -> None:
    def call(_prepared: None) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        work.three_steps(lambda unit: note(unit, "prepared"), call, lambda *_: pytest.fail("recorded"))
    assert keys(work) == ["note:prepared"]


def test_what_was_typed_survives_a_crash_of_the_page(
    town: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in("karim", "fr")
    start(browser, BIRTH, "fr")
    section(browser, relation="self", copies="1")
    form = browser.page.url
    with monkeypatch.context() as broken:
        broken.setattr("journeys.cases.answers.check_section", _crash)
        section(browser, fullname_lat="Karim Amrani", birth_date="not a day")
    assert browser.page.status == 500
    assert "Traceback" not in browser.page.text
    browser.get(form)
    assert 'value="Karim Amrani"' in browser.page.text
    assert 'value="not a day"' in browser.page.text


def test_nothing_but_what_was_typed_survives_a_crash_of_the_page(
    town: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in("karim", "fr")
    start(browser, NAME, "fr")
    fill_name(browser, "Zellige Oujda")
    review = browser.page.url
    with monkeypatch.context() as broken:
        broken.setattr("portal.pay.reactions.raise_", _crash)
        send(browser)
    assert browser.page.status == 500
    browser.get(review)
    assert browser.page.status == 200
    send(browser)
    assert "/checkout" in browser.page.text


def test_no_transaction_is_open_while_any_of_the_outside_world_is_called(
    quiet: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = quiet
    open_then: dict[str, int] = {}
    watch(town, monkeypatch, open_then)
    browser.sign_in("youssef", "fr")
    start(browser, BIRTH, "fr")
    section(browser, relation="self", copies="1")
    browser.submit("/fetch/")
    start(browser, NAME, "fr")
    fill_name(browser, "Zellige Tétouan")
    send(browser)
    pay(browser)
    town.worker_runs()
    called = {"leave", "come_back", "facts", "open", "ask", "submit", "send"}
    assert open_then == dict.fromkeys(called, 0)


def _crash(*_: Any, **__: Any) -> None:
    raise RuntimeError("a mistake of ours")


def watch(town: World, monkeypatch: pytest.MonkeyPatch, open_then: dict[str, int]) -> None:
    """Notes how many connections are in use while each adapter is called."""

    def watched(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            open_then[name] = max(open_then.get(name, 0), checked_out(town.work))
            return method(*given, **named)

        return call

    adapters = town.work.adapters
    for adapter, names in (
        (adapters.issuers["national"], ("leave", "come_back")),
        (adapters.registers["civil-status"], ("facts",)),
        (adapters.provider, ("open", "ask")),
        (adapters.connectors["ompic"], ("submit",)),
        (adapters.mailer, ("send",)),
    ):
        for name in names:
            monkeypatch.setattr(adapter, name, watched(name, getattr(adapter, name)))
