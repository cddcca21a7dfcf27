"""Companies and other legal persons, and every right of one person to act for another or for one of those."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from payments.base import AppendOnly
from payments.columns import ActedBy, Moment, new_id
from portal.base import Base

BY_LAW = text("state = 'active' AND origin IN ('civil', 'commercial')")


class Company(Base):
    """A legal person as its register knows it. Its numbers are public; ``as_of`` is the day of the answer."""

    __tablename__ = "company"
    __table_args__ = (UniqueConstraint("court", "rc"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))
    name_ar: Mapped[str] = mapped_column(String(200))
    name_lat: Mapped[str] = mapped_column(String(200))
    ice: Mapped[str | None] = mapped_column(String(15), unique=True)
    court: Mapped[str | None] = mapped_column(String(20))
    rc: Mapped[str | None] = mapped_column(String(10))
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
    as_of: Mapped[date]
    found_at: Mapped[datetime] = mapped_column(Moment)


class Mandate(Base):
    """A right of ``acting_id`` (a person) to act for ``represented_id`` (a person, or a company when ``company``).

    ``origin`` says where it comes from, ``capacity`` as what (mother, manager, employee …). ``scopes`` are words out of
    see, fill, sign, pay, receive, with a space between; ``services`` and ``administrations`` narrow what it reaches,
    None is everything. An offer has no ``acting_id``, and a request no ``represented_id``, until it is answered:
    ``invited`` is then the keyed hash of the number or address of whoever may answer. ``parent_id`` is the mandate it
    was passed on from, ``office_id`` where a clerk acts, ``as_of`` the day of a register's answer. ``over_at`` is when
    it is over by itself: ``until``, or before that when nobody has answered; None once it has ended. ``step`` counts
    its actions. Its moments are real time: it opens doors, as a session does.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        Index("ix_mandate_acting", "acting_id", "state", "id"),
        Index("ix_mandate_represented", "represented_id", "state", "id"),
        Index("ix_mandate_over_at", "over_at"),
        Index(
            "uq_mandate_by_law",
            *("represented_id", "acting_id", "origin"),
            unique=True,
            sqlite_where=BY_LAW,
            postgresql_where=BY_LAW,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    represented_id: Mapped[UUID | None]
    company: Mapped[bool]
    acting_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("mandate.id"), index=True)
    origin: Mapped[str] = mapped_column(String(12))
    capacity: Mapped[str] = mapped_column(String(20), server_default="")
    state: Mapped[str] = mapped_column(String(10))
    scopes: Mapped[str] = mapped_column(String(40))
    services: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    administrations: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    passes_on: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(300), server_default="")
    invited: Mapped[str | None] = mapped_column(String(60), index=True)
    office_id: Mapped[UUID | None]
    as_of: Mapped[date | None]
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    over_at: Mapped[datetime | None] = mapped_column(Moment)
    step: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def to_last(self) -> datetime | None:
        """The last second in which it counts; ``until`` is the moment after it."""
        return self.until - timedelta(seconds=1) if self.until else None


class MandateAction(ActedBy, AppendOnly, Base):
    """One step in the life of a mandate, with the reason that was given."""

    __tablename__ = "mandate_action"
    __table_args__ = (UniqueConstraint("mandate_of_id", "step"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    mandate_of_id: Mapped[UUID] = mapped_column(ForeignKey("mandate.id"))
    step: Mapped[int]
    verb: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(300), server_default="")
    at: Mapped[datetime] = mapped_column(Moment)


class Blocked(Base):
    """Somebody whose requests for a mandate a person, or a company, does not want to get any more."""

    __tablename__ = "blocked"
    __table_args__ = (UniqueConstraint("by_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    by_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)


class Invitation(Base):
    """The address an invitation was sent to, sealed, until it is answered."""

    __tablename__ = "invitation"

    mandate_id: Mapped[UUID] = mapped_column(ForeignKey("mandate.id"), primary_key=True)
    data_key: Mapped[str] = mapped_column(String(400))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(String(3))
