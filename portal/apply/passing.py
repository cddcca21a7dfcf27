"""What becomes of requests, debts, documents and alerts when two accounts become one, or one is closed."""

from __future__ import annotations

from sqlalchemy import select

from journeys.cases import actions
from journeys.cases.models import Case
from journeys.cases.states import State
from payments.debts.actions import carry_over as carry_debts_over
from portal.alerts.models import Alert
from portal.identity.events import Closed, Joined
from portal.locker.keeping import join_lockers
from portal.unit import Unit


def carry_over(unit: Unit, event: Joined) -> None:
    """All that was one person's is the other's: each request says so in its history."""
    session = unit.session
    for case in session.scalars(select(Case).where(Case.subject_id == event.gone).with_for_update()).all():
        unit.in_legal_time().do(actions.carry_over, case, event.kept)
    carry_debts_over(session, event.gone, event.kept)
    join_lockers(session, event.gone, event.kept)
    had = set(session.execute(select(Alert.kind, Alert.about).where(Alert.person_id == event.kept)).all())
    for alert in session.scalars(select(Alert).where(Alert.person_id == event.gone)):
        if (alert.kind, alert.about) not in had:
            alert.person_id = event.kept
    session.flush()


def discard_drafts(unit: Unit, event: Closed) -> None:
    """What was begun and not sent goes with the account."""
    drafts = select(Case).where(Case.subject_id == event.person, Case.state == State.DRAFT)
    for case in unit.session.scalars(drafts.with_for_update()).all():
        unit.in_legal_time().do(actions.discard, case)
