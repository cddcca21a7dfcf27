"""Requests that lie in a town's database before anything is measured, made by the portal's own actions."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import httpx
import stripe
from bench.road import TYPED
from filled_in import filled_in
from sqlalchemy import func, select, update

from journeys.cases import actions, reading
from journeys.cases.models import Case
from payments.actor import Actor
from payments.money import Money
from payments.ports import Status, Taken
from payments.settlement import actions as settlement
from payments.settlement.events import Prepared
from payments.settlement.reading import debts_of, order_of
from portal.identity.people import by_account
from portal.outbox import Task
from portal.tasks import RECURRING
from portal.unit import Unit, Work, real_now

SERVICE = "birth-extract"
CARD = "4242424242424242"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was sent and whose fee can be paid: its reference, the attempt, the checkout's name."""

    reference: str
    attempt: UUID
    checkout: str


def person_of(work: Work, name: str) -> UUID:
    """The id of a demo person who signed in before."""
    return work.transact(lambda unit: by_account(unit.session, "national", f"ma-{name}"), reading=True)


def asked(work: Work, person: UUID, times: int) -> list[Asked]:
    """So many requests of a person, each with a checkout that is open at the card processor."""
    actor = Actor.person(person)
    return [_opened(work, actor, work.transact(_submitted, actor=actor)) for _ in range(times)]


def _submitted(unit: Unit) -> tuple[str, UUID]:
    keyring, catalogue = unit.adapters.keyring, unit.adapters.shelf.current()
    service = catalogue.services[SERVICE]
    subject = {"name_ar": "سلمى", "name_lat": "Salma"}
    opened = unit.do(actions.open_case, service, catalogue.number, "ar", subject, keyring)
    case = reading.case_by_id(unit.session, opened.case_id)
    typed = {key: text for section in TYPED for key, text in section.items()}
    filled_in(unit, case, typed)
    unit.do(actions.submit, case, service, catalogue, f"{case.id}:bench", keyring)
    return case.reference, debts_of(unit.session, [case.id])[case.id].id


def _opened(work: Work, actor: Actor, made: tuple[str, UUID]) -> Asked:
    reference, debt = made

    def prepare(unit: Unit) -> Prepared:
        return unit.in_real_time().do(settlement.prepare, [debt], "stripe", "ar")

    prepared = work.transact(prepare, actor=actor)
    back = f"{work.adapters.settings.public_url}/ar/payments/{prepared.attempt}/back"
    order = work.transact(lambda unit: order_of(unit.session, prepared.attempt, back, back), reading=True)
    checkout = work.adapters.provider.open(order)
    work.transact(lambda unit: unit.in_real_time().do(settlement.opened, prepared.attempt, checkout), actor=actor)
    return Asked(reference, prepared.attempt, checkout.reference)


def settle(sandbox: str, requests: list[Asked]) -> None:
    """Their payers pay at the card processor, which tells the portal."""
    for one in requests:
        url = f"{sandbox}/control/cards/sessions/{one.checkout}/settle"
        httpx.post(url, json={"card": CARD}, timeout=30).raise_for_status()


def paid(work: Work, requests: list[Asked]) -> None:
    """They are paid without anybody asking the card processor: filed at once, their papers not made."""
    for one in requests:
        status = Status(Taken.SUCCEEDED, Money(2000, "MAD"), f"ch_{one.attempt}")
        work.transact(lambda unit: unit.in_real_time().do(settlement.record, one.attempt, status))  # noqa: B023


def filed(work: Work, requests: list[Asked]) -> bool:
    """Whether all of these requests are filed."""
    references = [one.reference for one in requests]
    query = select(func.count()).where(Case.reference.in_(references), Case.filed_at.is_not(None))
    return work.transact(lambda unit: unit.session.scalar(query), reading=True) == len(references)


def waiting(work: Work) -> bool:
    """Whether the worker has something left to do."""
    query = select(Task.id).where(Task.done_at.is_(None), Task.stuck.is_(False), Task.name.not_in(RECURRING)).limit(1)
    return work.transact(lambda unit: unit.session.scalar(query), reading=True) is not None


def forget_work(work: Work) -> None:
    """What was asked of the worker so far is done, as far as it is concerned."""
    undone = update(Task).where(Task.done_at.is_(None), Task.name.not_in(RECURRING)).values(done_at=real_now())
    work.transact(lambda unit: unit.session.execute(undone))


def messages(secret: str, requests: list[Asked]) -> Iterator[tuple[bytes, dict[str, str]]]:
    """What a card processor says of each of these checkouts: the body and its signature."""
    for number, one in enumerate(requests):
        body = json.dumps(_event(number, one))
        header = stripe.WebhookSignature.generate_signature_header(body, secret)
        yield body.encode(), {"Stripe-Signature": header, "Content-Type": "application/json"}


def _event(number: int, one: Asked) -> dict[str, object]:
    return {
        "id": f"evt_bench_{number}",
        "object": "event",
        "api_version": stripe.api_version,
        "created": int(time.time()),
        "livemode": False,
        "pending_webhooks": 1,
        "type": "checkout.session.completed",
        "data": {
            "object": {
                "id": one.checkout,
                "object": "checkout.session",
                "amount_total": 2000,
                "currency": "mad",
                "client_reference_id": str(one.attempt),
                "livemode": False,
                "metadata": {"attempt": str(one.attempt)},
                "mode": "payment",
                "payment_status": "paid",
                "status": "complete",
                "customer_details": {"email": "salma@example.ma", "name": "Salma", "address": {"country": "MA"}},
            }
        },
    }
