"""Hand complete requests over to administrations, and ask them what they decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from journeys.cases import actions, content, reading
from journeys.cases.models import Case
from journeys.cases.states import WITH_ADMINISTRATION
from journeys.exchange.actions import note_exchange
from journeys.exchange.models import DESK, Office
from journeys.exchange.ports import Answer, Attachment, Dossier, NotReachable, Reply
from payments.actor import Channel
from portal.apply import files
from portal.apply.drafts import Draft, load
from portal.audit.actions import About, Reader, note
from portal.audit.models import Basis, Kind, Role
from portal.locker import actions as locker
from portal.locker.arriving import HARMFUL
from portal.locker.decided import decided
from portal.locker.issuing import outputs
from portal.locker.scanning import waits
from portal.outbox import later
from portal.unit import Unit, Work, real_now

ASK_AGAIN = timedelta(hours=1)
LOOKED_THROUGH = timedelta(minutes=1)
"""How long a request waits at a time for its files to be looked through for malicious code."""


def hand_over(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Gives a filed request to its administration's system, once per request; a desk has it already."""
    case_id = UUID(payload["case_id"])
    prepared = work.transact(lambda unit: _dossier(unit, case_id), reading=True)
    if prepared is not None:
        connector, dossier, enclosed = prepared
        if any(one.waits for one in enclosed):
            return real_now() + LOOKED_THROUGH
        dossier = replace(dossier, attachments=tuple(_read(work, one) for one in enclosed))
        reply = work.adapters.connectors[connector].submit(dossier)
        given = [UUID(one.id) for one in dossier.attachments]
        work.transact(lambda unit: _recorded(_by_connector(unit), case_id, connector, reply, given))
    return None


def _recorded(unit: Unit, case_id: UUID, connector: str, reply: Reply, given: list[UUID]) -> None:
    case = reading.case_by_id(unit.session, case_id)
    reader, of = Reader(Role.CONNECTOR, Basis.HAND_OVER, connector), (case.id, case.reference, case.service)
    unit.in_real_time().do(note, reader, About(case.subject_id, Kind.REQUEST, *of))
    for document in given:
        unit.in_real_time().do(note, reader, About(case.subject_id, Kind.FILE, *of, document))
    again = _record(unit, case_id, connector, "submit", reply)
    if again is not None:
        later(unit.session, "ask_connector", str(case_id), {"case_id": str(case_id)}, again)


def ask_connector(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Asks an administration's system what became of a request it has, until it has decided: one task per request."""
    case_id = UUID(payload["case_id"])
    waiting = work.transact(lambda unit: _waiting(unit, case_id), reading=True)
    if waiting is None:
        return None
    connector, theirs = waiting
    reply = work.adapters.connectors[connector].ask(theirs)
    return work.transact(lambda unit: _record(_by_connector(unit), case_id, connector, "ask", reply))


def _by_connector(unit: Unit) -> Unit:
    return replace(unit, actor=replace(unit.actor, channel=Channel.CONNECTOR))


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file to be handed over: what it is, where its bytes lie and the key that opens them; and whether it waits to be
    looked through."""

    about: Attachment
    object_key: str
    data_key: bytes
    waits: bool


def _read(work: Work, one: Enclosed) -> Attachment:
    return replace(one.about, content=work.adapters.store.get(one.object_key, one.data_key))


def _enclosed(unit: Unit, draft: Draft) -> list[Enclosed]:
    """The files of a request, without those in which malicious code was found: their owner is told to bring another."""
    found = []
    for key in sorted(files.used(draft)):
        document = draft.attached[key]
        if document.scan == HARMFUL:
            continue
        data_key = locker.key_of(unit.adapters.keyring, document)
        about = Attachment(key, document.kind, document.media, document.digest or "", b"")
        found.append(Enclosed(about, document.object_key or "", data_key, waits(unit.adapters, document)))
    return found


def _dossier(unit: Unit, case_id: UUID) -> tuple[str, Dossier, list[Enclosed]] | None:
    case = reading.case_by_id(unit.session, case_id)
    office = unit.session.get_one(Office, case.office_id)
    if office.connector == DESK or case.theirs is not None or case.state not in WITH_ADMINISTRATION:
        return None
    draft = load(unit, case)
    dossier = Dossier(
        key=str(case.id),
        reference=case.reference,
        service=case.service,
        version=case.service_version,
        office=office.address,
        language=case.language,
        filed_at=case.filed_at or unit.moment,
        subject=draft.kept[content.SUBJECT],
        answers=draft.values,
    )
    return office.connector, dossier, _enclosed(unit, draft)


def _waiting(unit: Unit, case_id: UUID) -> tuple[str, str] | None:
    case = reading.case_by_id(unit.session, case_id)
    if case.theirs is None or case.state not in WITH_ADMINISTRATION:
        return None
    return unit.session.get_one(Office, case.office_id).connector, case.theirs


def _record(unit: Unit, case_id: UUID, connector: str, kind: str, reply: Reply) -> datetime | None:
    """Writes down what the administration said; returns when to ask it again, None when there is nothing to ask."""
    case = reading.case_by_id(unit.session, case_id, lock=True)
    unit.do(
        note_exchange,
        about=case.id,
        partner=connector,
        kind=kind,
        outcome=reply.answer,
        theirs=reply.theirs,
        digest=content.digest({"facts": dict(reply.facts), "reason": dict(reply.reason)}),
    )
    if case.state not in WITH_ADMINISTRATION:
        return None
    unit.do(actions.hand_over, case, reply.theirs)
    return _decide(unit, case, reply)


def _grant(unit: Unit, case: Case, reply: Reply) -> None:
    """Granted, unless the document cannot be made of what was answered: that is nonsense, and asked again."""
    keyring = unit.adapters.keyring
    unit.do(actions.grant, case, reply.facts, keyring)
    catalogue = unit.adapters.shelf.at(case.publication)
    try:
        outputs(decided(unit.session, keyring, case, catalogue, unit.moment, unit.adapters.settings.demo))
    except (LookupError, TypeError, ValueError) as error:
        raise NotReachable(f"facts that make no document: {type(error).__name__}") from None


def _decide(unit: Unit, case: Case, reply: Reply) -> datetime | None:
    keyring = unit.adapters.keyring
    if reply.answer == Answer.GRANTED:
        _grant(unit, case, reply)
    elif reply.answer == Answer.REFUSED:
        unit.do(actions.refuse, case, reply.reason, keyring)
    else:
        return reply.ask_again_at or real_now() + ASK_AGAIN
    return None
