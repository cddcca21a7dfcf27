"""What one may do to a case: each action appends to the history, moves the row along the table, returns an event."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.cases import answers as rules
from journeys.cases import content, events
from journeys.cases.clock import last_day_of
from journeys.cases.errors import NoReason, NotAskable, NotComplete
from journeys.cases.fees import fee_lines
from journeys.cases.models import Case, CaseAction
from journeys.cases.ports import Keys
from journeys.cases.references import new_reference
from journeys.cases.states import TURNS, State, Verb, after
from journeys.catalogue.definitions import Catalogue, Service
from journeys.exchange.actions import competent_office
from journeys.exchange.models import Office
from journeys.exchange.ports import Facts
from payments.actor import Actor
from payments.columns import new_id


def open_case(
    session: Session,
    moment: datetime,
    actor: Actor,
    service: Service,
    publication: int,
    language: str,
    subject: Mapping[str, str],
    keys: Keys,
) -> events.Opened:
    """Starts a draft under the service's present version, as ``publication`` has it. ``subject`` is what identity
    knows of the person. Two at once after the same request of theirs collide on the action's key. Raises NotAskable."""
    if not service.askable or actor.subject is None:
        raise NotAskable(service.id)
    case_id, key = new_id(), _opening_key(session, actor.subject, service.id)
    _, wrapped = keys.new_data_key(f"case:{case_id}")
    case = Case(
        id=case_id,
        reference=new_reference(),
        service=service.id,
        service_version=service.version,
        publication=publication,
        subject_id=actor.subject,
        language=language,
        data_key=wrapped,
        state=State.DRAFT,
        turn=TURNS[State.DRAFT],
        steps=0,
        opened_at=moment,
        changed_at=moment,
        contents={},
    )
    session.add(case)
    session.flush()
    digest = content.write(session, keys, case, content.SUBJECT, subject, moment)
    _move(session, moment, actor, case, Verb.OPEN, {"version": service.version, "subject": digest}, key=key, first=True)
    return events.Opened(*case.about)


def _opening_key(session: Session, subject: UUID, service: str) -> str:
    before = select(Case.id).where(Case.subject_id == subject, Case.service == service)
    newest = session.scalar(before.order_by(Case.id.desc()).limit(1))
    return "open:" + hashlib.sha256(f"{subject}:{service}:{newest}".encode()).hexdigest()


def keep_facts(
    session: Session, moment: datetime, actor: Actor, case: Case, facts: Facts, keys: Keys
) -> events.FactsKept:
    """Keeps what a register answered, with its date (law 55-19 art. 24: fetched with consent, shown before use)."""
    kept = content.read(keys, case, content.FACTS)
    kept[facts.register] = {"as_of": facts.as_of.isoformat(), "values": dict(facts.values)}
    digest = content.write(session, keys, case, content.FACTS, kept, moment)
    _move(session, moment, actor, case, Verb.KEEP_FACTS, {"register": facts.register, "facts": digest})
    return events.FactsKept(*case.about)


def submit(
    session: Session,
    moment: datetime,
    actor: Actor,
    case: Case,
    service: Service,
    catalogue: Catalogue,
    key: str,
    keys: Keys,
) -> events.Submitted | None:
    """Sends the request, once per ``key``: a repeated post changes nothing and returns None.

    Raises NotComplete, NotServed, WrongMove."""
    if session.scalar(select(CaseAction.id).where(CaseAction.key == key, CaseAction.case_id == case.id)):
        return None
    after(State(case.state), Verb.SUBMIT)
    kept = content.read(keys, case, content.ANSWERS)
    values = rules.pruned(service, kept.get("values", {}))
    wrong = rules.problems(service, catalogue, values, moment)
    if wrong or rules.barred(service, values):
        raise NotComplete(wrong)
    office = office_of(session, service, values)
    case.office_id = office.id
    digest = content.write(session, keys, case, content.ANSWERS, {"values": values}, moment)
    data = {"answers": digest, "office": str(office.id)}
    _move(session, moment, actor, case, Verb.SUBMIT, data, key=key)
    due = tuple(fee for fee in fees_of(service, values, office) if fee.amount)
    return events.Submitted(*case.about, due)


def office_of(session: Session, service: Service, values: Mapping[str, Any]) -> Office:
    """The office that is competent for these answers. Raises NotServed, NotAskable."""
    rule = service.office_rule
    if rule is None:
        raise NotAskable(service.id)
    administration = rule.administration or str(values[rule.administration_from or ""])
    territory = str(values.get(rule.territory, "")) if rule.territory else ""
    return competent_office(session, administration, territory, service.id)


