"""``portal keys``: every data key comes under the newest key, nothing else changes, and old keys can be taken out."""

from __future__ import annotations

import ast
import base64
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sealed_rows import AFTER, BEFORE, NOW, ROTATING, a_code, lived_in, opened, portal_with
from sqlalchemy import select, update

from payments.columns import first_id
from portal import points
from portal.cli import cli
from portal.db import Database
from portal.demo import environment
from portal.identity.models import Code
from portal.keys import Keyring
from portal.rotation import Place, places, rotate
from portal.settings import ROOT
from portal.tables import METADATA
from portal.unit import Unit, Work

TABLES = {"case", "person", "code", "factor", "enrolment", "invitation", "document"}
MAKERS = {
    "journeys/cases/actions.py": {"case"},
    "portal/identity/codes.py": {"code"},
    "portal/identity/mandates/views.py": {"invitation"},
    "portal/identity/parking.py": set(),  # the browser holds the key, and nobody its wrapped form
    "portal/identity/people.py": {"person"},
    "portal/identity/staff/actions.py": {"enrolment", "factor"},
    "portal/keys.py": set(),
    "portal/locker/actions.py": {"document"},
}
"""Which modules make wrapped keys, and in which tables they put them."""


def rows(work: Work, *, keys: bool = True) -> dict[str, set[tuple[Any, ...]]]:
    """Every row of every table, with the wrapped keys or without."""
    kept = set() if keys else {place.wrapped for place in places()}
    tables = [table for metadata in METADATA for table in metadata.sorted_tables]
    queries = {table.name: select(*(one for one in table.columns if one not in kept)) for table in tables}
    return work.transact(
        lambda unit: {name: {tuple(map(str, row)) for row in unit.session.execute(queries[name])} for name in queries},
        reading=True,
    )


def of(table: str) -> Place:
    """Where a table keeps its keys."""
    return next(place for place in places() if place.table.name == table)


def under(work: Work, table: str = "code") -> list[str]:
    """Under which key each data key of a table lies, in the order of their ids."""
    query = select(of(table).wrapped).order_by(of(table).id)
    return [
        one.partition(".")[0] for one in work.transact(lambda unit: unit.session.scalars(query).all(), reading=True)
    ]


@pytest.fixture
def before(database: Database) -> Work:
    """A portal somebody lived in, before there was a newer key."""
    work = portal_with(database, BEFORE)
    work.transact(lived_in)
    return work


@pytest.fixture
def command(database: Database, database_url: str, tmp_path: Path) -> Callable[..., Result]:
    """Runs ``portal keys`` with a keyring."""

    def run(what: str, keyring: Keyring) -> Result:
        said = settings(database_url, tmp_path, keyring)
        return CliRunner().invoke(cli, ["keys", what], env=said)

    return run


def settings(url: str, folder: Path, keyring: Keyring, **more: str) -> dict[str, str]:
    """A portal's settings, with these keys."""
    marks = {one: "*" if one == keyring.current else "" for one in keyring.keys}
    keys = ",".join(f"{marks[one]}{one}:{base64.b64encode(key).decode()}" for one, key in keyring.keys.items())
    return environment(folder) | {"PORTAL_DATABASE_URL": url, "PORTAL_KEYS": keys} | more


def test_every_column_that_holds_wrapped_keys_is_rotated() -> None:
    known = {(place.table.name, place.column) for place in places()}
    columns = {(one.table.name, one.name) for data in METADATA for table in data.tables.values() for one in table.c}
    assert known == {(table, name) for table, name in columns if name.endswith("data_key") or "wrapped" in name}


def test_everybody_who_makes_wrapped_keys_puts_them_where_they_are_rotated() -> None:
    found = {
        str(path.relative_to(ROOT))
        for package in ("portal", "journeys", "payments")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("new_data_key", "enclose")
    }
    assert found == MAKERS.keys()
    assert {place.table.name for place in places()} == set().union(*MAKERS.values()) == TABLES


