"""``portal catalogue``: what an editor does with a folder of definitions, from the first line to the published page."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from databases import with_tables
from small_folder import askable, folder, life_event, service, step

from journeys.cases import actions
from journeys.catalogue.reading import read
from payments.actor import Actor
from payments.columns import new_id
from portal.cli import DEFINITIONS, cli
from portal.demo import environment
from portal.discover.actions import first_month, wish
from portal.settings import load
from portal.wiring import wired

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal with tables and nothing in them."""
    address = f"sqlite:///{tmp_path / 'portal.sqlite'}"
    with_tables(address).dispose()
    for name, value in (environment(tmp_path) | {"PORTAL_DATABASE_URL": address}).items():
        monkeypatch.setenv(name, value)


def said(*arguments: str, group: str = "catalogue") -> Result:
    """What the command answers."""
    return CliRunner().invoke(cli, [group, *map(str, arguments)])


def test_a_starting_file_can_be_checked_published_and_asked_for(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(DEFINITIONS, mine)
    started = said("new", "tree-cutting")
    assert started.exit_code == 0
    (mine / "services" / "tree-cutting.yaml").write_text(started.output, "utf-8")
    assert said("check", str(mine)).exit_code == 0
    assert read(mine).service("tree-cutting").askable
    assert "publication 1:" in said("publish", str(mine)).output


@pytest.mark.parametrize("name", ["Tree", "../tree", "7", "a" * 61, "tree cutting"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(name: str) -> None:
    answer = said("new", name)
    assert answer.exit_code == 2
    assert "small letters, digits and hyphens" in answer.output


def test_what_is_published_can_be_written_out(tmp_path: Path) -> None:
    said("publish", str(folder(tmp_path / "one", askable())))
    answer = said("export", str(tmp_path / "out"))
    assert answer.output.startswith("publication 1: ")
    assert said("check", str(tmp_path / "out")).exit_code == 0
    assert "0 definitions differ" in said("diff", str(tmp_path / "out")).output


def test_a_difference_is_said_in_words_with_the_requests_it_leaves_behind(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", askable())
    said("publish", str(one))
    _somebody_asks()
    other = folder(tmp_path / "other", askable(channels=["online"]), service("badge"))
    answer = said("diff", str(other))
    assert "service badge: new" in answer.output
    assert "service permit: changed; 1 requests stay under the old version" in answer.output
    assert "  channels: ['counter'] → ['online']" in answer.output
    assert "2 definitions differ from publication 1" in answer.output


def _somebody_asks() -> None:
    work = wired(load())
    catalogue = work.adapters.shelf.current()
    person, keyring = new_id(), work.adapters.keyring
    permit = catalogue.service("permit")
    work.transact(
        lambda unit: unit.do(actions.open_case, permit, catalogue.number, "fr", {}, keyring), actor=Actor.person(person)
    )
    work.database.dispose()


def test_what_people_wish_for_is_told_by_month_the_most_wanted_first() -> None:
    work = wired(load())
    for day, wanted in ((5, "badge"), (7, "permit"), (9, "permit"), (-60, "badge"), (-500, "old")):
        work.transact(lambda unit, at=NOW + timedelta(days=day), one=wanted: wish(unit.session, at, unit.actor, one))
    work.database.dispose()
    answer = said("wishes", "--months", "999")
    assert answer.exit_code == 2
    lines = said("wishes", "--months", "120").output.splitlines()
    assert [line.split() for line in lines[:-1]] == [
        ["2026-10", "2", "permit"],
        ["2026-10", "1", "badge"],
        ["2026-08", "1", "badge"],
        ["2025-05", "1", "old"],
    ]
    assert lines[-1] == "5 wishes in 120 months"


@pytest.mark.parametrize(
    ("months", "first"), [(1, "2026-10-01"), (10, "2026-01-01"), (11, "2025-12-01"), (12, "2025-11-01")]
)
def test_months_are_counted_back_from_this_one(months: int, first: str) -> None:
    assert first_month(NOW, months).isoformat() == first


def test_warnings_are_counted_and_listed_when_wanted(tmp_path: Path) -> None:
    at = folder(tmp_path / "one", service(note="only English"))
    counted, listed = said("check", str(at)), said("check", "--warnings", str(at))
    assert counted.exit_code == listed.exit_code == 0
    assert "texts missing in a language" in counted.output
    assert "note has no ar text" not in counted.output
    assert "services/permits.yaml:" in listed.output
    assert "note has no ar text" in listed.output


def test_nothing_is_published_when_one_file_is_broken(tmp_path: Path) -> None:
    at = folder(tmp_path / "one", askable())
    said("publish", str(at))
    broken = yaml.safe_dump({"services": [service("badge", administration="nobody")]})
    (at / "services" / "more.yaml").write_text(broken, "utf-8")
    answer = said("publish", str(at))
    assert answer.exit_code != 0
    assert "publication" not in answer.output
    assert "0 definitions differ" not in said("check", str(at)).output


BROKEN = {
    "broken YAML": ("id: permit", "id: [permit", "services/permits.yaml:", "not YAML"),
    "a wrong type": ("max: 60", "max: sixty", "services/permits.yaml:", "delay.max: Input should be a valid integer"),
    "an unknown key": ("max: 60", "max: 60\n    longest: 90", "services/permits.yaml:", "delay.longest: Extra inputs"),
    "a service that is nowhere": ("service: permit", "service: gone", "life-events/citizen.yaml:", "no service 'gone'"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_folder_publishes_nothing_and_the_old_version_stays(tmp_path: Path, kind: str) -> None:
    good, bad, place, what = BROKEN[kind]
    at = folder(tmp_path / "one", askable(), life_events=[life_event(step())])
    assert "publication 1:" in said("publish", str(at)).output
    for file in (at / "services" / "permits.yaml", at / "life-events" / "citizen.yaml"):
        file.write_text(file.read_text("utf-8").replace(good, bad, 1).replace("calendar_day", "working_day"), "utf-8")
    answer = said("publish", str(at))
    assert answer.exit_code == 1
    assert place in answer.output
    assert what in answer.output
    assert "Traceback" not in answer.output
    work = wired(load())
    published = work.adapters.shelf.current()
    work.database.dispose()
    assert published.number == 1
    assert published.service("permit").delay.unit == "calendar_day"


@pytest.mark.parametrize(
    ("group", "command"), [("catalogue", "wishes"), ("catalogue", "publish"), ("offices", "load portal.yaml")]
)
def test_a_database_without_tables_is_told_from_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("portal.yaml").write_text("offices: []", "utf-8")
    monkeypatch.setenv("PORTAL_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite'}")
    answer = said(*command.split(), group=group)
    assert answer.exit_code == 1
    assert "was 'portal migrate' run?" in answer.output


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("offices: [{administration: a, names: {}}, {administration: a, branch: b, names: {}}]", "take the same: a *"),
        ("offices: []\nagents: [{issuer: i, sub: s, administration: a}]", "not in the file: a"),
        ("agents: []", "'offices'"),
        ("offices: [", "is no deployment"),
        ("offices: [{administration: a, each: nothing.at_all}]", "'nothing'"),
        ("", "is no deployment"),
    ],
)
def test_offices_that_cannot_be_loaded_are_named(tmp_path: Path, file: str, what: str) -> None:
    said("publish", str(folder(tmp_path / "one", askable())))
    (tmp_path / "offices.yaml").write_text(file, "utf-8")
    answer = said("load", str(tmp_path / "offices.yaml"), group="offices")
    assert answer.exit_code == 1
    assert what in answer.output
