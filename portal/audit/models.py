"""Who looked at whose data, and the batches that make these records unchangeable."""

from __future__ import annotations

import os
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from payments.base import AppendOnly
from payments.columns import Moment, new_id
from portal.base import Base

SALT_BYTES = 16
LONGEST_BODY = 80
WAITING = text("batch IS NULL")
CHAINED = text("batch IS NOT NULL")
OF_DOCUMENT = text("document_id IS NOT NULL")


class Role(StrEnum):
    """As what somebody looks: the person concerned is told this, and never a name."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    CLERK = "clerk"
    COMPANY_USER = "company_user"
    DELEGATE = "delegate"
    PARENT = "parent"
    GUARDIAN = "guardian"
    CONNECTOR = "connector"
    REGISTER = "register"
    CHECKER = "checker"
    RECIPIENT = "recipient"
    LINK = "link"
    STRANGER = "stranger"


class Basis(StrEnum):
    """By which right somebody looks. NONE is an attempt that nothing allows."""

    COMPETENT_OFFICE = "competent_office"  # the office that decides (law 55-19)
    MANDATE = "mandate"
    COMPANY = "company"
    CIVIL_REGISTER = "civil_register"
    COMMERCIAL_REGISTER = "commercial_register"
    ASSISTED = "assisted"
    HAND_OVER = "hand_over"
    CONSENT = "consent"  # law 55-19, article 24
    AUDIT = "audit"
    SHOWN = "shown"  # the document, or its number, was shown to them
    SHARED = "shared"  # its owner shared it
    NONE = "none"


class Kind(StrEnum):
    """What kind of data somebody looks at."""

    REQUEST = "request"
    LIST = "list"
    FILE = "file"
    DOCUMENT = "document"
    PROFILE = "profile"
    PAYMENT = "payment"
    MESSAGE = "message"
    FACTS = "facts"
    MANDATE = "mandate"
    DECISION = "decision"


class Did(StrEnum):
    """What somebody does with the data."""

    READ = "read"
    CHANGED = "changed"
    ADDED = "added"  # a document, to somebody's locker
    REVOKED = "revoked"  # a document: it does not count any more


def _salt() -> bytes:
    return os.urandom(SALT_BYTES)


class Access(AppendOnly, Base):
    """Somebody looked at or changed somebody else's data, or was refused it. ``at`` is real time.

    ``reader_id`` is the person who looked, None for a system of an administration or a register; ``reader`` names the
    body: an administration of the catalogue, a connector, a register, a company with which a document was shared;
    behind it, or alone, stands the code of the share through which a document was opened.
    ``office_id`` is the office, or the place where somebody was helped. ``salt`` makes the record's leaf tell nothing
    of it. ``batch`` and ``position`` say where the record stands in the chain: None until it is chained, and written
    once, by ``chain`` alone.
    """

    __tablename__ = "access"
    __table_args__ = (
        Index("ix_access_subject", "subject_id", "id"),
        Index("ix_access_document", "document_id", "id", sqlite_where=OF_DOCUMENT, postgresql_where=OF_DOCUMENT),
        Index("ix_access_waiting", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_access_batch", "batch", "position", sqlite_where=CHAINED, postgresql_where=CHAINED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(Moment)
    subject_id: Mapped[UUID]
    reader_id: Mapped[UUID | None]
    role: Mapped[str] = mapped_column(String(16))
    office_id: Mapped[UUID | None]
    reader: Mapped[str] = mapped_column(String(LONGEST_BODY), default="")
    case_id: Mapped[UUID | None]
    reference: Mapped[str | None] = mapped_column(String(11))
    service: Mapped[str | None] = mapped_column(String(80))
    document_id: Mapped[UUID | None]
    mandate_id: Mapped[UUID | None]
    basis: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(16))
    did: Mapped[str] = mapped_column(String(8))
    refused: Mapped[bool] = mapped_column(default=False)
    salt: Mapped[bytes] = mapped_column(LargeBinary, default=_salt)
    batch: Mapped[int | None]
    position: Mapped[int | None]


class AccessBatch(AppendOnly, Base):
    """Records chained together: the Merkle root over them, and the head that binds it to the batch before.

    ``root``, ``previous`` and ``head`` are SHA-256 digests and ``signature`` is Ed25519 over the head, all in hex;
    ``leaves`` are the digests of the records in the order of their positions, 32 bytes each.
    """

    __tablename__ = "access_batch"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    previous: Mapped[str] = mapped_column(String(64))
    root: Mapped[str] = mapped_column(String(64))
    count: Mapped[int]
    first_id: Mapped[UUID]
    last_id: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(Moment)
    head: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))
    key_id: Mapped[str] = mapped_column(String(16))
    leaves: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