def test_everything_opens_when_the_old_key_is_taken_out_and_the_oldest_stays_last(before: Work) -> None:
    sealed = opened(before)
    assert all(sealed[table] for table in TABLES)
    rotating = portal_with(before.database, ROTATING)
    done = [rotate(rotating, place) for place in places()]
    assert {one.table: one.rewrapped for one in done} == dict.fromkeys(TABLES, 1) | {"person": 2}
    assert [one.closed for one in done if one.closed] == []
    assert opened(portal_with(before.database, AFTER)) == sealed


def test_nothing_but_the_wrapped_keys_changes(before: Work) -> None:
    here = rows(before, keys=False)
    assert here["access"]
    for place in places():
        rotate(portal_with(before.database, ROTATING), place)
    assert rows(before, keys=False) == here


def test_what_lies_under_the_newest_key_is_left_as_it_is(before: Work) -> None:
    rotating = portal_with(before.database, ROTATING)
    for place in places():
        rotate(rotating, place)
    here = rows(rotating)
    assert [rotate(rotating, place).rewrapped for place in places()] == [0] * len(TABLES)
    assert rows(rotating) == here


@pytest.mark.parametrize("size", [1, 2, 4, 5, 6])
def test_batches_reach_every_row(before: Work, size: int) -> None:
    before.transact(lambda unit: [a_code(unit, f"visit {number}") for number in range(4)])
    assert rotate(portal_with(before.database, ROTATING), of("code"), size).rewrapped == 5
    assert under(before) == ["k3"] * 5


class Meanwhile:
    """The keys of a rotation during which something happens: before the third key is rewrapped."""

    def __init__(self, happens: Callable[[str], None]) -> None:
        self.keys, self.current, self._happens, self._turn = ROTATING.keys, ROTATING.current, happens, 0

    def rewrap(self, wrapped: str, context: str) -> str:
        self._turn += 1
        if self._turn == 3:
            self._happens(context)
        return ROTATING.rewrap(wrapped, context)


def interrupted(before: Work, happens: Callable[[str], None]) -> Work:
    """A portal of five codes whose rotation is disturbed."""
    before.transact(lambda unit: [a_code(unit, f"visit {number}") for number in range(4)])
    return portal_with(before.database, cast(Keyring, Meanwhile(happens)))


def test_a_rotation_that_was_ended_goes_on_where_it_was(before: Work) -> None:
    def ended(_context: str) -> None:
        raise KeyboardInterrupt

    disturbed = interrupted(before, ended)
    with pytest.raises(KeyboardInterrupt):
        rotate(disturbed, of("code"), 2)
    assert under(before) == ["k3", "k3", "k2", "k2", "k2"]
    assert rotate(portal_with(before.database, ROTATING), of("code"), 2).rewrapped == 3


def test_a_key_that_somebody_changes_meanwhile_stays_as_they_left_it(before: Work) -> None:
    theirs = BEFORE.new_data_key("theirs")[1]

    def changed(context: str) -> None:
        row = Code.id == UUID(context.partition(":")[2])
        before.transact(lambda unit: unit.session.execute(update(Code).where(row).values(data_key=theirs)))

    assert rotate(interrupted(before, changed), of("code")).rewrapped == 4
    assert before.transact(lambda unit: unit.session.scalars(select(Code.data_key)).all()).count(theirs) == 1


def test_what_comes_late_under_the_old_key_is_taken_by_a_second_run(before: Work) -> None:
    late = first_id(NOW)  # ids are made before their rows are committed

    def written(unit: Unit) -> None:
        wrapped, sealed = BEFORE.enclose(b"{}", f"code:{late}")
        row = Code(id=late, purpose="visit", about="late", sealed=sealed, data_key=wrapped, made_at=NOW, until=NOW)
        unit.session.add(row)

    assert rotate(interrupted(before, lambda _context: before.transact(written)), of("code"), 2).rewrapped == 5
    assert under(before) == ["k2"] + ["k3"] * 5
    assert rotate(portal_with(before.database, ROTATING), of("code"), 2).rewrapped == 1
    assert under(before) == ["k3"] * 6


