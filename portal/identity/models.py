"""People as their issuer vouches for them, their sign-ins, and who works at which office."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from payments.columns import Moment, new_id
from portal.base import Base


class Person(Base):
    """Someone an issuer knows. ``sealed`` holds the claims that identify (national card number, birth date, address
    book), encrypted under the person's own key."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("issuer", "sub"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    issuer: Mapped[str] = mapped_column(String(40))
    sub: Mapped[str] = mapped_column(String(255))
    name_ar: Mapped[str] = mapped_column(String(160))
    name_lat: Mapped[str] = mapped_column(String(160))
    language: Mapped[str] = mapped_column(String(3))
    data_key: Mapped[str] = mapped_column(String(400))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class SignIn(Base):
    """One signed-in browser. The cookie holds a random token; here lies only its digest."""

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    acr: Mapped[str] = mapped_column(String(20))
    id_token: Mapped[bytes] = mapped_column(LargeBinary)
    signed_in_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Agent(Base):
    """An officer: a person of an issuer who works at an office (an id of journeys)."""

    __tablename__ = "agent"
    __table_args__ = (UniqueConstraint("issuer", "sub"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    issuer: Mapped[str] = mapped_column(String(40))
    sub: Mapped[str] = mapped_column(String(255))
    office_id: Mapped[UUID]
