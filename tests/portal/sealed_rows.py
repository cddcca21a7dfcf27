"""Builders: something sealed in each table that keeps wrapped keys, and those who need it, opening it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from flask import Flask
from sqlalchemy import select
from twins.mailer import Working

from journeys.cases import content
from journeys.cases.models import Case
from journeys.cases.references import new_reference
from journeys.cases.states import TURNS, State
from payments.actor import Actor
from payments.columns import new_id
from portal import i18n
from portal.alerts.letters import send_invitation
from portal.audit.actions import About, Reader, note
from portal.audit.models import Basis, Kind, Role
from portal.db import Database
from portal.identity import codes, people
from portal.identity.mandates import actions as mandates
from portal.identity.mandates.models import Invitation
from portal.identity.mandates.states import Scope
from portal.identity.models import Code, Person
from portal.identity.ports import Claims
from portal.identity.staff import actions as staff
from portal.keys import Keyring
from portal.locker import keeping
from portal.locker.models import Document
from portal.reactions import react
from portal.unit import Unit, Work

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)


def ring(*ids: str) -> Keyring:
    """A keyring of these keys, the newest first."""
    return Keyring({one: one[:2].encode() * 16 for one in ids}, ids[0])


BEFORE, ROTATING, AFTER = ring("k2", "k1"), ring("k3", "k2", "k1"), ring("k3", "k1")


def portal_with(database: Database, keyring: Keyring) -> Work:
    """A portal that has these keys, and a mailbox in memory."""
    settings = SimpleNamespace(public_url="https://portal.example.ma")
    return Work(database, cast(Any, SimpleNamespace(keyring=keyring, settings=settings, mailer=Working())), react)


def a_person(unit: Unit, name: str, keyring: Keyring) -> Person:
    """Somebody who signed in."""
    claims = Claims("national", name, name, name, "fr", "high", NOW, "t", {"email": f"{name}@example.ma"})
    return people.signed_in_as(unit.session, NOW, claims, keyring, staff=False)


def a_case(unit: Unit, keyring: Keyring) -> Case:
    """A draft in which something was answered."""
    case_id = new_id()
    case = Case(
        id=case_id, reference=new_reference(), service="permit", service_version=1, publication=1, subject_id=new_id(),
        language="fr", state=State.DRAFT, turn=TURNS[State.DRAFT], steps=1, opened_at=NOW, changed_at=NOW,
        data_key=keyring.new_data_key(f"case:{case_id}")[1],
    )  # fmt: skip
    unit.session.add(case)
    content.write(unit.session, keyring, case, content.ANSWERS, {"size": "large"}, NOW)
    return case


def an_invitation(unit: Unit, by: Person, keyring: Keyring) -> Invitation:
    """To somebody who has no account yet."""
    terms = mandates.Terms((Scope.SEE,), until=NOW + timedelta(days=9))
    mandate = mandates.offer(unit.session, NOW, Actor.person(by.id), by.id, "k1.nobody", terms).mandate
    wrapped, sealed = keyring.enclose(b"youssef@example.ma", f"invitation:{mandate}")
    row = Invitation(mandate_id=mandate, data_key=wrapped, sealed=sealed, language="fr")
    unit.session.add(row)
    return row


def a_code(unit: Unit, about: str = "a visit") -> codes.Fresh:
    """A code that serves."""
    return codes.make(unit.session, NOW, codes.Purpose.VISIT, about, {"to": about}, unit.adapters.keyring)


def lived_in(unit: Unit) -> None:
    """Something is sealed in each table that keeps keys, and somebody looked at it."""
    session, keyring = unit.session, unit.adapters.keyring
    salma, hajar = a_person(unit, "salma", ring("k1")), a_person(unit, "hajar", keyring)
    a_case(unit, keyring)
    a_code(unit)
    an_invitation(unit, salma, keyring)
    staff.begin_generator(session, NOW, unit.actor, hajar.id, keyring)
    staff.new_word(session, NOW, "staff", "hajar", keyring)
    said = keeping.Said("lease", {"fr": "bail"}, label="Mon bail")
    keeping.add(session, NOW, unit.actor, owner=salma.id, said=said, size=7, keyring=keyring)
    note(session, NOW, unit.actor, Reader(Role.AGENT, Basis.COMPETENT_OFFICE, "commune"), About(salma.id, Kind.REQUEST))


def opened(work: Work) -> dict[str, Any]:
    """Everything that is sealed there, by its table, as those who need it open it."""
    app, letters = Flask(__name__), cast(Working, work.adapters.mailer)
    i18n.init(app)

    def read(unit: Unit) -> dict[str, Any]:
        session, keyring = unit.session, unit.adapters.keyring
        generators = [one.person_id for one in session.scalars(select(staff.Factor))]
        return {
            "case": [content.read_all(keyring, one) for one in session.scalars(select(Case))],
            "code": [codes.told_with(session, one, keyring) for one in session.scalars(select(Code.id))],
            "document": [keeping.label_of(keyring, one) for one in session.scalars(select(Document))],
            "enrolment": [
                staff.told_with(session, one, keyring) for one in session.scalars(select(staff.Enrolment.id))
            ],
            "factor": [staff.begun_generator(session, one, keyring) for one in generators],
            "person": [people.identifiers(session, one, keyring) for one in session.scalars(select(Person.id))],
            "invitation": session.scalars(select(Invitation.mandate_id)).all(),
        }

    found = work.transact(read, reading=True)
    with app.app_context():
        for one in found["invitation"]:
            send_invitation(work, {"mandate": str(one)})
    return found | {"invitation": [letter.to for letter in letters.sent.values()]}
