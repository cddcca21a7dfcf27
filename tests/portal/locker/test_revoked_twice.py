"""What was revoked once is revoked: a second time changes neither why nor when; and the list of its month says so."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from certified_made import certified
from lockers import content, newest
from scenes import entered
from test_taken_back import number_on
from visits_made import visiting
from world import Browser, World

from portal.locker.proofs import cose, proof, statuses
from portal.locker.proofs.printing import attached
from portal.locker.proofs.proof import Proof

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def at_its_page(supervisor: Browser, number: str) -> None:
    """A supervisor has found a document by its number."""
    supervisor.get("/fr/desk/documents")
    supervisor.submit("/desk/documents", {"code": number})


def stands_revoked(town: World, known: Proof, month: str) -> bool:
    """Whether the published list of a month says that the place of a document is revoked."""
    answer = town.browser().client.get(f"/status/{month}")
    assert answer.status_code == 200
    _key, claims = cose.verify(answer.content, town.work.adapters.proof_keys.find)
    return statuses.is_revoked(claims, known.place)


def test_revoked_twice_it_keeps_the_first_reason_and_the_first_moment(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk)
    document = newest(town).id
    number = number_on(town, content(salma, document))
    first, second = (entered(town, "supervisor-tayeb") for _ in range(2))
    for supervisor in (first, second):
        at_its_page(supervisor, number)
    first.submit("/revoke", {"reason": "Mauvaise page"})
    revoked_at, alerts = newest(town).revoked_at, salma.get("/fr/inbox").words.count("révoqué")
    assert revoked_at is not None
    said = salma.get(f"/fr/locker/{document}").words.partition("Ce document a été révoqué le")[2][:80]
    with monkeypatch.context() as patch:
        patch.setattr("portal.unit.real_now", lambda: revoked_at + timedelta(days=3))
        assert second.submit("/revoke", {"reason": "Autre motif"}).status == 200
    page = salma.get(f"/fr/locker/{document}").words
    assert "Mauvaise page" in page
    assert "Autre motif" not in page
    assert said
    assert said in page
    assert newest(town).revoked_at == revoked_at
    assert salma.get("/fr/inbox").words.count("révoqué") == alerts


def test_the_list_of_the_month_in_which_it_was_made_says_that_it_is_revoked_and_no_other(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk)
    pdf = content(salma, newest(town).id)
    known = proof.read(attached(pdf), town.work.adapters.proof_keys)
    made = known.made_at.astimezone(ZoneInfo("Africa/Casablanca"))
    month, before = f"{made:%Y-%m}", f"{made.replace(day=1) - timedelta(days=1):%Y-%m}"
    assert known.list_url == f"{town.url}/status/{month}"
    assert not stands_revoked(town, known, month)
    supervisor = entered(town, "supervisor-tayeb")
    at_its_page(supervisor, known.code)
    supervisor.submit("/revoke", {"reason": "Mauvaise page"})
    assert stands_revoked(town, known, month)
    assert not stands_revoked(town, known, before)
