"""Publications, and every version of every definition they brought."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journeys.base import Base
from payments.columns import ActedBy, Moment, new_id


class Publication(ActedBy, Base):
    """One moment at which the catalogue changed, numbered from 1."""

    __tablename__ = "publication"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_at: Mapped[datetime] = mapped_column(Moment)


class DefinitionVersion(Base):
    """One definition as one publication left it; never changed afterwards. ``content`` is None where it was withdrawn.

    ``number`` counts the versions of this definition; ``digest`` is the SHA-256 of the canonical content."""

    __tablename__ = "definition_version"
    __table_args__ = (UniqueConstraint("kind", "key", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    content: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    digest: Mapped[str] = mapped_column(String(64))
    publication: Mapped[int] = mapped_column(ForeignKey("publication.number"), index=True)
