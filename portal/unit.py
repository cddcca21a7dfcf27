"""One unit of work: a session, a moment, who acts, and the wired adapters.

Two patterns, and no third: *outbox* (an action's event queues tasks in the same transaction) and
*prepare → call → record* (``Work.three_steps``), when a person waits for the world. No transaction is open then.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import SystemRandom
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from payments.actor import Actor
from portal import metrics, points
from portal.db import Database, is_conflict

if TYPE_CHECKING:
    from portal.plugins import Adapters

TRIES = 10  # each round of a race has one winner: as many can press the same button at once
PAUSE_SECONDS = 0.01

P = ParamSpec("P")
T = TypeVar("T")
Result = TypeVar("Result")
Prepared = TypeVar("Prepared")
Answer = TypeVar("Answer")

log = logging.getLogger(__name__)
_CHANCE = SystemRandom()

Reactor = Callable[["Unit", Any], None]


@dataclass(slots=True)
class Unit:
    """What one transaction works with. Actions flush; only ``Work`` commits."""

    session: Session
    moment: datetime
    actor: Actor
    adapters: Adapters
    react: Reactor
    language: str = "ar"
    legal: datetime | None = None
    reading: bool = False
    happened: list[str] = field(default_factory=list)

    def do(
        self,
        action: Callable[Concatenate[Session, datetime, Actor, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs an action and all that must happen with it: reactions in this transaction, tasks for after it. An action
        tells one event, a list of them, or none."""
        told = action(self.session, self.moment, self.actor, *args, **kwargs)
        for event in told if isinstance(told, list) else [told]:
            if event is not None:
                self.react(self, event)
        return told

    def in_real_time(self) -> Unit:
        """The same transaction with the machine's clock instead of the legal one: for payments and sign-ins."""
        return replace(self, moment=real_now(), legal=self.legal or self.moment)

    def in_legal_time(self) -> Unit:
        """The same transaction with the legal clock again: for what a payment does to a case."""
        return replace(self, moment=self.legal or self.moment)

    def as_system(self) -> Unit:
        """The same transaction with nobody clicking."""
        return replace(self, actor=Actor.system())


class LeavesTrace(Exception):
    """What was to be read leaves a trace of who read it: the unit runs again, in a transaction that writes."""


def real_now() -> datetime:
    """The moment by this machine's clock, aware, UTC."""
    return datetime.now(UTC)


def _commit(session: Session) -> None:
    points.passed("commit.before")
    session.commit()
    points.passed("commit.after")


@dataclass(slots=True)
class Work:
    """Opens units: one transaction each, run again as a whole when the database lost a race."""

    database: Database
    adapters: Adapters
    react: Reactor
    now: Callable[[], datetime] = field(default=real_now)

    def transact(
        self,
        body: Callable[[Unit], Result],
        *,
        actor: Actor | None = None,
        language: str = "ar",
        reading: bool = False,
    ) -> Result:
        """Runs ``body`` in one transaction and commits; rolls back when it raises. ``body`` may run several times."""
        for attempt in range(1, TRIES + 1):
            session = self.database.session(reading=reading)
            try:
                actor = actor or Actor.system()
                unit = Unit(session, self.now(), actor, self.adapters, self.react, language, reading=reading)
                result = body(unit)
                if reading:
                    session.rollback()
                else:
                    _commit(session)
                    for event in unit.happened:
                        metrics.happened(event)
                return result
            except LeavesTrace:
                session.rollback()
                reading = False
                continue
            except Exception as error:
                session.rollback()
                if attempt == TRIES or not is_conflict(error):
                    raise
                log.info("unit of work runs again", extra={"attempt": attempt})
                metrics.ran_again()
            finally:
                session.close()
            time.sleep(_CHANCE.uniform(0, PAUSE_SECONDS * attempt))  # so that the losers do not meet again
        raise AssertionError("unreachable")

    def three_steps(
        self,
        prepare: Callable[[Unit], Prepared],
        call: Callable[[Prepared], Answer],
        record: Callable[[Unit, Prepared, Answer], Result],
        *,
        actor: Actor | None = None,
        language: str = "ar",
    ) -> Result:
        """Prepare (transaction), call the world (none), record (transaction). What ``call`` raises comes through;
        what ``prepare`` wrote stays, so that trying again finds it."""
        prepared = self.transact(prepare, actor=actor, language=language)
        answer = call(prepared)
        return self.transact(lambda unit: record(unit, prepared, answer), actor=actor, language=language)
