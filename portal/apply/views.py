"""Ask: start, review, send."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from journeys.cases import actions, reading
from journeys.cases import answers as rules
from journeys.cases.actions import fees_of, office_of
from journeys.cases.errors import NotAskable, NotComplete
from journeys.cases.fees import tariff_confirmed
from journeys.catalogue.definitions import Service
from payments.money import total
from portal.apply import files
from portal.apply.drafts import Draft, load, open_draft, own_case
from portal.guards import needs
from portal.identity.subjects import said_of
from portal.web import NotAssured, NotCovered, adapters, catalogue, unit, who
from portal.who import SIGN

bp = Blueprint("apply", __name__)

MOST_STEPS = 1_000_000
SUBJECT = (
    *("name_ar", "name_lat", "cin", "residence_title", "passport", "idcs", "birthdate", "email", "phone_number"),
    *("kind", "ice", "court", "rc", "form"),
)


def askable(wanted: str) -> Service:
    """A service that this person can ask for here. Raises NotAskable (an unverified tariff serves a demonstration only)
    and NotAssured."""
    service = catalogue().services.get(wanted)
    if service is None or not service.askable:
        raise NotAskable(wanted)
    if not (service.tariff_confirmed or adapters().settings.demo):
        raise NotAskable(wanted)
    if not who().reaches(service.id, service.administration) or not who().vouched(service.assurance):
        raise NotCovered(None)
    if not who().assured(service.assurance):
        raise NotAssured(service.assurance)
    return service


@bp.get("/services/<service>/start")
def start(lang: str, service: str) -> ResponseReturnValue:
    """Before you start: what will be asked, what it costs, what happens with the answers; a draft to go on with."""
    found = askable(service)
    draft = reading.draft_of(unit().session, who().subject, service)
    least = sum(section.when is None for section in found.sections)
    return render_template("apply/start.html", service=found, draft=draft, least=least)


@bp.post("/services/<service>/start")
def open_case(lang: str, service: str) -> ResponseReturnValue:
    """Opens a draft, or goes on with the unfinished one, under the version it was opened under.

    Who begins anew says which draft they leave behind: sent twice, it is one new draft."""
    found = askable(service)
    draft = reading.draft_of(unit().session, who().subject, service)
    if draft is not None and request.form.get("anew") != draft.reference:
        return redirect(next_place(load(unit(), draft), lang), 303)
    keyring = unit().adapters.keyring
    known = said_of(unit().session, who().subject, keyring)
    subject = {key: known[key] for key in SUBJECT if known.get(key)}
    if who().acting is not None:
        subject |= {"by_ar": who().name_ar, "by_lat": who().name_lat}
    opened = unit().do(actions.open_case, found, catalogue().number, lang, subject, keyring)
    first = rules.sections(found, {})[0]
    return redirect(url_for("filling.page", lang=lang, reference=opened.reference, section=first.id), 303)


def next_place(draft: Draft, lang: str) -> str:
    """Where to go on: the first page with something missing, else the review."""
    gap = draft.first_gap(unit().moment)
    if gap is None:
        return url_for("apply.review", lang=lang, reference=draft.case.reference)
    return page_url(draft, lang, *gap)


def page_url(draft: Draft, lang: str, section: str, thing: int | None = None, review: int | None = None) -> str:
    """Where a page of the form stands."""
    reference = draft.case.reference
    return url_for("filling.page", lang=lang, reference=reference, section=section, thing=thing, review=review)


@bp.get("/requests/<reference>/review")
def review(lang: str, reference: str) -> ResponseReturnValue:
    """Everything once more before it is sent, with what it costs and who decides."""
    draft = open_draft(unit(), reference)
    bars = rules.barred(draft.service, draft.values)
    if bars:
        instead = [(bar, catalogue().services.get(bar.service or "")) for bar in bars]
        return render_template("apply/barred.html", draft=draft, bars=instead), 409
    if draft.unserved(unit().session):
        place = draft.service.office_rule.territory if draft.service.office_rule else None
        chosen = draft.section_of(place) if place else draft.sections[0]
        return render_template("apply/not_served.html", draft=draft, chosen=chosen), 409
    missing = rules.problems(draft.service, draft.catalogue, draft.values, unit().moment)
    if missing:
        return redirect(next_place(draft, lang), 303)
    office = office_of(unit().session, draft.service, draft.values)
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
@needs(SIGN)
def submit(lang: str, reference: str) -> ResponseReturnValue:
    """Sends the request in one transaction, once."""
    case = own_case(unit(), reference, lock=True)
    draft = load(unit(), case)
    key = f"{case.id}:{request.form.get('key', type=int, default=0) % MOST_STEPS}"
    try:
        unit().do(actions.submit, case, draft.service, draft.catalogue, key, unit().adapters.keyring)
    except NotComplete:
        return redirect(next_place(draft, lang), 303)
    if draft.attached:
        files.forget_unused(unit(), load(unit(), case))
    return redirect(url_for("follow.request_page", lang=lang, reference=case.reference), 303)
