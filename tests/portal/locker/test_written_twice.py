"""A worker that is ended after it stored a document and before it wrote that down: what lies there is what counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from lockers import content, newest
from outages import instead, worker_tries
from scenes import entered, scene
from world import World

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


class EndsAfterStoring:
    """A store after which the worker does nothing any more."""

    def __init__(self, behind: Any) -> None:
        self._behind = behind
        self.stored: list[str] = []

    def put(self, key: str, *content: Any) -> None:
        self._behind.put(key, *content)
        self.stored.append(key)
        raise RuntimeError("the worker is ended here")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)


def test_the_document_that_was_stored_is_the_one_that_is_opened_and_checked(town: World) -> None:
    salma = entered(town, "salma")
    made = scene(town, until="filed")
    ends = EndsAfterStoring(town.work.adapters.store)
    with instead(town, store=ends):
        worker_tries(town)
    receipts = {one for one in ends.stored if one in set(town.work.adapters.store.keys("documents"))}
    assert receipts
    town.ahead = timedelta(minutes=15)
    town.worker_runs()
    document = newest(town)
    assert (document.case_id, document.object_key in receipts) == (made.case, True)
    pdf = content(salma, document.id)
    assert len(pdf) == document.size
    stranger = town.browser()
    stranger.get("/fr/verify")
    page = stranger.post("/fr/verify-file", files={"file": ("recu.pdf", pdf, "application/pdf")})
    assert "Ce document est authentique" in page.words
