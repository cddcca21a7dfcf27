"""A case: a row that projects its actions, the append-only actions, and the encrypted content apart from both."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from journeys.base import Base
from journeys.exchange.models import Office
from payments.columns import ActedBy, Moment, new_id

FOR_ANOTHER = text("mandate_id IS NOT NULL")


class Case(Base):
    """One request for one service. Everything here follows from the actions; ``portal check`` compares the two."""

    __tablename__ = "case"
    __table_args__ = (
        Index("ix_case_office_queue", "office_id", "turn", "last_day", "id"),
        Index("ix_case_mine", "subject_id", "changed_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(11), unique=True)
    service: Mapped[str] = mapped_column(String(80), index=True)
    service_version: Mapped[int]
    publication: Mapped[int]
    subject_id: Mapped[UUID]
    language: Mapped[str] = mapped_column(String(3))
    data_key: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(16))
    turn: Mapped[str] = mapped_column(String(16))
    steps: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("office.id"))
    filed_at: Mapped[datetime | None] = mapped_column(Moment)
    last_day: Mapped[date | None]
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    theirs: Mapped[str | None] = mapped_column(String(80))

    contents: Mapped[dict[str, CaseContent]] = relationship(collection_class=attribute_keyed_dict("kind"))
    office: Mapped[Office | None] = relationship()

    @property
    def about(self) -> tuple[UUID, str, str, UUID]:
        """What every event of a case begins with: its id, reference, service and whose it is."""
        return self.id, self.reference, self.service, self.subject_id


class CaseAction(ActedBy, Base):
    """One entry of the history. ``data`` holds digests, ids and dates, never personal content."""

    __tablename__ = "case_action"
    __table_args__ = (
        UniqueConstraint("case_id", "step"),
        Index("ix_case_action_mandate", "mandate_id", "id", sqlite_where=FOR_ANOTHER, postgresql_where=FOR_ANOTHER),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    step: Mapped[int]
    verb: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class CaseContent(Base):
    """Personal content of a case (answers, facts, outcome), sealed under the case's own key."""

    __tablename__ = "case_content"
    __table_args__ = (UniqueConstraint("case_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(Moment)
