"""Raising and cancelling debts, and the moves that settlement makes with debts and attempts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import new_id
from payments.debts.errors import BadLines, NotKnown
from payments.debts.events import DebtCancelled, DebtRaised, DebtRef
from payments.debts.models import Attempt, AttemptAction, AttemptDebt, Debt, DebtAction, OwedLine
from payments.debts.states import ATTEMPT_LIFE, DEBT_LIFE, AttemptVerb, DebtState, DebtVerb, follow
from payments.money import Money, total
from payments.once import insert_once

LINES = TypeAdapter(list[OwedLine])


def raise_debt(
    session: Session,
    moment: datetime,
    actor: Actor,
    *,
    owed_for: UUID,
    about: str,
    currency: str,
    lines: Sequence[OwedLine],
) -> DebtRaised:
    """Says what is owed for one thing, once per ``owed_for``: again gives the first debt, unchanged.

    Raises BadLines when there is no line, or one without name, amount (centimes, above zero) or beneficiary.
    """
    checked = _checked(lines)
    amount = total((Money(line["minor"], currency) for line in checked), currency)
    values = {
        "id": new_id(),
        "owed_for": owed_for,
        "about": about,
        "subject_id": actor.subject,
        "currency": currency,
        "minor": amount.minor,
        "lines": checked,
        "state": follow(DEBT_LIFE, None, DebtVerb.RAISE),
        "raised_at": moment,
    }
    new = insert_once(session, Debt, ("owed_for",), values)
    debt = session.scalars(select(Debt).where(Debt.owed_for == owed_for)).one()
    if new:
        _write_debt_action(session, debt, DebtVerb.RAISE, moment, actor)
    return DebtRaised(debt.id, debt.owed_for, debt.about, debt.amount, new)


def carry_over(session: Session, before: UUID, now: UUID) -> None:
    """What one subject owed and paid is another's: two accounts became one. Amounts and histories stay as they are."""
    session.execute(update(Debt).where(Debt.subject_id == before).values(subject_id=now))


def cancel_debt(session: Session, moment: datetime, actor: Actor, debt_id: UUID) -> DebtCancelled:
    """Takes back a debt nobody has paid. Raises WrongMove when it is not due any more, NotKnown."""
    [debt] = lock_debts(session, [debt_id])
    move_debt(session, moment, actor, debt, DebtVerb.CANCEL)
    return DebtCancelled(*ref_of(debt))


def ref_of(debt: Debt) -> DebtRef:
    """The debt as others know it."""
    return DebtRef(debt.id, debt.owed_for, debt.about)


def lock_debts(session: Session, debt_ids: Iterable[UUID]) -> list[Debt]:
    """The debts, read afresh and locked in the order of their ids, always before any attempt. Raises NotKnown."""
    wanted = set(debt_ids)
    query = select(Debt).where(Debt.id.in_(wanted)).order_by(Debt.id).with_for_update()
    debts = list(session.scalars(query.execution_options(populate_existing=True)))
    if len(debts) != len(wanted):
        raise NotKnown("debt")
    return debts


def lock_attempt(session: Session, attempt_id: UUID) -> tuple[Attempt, list[Debt]]:
    """An attempt and the debts it pays, locked (debts first). Raises NotKnown."""
    links = select(AttemptDebt.debt_id).where(AttemptDebt.attempt_id == attempt_id)
    debts = lock_debts(session, session.scalars(links))
    attempts = _locked_attempts(session, [attempt_id])
    if not attempts:
        raise NotKnown("attempt")
    return attempts[0], debts


def live_attempts(session: Session, debts: Iterable[Debt]) -> list[Attempt]:
    """The attempts that may pay any of these locked debts, or have, locked in the order of their ids."""
    ids = [debt.id for debt in debts]
    links = select(AttemptDebt.attempt_id).where(AttemptDebt.debt_id.in_(ids), AttemptDebt.live)
    return _locked_attempts(session, session.scalars(links).all())


def links_of(session: Session, attempt: Attempt) -> list[AttemptDebt]:
    """Which debts an attempt is for, and whether it is the live one of each."""
    query = select(AttemptDebt).where(AttemptDebt.attempt_id == attempt.id).order_by(AttemptDebt.debt_id)
    return list(session.scalars(query))


def set_live(session: Session, attempt: Attempt, live: bool) -> None:
    """Makes an attempt the live one of all its debts, or of none. Flushed, because the index allows one at a time."""
    for link in links_of(session, attempt):
        link.live = live
    session.flush()


def move_debt(session: Session, moment: datetime, actor: Actor, debt: Debt, verb: DebtVerb) -> None:
    """One step in the life of a locked debt: the row and its history. Raises WrongMove."""
    debt.state = follow(DEBT_LIFE, debt.state, verb)
    if debt.state == DebtState.PAID:
        debt.paid_at = moment
    _write_debt_action(session, debt, verb, moment, actor)


def move_attempt(session: Session, moment: datetime, actor: Actor, attempt: Attempt, verb: AttemptVerb) -> None:
    """One step in the life of a locked attempt: the row and its history. Raises WrongMove."""
    attempt.state = follow(ATTEMPT_LIFE, attempt.state, verb)
    _write_attempt_action(session, attempt, verb, moment, actor)


def start_attempt(session: Session, moment: datetime, actor: Actor, attempt: Attempt, debts: Iterable[Debt]) -> None:
    """Writes a prepared attempt as the live one of these locked debts, which must have no other."""
    attempt.state = follow(ATTEMPT_LIFE, None, AttemptVerb.PREPARE)
    attempt.steps = 0
    session.add(attempt)
    session.flush()
    for debt in debts:
        debt.tries += 1
        session.add(AttemptDebt(attempt_id=attempt.id, debt_id=debt.id, live=True))
    _write_attempt_action(session, attempt, AttemptVerb.PREPARE, moment, actor)


def _checked(lines: Sequence[OwedLine]) -> list[OwedLine]:
    try:
        checked = LINES.validate_python(list(lines))
    except ValidationError as error:
        raise BadLines(str(error)) from error
    if not checked:
        raise BadLines("a debt needs a line")
    return checked


def _locked_attempts(session: Session, ids: Sequence[UUID]) -> list[Attempt]:
    query = select(Attempt).where(Attempt.id.in_(ids)).order_by(Attempt.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _write_debt_action(session: Session, debt: Debt, verb: DebtVerb, moment: datetime, actor: Actor) -> None:
    debt.steps += 1
    columns = DebtAction.columns(actor)
    session.add(DebtAction(debt_id=debt.id, number=debt.steps, verb=verb, state=debt.state, acted_at=moment, **columns))
    session.flush()


def _write_attempt_action(
    session: Session, attempt: Attempt, verb: AttemptVerb, moment: datetime, actor: Actor
) -> None:
    attempt.steps += 1
    columns = AttemptAction.columns(actor)
    session.add(
        AttemptAction(
            attempt_id=attempt.id, number=attempt.steps, verb=verb, state=attempt.state, acted_at=moment, **columns
        )
    )
    session.flush()