def fees_of(service: Service, values: Mapping[str, Any], office: Office) -> tuple[events.Fee, ...]:
    """What the request costs, line by line, and who receives it."""
    return tuple(
        events.Fee(
            line.id,
            dict(line.names.root),
            line.amount,
            office.account if line.beneficiary == "office" else f"beneficiary:{line.beneficiary}",
            line.tariff,
        )
        for line in fee_lines(service, values)
    )


def file(
    session: Session, moment: datetime, actor: Actor, case: Case, service: Service, catalogue: Catalogue, keys: Keys
) -> events.Filed | None:
    """The request is complete: receipt and clock start together. None when it was filed before. Raises NotAskable."""
    if case.filed_at is not None:
        return None
    if case.office_id is None:
        raise NotAskable(service.id)
    values = content.read(keys, case, content.ANSWERS)["values"]
    last = last_day_of(service, values, catalogue, moment)
    case.filed_at, case.last_day = moment, last
    _move(session, moment, actor, case, Verb.FILE, {"last_day": last.isoformat() if last else None})
    return events.Filed(*case.about, case.office_id, last)


def hand_over(session: Session, moment: datetime, actor: Actor, case: Case, theirs: str) -> events.HandedOver | None:
    """The administration's system confirmed that it has the request. None when that was known."""
    if case.theirs is not None:
        return None
    case.theirs = theirs
    _move(session, moment, actor, case, Verb.HAND_OVER, {"theirs": theirs})
    return events.HandedOver(*case.about, theirs)


def take(session: Session, moment: datetime, actor: Actor, case: Case) -> events.Taken:
    """An officer takes the request to work on it."""
    _move(session, moment, actor, case, Verb.TAKE, {})
    return events.Taken(*case.about)


def grant(
    session: Session, moment: datetime, actor: Actor, case: Case, facts: Mapping[str, Any], keys: Keys
) -> events.Granted:
    """Decides yes; ``facts`` are what the document is made of."""
    digest = content.write(session, keys, case, content.OUTCOME, {"facts": dict(facts)}, moment)
    case.decided_at = moment
    _move(session, moment, actor, case, Verb.GRANT, {"outcome": digest})
    return events.Granted(*case.about)


def refuse(
    session: Session,
    moment: datetime,
    actor: Actor,
    case: Case,
    reason: Mapping[str, str],
    keys: Keys,
    facts: Mapping[str, Any] | None = None,
) -> events.Refused:
    """Decides no; ``facts`` are what else the decision says: who took it. Raises NoReason without a reason (law 55-19
    art. 18)."""
    if not any(text.strip() for text in reason.values()):
        raise NoReason
    outcome = {"reason": dict(reason), "facts": dict(facts or {})}
    digest = content.write(session, keys, case, content.OUTCOME, outcome, moment)
    case.decided_at = moment
    _move(session, moment, actor, case, Verb.REFUSE, {"outcome": digest})
    return events.Refused(*case.about)


def withdraw(session: Session, moment: datetime, actor: Actor, case: Case) -> events.Withdrawn:
    """The person takes the request back; what they had not yet paid is no longer owed."""
    case.decided_at = moment
    _move(session, moment, actor, case, Verb.WITHDRAW, {})
    return events.Withdrawn(*case.about)


def discard(session: Session, moment: datetime, actor: Actor, case: Case) -> events.Discarded:
    """The person throws a draft away."""
    _move(session, moment, actor, case, Verb.DISCARD, {})
    return events.Discarded(*case.about)


def carry_over(session: Session, moment: datetime, actor: Actor, case: Case, to: UUID) -> events.CarriedOver:
    """The request is another subject's from now on."""
    before, case.subject_id = case.subject_id, to
    _move(session, moment, actor, case, Verb.CARRY_OVER, {"from": str(before)})
    return events.CarriedOver(*case.about)


def contest(session: Session, moment: datetime, actor: Actor, case: Case, reason: str, keys: Keys) -> events.Contested:
    """The person contests what somebody did for them in this request."""
    digest = content.write(session, keys, case, content.CONTEST, {"reason": reason}, moment)
    _move(session, moment, actor, case, Verb.CONTEST, {content.CONTEST: digest})
    return events.Contested(*case.about)


def _move(
    session: Session,
    moment: datetime,
    actor: Actor,
    case: Case,
    verb: Verb,
    data: Mapping[str, Any],
    *,
    key: str | None = None,
    first: bool = False,
) -> None:
    state = after(None if first else State(case.state), verb)
    case.state, case.turn, case.changed_at = state, TURNS[state], moment
    case.steps += 1
    acted = CaseAction.columns(replace(actor, subject=case.subject_id))  # whose right it is, whoever clicks
    session.add(
        CaseAction(
            case_id=case.id,
            step=case.steps,
            verb=verb,
            state=state,
            at=moment,
            key=key,
            data=dict(data),
            **acted,
        )
    )
    session.flush()
