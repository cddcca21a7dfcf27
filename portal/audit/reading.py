"""Find access records and batches, by key: however many there are, a page costs the same."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from payments.actor import Actor
from payments.columns import first_id
from portal.audit.actions import About
from portal.audit.models import Access, AccessBatch, Basis, Role

MOST_COUNTED = 1000
BESIDE = " · "
"""What stands in a record between the name of a body and the code of the share through which it looked."""


def of_subject(session: Session, subject: UUID, most: int, before: UUID | None = None) -> list[Access]:
    """Who looked at somebody's data, newest first: at most so many, older than the record ``before``."""
    query = select(Access).where(Access.subject_id == subject)
    if before is not None:
        query = query.where(Access.id < before)
    return list(session.scalars(query.order_by(Access.id.desc()).limit(most)))


def of_documents(session: Session, documents: Collection[UUID], most: int) -> list[Access]:
    """Who looked at any of these documents, newest first. That somebody checked one is no look: anybody may do it as
    often as they like, and push nobody who did look out of sight."""
    query = select(Access).where(Access.document_id.in_(documents), Access.role != Role.CHECKER)
    return list(session.scalars(query.order_by(Access.id.desc()).limit(most)))


def checks_of(session: Session, document: UUID, most: int) -> tuple[int, list[Access]]:
    """How often a document was checked, counted up to ``MOST_COUNTED``, and the last of these, newest first."""
    query = select(Access).where(Access.document_id == document, Access.role == Role.CHECKER)
    some = query.with_only_columns(Access.id).limit(MOST_COUNTED).subquery()
    many = session.scalar(select(func.count()).select_from(some)) or 0
    return many, list(session.scalars(query.order_by(Access.id.desc()).limit(most))) if many else []


def of_share(session: Session, document: UUID, code: str, most: int) -> list[Access]:
    """Who looked at a document through the share of this code, newest first."""
    through = (Access.reader == code) | Access.reader.endswith(f"{BESIDE}{code}", autoescape=True)
    query = select(Access).where(Access.document_id == document, Access.basis == Basis.SHARED, through)
    return list(session.scalars(query.order_by(Access.id.desc()).limit(most)))


def refused_lately(session: Session, since: datetime, actor: Actor, about: About) -> bool:
    """Whether it is written down already that the actor was refused the same, since a moment."""
    query = select(Access.id).where(
        Access.subject_id == about.subject,
        Access.id >= first_id(since),
        Access.reader_id == actor.actor,
        Access.refused,
        Access.kind == about.kind,
        Access.case_id == about.case if about.case else Access.case_id.is_(None),
        Access.document_id == about.document if about.document else Access.document_id.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def newest_batches(session: Session, most: int, before: int | None = None) -> list[AccessBatch]:
    """Batches without their digests, newest first, from the one before number ``before``."""
    query = select(AccessBatch) if before is None else select(AccessBatch).where(AccessBatch.number < before)
    return list(session.scalars(query.order_by(AccessBatch.number.desc()).limit(most)))


def batches_from(session: Session, number: int, most: int) -> list[AccessBatch]:
    """Batches without their digests from this number on, oldest first."""
    query = select(AccessBatch).where(AccessBatch.number >= number)
    return list(session.scalars(query.order_by(AccessBatch.number).limit(most)))


def batch_with_leaves(session: Session, number: int) -> AccessBatch | None:
    """One batch, with the digests of its records."""
    query = select(AccessBatch).where(AccessBatch.number == number)
    return session.scalar(query.options(undefer(AccessBatch.leaves)))
