"""The rules of lockers were seen finding what they are for."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from checked import SALMA, House, a_house, grown_old
from histories import a_case
from query_plans import plan_of
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from journeys.cases.states import Verb
from journeys.catalogue.definitions import Catalogue
from payments.columns import new_id
from portal.db import Database
from portal.locker.invariants import documents_being_written_have_their_task
from portal.locker.models import Document, Locker
from portal.locker.throwing import throw_away
from portal.unit import real_now

DAY = timedelta(days=1)


@pytest.fixture
def house(database: Database, morocco: Catalogue) -> House:
    return a_house(database, morocco)


def test_a_locker_that_counts_other_files_than_it_holds_is_said(house: House) -> None:
    rule, file = "lockers count what is in them", house.a_document(b"third")
    this = update(Document).where(Document.id == file)
    house.change(this.values(origin="added", case_id=None))
    wrong = f"{rule}: the locker of {SALMA.subject} counts other files than it holds"
    assert house.check() == [wrong]
    house.work.transact(lambda unit: unit.session.add(Locker(owner_id=SALMA.subject, files=1, size=5)))
    assert house.check(full=True) == []
    house.change(update(Locker).values(size=4))
    assert house.check(full=True) == [wrong]
    house.change(this.values(state="going", kept_at=None))
    house.work.transact(lambda unit: throw_away(unit, file, DAY))
    nothing = f"{rule}: the locker of {SALMA.subject} counts files and holds none"
    assert house.check(full=True) == [nothing]
    house.change(update(Locker).values(files=0, size=0))
    assert house.check(full=True) == []


def test_a_check_looks_at_the_documents_that_are_being_written_and_at_no_others(session: Session) -> None:
    for number in range(500):
        usual = {
            "owner_id": new_id(),
            "kind": "lease",
            "names": {},
            "issuer": {},
            "data_key": "",
            "made_at": real_now(),
        }
        session.add(Document(**usual, state="writing" if number == 1 else "kept"))
    session.flush()
    session.execute(text("ANALYZE"))
    plan = plan_of(session, lambda: next(documents_being_written_have_their_task(session)))
    assert "ix_document_unkept" in plan, plan


def test_a_file_that_outlives_its_draft_is_said(house: House) -> None:
    document: UUID = house.a_document(b"plans")
    draft = house.work.transact(lambda unit: a_case(unit.session, Verb.OPEN, Verb.DISCARD))
    this = update(Document).where(Document.id == document)
    assert house.check() == []
    house.change(this.values(origin="brought", case_id=draft))
    rule = "discarded requests keep no files"
    assert house.check() == [f"{rule}: document {document} is kept for a request that was thrown away"]
    grown_old(house)
    assert house.check() == []
    assert house.check(full=True) != []
    house.change(this.values(origin="issued"))
    assert house.check(full=True) == []
