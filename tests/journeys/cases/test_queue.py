"""What an office has to decide, in the order of its last days."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from journeys.cases.models import Case
from journeys.cases.reading import Listed, queue
from journeys.cases.references import new_reference
from journeys.cases.states import TURNS, State
from journeys.exchange.models import Office
from payments.columns import new_id


def an_office(session: Session) -> UUID:
    office = Office(administration="commune", names={"fr": "Rabat"}, account="beneficiary:commune")
    session.add(office)
    session.flush()
    return office.id


def a_filed_case(session: Session, office: UUID, moment: datetime, last_day: date | None) -> UUID:
    case = Case(
        reference=new_reference(),
        service="birth-extract",
        service_version=1,
        publication=1,
        subject_id=new_id(),
        language="fr",
        data_key="k",
        state=State.FILED,
        turn=TURNS[State.FILED],
        steps=3,
        opened_at=moment,
        changed_at=moment,
        office_id=office,
        filed_at=moment,
        last_day=last_day,
    )
    session.add(case)
    session.flush()
    return case.id


def test_requests_without_a_last_day_come_last_and_none_is_lost_between_the_pages(
    session: Session, moment: datetime
) -> None:
    office = an_office(session)
    days = [None, date(2026, 10, 9), None, date(2026, 10, 2), date(2026, 10, 2)]
    made = {a_filed_case(session, office, moment, day): day for day in days}
    seen: list[Listed] = []
    while page := queue(
        session,
        office,
        beyond=(seen[-1].last_day, seen[-1].id) if seen else None,
        most=2,
    ):
        seen += page
    assert {case.id for case in seen} == set(made)
    assert [case.last_day for case in seen] == [date(2026, 10, 2)] * 2 + [date(2026, 10, 9), None, None]
