"""What taking money leaves behind: shares of beneficiaries, refunds, receipts, and what providers told us."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from payments.base import AppendOnly, Base
from payments.columns import Moment, new_id
from payments.money import Money


class Transfer(AppendOnly, Base):
    """The share of one beneficiary (an account code) in one paid debt."""

    __tablename__ = "payment_transfer"
    __table_args__ = (UniqueConstraint("attempt_id", "debt_id", "beneficiary"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"))
    debt_id: Mapped[UUID] = mapped_column(ForeignKey("debt.id"), index=True)
    beneficiary: Mapped[str] = mapped_column(String(80))
    minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))

    @property
    def amount(self) -> Money:
        """The share."""
        return Money(self.minor, self.currency)


class Reason(StrEnum):
    """Why money is given back."""

    SURPLUS = "surplus"
    MISMATCH = "mismatch"
    GIVEN_BACK = "given_back"
    OUTSIDE = "outside"


class Refund(Base):
    """Money to give back, or given back once ``done_at`` is set. Its id is the key at the provider.

    ``debt_id`` names the paid debt it undoes; it is None when the money never paid anything. ``held`` is the account
    where the money waits.
    """

    __tablename__ = "payment_refund"
    __table_args__ = (Index("ix_payment_refund_waiting", "done_at", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    debt_id: Mapped[UUID | None] = mapped_column(ForeignKey("debt.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(16))
    held: Mapped[str] = mapped_column(String(80))
    minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    provider_reference: Mapped[str | None] = mapped_column(String(255))
    due_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def amount(self) -> Money:
        """What is given back."""
        return Money(self.minor, self.currency)


class PaymentReceipt(AppendOnly, Base):
    """The number under which a person can show that a debt was paid."""

    __tablename__ = "payment_receipt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    debt_id: Mapped[UUID] = mapped_column(ForeignKey("debt.id"), unique=True)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    issued_at: Mapped[datetime] = mapped_column(Moment)


class ProviderNews(AppendOnly, Base):
    """A message of a provider, kept once. Of its body only the digest: it holds the payer's name and address."""

    __tablename__ = "provider_news"
    __table_args__ = (UniqueConstraint("provider", "event"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    provider: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(80))
    reference: Mapped[str | None] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Moment)
