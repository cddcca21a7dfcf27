"""While the trust service is out no document is typeset: what waits for a seal must not take the time of all else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lockers import newest
from outages import instead, worker_tries
from scenes import scene
from world import World

from portal.locker import rendering
from portal.locker.ports import NotReachable

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


class Out:
    """A service for seals that does not answer."""

    def __getattr__(self, name: str) -> Any:
        raise NotReachable(name)


def test_no_page_is_made_that_could_not_be_sealed(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made, typeset, render = scene(town, until="filed"), [], rendering.render

    def noted(template: str, *said: Any, **more: Any) -> bytes:
        typeset.append(template)
        return render(template, *said, **more)

    monkeypatch.setattr(rendering, "render", noted)
    with instead(town, trust=replace(town.work.adapters.trust, seals=Out())):
        worker_tries(town)
    assert typeset == []
    town.ahead = timedelta(minutes=15)
    town.worker_runs()
    assert typeset
    assert newest(town).case_id == made.case
