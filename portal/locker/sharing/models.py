"""Documents that are shared."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from journeys.cases.references import ALPHABET
from payments.columns import Moment, new_id
from portal.base import Base

BITS, CODE = 5, 4
"""Bits of a letter of a reference, and letters of the code of a share."""


class With(StrEnum):
    """With whom a document is shared."""

    PERSON = "person"
    COMPANY = "company"
    OFFICE = "office"
    LINK = "link"


class Share(Base):
    """A document that its owner lets somebody see: at most ``most`` times, until ``ends_at``, or until it is withdrawn
    (all in real time). ``mark`` is the keyed hash of the person's number or address, or of the link's word, which is
    not kept; ``said`` is what was typed of the person, for who shares it, and ``purpose`` what for, both sealed under
    the document's data key. ``mandate_id`` is the right by which it was shared for a person: the share ends with it."""

    __tablename__ = "share"
    __table_args__ = (
        Index("ix_share_document_id", "document_id", "id"),
        Index("ix_share_mark", "mark", "id"),
        Index("ix_share_company_id", "company_id", "id"),
        Index("ix_share_office_id", "office_id", "id"),
        Index("ix_share_owner_id", "owner_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    document_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(8))
    mark: Mapped[str | None] = mapped_column(String(60))
    company_id: Mapped[UUID | None]
    office_id: Mapped[UUID | None]
    said: Mapped[bytes | None] = mapped_column(LargeBinary)
    purpose: Mapped[bytes] = mapped_column(LargeBinary)
    most: Mapped[int]
    views: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[UUID]
    mandate_id: Mapped[UUID | None]
    made_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def code(self) -> str:
        """By which its owner tells it from others, also in the record of who looked: the end of its id, as references
        are written."""
        return "".join(ALPHABET[self.id.int >> BITS * place & 31] for place in reversed(range(CODE)))
