"""What pages and the sweep read: values, never rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from payments.debts.errors import NotKnown
from payments.debts.models import Attempt, AttemptDebt, Debt, OwedLine
from payments.debts.states import AttemptState, DebtState
from payments.money import Money
from payments.ports import Line, News, Order
from payments.settlement.events import RefundDue
from payments.settlement.models import PaymentReceipt, Refund
from payments.settlement.refunds import due_event

ASKED = (AttemptState.OPEN, AttemptState.EXPIRED, AttemptState.FAILED)


@dataclass(frozen=True, slots=True)
class Owed:
    """A debt as a page shows it. ``state`` is a value of ``DebtState``."""

    id: UUID
    owed_for: UUID
    about: str
    subject: UUID | None
    amount: Money
    state: str
    lines: tuple[OwedLine, ...]
    raised_at: datetime
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt as a page shows it. ``state`` is a value of ``AttemptState``."""

    id: UUID
    provider: str
    reference: str | None
    language: str
    amount: Money
    state: str
    url: str | None
    charge: str | None
    created_at: datetime
    expires_at: datetime
    debts: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a debt was paid: shown, printed, verified by its number."""

    number: str
    debt: UUID
    owed_for: UUID
    about: str
    paid_at: datetime
    lines: tuple[OwedLine, ...]
    amount: Money
    state: str
    provider: str
    charge: str | None


def debt(session: Session, debt_id: UUID) -> Owed:
    """One debt. Raises NotKnown."""
    row = session.get(Debt, debt_id)
    if row is None:
        raise NotKnown("debt")
    return owed(row)


def debts_of(session: Session, owed_for: Iterable[UUID]) -> dict[UUID, Owed]:
    """The debts of these things, by the thing; what owes nothing is absent."""
    rows = session.scalars(select(Debt).where(Debt.owed_for.in_(set(owed_for))).order_by(Debt.id))
    return {row.owed_for: owed(row) for row in rows}


def is_closed(session: Session, owed_for: UUID) -> bool:
    """Whether nothing is owed for this thing any more, and nothing is to be given back."""
    debt = session.scalar(select(Debt).where(Debt.owed_for == owed_for))
    if debt is None:
        return True
    waiting = select(Refund.id).where(Refund.debt_id == debt.id, Refund.done_at.is_(None))
    return debt.state != DebtState.DUE and session.scalar(waiting.limit(1)) is None


def debts_by_subject(
    session: Session, subject: UUID, most: int, before: tuple[datetime, UUID] | None = None
) -> list[Owed]:
    """What a person owes and has paid, newest first, found by key."""
    query = select(Debt).where(Debt.subject_id == subject)
    if before is not None:
        query = query.where((Debt.raised_at < before[0]) | ((Debt.raised_at == before[0]) & (Debt.id < before[1])))
    return [owed(row) for row in session.scalars(query.order_by(Debt.raised_at.desc(), Debt.id.desc()).limit(most))]


def attempt(session: Session, attempt_id: UUID) -> Tried:
    """One attempt. Raises NotKnown."""
    row = session.get(Attempt, attempt_id)
    if row is None:
        raise NotKnown("attempt")
    return _tried(session, row)


def attempts_of(session: Session, debt_id: UUID) -> tuple[Tried, ...]:
    """The attempts to pay a debt, newest first."""
    links = select(AttemptDebt.attempt_id).where(AttemptDebt.debt_id == debt_id)
    rows = session.scalars(select(Attempt).where(Attempt.id.in_(links)).order_by(Attempt.id.desc()))
    return tuple(_tried(session, row) for row in rows)


def paid_receipt(session: Session, debt_id: UUID) -> Receipt:
    """The receipt of a debt that was paid; ``state`` tells when it was refunded since. Raises NotKnown."""
    return _receipt(session, PaymentReceipt.debt_id == debt_id)


def receipt_by_number(session: Session, number: str) -> Receipt:
    """The receipt with this number, as ``receipts.read_number`` writes it. Raises NotKnown."""
    return _receipt(session, PaymentReceipt.number == number)


def order_of(session: Session, attempt_id: UUID, back_url: str, cancel_url: str) -> Order:
    """The order to open an attempt with: its debts' lines in the attempt's language. Raises NotKnown.

    The addresses must be the same when it is asked again: to the provider another order under one key is an error.
    """
    row = session.get(Attempt, attempt_id)
    if row is None:
        raise NotKnown("attempt")
    debts = _debts(session, row)
    return Order(
        attempt=row.id,
        reference=", ".join(debt.about for debt in debts),
        lines=tuple(line for debt in debts for line in _lines(debt, row.language, several=len(debts) > 1)),
        language=row.language,
        back_url=back_url,
        cancel_url=cancel_url,
        expires_at=row.expires_at,
    )


def attempt_by_reference(session: Session, provider: str, reference: str) -> UUID | None:
    """The attempt with this reference at this provider."""
    return session.scalar(
        select(Attempt.id).where(Attempt.provider == provider, Attempt.provider_reference == reference)
    )


def attempt_of_news(session: Session, provider: str, news: News) -> UUID | None:
    """The attempt a provider's message is about; None when it is about something else."""
    known = attempt_by_reference(session, provider, news.reference) if news.reference else None
    if known or news.attempt is None:
        return known
    return session.scalar(select(Attempt.id).where(Attempt.provider == provider, Attempt.id == news.attempt))


