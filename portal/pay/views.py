"""What is owed, checkout, the way back from the provider, its messages, receipts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from journeys.cases.reading import Brief, briefly
from journeys.cases.states import State
from payments.debts.errors import NotKnown
from payments.debts.states import DebtState
from payments.money import Money
from payments.ports import Checkout, NotReachable, Order, Status
from payments.settlement import actions, reading
from payments.settlement.errors import AlreadyPaid, NotPayable, Why
from payments.settlement.events import Prepared
from payments.settlement.reading import Owed, Tried
from portal.audit.actions import About
from portal.audit.models import Did, Kind
from portal.guards import needs
from portal.locker.actions import of_case
from portal.outbox import later
from portal.paging import after, read_place
from portal.pay import receipts
from portal.pay.orders import order_of
from portal.seen import refused, seen, still_acts
from portal.unit import Unit, real_now
from portal.web import NotCovered, NotYours, adapters, reach, steps, unit, who, work
from portal.who import PAY

bp = Blueprint("pay", __name__)
hooks = Blueprint("pay_hooks", __name__)

MOST = 30
LONGEST_NEWS = 256_000


def own_debt(unit: Unit, debt: UUID) -> Owed:
    """A debt of whoever this person acts for. Raises NotYours, and NotCovered where their mandate does not reach."""
    try:
        found = reading.debt(unit.session, debt)
    except NotKnown:
        raise NotYours from None
    me, about = who(), About(found.subject or who().id, Kind.PAYMENT, found.owed_for, found.about)
    if found.subject != me.subject:
        refused(me, about)
        raise NotYours
    if reach() is not None and not _within_reach([found], _paid_for(unit, [found])):
        refused(me, about)
        raise NotCovered(None)
    if me.acting is not None and not unit.reading:
        still_acts(unit, me)
    seen(unit, me, about, Did.READ if unit.reading or request.method == "GET" else Did.CHANGED)
    return found


def _paid_for(unit: Unit, debts: list[Owed]) -> dict[UUID, Brief]:
    return briefly(unit.session, [debt.owed_for for debt in debts])


def _within_reach(debts: list[Owed], paid_for: dict[UUID, Brief]) -> list[Owed]:
    """Those of some debts that are for services which this person's mandate reaches."""
    allowed = reach()
    if allowed is None:
        return debts
    return [debt for debt in debts if debt.owed_for in paid_for and paid_for[debt.owed_for].service in allowed]


def _ended(paid_for: dict[UUID, Brief]) -> dict[UUID, str]:
    """Those that brought nothing, though their fee may have been paid: refused or taken back."""
    return {case: one.state for case, one in paid_for.items() if one.state in (State.REFUSED, State.WITHDRAWN)}


@bp.get("/payments")
def mine(lang: str) -> ResponseReturnValue:
    """What this person owes and has paid, newest first."""
    debts = reading.debts_by_subject(unit().session, who().subject, MOST, read_place())
    paid_for = _paid_for(unit(), debts)
    seen(unit(), who(), About(who().subject, Kind.PAYMENT))
    return render_template(
        "pay/mine.html",
        debts=_within_reach(debts, paid_for),
        ended=_ended(paid_for),
        more=after(debts, MOST, "raised_at"),
    )


@bp.post("/payments/<uuid:debt>/checkout")
@needs(PAY)
@steps
def checkout(lang: str, debt: UUID) -> ResponseReturnValue:
    """Prepare, open at the provider, record, and send the payer there."""
    actor, provider = who().actor, adapters().provider

    def prepare(unit: Unit) -> tuple[Prepared, Order]:
        own_debt(unit, debt)
        prepared = unit.in_real_time().do(actions.prepare, [debt], provider.name, lang)
        return prepared, order_of(unit, prepared.attempt, prepared.language)

    def call(prepared: tuple[Prepared, Order]) -> Checkout:
        if prepared[0].url:
            return Checkout("", prepared[0].url)
        return provider.open(prepared[1])

    def record(unit: Unit, prepared: tuple[Prepared, Order], opened: Checkout) -> str:
        if prepared[0].url:
            return prepared[0].url
        recorded = unit.in_real_time().do(actions.opened, prepared[0].attempt, opened)
        if not recorded.usable:
            raise NotPayable(Why.CLOSED)
        return recorded.url

    try:
        url = work().three_steps(prepare, call, record, actor=actor, language=lang)
    except AlreadyPaid:
        return redirect(url_for("pay.receipt", lang=lang, debt=debt), 303)
    return redirect(url, 303)


@bp.get("/payments/<uuid:attempt>/back")
@steps
def back(lang: str, attempt: UUID) -> ResponseReturnValue:
    """The payer comes back: the provider is asked, whatever the address says."""
    actor = who().actor

    def prepare(unit: Unit) -> tuple[Tried, Owed]:
        try:
            tried = reading.attempt(unit.session, attempt)
        except NotKnown:
            raise NotYours from None
        return tried, own_debt(unit, tried.debts[0])

    def call(found: tuple[Tried, Owed]) -> Status | None:
        try:
            return adapters().provider.ask(found[0].reference) if found[0].reference else None
        except NotReachable:
            return None

    def record(unit: Unit, found: tuple[Tried, Owed], status: Status | None) -> tuple[str, str]:
        if status is not None:
            unit.in_real_time().as_system().do(actions.record, attempt, status)
        return reading.debt(unit.session, found[1].id).state, found[1].about

    state, about = work().three_steps(prepare, call, record, actor=actor, language=lang)
    if state == DebtState.PAID:
        return redirect(url_for("follow.request_page", lang=lang, reference=about), 303)
    return redirect(url_for("follow.request_page", lang=lang, reference=about, payment=_how(), _anchor="pay"), 303)


def _how() -> str:
    return "cancelled" if "cancelled" in request.args else "waiting"


@bp.get("/payments/<uuid:debt>")
def receipt(lang: str, debt: UUID) -> ResponseReturnValue:
    """The payment receipt of a debt, or what is still owed."""
    owed = own_debt(unit(), debt)
    paid = reading.paid_receipt(unit().session, debt) if owed.paid_at else None
    papers = [one for one in of_case(unit().session, owed.owed_for) if one.kind == receipts.KIND] if paid else []
    ended = _ended(_paid_for(unit(), [owed])).get(owed.owed_for)
    return render_template("pay/receipt.html", debt=owed, receipt=paid, papers=papers, ended=ended, **bill(owed))


def bill(owed: Owed | None) -> dict[str, Any]:
    """What the bill of a debt shows: its lines with their names, and whether a tariff is unverified."""
    lines = owed.lines if owed else ()
    return {
        "lines": [(line["names"], Money(line["minor"], owed.amount.currency)) for line in lines if owed],
        "unverified": any(line["tariff"] == "unverified" for line in lines),
    }


@hooks.post("/hooks/stripe")
@steps
def news() -> ResponseReturnValue:
    """A provider's message: verified, noted once together with the task that asks the provider itself."""
    provider = adapters().provider
    body = request.stream.read(LONGEST_NEWS + 1)
    told = provider.read_news(dict(request.headers), body)

    def note(unit: Unit) -> None:
        if actions.note_news(unit.session, real_now(), provider.name, told, body) is None:
            return
        attempt = reading.attempt_of_news(unit.session, provider.name, told)
        if attempt is not None:
            later(unit.session, "ask_provider", str(attempt), {"attempt": str(attempt)}, again=True)

    work().transact(note)
    return Response(status=204)
