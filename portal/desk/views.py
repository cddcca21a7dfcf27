"""Decide: the queue of an office, a request as its officers see it, taking, granting, refusing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from journeys.cases import actions, reading
from journeys.cases.answers import BadAnswer
from journeys.cases.errors import NoReason
from journeys.cases.letters import is_hostile, lines
from journeys.cases.models import Case
from journeys.cases.states import State, Verb, may
from journeys.exchange.models import Office
from portal.apply.drafts import Draft, load, reference_of
from portal.apply.forms import LONGEST, add_problems, sentence
from portal.audit.actions import About
from portal.audit.models import Did, Kind
from portal.desk.decisions import decision_form, judged
from portal.guards import DECIDING
from portal.i18n import casablanca_day, gettext
from portal.identity.mandates.reading import near
from portal.identity.people import names_of, same_human
from portal.locker.actions import of_case, of_request
from portal.locker.listing import proved
from portal.locker.opening import Opened, opened, sent
from portal.seen import refused, seen
from portal.unit import Unit
from portal.web import SAFE, NotYours, TooNear, catalogue, steps, unit, who, work, writes

bp = Blueprint("desk", __name__)

MOST = 50
DECIDED = frozenset((State.GRANTED, State.REFUSED))


@bp.get("/desk")
def queue(lang: str) -> ResponseReturnValue:
    """What this office has to decide, the nearest last day first."""
    office = unit().session.get_one(Office, who().office)
    cases = reading.queue(unit().session, office.id, beyond=_place(), most=MOST)
    more = f"{cases[-1].last_day or ''}.{cases[-1].id}" if len(cases) == MOST else None
    return render_template(
        "desk/queue.html",
        office=office,
        cases=cases,
        services=catalogue().services,
        today=casablanca_day(unit().moment),
        more=more,
    )


def _place() -> tuple[date | None, UUID] | None:
    text = request.args.get("from")
    if not text:
        return None
    day, _, key = text.partition(".")
    try:
        return date.fromisoformat(day) if day else None, UUID(key)
    except ValueError:
        abort(404)


def office_case(unit: Unit, reference: str, *, lock: bool = False) -> Case:
    """A filed request of this officer's office, never their own. Raises NotYours for any other."""
    found = reading.BY_REFERENCE.add_columns(near(who().id, Case.subject_id))
    found = found.with_for_update(of=Case) if lock else found
    row = unit.session.execute(found, {"key": reference_of(reference)}).unique().one_or_none()
    if row is None:
        raise NotYours
    case: Case = row[0]
    me, about = who(), About(case.subject_id, Kind.REQUEST, case.id, case.reference, case.service)
    if case.office_id != me.office or case.filed_at is None:
        refused(me, about)
        raise NotYours
    if row[1] or _acted_on(unit, case):
        refused(me, about)
        raise TooNear  # nobody decides what they asked for, in whose name ever
    seen(unit, me, about, Did.READ if request.method in SAFE else Did.CHANGED)
    return case


def _acted_on(unit: Unit, case: Case) -> bool:
    """Whether this officer, as whoever they are known, did something for whoever asks: asked before they change it."""
    if request.method in SAFE:
        return False
    return reading.acted_on(unit.session, case, sorted(same_human(unit.session, who().id)))


@bp.get("/desk/requests/<reference>")
@writes
def one(lang: str, reference: str) -> ResponseReturnValue:
    """One request: who asks, the answers and where they come from, the last day, what may be done."""
    draft = load(unit(), office_case(unit(), reference))
    return _page(draft, lang, decision_form(draft, lang))


def _page(draft: Draft, lang: str, form: object, problem: str = "", reason: str = "") -> str:
    state = State(draft.case.state)
    history = reading.history(unit().session, draft.case)
    return render_template(
        "desk/request.html",
        case=draft.case,
        draft=draft,
        form=form,
        problem=problem,
        reason=reason,
        history=history,
        names=names_of(unit().session, reading.delegates(history)),
        may_take=who().role in DECIDING and may(state, Verb.TAKE),
        may_decide=who().role in DECIDING and may(state, Verb.GRANT),
        issued=of_case(unit().session, draft.case.id) if state in DECIDED else [],
        sources=proved(draft.sources),
    )


@bp.post("/desk/requests/<reference>/take")
def take(lang: str, reference: str) -> ResponseReturnValue:
    """This officer works on it from now on."""
    case = office_case(unit(), reference, lock=True)
    if not _done_already(case, Verb.TAKE):
        _as_officer().do(actions.take, case)
    return _to_request(lang, case)


@bp.post("/desk/requests/<reference>/grant")
def grant(lang: str, reference: str) -> ResponseReturnValue:
    """Decides yes, with what the document will say."""
    case = office_case(unit(), reference, lock=True)
    if _done_already(case, Verb.GRANT):
        return _to_request(lang, case)
    draft = load(unit(), case)
    typed = {field.id: request.form.get(field.id, "")[:LONGEST] for field in draft.service.decision}
    facts, problems = judged(draft, typed, unit().moment)
    if problems:
        form = decision_form(draft, lang, typed)
        add_problems(form, problems)
        return _page(draft, lang, form), 422
    _as_officer().do(actions.grant, case, {**facts, **_decider()}, unit().adapters.keyring)
    return _to_request(lang, case)


@bp.post("/desk/requests/<reference>/refuse")
def refuse(lang: str, reference: str) -> ResponseReturnValue:
    """Decides no, with reasons."""
    case = office_case(unit(), reference, lock=True)
    if _done_already(case, Verb.REFUSE):
        return _to_request(lang, case)
    draft = load(unit(), case)
    reason = lines(request.form.get("reason", ""))[:LONGEST]
    form = decision_form(draft, lang)
    if is_hostile(reason):
        return _page(draft, lang, form, sentence(BadAnswer("wrong_characters")), reason), 422
    try:
        _as_officer().do(actions.refuse, case, {lang: reason}, unit().adapters.keyring, _decider())
    except NoReason:
        return _page(draft, lang, form, gettext("A refusal must carry its reasons (law 55-19, article 18).")), 422
    return _to_request(lang, case)


@bp.get("/desk/requests/<reference>/files/<uuid:document>")
@steps
def open_file(lang: str, reference: str, document: UUID) -> ResponseReturnValue:
    """A file that the person attached, as the office of the request sees it."""
    me = who()

    def find(unit: Unit) -> Opened:
        case = office_case(unit, reference)
        purpose = f"{case.reference} · {office_of_request(unit, case)}"
        found = of_request(unit.session, case.id, document)
        seen(unit, me, About(case.subject_id, Kind.FILE, case.id, case.reference, case.service, found.id))
        return opened(unit, found, owner=False, purpose=purpose)

    return sent(work().transact(find, actor=me.actor))


def office_of_request(unit: Unit, case: Case) -> str:
    """What the office of a request is called, in one language."""
    names = unit.session.get_one(Office, case.office_id).names
    return names.get("fr") or names.get("ar", "")


def _done_already(case: Case, verb: Verb) -> bool:
    """Whether this very officer did this last: who presses twice, or again after a silence, gets the first result."""
    last = reading.newest_action(unit().session, case)
    return last.verb == verb and last.actor_id == who().id


def _to_request(lang: str, case: Case) -> ResponseReturnValue:
    return redirect(url_for("desk.one", lang=lang, reference=case.reference), 303)


def _decider() -> dict[str, str]:
    """Who decides, as the decision says it."""
    return {"officer_ar": who().name_ar, "officer_lat": who().name_lat}


def _as_officer() -> Unit:
    return replace(unit(), actor=who().officer)
