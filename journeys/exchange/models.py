"""Offices that decide, and the evidence of each message to or from an administration."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journeys.base import Base
from payments.columns import ActedBy, Moment, new_id

DESK = "desk"
ANYWHERE = ""
WHOLE = ""


class Office(Base):
    """An administration in one place. ``territory`` is empty for one that serves the whole country; ``branch`` tells
    the offices of one place apart (civil status, urban planning). ``services`` are those it takes, none for all that no
    other office of the place names; ``connector`` names how cases reach it, ``desk`` when its officers work here;
    ``account`` receives its fees."""

    __tablename__ = "office"
    __table_args__ = (UniqueConstraint("administration", "territory", "branch"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    administration: Mapped[str] = mapped_column(String(40))
    territory: Mapped[str] = mapped_column(String(40), default=ANYWHERE)
    branch: Mapped[str] = mapped_column(String(40), default=WHOLE)
    services: Mapped[list[str]] = mapped_column(JSON, default=list)
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    connector: Mapped[str] = mapped_column(String(40), default=DESK)
    account: Mapped[str] = mapped_column(String(80))

    @property
    def address(self) -> str:
        """Which office this is, as its administration is told: administration, territory and branch."""
        return ":".join((self.administration, self.territory, self.branch)).rstrip(":")


class Exchange(ActedBy, Base):
    """One message to or from an administration or register: when, about what, how it ended. Digests, no content."""

    __tablename__ = "exchange"
    __table_args__ = (Index("ix_exchange_about", "about", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    about: Mapped[UUID]
    partner: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(16))
    theirs: Mapped[str | None] = mapped_column(String(80), index=True)
    digest: Mapped[str] = mapped_column(String(64))
