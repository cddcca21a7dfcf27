"""The check says what is wrong once per problem, again until it is mended, and looks at nothing twice without need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from checked import House, a_house, grown_old
from click.testing import CliRunner
from sqlalchemy import delete, select, update

from journeys.cases.models import Case
from journeys.catalogue.definitions import Catalogue
from payments.columns import first_id, moment_of, new_id
from payments.settlement.models import PaymentReceipt
from portal import checks
from portal.cli import cli
from portal.db import Database
from portal.demo import environment
from portal.invariants import INVARIANTS
from portal.look import Look
from portal.marks import MARGIN, CheckMark
from portal.unit import real_now

WRONG = update(Case).values(turn="nobody")
MENDED = update(Case).values(turn="administration")


@pytest.fixture
def house(database: Database, morocco: Catalogue) -> House:
    house = a_house(database, morocco)
    house.a_paid_request()
    house.a_document()
    return house


def marks_of(house: House) -> dict[str, CheckMark]:
    with house.work.database.session(reading=True) as session:
        return {mark.name: mark for mark in session.scalars(select(CheckMark))}


def test_every_invariant_has_a_name_of_its_own_that_fits_its_mark() -> None:
    names = [invariant.__name__ for invariant in INVARIANTS]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 80 for name in names)


def test_a_house_that_agrees_with_itself_has_no_problem(house: House) -> None:
    house.an_open_attempt()
    house.a_request_taken_back()
    assert house.check(full=True) == []
    assert house.check() == []
    assert all(line.startswith("ok   ") for line in house.lines[:-1])
    assert house.lines[-1].startswith(f"{len(INVARIANTS) + 2} checks, 0 problems, ")


def test_an_empty_house_has_no_problem(database: Database, morocco: Catalogue) -> None:
    assert a_house(database, morocco).check(full=True) == []


def test_a_problem_is_said_and_counted_once(house: House) -> None:
    house.change(WRONG)
    [problem] = house.check()
    assert problem.startswith("cases equal their actions: case ")
    assert ", 1 problems, " in house.lines[-1]


def test_a_mark_moves_when_all_is_well_to_a_margin_before_the_look_began(house: House) -> None:
    before = real_now()
    house.check()
    marks = marks_of(house)
    assert set(marks) == {invariant.__name__ for invariant in INVARIANTS}
    for mark in marks.values():
        assert before - MARGIN - timedelta(milliseconds=1) <= moment_of(mark.reached) <= real_now() - MARGIN
        assert mark.at >= before


def test_a_mark_stays_while_there_is_a_problem_so_that_it_is_said_until_it_is_mended(house: House) -> None:
    house.change(WRONG)
    assert len(house.check()) == len(house.check()) == 1
    assert "cases_equal_their_actions" not in marks_of(house)
    house.change(MENDED)
    assert house.check() == []
    assert "cases_equal_their_actions" in marks_of(house)


def test_what_lies_before_the_mark_is_found_by_a_full_check_alone(house: House) -> None:
    assert house.check() == []
    grown_old(house)
    house.change(WRONG)
    assert house.check() == []
    assert len(house.check(full=True)) == 1


def test_what_was_in_flight_when_a_check_looked_is_looked_at_again(house: House) -> None:
    assert house.check() == []
    house.change(WRONG)
    assert len(house.check()) == 1


def test_a_flood_of_problems_is_said_in_a_hundred_lines_and_counted_whole(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flood(_look: Look) -> Iterator[str]:
        yield from (f"drop {number}" for number in range(250))

    said: list[str] = []
    assert checks.run_checks(house.work, full=False, say=said.append, invariants=[flood]) == 250
    assert sum("drop" in line for line in said) == checks.MOST_LINES
    assert "FAIL flood: and 150 more" in said


def test_an_invariant_that_breaks_is_one_problem_and_the_others_are_looked_at(house: House) -> None:
    def breaks(_look: Look) -> Iterator[str]:
        yield "first"
        raise ValueError("Salma")

    def holds(_look: Look) -> Iterator[str]:
        yield from ()

    said: list[str] = []
    assert checks.run_checks(house.work, full=False, say=said.append, invariants=[breaks, holds]) == 2
    assert said[2:4] == ["FAIL breaks: first", "FAIL breaks: ValueError"]
    assert said[4].startswith("ok   holds")
    assert "Salma" not in str(said)
    assert set(marks_of(house)) == {"holds"}


def test_settings_are_judged_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "SETTINGS", {"keys are safe": lambda _settings: ["they are not"]})
    assert house.check() == ["keys are safe: they are not"]


def test_a_part_of_the_world_that_does_not_answer_is_asked_by_a_full_check_alone(house: House) -> None:
    house.work.adapters.mailer.check = lambda: 1 / 0  # type: ignore[method-assign, assignment, return-value]
    assert house.check() == []
    assert house.check(full=True) == ["SimpleNamespace: ZeroDivisionError"]


def test_the_command_ends_with_one_when_there_is_a_problem(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    answer = CliRunner().invoke(cli, ["check"])
    assert answer.exit_code == 1
    assert "portal migrate" in answer.output
    assert CliRunner().invoke(cli, ["migrate"]).exit_code == 0
    answer = CliRunner().invoke(cli, ["check", "--at-rest"])
    assert (answer.exit_code, "0 problems" in answer.output) == (0, True), answer.output


def test_damage_planted_by_sql_is_found_through_the_whole_check(house: House) -> None:
    house.change(delete(PaymentReceipt))
    [problem] = house.check()
    assert problem.startswith("paid debts have a receipt: debt ")


def test_a_key_tells_its_moment(house: House) -> None:
    key = new_id()
    assert first_id(moment_of(key)) <= key < first_id(moment_of(key) + timedelta(milliseconds=1))
