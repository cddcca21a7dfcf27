"""What the town holds at rest, read from its database and from the world outside: one request, seen from all sides."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from drill.town import PATIENCE_SECONDS, Town
from sqlalchemy import select, update

from journeys.cases import content
from journeys.cases.models import Case, CaseAction
from journeys.exchange.models import Exchange
from payments.debts.models import Attempt, AttemptDebt, Debt
from payments.settlement.models import ProviderNews, Refund
from portal.alerts.models import Alert, Delivery
from portal.apply.files import NEVER_CAME
from portal.db import Database
from portal.demo import CONNECTED
from portal.keys import Keyring
from portal.locker.actions import BROUGHT, GOING, ISSUED
from portal.locker.models import Document
from portal.outbox import Task
from portal.pay.tasks import QUIET_MINUTES, ask_about_quiet
from portal.sandbox.store import Store
from portal.tasks import FOR_A_DAY, RECURRING
from portal.unit import real_now

GIVEN_UP = re.compile(r"message (\S+) was given up")


@dataclass(frozen=True, slots=True)
class Telling:
    """An alert and how its letter went."""

    id: UUID
    kind: str
    delivery: str


@dataclass(frozen=True, slots=True)
class Told:
    """One request as the database tells it."""

    id: UUID
    reference: str
    service: str
    verbs: tuple[str, ...]
    answers: Mapping[str, Any]
    debt: Debt | None
    attempts: tuple[Attempt, ...]
    refunded: bool
    documents: tuple[tuple[str, str], ...]
    brought: tuple[str, ...]
    alerts: tuple[Telling, ...]
    asked_registers: bool


class Books:
    """The database and the sandbox's own memory, open for reading as long as the block lasts."""

    def __init__(self, town: Town) -> None:
        self._database = town.database()
        self._session = self._database.session(reading=True)
        self._keyring = Keyring.parse(town.settings["PORTAL_KEYS"])
        self._outside = Store(Path(town.settings["SANDBOX_DATA"]))
        self._given_up = given_up(town)
        self._charges = self._read_charges()
        self._letters = Counter(letter["message_id"].strip("<>").partition("@")[0] for letter in self._all("mail"))
        dossiers = [case["dossier"]["key"] for name in CONNECTED for case in self._all(f"case:{name}")]
        self._dossiers = Counter(dossiers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._session.close()
        self._database.dispose()
        self._outside.close()

    def references(self) -> set[str]:
        """All requests there are."""
        return set(self._session.scalars(select(Case.reference)))

    def left(self) -> list[str]:
        """Tasks that are not done, are held, or wait for a person."""
        undone = Task.done_at.is_(None) & Task.name.not_in((*RECURRING, *FOR_A_DAY))
        found = self._session.scalars(select(Task).where(undone | Task.stuck))
        return [f"{task.key}, tried {task.tries} times: {task.problem}" for task in found]

    def told(self, reference: str) -> Told | None:
        """One request."""
        case = self._session.scalar(select(Case).where(Case.reference == reference))
        if case is None:
            return None
        debt = self._session.scalar(select(Debt).where(Debt.owed_for == case.id))
        attempts = self._attempts(debt)
        return Told(
            case.id,
            reference,
            case.service,
            tuple(self._session.scalars(_of_case(CaseAction.verb, CaseAction.case_id, case).order_by(CaseAction.step))),
            content.read(self._keyring, case, content.ANSWERS).get("values", {}),
            debt,
            attempts,
            any(self._session.scalars(select(Refund.done_at).where(Refund.attempt_id.in_([a.id for a in attempts])))),
            tuple(
                (kind, state)
                for kind, state in self._session.execute(
                    select(Document.kind, Document.state).where(Document.case_id == case.id, Document.origin == ISSUED)
                )
            ),
            tuple(
                self._session.scalars(
                    select(Document.state).where(
                        Document.case_id == case.id, Document.origin == BROUGHT, Document.state != GOING
                    )
                )
            ),
            self._alerts(reference),
            self._session.scalar(_of_case(Exchange.id, Exchange.about, case).where(Exchange.kind == "facts").limit(1))
            is not None,
        )

    def _attempts(self, debt: Debt | None) -> tuple[Attempt, ...]:
        if debt is None:
            return ()
        linked = select(Attempt).join(AttemptDebt, AttemptDebt.attempt_id == Attempt.id)
        return tuple(self._session.scalars(linked.where(AttemptDebt.debt_id == debt.id)))

    def _alerts(self, reference: str) -> tuple[Telling, ...]:
        query = select(Alert.id, Alert.kind, Delivery.state).join(Delivery, Delivery.alert_id == Alert.id)
        return tuple(Telling(*row) for row in self._session.execute(query.where(Alert.about == reference)))

    def about_debt(self, debt: str) -> str | None:
        """The reference that a debt is about."""
        return self._session.scalar(select(Debt.about).where(Debt.id == UUID(debt)))

    def about_session(self, session: str) -> str | None:
        """The reference that a checkout at the card processor is about."""
        links = select(Debt.about).join(AttemptDebt, AttemptDebt.debt_id == Debt.id)
        links = links.join(Attempt, Attempt.id == AttemptDebt.attempt_id)
        return self._session.scalar(links.where(Attempt.provider_reference == session))

    def checkouts(self, attempt: UUID) -> int:
        """How many checkouts the card processor opened for an attempt."""
        return len(self._charges[str(attempt)])

    def kept_of(self, attempt: UUID) -> list[int]:
        """What the card processor took and did not give back, checkout by checkout."""
        return self._charges[str(attempt)]

    def letters(self, alert: UUID) -> int:
        """How often the letter of an alert arrived."""
        return self._letters[str(alert)]

    def letters_again(self) -> int:
        """How many letters arrived once more than needed, which readers of mail recognise by their number."""
        return sum(self._letters.values()) - len(self._letters)

    def dossiers(self, case: UUID) -> int:
        """How many cases an administration made of a request."""
        return self._dossiers[str(case)]

    def unheard(self) -> list[str]:
        """Messages of the card processor that were answered, for they are sent until they are or given up, and are not
        written down."""
        known = {*self._session.scalars(select(ProviderNews.event)), *self._given_up}
        return [event["id"] for event in self._all("event") if event["id"] not in known]

    def unread(self, alerts: Iterable[UUID]) -> list[str]:
        """Those of these alerts that nobody has read."""
        query = select(Alert.id, Alert.kind, Alert.about).where(Alert.read_at.is_(None))
        wanted = set(alerts)
        return [f"{kind} of {about}" for alert, kind, about in self._session.execute(query) if alert in wanted]

    def _read_charges(self) -> Mapping[str, list[int]]:
        kept: dict[str, list[int]] = defaultdict(list)
        for session in self._all("session"):
            intent = self._outside.get("payment_intent", session["payment_intent"] or "")
            charge = self._outside.get("charge", intent["latest_charge"] or "") if intent else None
            paid = charge["amount_captured"] - charge["amount_refunded"] if charge and charge["paid"] else 0
            kept[session["client_reference_id"]].append(paid)
        return kept

    def _all(self, kind: str) -> list[Any]:
        return [value for _, value in self._outside.oldest(kind)]


def undelivered(town: Town) -> list[str]:
    """Waits until the town has come to rest; the messages of the world outside that were never taken.

    What the world outside gave up to tell is found by the sweep, which comes now instead of in some minutes, and files
    that were broken off or replaced are thrown away now instead of in a day."""
    throw_away_now(town.settings)
    town.rest(PATIENCE_SECONDS)
    store, until = Store(Path(town.settings["SANDBOX_DATA"])), time.monotonic() + PATIENCE_SECONDS
    while (waiting := store.oldest("post")) and time.monotonic() < until:
        time.sleep(0.1)
    store.close()
    if given_up(town):
        sweep_now(town.settings)
    town.rest(PATIENCE_SECONDS)
    return [f"news for {entry['url']} is not taken" for _, entry in waiting]


def given_up(town: Town) -> list[str]:
    """The messages that the world outside gave up to tell, after more than two minutes of trying."""
    return GIVEN_UP.findall((town.folder / "sandbox.log").read_text("utf-8", "replace"))


def throw_away_now(place: Mapping[str, str], *, come: bool = False) -> None:
    """The day is over after which files that no answer names are thrown away; ``come`` spares those that may still be
    on their way here, which have an hour."""
    database = Database(place["PORTAL_DATABASE_URL"])
    lying = update(Task).where(Task.name == "throw_away", Task.done_at.is_(None))
    if come:
        lying = lying.where(Task.due_at > real_now() + 2 * NEVER_CAME)  # twice: some are reserved meanwhile
    with database.session() as session, session.begin():
        session.execute(lying.values(due_at=real_now()))
    database.dispose()


def sweep_now(place: Mapping[str, str]) -> None:
    """The sweep, which looks at what has been quiet for minutes, comes now: what was paid and never told is known to
    the card processor alone."""
    database = Database(place["PORTAL_DATABASE_URL"])
    when = real_now() + timedelta(minutes=QUIET_MINUTES + 1)
    with database.session() as session, session.begin():
        ask_about_quiet(session, when)
    database.dispose()


def _of_case(column: Any, foreign: Any, case: Case) -> Any:
    return select(column).where(foreign == case.id)
