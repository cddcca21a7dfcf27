"""Rights that rest on what a register says are asked about again each week."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from acting_made import represented
from scenes import entered
from sqlalchemy import update
from world import World

from journeys.exchange.ports import NotKnown, NotReachable
from portal.identity import people
from portal.identity.mandates.models import Mandate
from portal.identity.mandates.states import DERIVED
from portal.outbox import Task
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind", "clean")

CHILD = "Yahya"


def a_week_later(town: World) -> None:
    """What registers said is a week old; the worker asks them again."""
    old = update(Mandate).where(Mandate.origin.in_(DERIVED)).values(changed_at=real_now() - timedelta(days=8))
    due = update(Task).where(Task.name == "ask_registers", Task.done_at.is_(None)).values(due_at=real_now())
    for now in (old, due):
        town.work.transact(lambda unit, now=now: unit.session.execute(now))
    town.worker_runs()


def test_who_is_manager_no_more_loses_the_company_within_a_week(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    meryem = entered(town, "meryem")
    represented(meryem, "Zellige")
    a_week_later(town)
    assert "Zellige" in meryem.get("/fr/for").words  # the register said it again
    monkeypatch.setattr(town.work.adapters.companies._adapter, "of", lambda _number, _purpose: ())
    a_week_later(town)
    assert "Zellige" not in meryem.get("/fr/for").words
    assert "Un registre officiel" in meryem.get("/fr/account/access").words


def test_a_parent_whom_the_register_knows_no_more_loses_the_child_within_a_week(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_asked: object) -> None:
        raise NotKnown

    salma = entered(town, "salma")
    mandate = represented(salma, CHILD)
    monkeypatch.setattr(town.work.adapters.families._adapter, "of", unknown)
    a_week_later(town)
    assert CHILD not in salma.get("/fr/for").words
    assert "Terminée" in salma.get(f"/fr/mandates/{mandate}").words


def test_a_register_that_is_not_set_up_is_not_asked(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    salma = entered(town, "salma")
    represented(salma, CHILD)
    monkeypatch.setattr(town.work, "adapters", replace(town.work.adapters, families=None))
    a_week_later(town)
    assert CHILD in salma.get("/fr/for").words


def test_who_has_no_sure_number_any_more_loses_nothing(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    salma = entered(town, "salma")
    represented(salma, CHILD)
    monkeypatch.setattr(people, "sure_numbers", lambda *_asked: [])
    a_week_later(town)
    assert CHILD in salma.get("/fr/for").words


def test_a_register_that_is_silent_takes_nothing_away_and_is_asked_again(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_asked: object) -> None:
        raise NotReachable

    meryem = entered(town, "meryem")
    represented(meryem, "Zellige")
    monkeypatch.setattr(town.work.adapters.companies._adapter, "of", silent)
    with pytest.raises(AssertionError, match="ask_registers"):
        a_week_later(town)
    assert "Zellige" in meryem.get("/fr/for").words
    monkeypatch.undo()
    a_week_later(town)
    assert "Zellige" in meryem.get("/fr/for").words
