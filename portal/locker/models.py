"""What lies in lockers: documents, each with its own key and stored object."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from payments.columns import Moment, new_id
from portal.base import Base

ISSUED = text("origin = 'issued'")
REVOKED = text("revoked_at IS NOT NULL")
REPLACED = text("newer_id IS NOT NULL")
COPIED = text("source_id IS NOT NULL")
PEOPLE_BRING = ("added", "brought", "fetched")
"""The origins of files that the portal did not make itself."""

UNSCANNED = text(f"scan IS NULL AND origin IN {PEOPLE_BRING}")
UNKEPT = text("state <> 'kept'")
PDF = "application/pdf"


class Locker(Base):
    """How much an owner has put into their locker: files, and bytes of them, those on their way in too."""

    __tablename__ = "locker"

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    files: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)


class Document(Base):
    """A document of a person or a company. ``state`` is ``writing`` until its bytes are stored and ``going`` when they
    are about to be thrown away; only ``kept`` is shown.

    ``origin`` is ``issued`` for what an administration made of a case, once per kind; ``brought`` for a file that was
    attached to a case; ``added`` for what its owner put into the locker; ``fetched`` for what an administration holds
    and gave when it was asked; ``certified`` for a copy that an office compared with the paper. Only the first two have
    a case. ``kind`` is a document type of the catalogue, or ``refusal`` / ``filing_receipt`` /
    ``attachment``; ``object_key`` is where the bytes lie, or will: it is known before they are stored, so that no
    stored object is without its row; ``digest`` is the SHA-256 of the plain bytes; ``kept_at`` is real time.

    What is issued or certified proves itself: ``code_mark`` is the keyed hash of its short code, ``proof`` its signed
    token, sealed under its data key, ``proof_list`` and ``proof_place`` are where the status lists say whether it was
    revoked (``revoked_at``, real time; ``revoked_for``, why, sealed). ``seal`` is whose seal it bears, ``issued_on``
    and ``valid_until`` the first and the last day on which it is valid.

    ``label`` is what its owner calls it, sealed under its data key. ``newer_id`` is the version that took its place;
    ``about_mark`` the keyed hash of what it is about, by which versions find each other: of an issued document its kind
    and what tells it apart, of a fetched one the number that its holder gave it. It is over nothing of its owner, by
    whom it is looked for too: accounts become one. (Of a certified copy it is over its owner and how it came about, and
    no version.) ``source_id`` is the document of the locker that was attached by making this copy. ``scan`` is
    ``waiting`` until malicious code was looked for: until then nobody but its owner opens it; ``clean`` afterwards, and
    None where nothing was looked for: since there is a scanner, such a file waits too (``portal.locker.scanning``).
    ``removed_at``: its owner took it out of the locker, and it is kept because a law asks for it.
    """

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_issued", "case_id", "kind", unique=True, sqlite_where=ISSUED, postgresql_where=ISSUED),
        Index("ix_document_case", "case_id"),
        Index("ix_document_mine", "owner_id", "made_at", "id"),
        Index("uq_document_proof", "proof_list", "proof_place", unique=True),
        Index("ix_document_revoked", "proof_list", sqlite_where=REVOKED, postgresql_where=REVOKED),
        Index("ix_document_newer", "newer_id", sqlite_where=REPLACED, postgresql_where=REPLACED),
        Index("ix_document_source", "source_id", sqlite_where=COPIED, postgresql_where=COPIED),
        Index("ix_document_unscanned", "id", sqlite_where=UNSCANNED, postgresql_where=UNSCANNED),
        Index("ix_document_unkept", "id", sqlite_where=UNKEPT, postgresql_where=UNKEPT),
        Index("ix_document_ends", "owner_id", "valid_until", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    reference: Mapped[str | None] = mapped_column(String(11))
    service: Mapped[str | None] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(60))
    origin: Mapped[str] = mapped_column(String(9), server_default="issued")
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
    seal: Mapped[str | None] = mapped_column(String(90))
    code_mark: Mapped[str | None] = mapped_column(String(60), unique=True)
    proof: Mapped[bytes | None] = mapped_column(LargeBinary)
    proof_list: Mapped[str | None] = mapped_column(String(7))
    proof_place: Mapped[int | None]
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    label: Mapped[bytes | None] = mapped_column(LargeBinary)
    about_mark: Mapped[str | None] = mapped_column(String(60))
    newer_id: Mapped[UUID | None]
    source_id: Mapped[UUID | None]
    scan: Mapped[str | None] = mapped_column(String(8))
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_for: Mapped[bytes | None] = mapped_column(LargeBinary)