def test_a_killed_command_is_run_again(
    before: Work, database_url: str, tmp_path: Path, command: Callable[..., Result]
) -> None:
    armed = tmp_path / "points" / points.ARMED
    armed.mkdir(parents=True)
    (armed / "process commit.after 1").touch()
    said = settings(database_url, tmp_path, ROTATING, PORTAL_FAIL_POINTS=str(tmp_path / "points"))
    run = [sys.executable, "-c", "from portal.cli import main; main()", "keys", "rotate"]
    killed = subprocess.run(run, env=os.environ | said, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert sorted(key for table in TABLES for key in under(before, table)) == ["k1"] + ["k2"] * 6 + ["k3"]
    again = command("rotate", ROTATING)
    assert again.exit_code == 0
    assert "7 data keys were put under k3" in again.output
    assert {key for table in TABLES for key in under(before, table)} == {"k3"}


def test_it_is_said_which_key_is_needed_for_what(before: Work, command: Callable[..., Result]) -> None:
    newest, middle, oldest = command("status", ROTATING).output.splitlines()
    assert newest == "k3: 0 data keys; what is new is sealed under it"
    assert middle.startswith("k2: 7 data keys (case 1, person 1, code 1,")
    assert middle.endswith("'portal keys rotate' puts them under k3")
    assert oldest.startswith("k1: 1 data keys (person 1); 'portal keys rotate' puts them under k3; it makes the finger")
    assert "8 data keys were put under k3" in command("rotate", ROTATING).output
    done = command("status", ROTATING)
    assert done.exit_code == 0
    assert [line.partition(" (case")[0] for line in done.output.splitlines()] == [
        "k3: 8 data keys",
        "k2: 0 data keys; it may be taken out; keep it as long as backups from before",
        "k1: 0 data keys; it makes the fingerprints people are found by, and stays last for ever",
    ]


def test_a_new_key_waits_until_every_process_knows_it(before: Work, command: Callable[..., Result]) -> None:
    waiting = Keyring(ROTATING.keys, "k2")
    said = command("status", waiting).output.splitlines()[0]
    assert said == "k3: 0 data keys; it is newer than k2, which is marked: take the mark away when all know it"
    assert "1 data keys were put under k2" in command("rotate", waiting).output


def test_a_key_that_is_missing_is_named_and_nothing_is_changed(before: Work, command: Callable[..., Result]) -> None:
    here = rows(before)
    answer = command("rotate", AFTER)
    assert answer.exit_code == 1
    assert "7 data keys lie under 'k2', which is not in PORTAL_KEYS: put it back behind the first" in answer.output
    assert rows(before) == here
    status = command("status", AFTER)
    assert status.exit_code == 1
    assert "FAIL: it is not in PORTAL_KEYS" in status.output.splitlines()[-1]


def test_another_key_under_the_same_id_opens_nothing_and_is_told(before: Work, command: Callable[..., Result]) -> None:
    wrong = Keyring(ROTATING.keys | {"k2": b"another key of this" + b"." * 13}, "k3")
    answer = command("rotate", wrong)
    assert answer.exit_code == 1
    assert "FAIL code: 1 data keys do not open, the first in row " in answer.output
    assert "PORTAL_KEYS holds another key under the same id" in answer.output
    assert "1 data keys were put under k3" in answer.output
    assert command("rotate", ROTATING).exit_code == 0
    assert opened(portal_with(before.database, AFTER)) == opened(portal_with(before.database, ROTATING))


def test_a_damaged_key_holds_up_no_other(before: Work) -> None:
    before.transact(lambda unit: unit.session.execute(update(Code).values(data_key="k2.damaged")))
    before.transact(lambda unit: [a_code(unit, f"visit {number}") for number in range(2)])
    done = rotate(portal_with(before.database, ROTATING), of("code"), 1)
    assert done.rewrapped == 2
    assert len(done.closed) == 1
    assert under(before) == ["k2", "k3", "k3"]


def test_a_portal_without_tables_is_told_from_a_mistake(tmp_path: Path) -> None:
    said = settings(f"sqlite:///{tmp_path / 'empty.sqlite'}", tmp_path, ROTATING)
    for what in ("status", "rotate"):
        answer = CliRunner().invoke(cli, ["keys", what], env=said)
        assert answer.exit_code == 1
        assert "was 'portal migrate' run?" in answer.output
