"""What is sent twice lies in a locker once, also when both come at once; what is sent anew is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from documents_held import FakeHolder, fetch, lying
from files_brought import a_pdf
from lockers import added, issued, listed, newest, of_owner
from scenes import entered, scene
from world import Browser, World

from portal.locker import held, keeping
from portal.locker.actions import ADDED

pytestmark = pytest.mark.usefixtures("no_work_left_behind", "nothing_fetched")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


@pytest.fixture
def two(town: World) -> list[Browser]:
    """Two windows of Salma's."""
    return [entered(town, "salma") for _ in range(2)]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any, str], None]]:
    """Makes whoever comes to a step wait there, for a moment, for another to come to it."""
    gate = threading.Barrier(2)

    def at(room: Any, step: str) -> None:
        before = getattr(room, step)

        def waited(*args: Any, **kwargs: Any) -> Any:
            with suppress(threading.BrokenBarrierError):
                gate.wait(1)
            return before(*args, **kwargs)

        monkeypatch.setattr(room, step, waited)

    yield at
    gate.abort()


def at_once(windows: list[Browser], does: Callable[[Browser], object]) -> None:
    """The same in both windows at the same time."""
    with ThreadPoolExecutor(len(windows)) as pool:
        list(pool.map(does, windows))


def kept(town: World, label: str) -> list[UUID]:
    """The documents of Salma's that she calls so and that count."""
    keyring = town.work.adapters.keyring
    lie = [one for one in of_owner(town, "salma") if (one.origin, one.state, one.newer_id) == (ADDED, "kept", None)]
    return [one.id for one in lie if keeping.label_of(keyring, one) == label]


def test_the_same_file_from_two_windows_at_once_lies_there_once(
    town: World, two: list[Browser], waits: Callable[[Any, str], None]
) -> None:
    waits(keeping, "came_before")
    files = {"bail.pdf": a_pdf()}
    at_once(two, lambda browser: added(browser, files, label="Deux fois"))
    assert len(kept(town, "Deux fois")) == 1


def test_what_two_windows_fetch_at_once_comes_once(
    town: World, two: list[Browser], holder: FakeHolder, waits: Callable[[Any, str], None]
) -> None:
    holder.files = {"one": a_pdf(1)}
    waits(held, "keep")
    at_once(two, fetch)
    assert len(lying(town)) == 1


def test_a_newer_version_of_the_same_bytes_is_kept_and_comes_once(town: World, salma: Browser) -> None:
    same = {"bail.pdf": a_pdf(2)}
    added(salma, {"ancien.pdf": a_pdf(3)}, label="Ancien")
    older = newest(town).id
    added(salma, same, label="Nouveau")
    first = newest(town).id
    for _ in range(2):  # no answer came: it is sent again
        added(salma, same, label="Nouveau", replaces=str(older))
    assert kept(town, "Ancien") == []
    [newer] = set(kept(town, "Nouveau")) - {first}
    assert older not in (shown := listed(salma.get("/fr/locker")))
    assert newer in shown


def test_what_was_replaced_can_be_put_there_again(town: World, salma: Browser) -> None:
    first = {"bail.pdf": a_pdf(2)}
    added(salma, first, label="Avant")
    older = newest(town).id
    added(salma, {"bail.pdf": a_pdf(3)}, label="Après", replaces=str(older))
    added(salma, first, label="Avant")
    assert len(kept(town, "Avant")) == 1
    assert kept(town, "Avant") != [older]


def test_no_file_takes_the_place_of_what_an_administration_issued(town: World, salma: Browser) -> None:
    receipt = issued(town, scene(town, until="filed")).id
    assert added(salma, label="Un faux reçu", replaces=str(receipt)).status == 404
    assert receipt in listed(salma.get("/fr/locker"))
    assert kept(town, "Un faux reçu") == []
