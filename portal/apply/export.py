"""All that is kept of a person, as one file that they take away (law 09-08, article 7)."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from journeys.cases import content
from journeys.cases.models import Case
from payments.debts.models import Debt
from portal.alerts.models import Alert
from portal.identity import contacts, people
from portal.identity.actions import devices
from portal.identity.mandates import reading as mandates
from portal.identity.models import Person
from portal.locker.models import Document
from portal.unit import Unit, real_now
from portal.web import unit, who

bp = Blueprint("export", __name__)

MOST = 5000


@bp.get("/account/data.json")
def data(lang: str) -> ResponseReturnValue:
    """The person's own data: who they are, addresses, devices, mandates, requests with their answers, payments,
    documents (by name: each can be opened in the locker) and messages. Never another's, whomever one acts for."""
    said = _of(unit(), who().id)
    body = json.dumps(said, ensure_ascii=False, indent=2, default=str)
    answer = Response(body, mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="shubbak-my-data.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _of(unit: Unit, person_id: UUID) -> dict[str, Any]:
    session, keyring = unit.session, unit.adapters.keyring
    person = session.get_one(Person, person_id)
    cases = session.scalars(select(Case).where(Case.subject_id == person_id).order_by(Case.id).limit(MOST)).unique()
    debts = session.scalars(select(Debt).where(Debt.subject_id == person_id).order_by(Debt.id).limit(MOST))
    documents = session.scalars(select(Document).where(Document.owner_id == person_id).limit(MOST))
    alerts = session.scalars(select(Alert).where(Alert.person_id == person_id).limit(MOST))
    return {
        "made_at": real_now(),
        "names": {"ar": person.name_ar, "latin": person.name_lat},
        "language": person.language,
        "vouched_for": [asdict(one) for one in people.known_of(person, keyring)],
        "addresses": [asdict(one) for one in contacts.of_person(session, person_id, keyring)],
        "devices": [
            {"kind": one.device, "since": one.signed_in_at, "seen": one.seen_at}
            for one in devices(session, real_now(), person_id)
        ],
        "mandates_given": [_mandate(one) for one in mandates.given(session, person_id, most=MOST)],
        "mandates_held": [_mandate(one) for one in mandates.held(session, person_id, real_now(), most=MOST)],
        "mandates_past": [_mandate(one) for one in mandates.past(session, person_id, most=MOST)],
        "requests": [
            {
                "reference": case.reference,
                "service": case.service,
                "state": case.state,
                "opened": case.opened_at,
                "filed": case.filed_at,
                "content": content.read_all(keyring, case),
            }
            for case in cases
        ],
        "payments": [
            {"for": debt.about, "state": debt.state, "minor": debt.minor, "currency": debt.currency} for debt in debts
        ],
        "documents": [{"for": one.reference, "kind": one.kind, "made": one.made_at} for one in documents],
        "messages": [{"kind": one.kind, "about": one.about, "at": one.at} for one in alerts],
    }


def _mandate(right: mandates.Right) -> dict[str, Any]:
    row = right.mandate
    sides = {"represented": right.of_lat, "acting": right.by_lat}
    return {**sides, "origin": row.origin, "state": row.state, "scopes": row.scopes.split(), "until": row.until}
