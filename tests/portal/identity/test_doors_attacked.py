"""Attacks at a counter and on forms that wait: each was shown to work once, and leads nowhere now."""

from __future__ import annotations

import re

import pytest
from acting_made import act_for, begun, represented
from requests_made import NAME
from scenes import entered, person_of, sent
from sqlalchemy import func, select
from test_assurance import by_national_id
from test_seen import records
from visits_made import FATIMA, asked_for, visiting
from world import Browser, World

import portal.app
from portal.identity.actions import IDLE
from portal.identity.models import Parked, Person
from portal.unit import Unit, real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind", "clean")

ZELLIGE = "003271846000095"


def test_a_visit_ends_with_the_clerks_session(town: World) -> None:
    clerk, fatima = visiting(town)
    clerk.submit("/sign-out")
    again = entered(town, "clerk-tayeb")
    assert again.get("/fr/dashboard").status == 403
    found = re.search(r"/fr/mandates/([0-9a-f-]{36})", fatima.get("/fr/mandates?only=past").text)
    assert found
    assert sent(again, "/fr/for", {"mandate": found[1]}).status_code == 404


def test_nobody_is_their_own_clerk(town: World) -> None:
    clerk = entered(town, "clerk-tayeb")
    town.worker_runs()
    letters = len(town.notes()) + len(town.letters())
    asked_for(clerk, "CC640375")
    town.worker_runs()
    assert len(town.notes()) + len(town.letters()) == letters


def test_nobody_helps_the_dead(town: World) -> None:
    entered(town, "fatima")

    def death(unit: Unit, *, dead: bool) -> None:
        unit.session.get_one(Person, person_of(town, "fatima")).died_at = real_now() if dead else None

    town.work.transact(lambda unit: death(unit, dead=True))
    town.worker_runs()
    notes = len(town.notes())
    asked_for(entered(town, "clerk-tayeb"), FATIMA)
    town.worker_runs()
    assert len(town.notes()) == notes
    town.work.transact(lambda unit: death(unit, dead=False))


def test_a_clerk_who_looks_somebody_up_is_written_down(town: World) -> None:
    entered(town, "fatima")
    asked_for(entered(town, "clerk-tayeb"), FATIMA)
    last = records(town, person_of(town, "fatima"))[-1]
    assert (last.role, last.kind, last.refused) == ("clerk", "profile", False)


def test_a_clerks_cookie_does_not_tell_who_is_known(town: World) -> None:
    entered(town, "fatima")
    clerk = entered(town, "clerk-tayeb")
    sizes = set()
    for number in (FATIMA, "ZZ999999"):
        asked_for(clerk, number)
        sizes.add(len(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}", str(clerk.client.cookies.get("shubbak")))))
    assert sizes == {0}


def planted(town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else at her machine sends a form when her session has run out."""
    monkeypatch.setattr(portal.app, "real_now", lambda: real_now() + 2 * IDLE)
    salma.get("/sign-in/mail", params={"lang": "fr"})
    salma.post("/fr/mandates/new", {"whom": "BK380912", "scope": "see", "reach": "all", "until": "31/12/2027"})
    monkeypatch.undo()


def test_a_form_that_does_something_is_read_before_it_is_sent(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    salma = entered(town, "salma")
    planted(town, salma, monkeypatch)
    by_national_id(salma)
    assert "data-goes-on" not in salma.page.text
    assert "BK380912" in salma.page.words
    assert "/fr/mandates/new" in salma.page.words


def test_a_form_that_waited_is_shown_once(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    salma = entered(town, "salma")
    planted(town, salma, monkeypatch)
    by_national_id(salma)
    assert "BK380912" in salma.page.words
    assert "BK380912" not in salma.get("/sign-in/go-on?lang=fr").words


def test_a_session_that_was_ended_keeps_nothing(town: World) -> None:
    salma, elsewhere = entered(town, "salma"), entered(town, "salma")
    elsewhere.get("/fr/account/devices")
    elsewhere.submit("/account/devices/end")
    count = select(func.count()).select_from(Parked)
    before = town.work.transact(lambda unit: unit.session.scalar(count), reading=True)
    salma.get("/sign-in/mail", params={"lang": "fr"})
    salma.post("/fr/mandates/new", {"whom": "BK380912"})
    assert town.work.transact(lambda unit: unit.session.scalar(count), reading=True) == before


def test_a_form_typed_for_a_child_goes_on_for_the_child(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    salma = entered(town, "salma")
    act_for(salma, represented(salma, "Yahya"))
    reference = begun(salma, NAME)
    form = salma.page.action("/fill/")
    monkeypatch.setattr(portal.app, "real_now", lambda: real_now() + 2 * IDLE)
    salma.post(form, {"activity": "Pour Yahya"})
    monkeypatch.undo()
    by_national_id(salma)
    assert "Vous agissez pour Yahya" in salma.page.words
    assert salma.page.hidden("activity") == "Pour Yahya"
    assert salma.get(f"/fr/requests/{reference}").status == 200
