"""After whole roads by the real protocols, with a worker and a card processor, everything agrees with everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from databases import emptied, with_tables
from fees_paid import checkout, settle
from requests_made import BIRTH, INFORMATION, decide, fill_birth, fill_information, pay, reference_of, send, start
from scenes import entered
from world import World, world

from journeys.catalogue.definitions import Catalogue
from portal.checks import run_checks
from portal.tasks import ensure_recurring


@pytest.fixture
def town(database_url: str, tmp_path: Path, morocco: Catalogue) -> Iterator[World]:
    """A world of this test's own."""
    url = emptied(f"{database_url}_checked")
    database = with_tables(url)
    with world(database, url, tmp_path, morocco) as running:
        running.work.transact(lambda unit: ensure_recurring(unit.session))
        yield running
    database.dispose()


def test_nothing_is_wrong_after_whole_roads_and_what_then_goes_wrong_is_said(town: World) -> None:
    salma, officer = entered(town, "salma"), entered(town, "agent-rabat")
    start(salma, BIRTH, "fr")
    fill_birth(salma)
    send(salma)
    pay(salma)
    granted = reference_of(salma.page)
    start(salma, INFORMATION, "fr")
    fill_information(salma)
    send(salma)
    town.worker_runs()
    decide(officer, granted, "fr")
    start(salma, BIRTH, "fr")
    fill_birth(salma)
    send(salma)
    unheard = checkout(salma, reference_of(salma.page))
    town.worker_runs()
    assert problems(town) == []
    town.control("cards", webhooks="hold")
    settle(town, unheard)
    assert problems(town, timedelta(minutes=15)) == []
    [problem] = problems(town)
    assert problem.endswith("took 20.00 MAD at the provider, here nothing")
    town.control("cards", webhooks="normal")
    town.control("cards/release")
    town.worker_runs()
    assert problems(town) == []


def problems(town: World, patience: timedelta = timedelta()) -> list[str]:
    """What a full check says."""
    lines: list[str] = []
    run_checks(town.work, full=True, say=lines.append, patience=patience)
    return [line for line in lines if line.startswith("FAIL")]
