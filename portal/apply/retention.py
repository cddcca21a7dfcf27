"""How long the files of a request are kept: as the schedule of its service says in the version that it was opened
under, in months of the calendar, counted from its end (law 69-99); those of a draft that was thrown away go with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from journeys.cases import reading
from journeys.cases.calendar import months_after
from journeys.cases.events import CaseEvent, Discarded
from journeys.cases.states import State
from payments.settlement.reading import is_closed
from portal.i18n import CASABLANCA
from portal.locker import actions
from portal.locker.throwing import let_go
from portal.outbox import later
from portal.unit import Unit, Work, real_now

PURGE = "purge_files"
LOOK_AGAIN = timedelta(days=30)
ENDED = frozenset((State.GRANTED, State.REFUSED, State.WITHDRAWN))


def keep_for_a_time(unit: Unit, event: CaseEvent) -> None:
    """Queues the end of the files of a request that has ended. A schedule that no source confirms serves a
    demonstration only."""
    publication = reading.case_by_id(unit.session, event.case_id).publication
    kept = unit.adapters.shelf.at(publication).service(event.service).retention
    if kept is not None and (kept.provenance.sourced or unit.adapters.settings.demo):
        case = str(event.case_id)
        later(unit.session, PURGE, case, {"case": case}, _months_from_now(kept.files))


def _months_from_now(months: int) -> datetime:
    """The same hour in Morocco so many months later."""
    now = real_now().astimezone(CASABLANCA)
    return datetime.combine(months_after(now.date(), months), now.time(), CASABLANCA)


def purge_files(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """The files of a request go, unless it is open again or money is open: then one looks again in a month."""
    case = UUID(payload["case"])
    return None if work.transact(lambda unit: _purged(unit, case)) else real_now() + LOOK_AGAIN


def _purged(unit: Unit, case_id: UUID) -> bool:
    case = reading.case_by_id(unit.session, case_id, lock=True)
    if case.state not in ENDED or not is_closed(unit.session, case.id):
        return False
    _let_all_go(unit, case_id)
    return True


def let_files_go(unit: Unit, event: Discarded) -> None:
    """Whoever throws a draft away, their files go: the law asks to keep those of a request that was sent alone."""
    _let_all_go(unit, event.case_id)


def _let_all_go(unit: Unit, case_id: UUID) -> None:
    for document in actions.taken_for(unit.session, case_id):
        if document.state == actions.KEPT:
            let_go(unit, document.id)
