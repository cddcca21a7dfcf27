"""Every invariant of the house, and those of its outbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.cases import invariants as cases
from payments import invariants as payments
from portal.apply import invariants as apply
from portal.audit import invariants as audit
from portal.identity import invariants as identity
from portal.locker import invariants as locker
from portal.look import Invariant, Look, rule
from portal.outbox import LONGEST_WAIT, Task
from portal.pay import invariants as pay
from portal.tasks import FOR_A_DAY, RECURRING

MOST_TRIES = 10
MOST_TASKS = 1000
FURTHEST = timedelta(days=31)
"""An administration may say when it wants to be asked again; no adapter lets it say more than a week."""


def no_task_is_stuck(session: Session, _since: UUID | None = None) -> Iterator[str]:
    """No task waits for a person."""
    for task in session.scalars(_undone().where(Task.stuck.is_(True))):
        yield f"task {task.id} ({task.name}) is stuck: {task.problem}"


def no_task_fails_again_and_again(session: Session, _since: UUID | None = None) -> Iterator[str]:
    """No task has been tried in vain for a quarter of an hour, or ends its worker each time."""
    for task in session.scalars(_undone().where(Task.stuck.is_(False), Task.tries >= MOST_TRIES)):
        yield f"task {task.id} ({task.name}) was tried {task.tries} times: {task.problem or 'it ended its worker'}"


def no_lease_is_forgotten(look: Look) -> Iterator[str]:
    """A task whose worker was lost was taken by another."""
    with look.reading() as session:
        over = Task.leased_until < look.now - look.patience
        for task in session.scalars(_undone().where(Task.stuck.is_(False), over)):
            yield f"task {task.id} ({task.name}) lost its worker, and no other took it"


def no_task_waits_longer_than_it_may(look: Look) -> Iterator[str]:
    """What failed or comes again and again is due soon, and nothing is due in a far future that waits for no day."""
    latest, soon = look.now + FURTHEST, look.now + LONGEST_WAIT + look.patience
    hasty = Task.problem.is_not(None) | Task.name.in_(RECURRING)
    patient = Task.name.in_(FOR_A_DAY)
    late = ((Task.due_at > latest) & ~patient) | ((Task.due_at > soon) & hasty)
    with look.reading() as session:
        for task in session.scalars(_undone().where(Task.stuck.is_(False), late)):
            yield f"task {task.id} ({task.name}) is not due before {task.due_at:%Y-%m-%d %H:%M} UTC"


def recurring_tasks_exist(session: Session, _since: UUID | None = None) -> Iterator[str]:
    """The sweeps are queued, once there is anything to do."""
    if session.scalar(select(Task.id).limit(1)) is None:
        return
    queued = set(session.scalars(select(Task.name).where(Task.name.in_(RECURRING), Task.done_at.is_(None))))
    yield from (f"{name} is not queued: start a worker" for name in RECURRING if name not in queued)


def content_equals_its_digests(look: Look) -> Iterator[str]:
    """Sealed content opens, and is what the newest action that names its digest recorded."""
    with look.reading() as session:
        yield from cases.content_equals_its_digests(session, look.since, look.work.adapters.keyring)


def _undone() -> Select[Task]:
    return select(Task).where(Task.done_at.is_(None)).order_by(Task.id).limit(MOST_TASKS)


OF_THE_ROWS: tuple[Invariant, ...] = (
    *map(rule, cases.RULES),
    *map(rule, payments.RULES),
    rule(apply.paid_requests_go_on),
    rule(apply.filed_requests_are_free_or_paid),
    rule(apply.discarded_requests_keep_no_files),
    rule(identity.mandates_moved_along_the_table),
    rule(pay.refunds_that_are_due_are_under_way),
    rule(locker.kept_documents_are_complete),
    rule(locker.documents_being_written_have_their_task),
    rule(locker.lockers_count_what_is_in_them),
    rule(no_task_is_stuck),
    rule(no_task_fails_again_and_again),
)
"""What no moment excuses, seen in the database alone."""

OF_THE_WORLD: tuple[Invariant, ...] = (
    content_equals_its_digests,
    apply.debts_equal_the_fees,
    pay.provider_charges_equal_the_ledger,
    locker.kept_documents_have_their_bytes,
    locker.proofs_of_documents_hold,
    locker.stored_objects_have_their_row,
    audit.access_batches_chain,
    audit.access_records_equal_their_batches,
    audit.no_access_record_waits_too_long,
    no_lease_is_forgotten,
    no_task_waits_longer_than_it_may,
    rule(recurring_tasks_exist),
)
"""What keys, catalogue, card processor, store, clocks and workers must agree with."""

INVARIANTS = OF_THE_ROWS + OF_THE_WORLD
