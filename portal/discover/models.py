"""What people wish for: a number for each service and month, and nothing of who they are."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.base import Base


class Wish(Base):
    """How many ``times`` somebody said, in the month that begins on this day, that they want this service online."""

    __tablename__ = "wish"

    month: Mapped[date] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(String(80), primary_key=True)
    times: Mapped[int]
