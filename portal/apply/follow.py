"""Follow: the request page, the dashboard, the receipt of filing, withdrawing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from journeys.cases import actions, content, reading
from journeys.cases.models import Case
from journeys.cases.states import State, Turn, Verb, may
from payments.debts.models import Debt
from payments.settlement.reading import Owed, owed
from portal.apply import files
from portal.apply.drafts import load, own_case, reference_of
from portal.apply.views import next_place
from portal.discover import words
from portal.i18n import casablanca_day
from portal.locker.actions import of_case
from portal.paging import after, read_place
from portal.pay.views import bill
from portal.web import NotYours, catalogue, unit, who

bp = Blueprint("follow", __name__)

MOST = 20

REQUEST = (
    reading.BY_REFERENCE.options(joinedload(Case.office)).add_columns(Debt).outerjoin(Debt, Debt.owed_for == Case.id)
)


def own_request(typed: str) -> tuple[Case, Owed | None]:
    """A request of the person who asks and what is owed for it, in one query. Raises NotYours."""
    row = unit().session.execute(REQUEST, {"key": reference_of(typed)}).unique().one_or_none()
    if row is None or row.Case.subject_id != who().id:
        raise NotYours
    return row.Case, owed(row.Debt) if row.Debt else None


@bp.get("/requests/<reference>")
def request_page(lang: str, reference: str) -> ResponseReturnValue:
    """Where it is, whose turn, one thing to do, the last day, and the history."""
    case, debt = own_request(reference)
    draft = load(unit(), case)
    if case.state == State.DRAFT:
        return redirect(next_place(draft, lang), 303)
    session = unit().session
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
        history=reading.history(session, case),
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
def withdraw(lang: str, reference: str) -> ResponseReturnValue:
    """Takes a request back before it is decided."""
    case = own_case(unit(), reference, lock=True)
    if case.state != State.WITHDRAWN:
        unit().do(actions.withdraw, case)
    return redirect(url_for("follow.request_page", lang=lang, reference=case.reference), 303)


@bp.post("/requests/<reference>/discard")
def discard(lang: str, reference: str) -> ResponseReturnValue:
    """Throws a draft away."""
    case = own_case(unit(), reference, lock=True)
    if case.state != State.DISCARDED:
        unit().do(actions.discard, case)
        files.forget_unused(unit(), load(unit(), case))
    return redirect(url_for("follow.dashboard", lang=lang), 303)


@bp.get("/dashboard")
def dashboard(lang: str) -> ResponseReturnValue:
    """Everything this person has under way, what waits for them first."""
    session = unit().session
    cases = reading.mine(session, who().id, before=read_place(), most=MOST)
    return render_template(
        "follow/dashboard.html",
        cases=cases,
        yours=[case for case in cases if case.turn == Turn.PERSON],
        theirs=[case for case in cases if case.turn == Turn.ADMINISTRATION],
        ended=[case for case in cases if case.turn == Turn.NOBODY],
        services=catalogue().services,
        more=after(cases, MOST, "changed_at"),
    )
