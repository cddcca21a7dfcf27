"""A town seen from behind: requests made by the actions themselves, and cards that pay by the sandbox's lever."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import httpx
from drill.town import Town
from requests_made import BIRTH
from scenes import Scene, scene
from sqlalchemy import select, update
from world import Browser

from journeys.cases.models import Case, CaseAction
from payments.debts.models import Attempt, AttemptDebt, Debt
from payments.settlement import actions as settlement
from payments.settlement import reading
from payments.settlement.models import Refund
from portal.identity.staff.actions import all_agents, end_agent, load_agents
from portal.outbox import Task
from portal.settings import load
from portal.tasks import FOR_A_DAY, RECURRING
from portal.unit import Unit, Work, real_now
from portal.wiring import wired

GOOD_CARD = "4242424242424242"


class Try(NamedTuple):
    """An attempt to pay: its state, and whether it is the live one."""

    id: UUID
    state: str
    live: bool


@dataclass
class Backstage:
    """``work`` is the portal's own, in this process; ``sandbox`` the address of the sandbox's levers."""

    town: Town
    work: Work
    sandbox: str
    client: httpx.Client

    def made(self, service: str = BIRTH, until: str = "draft", **typed: str) -> Scene:
        """A request of Salma's: ``draft``, ``submitted`` with an attempt that was not opened, or ``opened``,
        or ``filed``, really paid."""
        made = scene(self, "salma", service, "draft" if until == "draft" else "submitted", **typed)  # type: ignore[arg-type]
        if until in ("opened", "filed"):
            self.open(made)
        if until == "filed":
            self.settle(made)
            self.ask(made)
        return made

    def open(self, made: Scene) -> None:
        """Opens the attempt's checkout at the card processor."""
        attempt = _attempt(made)
        back = f"{self.town.url}/fr/payments/{attempt}/back"
        order = self.read(lambda unit: reading.order_of(unit.session, attempt, back, f"{back}?cancelled=1"))
        checkout = self.work.adapters.provider.open(order)
        self.work.transact(lambda unit: unit.in_real_time().do(settlement.opened, attempt, checkout))

    def settle(self, made: Scene, attempt: UUID | None = None) -> int:
        """The person pays at the card processor; its status."""
        key = self.checkout_of(attempt or _attempt(made))
        return self.lever(f"cards/sessions/{key}/settle", card=GOOD_CARD)

    def ask(self, made: Scene) -> None:
        """The card processor is asked, and its answer recorded."""
        attempt, key = _attempt(made), self.checkout_of(_attempt(made))
        status = self.work.adapters.provider.ask(key)
        self.work.transact(lambda unit: unit.in_real_time().as_system().do(settlement.record, attempt, status))

    def lever(self, path: str, **said: Any) -> int:
        """Pulls a lever of the sandbox; its status."""
        return self.client.post(f"{self.sandbox}/control/{path}", json=said).status_code

    def read(self, body: Any) -> Any:
        """What a reading unit finds."""
        return self.work.transact(body, reading=True)

    def checkout_of(self, attempt: UUID) -> str:
        """The attempt's name at the card processor."""
        found = self.read(lambda unit: reading.attempt(unit.session, attempt).reference)
        assert found, "not opened"
        return str(found)

    def state(self, made: Scene) -> str:
        """Where a request is."""
        return str(self.read(lambda unit: unit.session.scalars(select(Case.state).where(Case.id == made.case)).one()))

    def verbs(self, made: Scene) -> list[str]:
        """What was done to a request, in order."""
        query = select(CaseAction.verb).where(CaseAction.case_id == made.case).order_by(CaseAction.step)
        return self.read(lambda unit: [str(verb) for verb in unit.session.scalars(query)])

    def debt(self, made: Scene) -> reading.Owed:
        """What is owed for a request."""
        owed: reading.Owed = self.read(lambda unit: reading.debts_of(unit.session, [made.case])[made.case])
        return owed

    def attempts(self, made: Scene) -> list[Try]:
        """Every attempt to pay for a request, oldest first."""
        query = (
            select(Attempt.id, Attempt.state, AttemptDebt.live)
            .join(AttemptDebt, AttemptDebt.attempt_id == Attempt.id)
            .join(Debt, Debt.id == AttemptDebt.debt_id)
            .where(Debt.owed_for == made.case)
            .order_by(Attempt.id)
        )
        return self.read(lambda unit: [Try(*row) for row in unit.session.execute(query)])

    def refunds(self, made: Scene) -> list[bool]:
        """Every refund of a request: whether it was made."""
        ids = [attempt.id for attempt in self.attempts(made)]
        query = select(Refund.done_at).where(Refund.attempt_id.in_(ids))
        return self.read(lambda unit: [moment is not None for moment in unit.session.scalars(query)])

    def change(self, attempt: UUID, **values: datetime) -> None:
        """Moves the moments of an attempt, as if time had passed."""
        changed = update(Attempt).where(Attempt.id == attempt).values(**values)
        self.work.transact(lambda unit: unit.session.execute(changed))

    def time_is_over(self, made: Scene) -> None:
        """The attempt's checkout has closed by our clock, while it is open there, and nobody was heard for long."""
        past = real_now() - timedelta(minutes=10)
        self.change(_attempt(made), expires_at=past, heard_at=past)

    def rest(self, seconds: float) -> list[str]:
        """Waits until all tasks are done, but those that wait for somebody to decide; what is left if never."""
        waits = (Task.name == "ask_connector") & Task.problem.is_(None)
        query = select(Task.key, Task.problem).where(
            Task.done_at.is_(None), Task.name.not_in((*RECURRING, *FOR_A_DAY)), ~waits
        )
        until = time.monotonic() + seconds
        while (left := self.read(lambda unit: unit.session.execute(query).all())) and time.monotonic() < until:
            time.sleep(0.1)
        return [f"{key}: {problem}" for key, problem in left]

    def second_officer(self, sub: str, like: str) -> None:
        """This officer moves to the office of another."""

        def move(unit: Unit) -> None:
            rows = {agent.sub: agent for agent in all_agents(unit.session) if agent.sub in (sub, like)}
            unit.do(end_agent, rows[sub])
            entry = {"issuer": rows[like].issuer, "sub": sub, "office": rows[like].office_id}
            unit.do(load_agents, [entry], unit.adapters.keyring)

        self.work.transact(move)


def _attempt(made: Scene) -> UUID:
    assert made.attempt, "nothing is owed"
    return made.attempt


def entered(town: Town, name: str) -> Browser:
    """A browser somebody signed in with."""
    browser = town.browser()
    browser.sign_in(name, "fr")
    return browser


@contextmanager
def backstage(town: Town, sandbox: str = "") -> Iterator[Backstage]:
    """Behind the scenes of a town where Salma has signed in once."""
    work = wired(replace(load(town.settings), fail_points=None))
    try:
        with httpx.Client(timeout=30) as client:
            yield Backstage(town, work, sandbox or town.sandbox, client)
    finally:
        work.database.dispose()
