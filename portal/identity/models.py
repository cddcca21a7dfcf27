"""People, the accounts that issuers know them by, how they are reached, and the browsers they are signed in with."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from payments.columns import Moment, new_id
from portal.base import Base

LONGEST_SUB = 255


class Person(Base):
    """Someone: with accounts of their own, or known because somebody acts for them (a child, a ward).

    ``sealed`` holds what is vouched for, by source (an issuer's or a register's name) with its day, under the person's
    own key. ``staff`` marks what somebody is at work; ``other_id`` is then the same human as a citizen, and the other
    way round. ``surest`` is the highest level at which they ever proved who they are. ``merged_into`` names the person
    that took over when two accounts were joined.
    """

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name_ar: Mapped[str] = mapped_column(String(160))
    name_lat: Mapped[str] = mapped_column(String(160))
    language: Mapped[str] = mapped_column(String(3))
    zone: Mapped[str] = mapped_column(String(40), server_default="")
    data_key: Mapped[str] = mapped_column(String(400))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    staff: Mapped[bool] = mapped_column(default=False, server_default="0")
    surest: Mapped[str] = mapped_column(String(20), default="low", server_default="low")
    other_id: Mapped[UUID | None]
    merged_into: Mapped[UUID | None]
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    died_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class Account(Base):
    """What one issuer knows a person by (``sub``, OpenID Connect Core 1.0, 2)."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("issuer", "sub"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(40))
    sub: Mapped[str] = mapped_column(String(LONGEST_SUB))
    joined_at: Mapped[datetime] = mapped_column(Moment)


class Identifier(Base):
    """A number that says who someone is, as a keyed hash (of its kind with it): it finds a person and tells nothing."""

    __tablename__ = "identifier"
    __table_args__ = (UniqueConstraint("fingerprint", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    fingerprint: Mapped[str] = mapped_column(String(60))


class Contact(Base):
    """An address of a person. ``source`` is the issuer that vouches for it, or ``own`` for one that they added.

    Nothing legal depends on an address before ``verified_at``; ``bounced_at`` is when it last turned a letter away."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("person_id", "channel", "fingerprint"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(8))
    fingerprint: Mapped[str] = mapped_column(String(60), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    source: Mapped[str] = mapped_column(String(40))
    chosen: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime] = mapped_column(Moment)
    verified_at: Mapped[datetime | None] = mapped_column(Moment)
    bounced_at: Mapped[datetime | None] = mapped_column(Moment)


class Code(Base):
    """A code that serves once: ``about`` says what it opens, ``sealed`` holds it with where it is sent and what it is
    told with, under a key of its own."""

    __tablename__ = "code"
    __table_args__ = (Index("ix_code_about", "purpose", "about"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    purpose: Mapped[str] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(String(80))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    data_key: Mapped[str] = mapped_column(String(400))
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class SignIn(Base):
    """One signed-in browser. The cookie holds a random token; here lies only its digest.

    ``sid`` is the issuer's own name for the session (OpenID Connect Back-Channel Logout 1.0), ``device`` the kind of
    browser in a few letters, ``mandate_id`` for whom this browser acts now, ``agent_id`` at which office, and
    ``proved_at`` when a second proof was given."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_sid", "issuer", "sid"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(40))
    acr: Mapped[str] = mapped_column(String(20))
    sid: Mapped[str | None] = mapped_column(String(255))
    device: Mapped[str] = mapped_column(String(40), server_default="")
    id_token: Mapped[bytes] = mapped_column(LargeBinary)
    mandate_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]
    proved_at: Mapped[datetime | None] = mapped_column(Moment)
    signed_in_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Parked(Base):
    """A form that met a door (sign in again, or more surely) and waits to be sent once more. Only the browser that sent
    it holds the key that opens it; ``person_id`` is whose session it was sent in,
    ``mandate_id`` the mandate by which they acted."""

    __tablename__ = "parked"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(index=True)
    mandate_id: Mapped[UUID | None]
    path: Mapped[str] = mapped_column(String(1000))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[datetime] = mapped_column(Moment, index=True)


class UsedToken(Base):
    """A token of an issuer that serves once and has served (RFC 7519, ``jti``), kept until it would have run out."""

    __tablename__ = "used_token"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime] = mapped_column(Moment, index=True)
