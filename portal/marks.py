"""How far each invariant was found to hold, so that the next check begins there."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from payments.columns import Moment, first_id
from portal.base import Base

MARGIN = timedelta(minutes=15)
"""Longer than any transaction: keys are made before their rows are committed, and on machines whose clocks differ."""


class CheckMark(Base):
    """The invariant ``name`` held for all rows whose keys are smaller than ``reached``, when looked at ``at``."""

    __tablename__ = "check_mark"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    reached: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(Moment)


def reached(session: Session, name: str) -> UUID | None:
    """The key from which an invariant is to be looked at again; None when it never held."""
    mark = session.get(CheckMark, name)
    return mark.reached if mark else None


def move(session: Session, name: str, began: datetime) -> None:
    """An invariant held in a look that began at this (real) moment."""
    session.merge(CheckMark(name=name, reached=first_id(began - MARGIN), at=began))
    session.flush()
