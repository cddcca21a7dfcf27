"""What one may do without saying who one is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.once import INSERTS
from portal.discover.events import Wished
from portal.discover.models import Wish
from portal.i18n import casablanca_day


def wish(session: Session, moment: datetime, _actor: Actor, service: str) -> Wished:
    """Counts one more person who wants this service online, in the month it is in Casablanca. Who it is is not kept."""
    month = casablanca_day(moment).replace(day=1)
    insert: Any = INSERTS[session.get_bind().dialect.name](Wish)
    counted = insert.values(month=month, service=service, times=1)
    key = [Wish.month, Wish.service]
    session.execute(counted.on_conflict_do_update(index_elements=key, set_={"times": Wish.times + 1}))
    return Wished(service)


def first_month(moment: datetime, months: int) -> date:
    """The first day of the earliest of so many months, the one it is now counted."""
    today = casablanca_day(moment)
    year, month = divmod(today.year * 12 + today.month - months, 12)
    return date(year, month + 1, 1)


def wishes(session: Session, since: date) -> Sequence[Row[date, str, int]]:
    """Month, service and count since the month that begins on a day: newest month first, most wanted first."""
    query = select(Wish.month, Wish.service, Wish.times).where(Wish.month >= since)
    return session.execute(query.order_by(Wish.month.desc(), Wish.times.desc(), Wish.service)).all()
