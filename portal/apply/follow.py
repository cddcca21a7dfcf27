"""Follow: the request page, the dashboard, the receipt of filing, withdrawing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from journeys.cases import actions, content, reading
from journeys.cases.letters import is_hostile, lines
from journeys.cases.models import Case
from journeys.cases.states import State, Turn, Verb, may
from payments.debts.models import Debt
from payments.settlement.reading import Owed, owed
from portal.apply.drafts import let_in, load, own_case, reference_of
from portal.apply.views import next_place
from portal.audit.actions import About
from portal.audit.models import Kind
from portal.discover import words
from portal.guards import needs
from portal.i18n import casablanca_day
from portal.identity.mandates.reading import anything_waits_for
from portal.identity.people import names_of
from portal.locker.actions import of_case
from portal.paging import after, read_place
from portal.pay.views import bill
from portal.seen import seen
from portal.unit import real_now
from portal.web import NotYours, catalogue, reach, unit, who
from portal.who import SIGN

bp = Blueprint("follow", __name__)

MOST = 20
LONGEST = 2000

REQUEST = (
    reading.BY_REFERENCE.options(joinedload(Case.office)).add_columns(Debt).outerjoin(Debt, Debt.owed_for == Case.id)
)


def own_request(typed: str) -> tuple[Case, Owed | None]:
    """A request of the person who asks and what is owed for it, in one query. Raises NotYours."""
    row = unit().session.execute(REQUEST, {"key": reference_of(typed)}).unique().one_or_none()
    if row is None:
        raise NotYours
    return let_in(unit(), row.Case), owed(row.Debt) if row.Debt else None


@bp.get("/requests/<reference>")
def request_page(lang: str, reference: str) -> ResponseReturnValue:
    """Where it is, whose turn, one thing to do, the last day, and the history."""
    case, debt = own_request(reference)
    draft = load(unit(), case)
    if case.state == State.DRAFT:
        return redirect(next_place(draft, lang), 303)
    session = unit().session
    history = reading.history(session, case)
    return render_template(
        "follow/request.html",
        case=case,
        draft=draft,
        office=case.office,
        debt=debt,
        **bill(debt),
        words=words,
        today=casablanca_day(unit().moment),
        filed_day=casablanca_day(case.filed_at) if case.filed_at else None,
        documents=of_case(session, case.id),
        history=history,
        names=names_of(session, reading.delegates(history)),
        can_contest=who().acting is None
        and any(one.mandate for one in history)
        and may(State(case.state), Verb.CONTEST)
        and content.CONTEST not in draft.kept,
        outcome=draft.kept.get(content.OUTCOME, {}),
        can_withdraw=may(State(case.state), Verb.WITHDRAW),
        payment=request.args.get("payment"),
    )


@bp.get("/requests/<reference>/receipt")
def receipt(lang: str, reference: str) -> ResponseReturnValue:
    """The receipt of filing: proof of what was filed and when (law 55-19 art. 10 to 12)."""
    case = own_case(unit(), reference)
    if case.filed_at is None or case.office_id is None:
        raise NotYours
    documents = of_case(unit().session, case.id)
    return render_template(
        "follow/receipt.html", case=case, draft=load(unit(), case), office=case.office, documents=documents
    )


@bp.post("/requests/<reference>/withdraw")
@needs(SIGN)
def withdraw(lang: str, reference: str) -> ResponseReturnValue:
    """Takes a request back before it is decided."""
    case = own_case(unit(), reference, lock=True)
    if case.state != State.WITHDRAWN:
        unit().do(actions.withdraw, case)
    return redirect(url_for("follow.request_page", lang=lang, reference=case.reference), 303)


@bp.post("/requests/<reference>/contest")
def contest(lang: str, reference: str) -> ResponseReturnValue:
    """The person says that they did not want what somebody did for them; whoever decides is told. Nobody says it for
    them."""
    if who().acting is not None:
        raise NotYours
    case = own_case(unit(), reference, lock=True)
    reason = lines(request.form.get("reason", ""))[:LONGEST]
    if may(State(case.state), Verb.CONTEST) and not is_hostile(reason):
        unit().do(actions.contest, case, reason, unit().adapters.keyring)
    return redirect(url_for("follow.request_page", lang=lang, reference=case.reference), 303)


@bp.post("/requests/<reference>/discard")
def discard(lang: str, reference: str) -> ResponseReturnValue:
    """Throws a draft away."""
    case = own_case(unit(), reference, lock=True)
    if case.state != State.DISCARDED:
        unit().do(actions.discard, case)
    return redirect(url_for("follow.dashboard", lang=lang), 303)


@bp.get("/dashboard")
def dashboard(lang: str) -> ResponseReturnValue:
    """Everything this person has under way, what waits for them first."""
    session = unit().session
    cases = reading.mine(session, who().subject, before=read_place(), most=MOST, services=reach())
    seen(unit(), who(), About(who().subject, Kind.LIST))
    me = who()
    return render_template(
        "follow/dashboard.html",
        asked=me.acting is None and anything_waits_for(session, me.id, real_now()),
        cases=cases,
        yours=[case for case in cases if case.turn == Turn.PERSON],
        theirs=[case for case in cases if case.turn == Turn.ADMINISTRATION],
        ended=[case for case in cases if case.turn == Turn.NOBODY],
        services=catalogue().services,
        more=after(cases, MOST, "changed_at"),
    )
