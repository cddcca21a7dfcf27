"""Builders: debts, attempts and answers of a provider, with defaults for everything that does not matter."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import new_id
from payments.debts.actions import raise_debt
from payments.debts.models import OwedLine
from payments.ledger.actions import balances
from payments.money import Money
from payments.ports import Checkout, Status, Taken
from payments.settlement import actions

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
SALMA = Actor.person(UUID("01920000-0000-7000-8000-000000000001"))
PROVIDER = Actor.system()
COMMUNE = "beneficiary:commune:c-04421-02"
TREASURY = "beneficiary:treasury"


def a_line(*, minor: int = 5000, beneficiary: str = COMMUNE, id: str = "fee", name: str = "Frais") -> OwedLine:
    names = {"ar": "رسوم", "fr": name, "en": "Fee"}
    return {"id": id, "names": names, "minor": minor, "beneficiary": beneficiary, "tariff": "sourced"}


def a_debt(
    session: Session,
    *lines: OwedLine,
    owed_for: UUID | None = None,
    about: str = "SH-1234",
    currency: str = "MAD",
    moment: datetime = NOW,
) -> UUID:
    """The id of a debt of 50 dirhams to a commune, unless told otherwise."""
    raised = raise_debt(
        session,
        moment,
        SALMA,
        owed_for=owed_for or new_id(),
        about=about,
        currency=currency,
        lines=lines or [a_line()],
    )
    return raised.debt


def a_prepared_attempt(session: Session, *debts: UUID, moment: datetime = NOW, provider: str = "stripe") -> UUID:
    return actions.prepare(session, moment, SALMA, debts, provider, "fr").attempt


def an_open_attempt(session: Session, *debts: UUID, moment: datetime = NOW, provider: str = "stripe") -> UUID:
    """The id of an attempt whose checkout ``cs_<id>`` is open."""
    attempt = a_prepared_attempt(session, *debts, moment=moment, provider=provider)
    actions.opened(session, moment, SALMA, attempt, a_checkout(attempt))
    return attempt


def a_checkout(attempt: UUID) -> Checkout:
    return Checkout(f"cs_{attempt.hex}", f"https://pay.example/{attempt.hex}")


def success(minor: int = 5000, currency: str = "MAD", charge: str = "ch_1") -> Status:
    return Status(Taken.SUCCEEDED, Money(minor, currency), charge)


def a_paid_debt(session: Session, *lines: OwedLine, about: str = "SH-1234") -> tuple[UUID, UUID]:
    """A debt and the attempt that paid it."""
    debt = a_debt(session, *lines, about=about)
    attempt = an_open_attempt(session, debt)
    minor = sum(line["minor"] for line in lines) or 5000
    actions.record(session, NOW, PROVIDER, attempt, success(minor))
    return debt, attempt


def balance(session: Session, account: str, currency: str = "MAD") -> int:
    """Minor units an account holds."""
    held = {(each.account, each.amount.currency): each.amount.minor for each in balances(session)}
    return held.get((account, currency), 0)
