"""The ledger: accounts, and transactions whose entries always sum to zero."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from payments.base import AppendOnly, Base
from payments.columns import Moment, new_id


class Account(Base):
    """One pocket money lies in: a provider, a beneficiary, what is to be given back. Opened at its first posting."""

    __tablename__ = "ledger_account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(80), unique=True)


class Transaction(AppendOnly, Base):
    """One movement of money. ``reference`` is the attempt or the refund it is for; each kind books it once."""

    __tablename__ = "ledger_transaction"
    __table_args__ = (UniqueConstraint("kind", "reference"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(24))
    reference: Mapped[UUID] = mapped_column(index=True)
    booked_at: Mapped[datetime] = mapped_column(Moment)


class Entry(AppendOnly, Base):
    """One side of a transaction: ``minor`` units of ``currency``, positive for debit, negative for credit."""

    __tablename__ = "ledger_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    transaction_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_transaction.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
