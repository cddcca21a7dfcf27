"""What we tell someone, and how each telling went."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from payments.columns import Moment, new_id
from portal.base import Base

UNREAD = text("read_at IS NULL")


class Alert(Base):
    """One message in someone's inbox: a kind, what it is about, and who did it (``by_id``) where somebody acted for
    them; its words are made when it is read. Nobody is told twice of a kind ``about`` the same: behind the id of a
    document may stand what of it is told, such as a day."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("kind", "about", "person_id"),
        Index("ix_alert_inbox", "person_id", "at", "id"),
        Index("ix_alert_unread", "person_id", postgresql_where=UNREAD, sqlite_where=UNREAD),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(24))
    about: Mapped[str] = mapped_column(String(40))
    service: Mapped[str] = mapped_column(String(80))
    by_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def document(self) -> UUID:
        """The document that it is about, of those that are about one."""
        return UUID(self.about.replace("-", "")[:32])


class Delivery(Base):
    """One way an alert takes: its channel and how it ended."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("alert_id", "channel"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alert.id"))
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
