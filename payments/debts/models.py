"""Debts, the attempts to pay them, and the append-only history of both."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, with_config
from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import TypedDict

from payments.base import AppendOnly, Base
from payments.columns import ActedBy, Moment, new_id
from payments.money import Money

LIVE = text("live")


@with_config(ConfigDict(extra="forbid", strict=True))
class OwedLine(TypedDict):
    """One line of a debt: its name by language, centimes, who gets it, and whether a text sources the tariff."""

    id: Annotated[str, Field(min_length=1)]
    names: Annotated[dict[str, str], Field(min_length=1)]
    minor: Annotated[int, Field(gt=0)]
    beneficiary: Annotated[str, Field(min_length=1, max_length=80)]
    tariff: Literal["sourced", "unverified"]


class Debt(Base):
    """What is owed for one thing (``owed_for``, elsewhere), known to people by the short reference ``about``.

    ``steps`` counts its actions. ``tries`` counts the attempts: raising it makes two preparations at the same time
    collide, so that the loser runs again and finds the winner's attempt.
    """

    __tablename__ = "debt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owed_for: Mapped[UUID] = mapped_column(unique=True)
    about: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    currency: Mapped[str] = mapped_column(String(3))
    minor: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[list[OwedLine]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16))
    steps: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    raised_at: Mapped[datetime] = mapped_column(Moment)
    paid_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def amount(self) -> Money:
        """What is owed in all."""
        return Money(self.minor, self.currency)


class DebtAction(ActedBy, AppendOnly, Base):
    """One step in the life of a debt."""

    __tablename__ = "debt_action"
    __table_args__ = (UniqueConstraint("debt_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    debt_id: Mapped[UUID] = mapped_column(ForeignKey("debt.id"))
    number: Mapped[int]
    verb: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    acted_at: Mapped[datetime] = mapped_column(Moment)


class Attempt(Base):
    """One try to pay one or several debts. Its id is the idempotency key at the provider.

    ``answered`` is true once the provider itself said its last word; until then the sweep goes on asking, even when
    the attempt was closed here, because its checkout may still be open there.
    """

    __tablename__ = "payment_attempt"
    __table_args__ = (
        UniqueConstraint("provider", "provider_reference"),
        Index("ix_payment_attempt_heard", "answered", "heard_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    provider: Mapped[str] = mapped_column(String(40))
    provider_reference: Mapped[str | None] = mapped_column(String(255))
    url: Mapped[str | None] = mapped_column(String(4000))
    charge: Mapped[str | None] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(8))
    currency: Mapped[str] = mapped_column(String(3))
    minor: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16))
    steps: Mapped[int] = mapped_column(default=0)
    answered: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    heard_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def amount(self) -> Money:
        """What the payer is asked for."""
        return Money(self.minor, self.currency)


class AttemptDebt(Base):
    """A debt that an attempt pays. ``live``: this is the attempt that may pay it, or has; one per debt at most."""

    __tablename__ = "payment_attempt_debt"
    __table_args__ = (
        Index("uq_payment_attempt_debt_live", "debt_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"), primary_key=True)
    debt_id: Mapped[UUID] = mapped_column(ForeignKey("debt.id"), primary_key=True, index=True)
    live: Mapped[bool] = mapped_column(default=True)


class AttemptAction(ActedBy, AppendOnly, Base):
    """One step in the life of an attempt."""

    __tablename__ = "payment_attempt_action"
    __table_args__ = (UniqueConstraint("attempt_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"))
    number: Mapped[int]
    verb: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    acted_at: Mapped[datetime] = mapped_column(Moment)
