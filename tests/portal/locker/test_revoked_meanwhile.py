"""A mandate that is revoked while the world is asked, or a file read, lets nothing more into a locker."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

import pytest
from acting_made import act_for, answer
from documents_held import FakeHolder, given
from lockers import added, of_owner
from scenes import entered
from world import Browser, World

from portal.locker import arriving

pytestmark = pytest.mark.usefixtures("no_work_left_behind", "nothing_fetched")


@pytest.fixture
def amal(town: World, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Amal, who acts for Salma until the first file is read."""
    salma, read = entered(town, "salma"), arriving.read_apart
    other, mandate = given(town, salma, "amal")

    def meanwhile(file: IO[bytes], *more: Any) -> Any:
        answer(salma, mandate, "revoke")
        monkeypatch.setattr(arriving, "read_apart", read)
        return read(file, *more)

    monkeypatch.setattr(arriving, "read_apart", meanwhile)
    return other


def add(browser: Browser) -> int:
    return added(browser).status


def fetch(browser: Browser) -> int:
    browser.get("/en/locker/fetch")
    return browser.submit("/locker/fetch").status


@pytest.mark.parametrize("way", [add, fetch])
def test_what_comes_after_a_mandate_was_revoked_is_not_kept(
    town: World, holder: FakeHolder, amal: Browser, way: Callable[[Browser], int]
) -> None:
    before = {one.id for one in of_owner(town, "salma") if one.state == "kept"}
    assert way(amal) == 403
    assert {one.id for one in of_owner(town, "salma") if one.state == "kept"} == before
    act_for(amal, "")
