"""Assisted service: a clerk acts with the citizen present, by a code the citizen tells, until the visit ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from acting_made import changed
from scenes import entered, scene
from sqlalchemy import select
from test_account_pages import code_sent_to
from visits_made import FATIMA, asked_for, visiting
from world import World

from journeys.cases.models import Case, CaseAction
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def test_a_clerk_asks_in_the_name_of_the_citizen_who_showed_a_code(town: World) -> None:
    clerk, fatima = visiting(town)
    clerk.get("/fr/services/criminal-record/start")
    reference = clerk.submit("/start").url.partition("/requests/")[2].partition("/")[0]
    query = select(CaseAction).join(Case).where(Case.reference == reference)
    acted = town.work.transact(lambda unit: unit.session.scalars(query).all()[0].channel, reading=True)
    assert acted == "assisted"
    assert reference in fatima.get("/fr/dashboard").text
    town.worker_runs()
    assert "au guichet" in fatima.get("/fr/inbox").words


def test_a_code_goes_to_the_telephone_of_the_citizen(town: World) -> None:
    entered(town, "fatima")
    clerk = entered(town, "clerk-tayeb")
    asked_for(clerk, FATIMA)
    clerk.submit("/desk/visits/code", {"code": code_sent_to(town, "+212663907215")})
    assert "Vous agissez pour Fatima" in clerk.page.words


def test_somebody_who_never_signed_in_is_known_by_the_population_register(town: World) -> None:
    clerk = entered(town, "clerk-tayeb")
    asked_for(clerk, "D338127")
    town.worker_runs()
    code = code_sent_to(town, _telephone(town, "abdelhak"))
    clerk.submit("/desk/visits/code", {"code": code})
    assert "Vous agissez pour Abdelhak" in clerk.page.words


def _telephone(town: World, person: str) -> str:
    found = next(one for one in town.sandbox.world.people.everyone if one.id == person)
    return found.phone


def test_the_clerk_learns_nothing_before_the_code(town: World) -> None:
    clerk = entered(town, "clerk-tayeb")
    asked_for(clerk, FATIMA)
    known = clerk.page.words
    asked_for(clerk, "ZZ999999")
    assert clerk.page.words == known
    assert "Fatima" not in known


def test_a_wrong_code_opens_no_visit(town: World) -> None:
    entered(town, "fatima")
    clerk = entered(town, "clerk-tayeb")
    asked_for(clerk, FATIMA)
    for wrong in ("", "000000", "x", "1" * 300):
        page = clerk.submit("/desk/visits/code", {"code": wrong})
        assert page.status == 422
    assert clerk.get("/fr/dashboard").status == 403


def test_the_right_ends_with_the_visit(town: World) -> None:
    clerk, _fatima = visiting(town)
    clerk.get("/fr/desk/visits")
    clerk.submit("/for")
    assert clerk.get("/fr/dashboard").status == 403


def test_the_right_ends_by_itself(town: World) -> None:
    clerk, fatima = visiting(town)
    mandate = re.search(r"/fr/mandates/([0-9a-f-]{36})", fatima.get("/fr/mandates").text)
    assert mandate
    changed(town, mandate[1], until=real_now() - timedelta(seconds=1))
    assert clerk.get("/fr/dashboard").status in (403, 404)


def test_the_citizen_may_end_the_visit(town: World) -> None:
    clerk, fatima = visiting(town)
    mandate = re.search(r"/fr/mandates/([0-9a-f-]{36})", fatima.get("/fr/mandates").text)
    assert mandate
    fatima.get(f"/fr/mandates/{mandate[1]}")
    fatima.submit("/revoke")
    assert clerk.get("/fr/dashboard").status in (403, 404)


def test_an_officer_is_no_clerk_and_a_clerk_no_officer(town: World) -> None:
    made = scene(town, until="filed")
    assert entered(town, "agent-rabat").get("/fr/desk/visits").status == 404
    clerk = entered(town, "clerk-tayeb")
    assert clerk.get("/fr/desk").status == 404
    assert clerk.get(f"/fr/desk/requests/{made.reference}").status == 404


@pytest.mark.parametrize("number", ["", "1", "<b>", "AB", "A" * 200])
def test_what_is_no_card_number_is_told(town: World, number: str) -> None:
    clerk = entered(town, "clerk-tayeb")
    clerk.get("/fr/desk/visits")
    assert clerk.submit("/desk/visits", {"number": number}).status == 422
