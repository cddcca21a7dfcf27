"""What lies in lockers: documents, each with its own key and stored object."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from payments.columns import Moment, new_id
from portal.base import Base

ISSUED = text("origin = 'issued'")
PDF = "application/pdf"


class Document(Base):
    """A document of a person. ``state`` is ``writing`` until its bytes are stored and ``going`` when they are about to
    be thrown away; only ``kept`` is shown.

    ``origin`` is ``issued`` for what an administration made of a case, once per kind, and ``brought`` for a file that
    the person attached to it. ``kind`` is a document type of the catalogue, or ``refusal`` / ``filing_receipt`` /
    ``attachment``; ``object_key`` is where the bytes lie, or will: it is known before they are stored, so that no
    stored object is without its row; ``digest`` is the SHA-256 of the plain bytes; ``kept_at`` is real time.
    """

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_issued", "case_id", "kind", unique=True, sqlite_where=ISSUED, postgresql_where=ISSUED),
        Index("ix_document_case", "case_id"),
        Index("ix_document_mine", "owner_id", "made_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID]
    case_id: Mapped[UUID]
    reference: Mapped[str] = mapped_column(String(11))
    service: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(60))
    origin: Mapped[str] = mapped_column(String(8), server_default="issued")
    media: Mapped[str] = mapped_column(String(40), server_default=PDF)
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    issuer: Mapped[dict[str, str]] = mapped_column(JSON)
    data_key: Mapped[str] = mapped_column(String(400))
    object_key: Mapped[str | None] = mapped_column(String(200))
    size: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[datetime] = mapped_column(Moment)
    kept_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
