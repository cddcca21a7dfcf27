"""Whoever a document is shared with is told, where they are known here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.alerts.actions import tell
from portal.alerts.states import Kind
from portal.i18n import casablanca_day
from portal.identity.models import Contact
from portal.identity.people import by_fingerprint
from portal.locker.sharing.models import Share, With
from portal.unit import Unit, Work


def tell_of_share(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Tells the person or the company that something was shared with them, of each document once a day; an office sees
    it at its desk."""
    share = UUID(payload["share"])
    work.transact(lambda unit: _tell(unit, share))
    return None


def _tell(unit: Unit, share: UUID) -> None:
    row = unit.session.get_one(Share, share)
    to = row.company_id or (_holder(unit, row.mark) if row.kind == With.PERSON and row.mark else None)
    if to is not None and to != row.owner_id:
        about = f"{row.document_id.hex}{casablanca_day(row.made_at):%Y%m%d}"  # once a day, however often it is shared
        unit.do(tell, to, Kind.DOCUMENT_SHARED, about, "", row.made_by)


def _holder(unit: Unit, mark: str) -> UUID | None:
    """The person with this number or verified address, None when nobody here has it."""
    address = select(Contact.person_id).where(Contact.fingerprint == mark, Contact.verified_at.is_not(None))
    return by_fingerprint(unit.session, mark) or unit.session.scalars(address.limit(1)).first()
