"""Fail points: named after what is being done, each met before and after, and a process dies at the armed one alone."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from requests_made import BIRTH, NAME, fill_birth, fill_name, pay, reference_of, send, start
from world import Browser, World

from portal import points
from portal.settings import BadSettings, load

PASSING = """
import sys
from pathlib import Path
from portal import points
points.watch(Path(sys.argv[1]))
for name in sys.argv[2:]:
    with points.doing(name):
        points.passed("commit.before")
        points.passed("commit.before")
print("alive")
"""


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Path]:
    """A folder where this process notes the points it passes."""
    points.watch(tmp_path)
    yield tmp_path
    points.watch(None)


def armed(folder: Path, point: str) -> None:
    """Whoever passes this point dies there."""
    (folder / points.ARMED).mkdir()
    (folder / points.ARMED / point).touch()


def passed(folder: Path, *names: str) -> list[str]:
    """The points that were passed, each once; only these when some are named: a town may be at work beside."""
    lines = (folder / points.SEEN).read_text("utf-8").splitlines()
    return list(dict.fromkeys(line for line in lines if not names or line.startswith(names)))


def process(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """A process that passes points while it does these things."""
    return subprocess.run(
        [sys.executable, "-c", PASSING, str(folder), *names], capture_output=True, text=True, check=False
    )


def test_points_are_counted_within_what_is_being_done(watched: Path) -> None:
    for _ in range(2):
        with points.doing("some.page"):
            points.passed("commit.before")
            points.passed("commit.before")
    lines = (watched / points.SEEN).read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("some.page")] == [
        "some.page commit.before 1",
        "some.page commit.before 2",
    ] * 2


def test_what_is_done_inside_something_else_has_its_own_name(watched: Path) -> None:
    with points.doing("outer"):
        with points.doing("inner"):
            points.passed("claim.after")
        points.passed("claim.after")
    assert passed(watched, "outer", "inner") == ["inner claim.after 1", "outer claim.after 1"]


def test_a_point_outside_of_everything_belongs_to_the_process(watched: Path) -> None:
    points.passed("something")
    assert passed(watched, "process") == ["process something 1"]


def test_nothing_is_noted_when_points_are_off(tmp_path: Path) -> None:
    points.watch(tmp_path)
    points.watch(None)
    points.passed("commit.before")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.anywhere
def test_a_process_dies_at_the_armed_point_and_at_no_other(tmp_path: Path) -> None:
    armed(tmp_path, "b commit.before 2")
    assert process(tmp_path, "a").stdout == "alive\n"
    ended = process(tmp_path, "a", "b", "c")
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, "")
    assert passed(tmp_path)[-1] == "b commit.before 2"


@pytest.mark.anywhere
def test_an_armed_point_kills_once(tmp_path: Path) -> None:
    armed(tmp_path, "a commit.before 1")
    assert process(tmp_path, "a").returncode == -signal.SIGKILL
    assert list((tmp_path / points.ARMED).iterdir()) == []
    assert process(tmp_path, "a").stdout == "alive\n"


@pytest.mark.anywhere
def test_production_refuses_fail_points(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as refused:
        load({"PORTAL_ENVIRONMENT": "production", "PORTAL_FAIL_POINTS": str(tmp_path)})
    assert any("PORTAL_FAIL_POINTS" in problem for problem in refused.value.problems)


@pytest.mark.anywhere
def test_there_are_no_fail_points_unless_they_are_asked_for() -> None:
    with pytest.raises(BadSettings) as refused:
        load({"PORTAL_ENVIRONMENT": "production"})
    assert not any("FAIL_POINTS" in problem for problem in refused.value.problems)


def walked(town: World, browser: Browser) -> None:
    """A birth extract and a company's name are asked for and paid, and the worker does the rest."""
    browser.sign_in("salma", "fr")
    start(browser, BIRTH, "fr")
    fill_birth(browser)
    send(browser)
    pay(browser)
    assert reference_of(browser.page)
    start(browser, NAME, "fr")
    fill_name(browser, "Fail Points of the Atlas")
    send(browser)
    pay(browser)
    town.worker_runs()


@pytest.fixture(scope="module")
def road(running_world: World, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The points of a whole road."""
    folder = tmp_path_factory.mktemp("points")
    points.watch(folder)
    walked(running_world, running_world.browser())
    points.watch(None)
    return set(passed(folder))


def test_the_road_passes_each_point_before_and_after(road: set[str]) -> None:
    claims = {point for point in road if " claim." in point}
    before = {point.replace(".before ", ".") for point in road - claims if ".before " in point}
    after = {point.replace(".after ", ".") for point in road - claims if ".after " in point}
    assert before == after
    assert "worker claim.before 1" in claims


@pytest.mark.parametrize(
    "point",
    [
        "identity.back national.come_back",
        "apply.open_case commit",
        "filling.save commit",
        "apply.submit commit",
        "pay.checkout stripe.open",
        "pay.back stripe.ask",
        "pay_hooks.news commit",
        "task.hand_over ompic.submit",
        "task.ask_connector ompic.ask",
        "task.issue_receipt store.put",
        "task.issue_outputs store.put",
        "task.send_mail mailer.send",
        "task.tell commit",
        "task.tell finish",
    ],
)
def test_commits_calls_to_the_world_and_ends_of_tasks_are_points(road: set[str], point: str) -> None:
    assert {f"{point}.before 1", f"{point}.after 1"} <= road
