"""Many shares: all are found page by page, and no document has more than its owner can look over."""

from __future__ import annotations

import re

import pytest
from lockers import added, newest
from scenes import entered
from shares_made import link_on, shared
from world import Browser, World

from portal.locker.sharing import actions as sharing

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


def test_all_that_is_shared_with_somebody_is_found(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST", 2)
    added(salma)
    document = newest(town).id
    for number in range(3):
        shared(town, salma, **{"with": "person", "person": "BK380912", "purpose": f"Dossier {number}"})
    youssef, url, found = entered(town, "youssef"), "/fr/locker/received", set[str]()
    while url:
        text = youssef.get(url).text
        found |= set(re.findall(r"/locker/received/[0-9a-f-]{36}", text))
        older = re.search(r'href="(\?from=[^"]+)"', text)
        url = f"/fr/locker/received{older[1]}" if older else ""
    assert len(found) >= 3
    alive = town.work.transact(
        lambda unit: sharing.of_document(unit.session, unit.in_real_time().moment, document), reading=True
    )
    assert len(alive) == 3


def test_a_document_is_shared_so_often_that_its_owner_still_sees_with_whom(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST_ALIVE", 1)
    added(salma)
    link_on(shared(town, salma))
    assert "Retirez-en un" in shared(town, salma).words
