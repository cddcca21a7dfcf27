"""What happens to mandates by itself: those whose time is over end. And what is needed no more is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from portal.identity import forgetting
from portal.identity.mandates import actions, reading
from portal.identity.mandates.models import Mandate
from portal.identity.mandates.states import Verb
from portal.unit import Unit, Work, real_now

EVERY = timedelta(minutes=5)
MOST = 200


def sweep_identity(work: Work, _payload: Mapping[str, Any]) -> datetime | None:
    """Notes mandates whose time is over, one transaction each, and clears what nobody came back for."""
    now = real_now()
    work.transact(lambda unit: forgetting.clear(unit.session, now))
    over = work.transact(lambda unit: reading.over_by(unit.session, now, MOST), reading=True)
    for mandate in over:
        work.transact(partial(_expire, mandate))
    return now + (timedelta() if len(over) == MOST else EVERY)


def _expire(mandate: UUID, found: Unit) -> None:
    unit = found.in_real_time()
    row = unit.session.get_one(Mandate, mandate, with_for_update=True)
    if actions.is_over(row, unit.moment):
        unit.do(actions.move, row, Verb.EXPIRE)
