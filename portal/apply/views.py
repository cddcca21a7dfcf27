"""Ask: start, fill, review, send."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from journeys.cases import actions, content, reading
from journeys.cases import answers as rules
from journeys.cases.actions import fees_of, office_of
from journeys.cases.errors import NotAskable, NotComplete, WrongMove
from journeys.cases.fees import tariff_confirmed
from journeys.cases.states import State
from journeys.catalogue.definitions import Service
from journeys.exchange.actions import note_exchange
from journeys.exchange.errors import NotServed
from journeys.exchange.ports import Facts, NotAccepted, NotKnown, NotReachable
from payments.money import total
from portal.apply.drafts import Draft, load, own_case
from portal.apply.forms import LONGEST, add_problems
from portal.i18n import gettext, say_day
from portal.identity.actions import identifiers
from portal.unit import Unit
from portal.web import NotAssured, adapters, catalogue, keep_if_refused, steps, unit, who, work

bp = Blueprint("apply", __name__)

MOST_STEPS = 1_000_000
SUBJECT = ("name_ar", "name_lat", "cin", "birthdate", "email", "phone_number")


def askable(wanted: str) -> Service:
    """A service that this person can ask for here. Raises NotAskable (an unverified tariff serves a demonstration only)
    and NotAssured."""
    service = catalogue().services.get(wanted)
    if service is None or not service.askable:
        raise NotAskable(wanted)
    if not (service.tariff_confirmed or adapters().settings.demo):
        raise NotAskable(wanted)
    if not who().assured(service.assurance):
        raise NotAssured(service.assurance)
    return service


@bp.get("/services/<service>/start")
def start(lang: str, service: str) -> ResponseReturnValue:
    """Before you start: what will be asked, what it costs, what happens with the answers; a draft to go on with."""
    found = askable(service)
    draft = reading.draft_of(unit().session, who().id, service)
    return render_template("apply/start.html", service=found, draft=draft)


@bp.post("/services/<service>/start")
def open_case(lang: str, service: str) -> ResponseReturnValue:
    """Opens a draft, or goes on with the unfinished one, under the version it was opened under.

    Who begins anew says which draft they leave behind: sent twice, it is one new draft."""
    found = askable(service)
    draft = reading.draft_of(unit().session, who().id, service)
    if draft is not None and request.form.get("anew") != draft.reference:
        return redirect(next_place(load(unit(), draft), lang), 303)
    keyring = unit().adapters.keyring
    known = identifiers(unit().session, who().id, keyring)
    subject = {key: known[key] for key in SUBJECT if known.get(key)}
    opened = unit().do(actions.open_case, found, catalogue().number, lang, subject, keyring)
    first = rules.sections(found, {})[0]
    return redirect(url_for("apply.fill", lang=lang, reference=opened.reference, section=first.id), 303)


def next_place(draft: Draft, lang: str) -> str:
    """Where to go on: the first section with something missing, else the review."""
    missing = rules.problems(draft.service, draft.catalogue, draft.values, unit().moment)
    for section in draft.sections:
        if any(field.id in missing for field in rules.asked(draft.service, section.id, draft.values)):
            return url_for("apply.fill", lang=lang, reference=draft.case.reference, section=section.id)
    return url_for("apply.review", lang=lang, reference=draft.case.reference)


def _open_draft(reference: str, *, lock: bool = False) -> Draft:
    """A draft that can still be changed. Raises WrongMove once it was sent."""
    case = own_case(unit(), reference, lock=lock)
    if case.state != State.DRAFT:
        raise WrongMove(case.state, "fill")
    return load(unit(), case)


@bp.get("/requests/<reference>/fill/<section>")
def fill(lang: str, reference: str, section: str) -> ResponseReturnValue:
    """One section of the form, filled with what is known."""
    draft = _open_draft(reference)
    part = draft.section(section)
    form = draft.form(part, lang)
    return _page(draft, section, form)


def _page(draft: Draft, section: str, form: object) -> str:
    part = draft.section(section)
    ids = [one.id for one in draft.sections]
    source = draft.facts.get(part.prefill.register_) if draft.offers(part) and part.prefill else None
    return render_template(
        "apply/fill.html",
        draft=draft,
        section=part,
        form=form,
        step=ids.index(section) + 1,
        steps=len(ids),
        source=source and {**source, "as_of": say_day(date.fromisoformat(source["as_of"]))},
        offer=source is None and draft.offers(part) and "cin" in draft.kept["subject"],
        register_name=register_name(part.prefill.register_) if part.prefill else "",
    )


def register_name(register: str) -> str:
    """What people call a register."""
    names = {"civil-status": gettext("civil status"), "population": gettext("population")}
    found: str = names.get(register, register)
    return found


@bp.post("/requests/<reference>/fill/<section>")
def save(lang: str, reference: str, section: str) -> ResponseReturnValue:
    """Saves what was typed, then judges it; goes on when all is well."""
    draft = _open_draft(reference, lock=True)
    part = draft.section(section)
    typed = {field.id: request.form.get(field.id, "")[:LONGEST] for field in draft.service.form}
    typed = {key: text for key, text in typed.items() if key in request.form}
    keep_if_refused(lambda later: _keep(later, reference, typed))
    keyring = unit().adapters.keyring
    answered = unit().do(actions.answer, draft.case, draft.service, draft.catalogue, section, typed, keyring)
    draft = load(unit(), draft.case)
    if answered.problems:
        form = draft.form(part, lang)
        add_problems(form, answered.problems)
        return _page(draft, section, form), 422
    following = draft.after(part)
    if following is None or "review" in request.args or rules.barred(draft.service, draft.values):
        return redirect(url_for("apply.review", lang=lang, reference=draft.case.reference), 303)
    return redirect(url_for("apply.fill", lang=lang, reference=draft.case.reference, section=following.id), 303)


def _keep(later: Unit, reference: str, typed: dict[str, str]) -> None:
    case = own_case(later, reference, lock=True)
    if case.state == State.DRAFT:
        service = later.adapters.shelf.at(case.publication).service(case.service)
        later.do(actions.keep_typed, case, service, typed, later.adapters.keyring)


@bp.post("/requests/<reference>/fetch/<section>")
@steps
def fetch(lang: str, reference: str, section: str) -> ResponseReturnValue:
    """With consent, asks the section's register for what it holds of this person (law 55-19 art. 24)."""

    def prepare(unit: Unit) -> tuple[str, str, tuple[str, ...]]:
        draft = load(unit, own_case(unit, reference))
        part = draft.section(section)
        if part.prefill is None or not draft.offers(part) or draft.case.state != State.DRAFT:
            raise WrongMove(draft.case.state, "fetch")
        cin = draft.kept["subject"].get("cin", "")
        return part.prefill.register_, cin, draft.wanted(part.prefill.register_)

    def call(prepared: tuple[str, str, tuple[str, ...]]) -> Facts | Exception:
        register, cin, wanted = prepared
        try:
            return adapters().registers[register].facts(cin, wanted, reference)
        except KeyError:
            return NotReachable("not set up")
        except (NotReachable, NotAccepted, NotKnown) as error:
            return error

    def record(unit: Unit, prepared: tuple[str, str, tuple[str, ...]], facts: Facts | Exception) -> None:
        case = own_case(unit, reference, lock=True)
        said = dict(facts.values) if isinstance(facts, Facts) else {}
        outcome = "answered" if isinstance(facts, Facts) else "unknown" if isinstance(facts, NotKnown) else "silent"
        digest = content.digest(said)
        unit.do(note_exchange, about=case.id, partner=prepared[0], kind="facts", outcome=outcome, digest=digest)
        if isinstance(facts, Facts):
            unit.do(actions.keep_facts, case, facts, unit.adapters.keyring)
        elif isinstance(facts, NotKnown):
            flash(gettext("The register holds nothing under your card number. Please fill in the answers yourself."))
        else:
            flash(
                gettext(
                    "The register does not answer at the moment. You can fill in the answers yourself, or try later."
                )
            )

    work().three_steps(prepare, call, record, actor=who().actor, language=lang)
    return redirect(url_for("apply.fill", lang=lang, reference=reference, section=section), 303)


