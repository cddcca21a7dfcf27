"""Make the papers of a case and put them into its owner's locker: reserve, render and store, keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from journeys.cases.models import Case
from journeys.cases.reading import case_by_id
from payments.debts.states import DebtState
from payments.settlement.reading import debts_of
from portal.alerts.actions import tell
from portal.alerts.states import Kind
from portal.locker import actions
from portal.locker.decided import Decided, decided
from portal.locker.issuing import about, due, paper_of
from portal.locker.kinds import names_of
from portal.locker.letters import filing_receipt, refusal
from portal.locker.papers import Paper
from portal.locker.proofs.making import seal_of
from portal.locker.writing import Reserved, to_write, write
from portal.unit import Unit, Work


def issue_receipt(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """The receipt of filing."""
    issue(work, UUID(payload["case_id"]), "filing_receipt", lambda _unit, of: filing_receipt(of))
    return None


def issue_refusal(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """The refusal decision."""
    issue(work, UUID(payload["case_id"]), "refusal", _refusal)
    return None


def _refusal(unit: Unit, of: Decided) -> Paper:
    owed = debts_of(unit.session, [of.case.id]).get(of.case.id)
    return refusal(of, owed.amount if owed and owed.state == DebtState.PAID else None)


def issue_outputs(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Every document that a granted request produces here; where none is, the person is told of the decision alone."""
    case_id = UUID(payload["case_id"])
    made = work.transact(lambda unit: list(due(_decided(unit, case_by_id(unit.session, case_id)))), reading=True)
    for kind in made:
        issue(work, case_id, kind, partial(_output, kind))
    if not made:
        about = UUID(payload["subject"]), Kind.GRANTED, payload["reference"], payload["service"]
        work.transact(lambda unit: unit.do(tell, *about))
    return None


def _output(kind: str, _unit: Unit, of: Decided) -> Paper:
    return paper_of(of, kind)


def _decided(unit: Unit, case: Case) -> Decided:
    catalogue = unit.adapters.shelf.at(case.publication)
    return decided(unit.session, unit.adapters.keyring, case, catalogue, unit.moment, unit.adapters.settings.demo)


Made = Callable[[Unit, Decided], Paper | None]
"""How a paper is made of a case; None when there is nothing to make."""


def issue(work: Work, case_id: UUID, kind: str, made: Made) -> None:
    """Makes the paper of this kind of a case, once, and puts it into the locker of whoever it is for. Raises
    NotReachable and NotSealed."""
    reserved = work.transact(lambda unit: _reserve(unit, case_id, kind, made))
    if reserved is None:
        return
    written = write(work.adapters, reserved)
    kept = reserved.document, written.size, written.digest, written.proof
    work.transact(lambda unit: unit.in_real_time().do(actions.keep, *kept))


def _reserve(unit: Unit, case_id: UUID, kind: str, made: Made) -> Reserved | None:
    adapters = unit.adapters
    case = case_by_id(unit.session, case_id)
    of = _decided(unit, case)
    paper = made(unit, of)
    if paper is None:
        return None
    document = actions.reserve(
        unit.session,
        unit.moment,
        unit.actor,
        owner=case.subject_id,
        case=case.id,
        reference=case.reference,
        service=case.service,
        kind=kind,
        names=names_of(of.catalogue, kind),
        issuer=of.office.names,
        seal=seal_of(of.office),
        issued_on=paper.issued_on,
        valid_until=paper.ends,
        about=about(of, kind),
        keyring=adapters.keyring,
    )
    if document.state == actions.KEPT:
        return None
    return to_write(adapters, document, paper)
