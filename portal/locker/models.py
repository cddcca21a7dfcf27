"""What lies in lockers: documents, each with its own key and stored object."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from payments.columns import Moment, new_id
from portal.base import Base


class Document(Base):
    """A document of a person. ``state`` is ``writing`` until its bytes are stored; only ``kept`` is shown.

    ``kind`` is a document type of the catalogue, or ``refusal`` / ``filing_receipt``; ``object_key`` is where the
    bytes lie, or will: it is known before they are stored, so that no stored object is without its row; ``digest`` is
    the SHA-256 of the plain bytes; ``kept_at`` is real time.
    """

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("case_id", "kind"), Index("ix_document_mine", "owner_id", "made_at", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID]
    case_id: Mapped[UUID]
    reference: Mapped[str] = mapped_column(String(11))
    service: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(60))
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    issuer: Mapped[dict[str, str]] = mapped_column(JSON)
    data_key: Mapped[str] = mapped_column(String(400))
    object_key: Mapped[str | None] = mapped_column(String(200))
    size: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[datetime] = mapped_column(Moment)
    kept_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
