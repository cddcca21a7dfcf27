"""What happens to a case when something happened to it or to its money."""

from __future__ import annotations

from uuid import UUID

from journeys.cases import actions, reading
from journeys.cases.events import Submitted
from journeys.cases.states import State
from payments.settlement.events import Settled
from portal.unit import Unit


def file_when_free(unit: Unit, event: Submitted) -> None:
    """A request that costs nothing is complete when it is sent."""
    if not event.fees:
        _file(unit, event.case_id)


def file_paid(unit: Unit, event: Settled) -> None:
    """Requests whose fees are settled are complete."""
    for debt in event.debts:
        _file(unit.as_system().in_legal_time(), debt.owed_for)


def _file(unit: Unit, case_id: UUID) -> None:
    case = reading.case_by_id(unit.session, case_id, lock=True)
    if case.state == State.SUBMITTED:
        shelf = unit.adapters.shelf
        service = shelf.at(case.publication).service(case.service)
        unit.do(actions.file, case, service, shelf.current(), unit.adapters.keyring)
