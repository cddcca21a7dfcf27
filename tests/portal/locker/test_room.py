"""What was taken out makes room at once, and lies there for one more day: how much of it, is bounded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from documents_held import FakeHolder, fetch
from lockers import added, newest
from scenes import entered, sent
from world import Browser, World

from portal.locker.keeping import LEAST

pytestmark = pytest.mark.usefixtures("no_work_left_behind", "nothing_fetched")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


def test_who_adds_and_takes_out_again_and_again_is_told_to_come_again_tomorrow(
    town: World, salma: Browser, holder: FakeHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.ahead = timedelta(days=2)
    town.worker_runs()  # what others have taken out before is gone
    town.ahead = timedelta()
    monkeypatch.setattr("portal.locker.keeping.MOST_GOING", 2 * LEAST)
    for label in ("Le premier", "Le second", "Le troisième"):
        assert "1 document" in added(salma, label=label).words
        sent(salma, f"/fr/locker/{newest(town).id}/remove")
    for _ in range(2):
        page = added(salma, label="Encore")
        assert "reste ici un jour de plus, dans la limite de 200 Mo. Veuillez revenir demain" in page.words
    assert "lies here for one more day" in fetch(salma).words
    town.ahead = timedelta(days=2)
    town.worker_runs()
    town.ahead = timedelta()
    assert "1 document" in added(salma, label="Encore").words
    assert "3 documents were fetched" in fetch(salma).words