@bp.get("/requests/<reference>/review")
def review(lang: str, reference: str) -> ResponseReturnValue:
    """Everything once more before it is sent, with what it costs and who decides."""
    draft = _open_draft(reference)
    bars = rules.barred(draft.service, draft.values)
    if bars:
        instead = [(bar, catalogue().services.get(bar.service or "")) for bar in bars]
        return render_template("apply/barred.html", draft=draft, bars=instead), 409
    missing = rules.problems(draft.service, draft.catalogue, draft.values, unit().moment)
    if missing:
        return redirect(next_place(draft, lang), 303)
    try:
        office = office_of(unit().session, draft.service, draft.values)
    except NotServed:
        return render_template("apply/not_served.html", draft=draft), 409
    fees = fees_of(draft.service, draft.values, office)
    return render_template(
        "apply/review.html",
        draft=draft,
        office=office,
        fees=fees,
        confirmed=tariff_confirmed(draft.service, draft.values),
        lines=[(fee.names, fee.amount) for fee in fees],
        total=total(fee.amount for fee in fees),
        key=draft.case.steps,
    )


@bp.post("/requests/<reference>/submit")
def submit(lang: str, reference: str) -> ResponseReturnValue:
    """Sends the request in one transaction, once."""
    case = own_case(unit(), reference, lock=True)
    draft = load(unit(), case)
    key = f"{case.id}:{request.form.get('key', type=int, default=0) % MOST_STEPS}"
    try:
        unit().do(actions.submit, case, draft.service, draft.catalogue, key, unit().adapters.keyring)
    except NotComplete:
        return redirect(next_place(draft, lang), 303)
    return redirect(url_for("follow.request_page", lang=lang, reference=case.reference), 303)
