"""Who works at which office, as what, and the second proof they give when they sign in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from payments.columns import Moment, new_id
from portal.base import Base


class Agent(Base):
    """Somebody who works at an office (an id of journeys), in one role. Known by what their staff issuer calls them:
    they may never have signed in yet."""

    __tablename__ = "agent"
    __table_args__ = (UniqueConstraint("issuer", "sub", "office_id", "role"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    issuer: Mapped[str] = mapped_column(String(40))
    sub: Mapped[str] = mapped_column(String(255))
    office_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(20), server_default="agent")
    added_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Factor(Base):
    """A second proof of somebody at work: a code generator (RFC 6238) or a passkey (WebAuthn level 2).

    ``sealed`` is the generator's secret or the passkey's public key, under ``data_key``; ``step`` the last time step
    that was used (a code works once) or the passkey's counter; ``credential`` the passkey's id."""

    __tablename__ = "factor"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(60))
    credential: Mapped[str | None] = mapped_column(String(400), unique=True)
    data_key: Mapped[str] = mapped_column(String(400))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    step: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    added_at: Mapped[datetime] = mapped_column(Moment)
    proved_at: Mapped[datetime | None] = mapped_column(Moment)


class Enrolment(Base):
    """Leave to set up a second proof, given with the agent's role and used once. ``sealed`` holds the word and where it
    is sent, while it waits for its letter."""

    __tablename__ = "enrolment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    issuer: Mapped[str] = mapped_column(String(40))
    sub: Mapped[str] = mapped_column(String(255), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    data_key: Mapped[str] = mapped_column(String(400))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
