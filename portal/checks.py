"""``portal check``: does the world answer, and does what we keep agree with itself and with the world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy.exc import OperationalError, ProgrammingError

from portal import limits, marks
from portal.invariants import INVARIANTS
from portal.look import PATIENCE, Invariant, Look
from portal.partners import Partner
from portal.settings import Settings
from portal.unit import Work, real_now

MOST_LINES = 100

SETTINGS: Mapping[str, Callable[[Settings], Iterable[str]]] = {"limits hold for all processes": limits.problems}
"""What must be true of the settings: each function yields what is wrong, one line each."""


@dataclass(slots=True)
class _Report:
    """Says one line per thing that holds and per problem, and counts."""

    say: Callable[[str], None]
    checks: int = 0
    problems: int = 0
    began: float = field(default_factory=monotonic)

    def holds(self, name: str, problems: Iterable[str]) -> bool:
        """Says the problems while they are found, no more than can be read; whether there were none."""
        began, found, name = monotonic(), 0, name.replace("_", " ")
        try:
            for found, problem in enumerate(problems, start=1):
                if found <= MOST_LINES:
                    self.say(f"FAIL {name}: {problem}")
        except Exception as error:
            found += 1
            self.say(f"FAIL {name}: {type(error).__name__}")
        if found > MOST_LINES:
            self.say(f"FAIL {name}: and {found - MOST_LINES} more")
        if not found:
            self.say(f"ok   {name} ({monotonic() - began:.1f} s)")
        self.checks, self.problems = self.checks + 1, self.problems + found
        return not found

    def answers(self, adapter: Any) -> None:
        """Says whether a part of the world answers."""
        self.checks += 1
        try:
            self.say(f"ok   {adapter.check()}")
        except Exception as error:
            self.problems += 1
            name = str(adapter) if isinstance(adapter, Partner) else getattr(adapter, "name", type(adapter).__name__)
            self.say(f"FAIL {name}: {type(error).__name__}")

    def end(self) -> int:
        """Says the summary; returns how many problems there are."""
        self.say(f"{self.checks} checks, {self.problems} problems, {monotonic() - self.began:.1f} seconds")
        return self.problems


def run_checks(
    work: Work,
    *,
    full: bool,
    say: Callable[[str], None],
    invariants: Iterable[Invariant] = INVARIANTS,
    patience: timedelta = PATIENCE,
) -> int:
    """Looks at what changed since each invariant last held, or at everything and every adapter when ``full``.

    ``patience`` is how long something may be under way, zero when everything has come to rest. Returns how many
    problems there are; each is said in one line that begins with FAIL, and the last line is a summary.
    """
    report = _Report(say)
    for name, check in SETTINGS.items():
        report.holds(name, check(work.adapters.settings))
    if report.holds("database", _database(work)):
        for invariant in invariants:
            _look(report, invariant, work, full, patience)
    for adapter in _world(work) if full else ():
        report.answers(adapter)
    return report.end()


def _database(work: Work) -> Iterator[str]:
    try:
        work.transact(lambda unit: marks.reached(unit.session, ""), reading=True)
    except (OperationalError, ProgrammingError) as error:
        yield f"{type(error).__name__}: it does not answer, or lacks a table: portal migrate"


def _look(report: _Report, invariant: Invariant, work: Work, full: bool, patience: timedelta) -> None:
    name, now = invariant.__name__, real_now()

    def problems() -> Iterator[str]:
        since = None if full else work.transact(lambda unit: marks.reached(unit.session, name), reading=True)
        yield from invariant(Look(work, since, patience, now))

    if report.holds(name, problems()):
        work.transact(lambda unit: marks.move(unit.session, name, now))


def _world(work: Work) -> Iterator[Any]:
    adapters = work.adapters
    yield from adapters.issuers.values()
    yield adapters.provider
    yield from adapters.connectors.values()
    yield from adapters.registers.values()
    some = adapters.families, adapters.companies, adapters.holder, adapters.messenger
    yield from (one for one in some if one is not None)
    yield adapters.store
    yield adapters.trust.seals
    yield adapters.trust.stamps
    yield adapters.mailer
