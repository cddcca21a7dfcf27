"""What is shared with somebody is found by a key, however much is shared with others."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from query_plans import plan_of
from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from payments.columns import new_id
from portal.locker.sharing import actions
from portal.locker.sharing.actions import Reader
from portal.locker.sharing.models import Share, With

MANY = 2000
KINDS = {"mark": With.PERSON, "company_id": With.COMPANY, "office_id": With.OFFICE}
SOMEBODY: UUID = new_id()
READERS = {
    "mark": Reader(marks=frozenset({"k.me"})),
    "company_id": Reader(company=SOMEBODY),
    "office_id": Reader(office=SOMEBODY),
}


@pytest.fixture
def much(session: Session, moment: datetime) -> Session:
    """A database in which much is shared, with others."""
    rows = []
    for number in range(MANY):
        with_whom = dict.fromkeys(KINDS) | {[*KINDS][number % 3]: new_id()}
        with_whom["mark"] = with_whom["mark"] and f"k.{number}"
        kind = [*KINDS.values()][number % 3]
        row = {"document_id": new_id(), "owner_id": new_id(), "kind": kind, "purpose": b"", "most": 1, "views": 0}
        row |= {"made_by": new_id(), "made_at": moment, "ends_at": moment + timedelta(days=1)}
        rows.append({"id": new_id(), **row, **with_whom})
    session.execute(insert(Share), rows)
    session.execute(text("ANALYZE"))
    return session


@pytest.mark.parametrize("by", READERS)
def test_what_is_received_is_looked_up_by_who_receives_it(much: Session, moment: datetime, by: str) -> None:
    plan = plan_of(much, lambda: actions.received(much, moment, READERS[by]))
    assert set(re.findall(r"ix_share_\w+", plan)) == {f"ix_share_{by}"}, plan


def test_what_somebody_shares_is_looked_up_by_whose_it_is(much: Session, moment: datetime) -> None:
    plan = plan_of(
        much, lambda: much.execute(update(Share).where(Share.owner_id == SOMEBODY).values(owner_id=new_id()))
    )
    assert "ix_share_owner_id" in plan, plan


def test_who_is_nobody_receives_nothing(much: Session, moment: datetime) -> None:
    assert actions.received(much, moment, Reader()) == []
