"""Publications, every version of every definition they brought, and what one look at the last of them told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
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


class KeptOverview(Base):
    """The overview of the newest publication, ``made_by`` the code with this digest. ``seen`` are its lists and the
    words of its index, each with in how many entries it stands; ``rows`` (32-bit numbers of entries) and ``scores``
    (32-bit floats) lie one word after the other."""

    __tablename__ = "kept_overview"

    publication: Mapped[int] = mapped_column(ForeignKey("publication.number"), primary_key=True, autoincrement=False)
    made_by: Mapped[str] = mapped_column(String(64))
    seen: Mapped[Any] = mapped_column(JSON)
    rows: Mapped[bytes] = mapped_column(LargeBinary)
    scores: Mapped[bytes] = mapped_column(LargeBinary)
