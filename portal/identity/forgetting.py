"""What identity keeps for a while only: forgotten by the sweep."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.identity.models import Code, Parked, SignIn, UsedToken
from portal.identity.staff.models import Enrolment

CODES = timedelta(hours=1)
"""A letter that comes back late still finds for whom its code was."""
SESSIONS = timedelta(days=7)


def clear(session: Session, moment: datetime) -> None:
    """Forgets forms that nobody came back for, tokens and codes that have run out, and sessions long over."""
    for old in (
        delete(Parked).where(Parked.until < moment),
        delete(UsedToken).where(UsedToken.until < moment),
        delete(Code).where(Code.until < moment - CODES),
        delete(Enrolment).where(Enrolment.until < moment),
        delete(SignIn).where(SignIn.ends_at < moment - SESSIONS),
    ):
        session.execute(old)
