"""What must be true between requests, their money and their files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, false, func, or_, select, true, union
from sqlalchemy.orm import Session

from journeys.cases.content import ANSWERS, unsealed
from journeys.cases.fees import fee_lines, total
from journeys.cases.invariants import NEVER_SENT, touched
from journeys.cases.models import Case, CaseContent
from journeys.cases.states import State
from payments.columns import moment_of
from payments.debts.histories import touched_debts
from payments.debts.models import Debt
from payments.debts.states import DebtState
from payments.money import Money
from payments.settlement.charges import said
from portal.locker.actions import BROUGHT, KEPT
from portal.locker.models import Document
from portal.look import Look

BATCH = 200
SETTLED = (DebtState.PAID, DebtState.REFUNDED)


def paid_requests_go_on(session: Session, since: UUID | None = None) -> Iterator[str]:
    """What is paid is a request that was filed: money never waits for nothing."""
    paid = select(Debt.about).join(Case, Case.id == Debt.owed_for, isouter=True)
    paid = paid.where(Debt.state == DebtState.PAID, Case.filed_at.is_(None), touched_debts(Debt.id, since))
    for about in session.scalars(paid):
        yield f"request {about} is paid and not filed"


def filed_requests_are_free_or_paid(session: Session, since: UUID | None = None) -> Iterator[str]:
    """A request is complete when it owes nothing, and not before; one taken back owes nothing any more."""
    debts = case(
        (Case.filed_at.is_not(None), Debt.state.in_(SETTLED) | Debt.id.is_(None)),
        (Case.state.in_(NEVER_SENT), Debt.id.is_(None)),
        (Case.state == State.WITHDRAWN, Debt.state == DebtState.CANCELLED),
        else_=Debt.state == DebtState.DUE,
    )
    paid_in_vain = Case.filed_at.is_(None) & (Debt.state == DebtState.PAID)  # paid_requests_go_on says so
    query = select(Case.id, Case.state, Debt.state).join(Debt, Debt.owed_for == Case.id, isouter=True)
    for case_id, state, owed in session.execute(query.where(~_surely(or_(debts, paid_in_vain)), _touched(since))):
        yield f"case {case_id} is {state} and its debt is {owed or 'missing'}"


def discarded_requests_keep_no_files(session: Session, since: UUID | None = None) -> Iterator[str]:
    """What was attached to a draft goes when the draft is thrown away."""
    kept = select(Document.id).join(Case, Case.id == Document.case_id)
    kept = kept.where(Case.state == State.DISCARDED, Document.origin == BROUGHT, Document.state == KEPT)
    if since is not None:
        kept = kept.where(or_(touched(Case.id, since), Document.kept_at >= moment_of(since)))
    for document in session.scalars(kept.order_by(Document.id)):
        yield f"document {document} is kept for a request that was thrown away"


def debts_equal_the_fees(look: Look) -> Iterator[str]:
    """What a request owes is what its service cost, for these answers, when it was opened; a free one owes nothing."""
    after: UUID | None = None
    while some := _sent(look, after):
        after = some[-1][0].id
        for sent, kept, minor, currency in some:
            owed = Money(minor, currency) if minor is not None else None
            try:
                problem = _unlike(look, sent, kept, owed)
            except Exception as error:
                problem = f"its fees cannot be told: {type(error).__name__}"
            if problem:
                yield f"case {sent.id}: {problem}"


def _sent(look: Look, after: UUID | None) -> Sequence[Any]:
    answers = (CaseContent.case_id == Case.id) & (CaseContent.kind == ANSWERS)
    query = select(Case, CaseContent.sealed, Debt.minor, Debt.currency).join(CaseContent, answers)
    query = query.join(Debt, Debt.owed_for == Case.id, isouter=True).where(Case.state.not_in(NEVER_SENT))
    if after is not None:
        query = query.where(Case.id > after)
    with look.reading() as session:
        return session.execute(query.where(_touched(look.since)).order_by(Case.id).limit(BATCH)).all()


def _unlike(look: Look, sent: Case, sealed: bytes, owed: Money | None) -> str | None:
    adapters = look.work.adapters
    [(_, plain)] = unsealed(adapters.keyring, sent.id, sent.data_key, [(ANSWERS, sealed)])
    service = adapters.shelf.at(sent.publication).service(sent.service)
    lines = fee_lines(service, json.loads(plain)["values"])
    fees = total(lines) or None  # what costs nothing owes nothing
    return None if fees == owed else f"it owes {said(owed)}, its fees are {said(fees)}"


def _surely(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.coalesce(condition, false())


def _touched(since: UUID | None) -> ColumnElement[bool]:
    if since is None:
        return true()
    owing = select(Debt.owed_for).where(touched_debts(Debt.id, since))
    return Case.id.in_(union(select(Case.id).where(touched(Case.id, since)), owing))
