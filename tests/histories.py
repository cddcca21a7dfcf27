"""Builders: cases with their whole history and sealed content, row by row, for tests that damage them afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.cases import content
from journeys.cases.models import Case, CaseAction
from journeys.cases.references import new_reference
from journeys.cases.states import TURNS, State, Verb, after
from journeys.exchange.models import Office
from payments.columns import new_id
from portal.keys import Keyring

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
KEYRING = Keyring({"one": b"1" * 32}, "one")
FILED = (Verb.OPEN, Verb.SUBMIT, Verb.FILE)
GRANTED = (*FILED, Verb.TAKE, Verb.GRANT)


def an_office(session: Session) -> UUID:
    """The one office there is."""
    known = session.scalar(select(Office.id))
    if known is not None:
        return known
    office = Office(administration="commune", names={"fr": "Rabat"}, account="beneficiary:commune")
    session.add(office)
    session.flush()
    return office.id


def a_case(session: Session, *verbs: Verb, values: dict[str, Any] | None = None, moment: datetime = NOW) -> UUID:
    """The id of a case to which these things were done, a draft unless told otherwise."""
    case_id = new_id()
    _, wrapped = KEYRING.new_data_key(f"case:{case_id}")
    case = Case(
        id=case_id, reference=new_reference(), service="birth-extract", service_version=1, publication=1,
        subject_id=new_id(), language="fr", data_key=wrapped, state=State.DRAFT, turn=TURNS[State.DRAFT], steps=0,
        opened_at=moment, changed_at=moment,
    )  # fmt: skip
    session.add(case)
    session.flush()
    for verb in verbs or (Verb.OPEN,):
        done(session, case, verb, values or {"copies": 1}, moment)
    return case_id


def done(session: Session, case: Case, verb: Verb, values: dict[str, Any], moment: datetime = NOW) -> None:
    """One more action on a case."""
    state = after(State(case.state) if case.steps else None, verb)
    case.state, case.turn, case.steps = state, TURNS[state], case.steps + 1
    data = _data(session, case, verb, values, moment)
    session.add(
        CaseAction(
            case_id=case.id, step=case.steps, verb=verb, state=state, at=moment, data=data, channel="web",
            subject_id=case.subject_id, key=f"{case.id}:send" if verb == Verb.SUBMIT else None,
        )
    )  # fmt: skip
    session.flush()


def _data(session: Session, case: Case, verb: Verb, values: dict[str, Any], moment: datetime) -> dict[str, Any]:
    def written(kind: str, said: dict[str, Any]) -> dict[str, Any]:
        return {kind: content.write(session, KEYRING, case, kind, said, moment)}

    if verb == Verb.OPEN:
        return written(content.SUBJECT, {"name_lat": "Salma"})
    if verb == Verb.SUBMIT:
        case.office_id = an_office(session)
        return written(content.ANSWERS, {"values": values}) | {"office": str(case.office_id)}
    if verb == Verb.FILE:
        case.filed_at, case.last_day = moment, moment.date()
        return {"last_day": moment.date().isoformat()}
    if verb == Verb.HAND_OVER:
        case.theirs = "theirs-1"
        return {"theirs": case.theirs}
    if verb in (Verb.GRANT, Verb.REFUSE, Verb.WITHDRAW):
        case.decided_at = moment
        return {} if verb == Verb.WITHDRAW else written(content.OUTCOME, {"facts": {}})
    return {}
