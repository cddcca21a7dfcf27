"""Whoever looks at what is another's leaves a record, also when they were refused; nobody leaves one on their own."""

from __future__ import annotations

from uuid import UUID

import pytest
from acting_made import act_for, answer, choice, offer, represented
from requests_made import BIRTH, INFORMATION, section
from scenes import entered, person_of, scene
from sqlalchemy import select
from world import World

from portal.audit.models import Access

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def records(town: World, subject: UUID) -> list[Access]:
    """What was recorded about somebody, oldest first."""

    def read(unit: object) -> list[Access]:
        session = unit.session  # type: ignore[attr-defined]
        found = list(session.scalars(select(Access).where(Access.subject_id == subject).order_by(Access.id)))
        session.expunge_all()
        return found

    return town.work.transact(read, reading=True)


def test_nobody_is_recorded_looking_at_their_own(town: World) -> None:
    salma = entered(town, "salma")
    made = scene(town, until="filed")
    before = len(records(town, person_of(town, "salma")))
    for page in ("dashboard", "payments", "locker", "inbox", f"requests/{made.reference}"):
        assert salma.get(f"/fr/{page}").status == 200
    assert len(records(town, person_of(town, "salma"))) == before


def test_an_officer_who_reads_a_request_is_recorded(town: World) -> None:
    entered(town, "salma")
    made, hajar = scene(town, until="filed"), entered(town, "agent-rabat")
    hajar.get(f"/fr/desk/requests/{made.reference}")
    last = records(town, person_of(town, "salma"))[-1]
    assert (last.reference, last.role, last.basis, last.did, last.refused) == (
        made.reference,
        "agent",
        "competent_office",
        "read",
        False,
    )


def test_an_officer_of_another_office_is_recorded_being_refused(town: World) -> None:
    entered(town, "salma")
    made, mehdi = scene(town, until="filed"), entered(town, "agent-casa")
    assert mehdi.get(f"/fr/desk/requests/{made.reference}").status == 404
    last = records(town, person_of(town, "salma"))[-1]
    assert (last.reference, last.basis, last.refused) == (made.reference, "none", True)


def test_a_stranger_who_tries_is_recorded(town: World) -> None:
    entered(town, "salma")
    made, youssef = scene(town, until="filed"), entered(town, "youssef")
    assert youssef.get(f"/fr/requests/{made.reference}").status == 404
    last = records(town, person_of(town, "salma"))[-1]
    assert (last.reader_id, last.refused) == (person_of(town, "youssef"), True)


def test_a_delegate_is_recorded_with_the_mandate(town: World) -> None:
    fatima, amal = entered(town, "fatima"), entered(town, "amal")
    made = scene(town, "fatima", until="filed")
    mandate = offer(fatima, "amal")
    answer(amal, mandate, "accept")
    act_for(amal, choice(amal, "Fatima"))
    amal.get(f"/fr/requests/{made.reference}")
    last = records(town, person_of(town, "fatima"))[-1]
    assert (str(last.mandate_id), last.role, last.basis) == (mandate.rpartition("/")[2], "delegate", "mandate")
    assert "agir pour vous" in fatima.get("/fr/account/access").words


def test_a_mother_is_recorded_on_her_child(town: World) -> None:
    salma = entered(town, "salma")
    act_for(salma, represented(salma, "Yahya"))
    salma.get("/fr/dashboard")

    def child(unit: object) -> UUID:
        found = unit.session.scalars(  # type: ignore[attr-defined]
            select(Access.subject_id).where(Access.role == "parent").order_by(Access.id.desc()).limit(1)
        ).one()
        return UUID(str(found))

    last = records(town, town.work.transact(child, reading=True))[-1]
    assert (last.role, last.basis, last.kind) == ("parent", "civil_register", "list")


def test_a_register_that_was_asked_and_a_system_that_was_told_are_recorded(town: World) -> None:
    karim = entered(town, "karim")
    karim.get(f"/fr/services/{BIRTH}/start")
    karim.submit("/start")
    section(karim, relation="self", copies="1")
    karim.submit("/fetch/")
    scene(town, "karim", INFORMATION, until="filed")
    town.worker_runs()
    roles = {one.role for one in records(town, person_of(town, "karim"))}
    assert {"register", "connector"} <= roles