def to_ask(session: Session, moment: datetime, older_than_minutes: int, limit: int = 100) -> list[UUID]:
    """Attempts the provider should be asked about, those not heard of for longest first.

    Also attempts that were closed here while their page may still be open there. What was never opened is closed by
    ``actions.expire_unopened``.
    """
    query = (
        select(Attempt.id)
        .where(
            Attempt.answered.is_(False),
            Attempt.heard_at <= moment - timedelta(minutes=older_than_minutes),
            Attempt.provider_reference.is_not(None),
            Attempt.state.in_(ASKED),
        )
        .order_by(Attempt.heard_at)
        .limit(limit)
    )
    return list(session.scalars(query))


def to_open_again(session: Session, moment: datetime, older_than_minutes: int, limit: int = 100) -> list[UUID]:
    """Attempts that were to be opened a while ago: the provider may have opened them and not been heard."""
    query = (
        select(Attempt.id)
        .where(
            Attempt.state == AttemptState.PREPARED, Attempt.heard_at <= moment - timedelta(minutes=older_than_minutes)
        )
        .order_by(Attempt.heard_at)
        .limit(limit)
    )
    return list(session.scalars(query))


def refunds_due(session: Session, limit: int = 100) -> list[RefundDue]:
    """What is still to be given back, oldest first."""
    query = select(Refund).where(Refund.done_at.is_(None)).order_by(Refund.due_at, Refund.id).limit(limit)
    return [_due(session, row) for row in session.scalars(query).all()]


def refund_due(session: Session, key: str) -> RefundDue | None:
    """The refund with this key, None once it was made. Raises NotKnown."""
    row = session.get(Refund, UUID(key))
    if row is None:
        raise NotKnown("refund")
    return _due(session, row) if row.done_at is None else None


def owed(row: Debt) -> Owed:
    """A debt's row as a page shows it."""
    return Owed(
        id=row.id,
        owed_for=row.owed_for,
        about=row.about,
        subject=row.subject_id,
        amount=row.amount,
        state=row.state,
        lines=tuple(row.lines),
        raised_at=row.raised_at,
        paid_at=row.paid_at,
    )


def _tried(session: Session, row: Attempt) -> Tried:
    return Tried(
        id=row.id,
        provider=row.provider,
        reference=row.provider_reference,
        language=row.language,
        amount=row.amount,
        state=row.state,
        url=row.url,
        charge=row.charge,
        created_at=row.created_at,
        expires_at=row.expires_at,
        debts=tuple(debt.id for debt in _debts(session, row)),
    )


def _debts(session: Session, row: Attempt) -> Sequence[Debt]:
    links = select(AttemptDebt.debt_id).where(AttemptDebt.attempt_id == row.id)
    return session.scalars(select(Debt).where(Debt.id.in_(links)).order_by(Debt.id)).all()


def _lines(row: Debt, language: str, *, several: bool) -> list[Line]:
    suffix = f" ({row.about})" if several else ""
    return [Line(_name(line, language) + suffix, Money(line["minor"], row.currency)) for line in row.lines]


def _name(line: OwedLine, language: str) -> str:
    names = line["names"]
    return names.get(language) or next(iter(names.values()))


def _receipt(session: Session, condition: ColumnElement[bool]) -> Receipt:
    query = (
        select(PaymentReceipt, Debt, Attempt)
        .join(Debt, Debt.id == PaymentReceipt.debt_id)
        .join(Attempt, Attempt.id == PaymentReceipt.attempt_id)
        .where(condition)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotKnown("receipt")
    receipt, owed, tried = found
    return Receipt(
        number=receipt.number,
        debt=owed.id,
        owed_for=owed.owed_for,
        about=owed.about,
        paid_at=receipt.issued_at,
        lines=tuple(owed.lines),
        amount=owed.amount,
        state=owed.state,
        provider=tried.provider,
        charge=tried.charge,
    )


def _due(session: Session, refund: Refund) -> RefundDue:
    row = session.get_one(Attempt, refund.attempt_id)
    return due_event(row, refund, _debts(session, row))
