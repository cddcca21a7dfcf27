"""Mandates: those one gives, holds, asks for and is asked for, and what was done by them."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from journeys.cases.reading import done_by
from journeys.catalogue.definitions import Service
from portal.i18n import gettext, path_of
from portal.identity.errors import TooManyAsked, WrongMandate
from portal.identity.mandates import actions, reading
from portal.identity.mandates.answering import may, side_of
from portal.identity.mandates.models import Company, Invitation
from portal.identity.mandates.reading import Right
from portal.identity.mandates.states import DERIVED, Origin, Scope
from portal.identity.mandates.terms import Addressed, read_terms, whom
from portal.identity.people import by_fingerprint
from portal.outbox import later
from portal.paging import after, read_key
from portal.unit import real_now
from portal.web import NotYours, catalogue, unit, who

bp = Blueprint("mandates", __name__)

MOST_TYPED = 254
MOST_ACTS = 30


@bp.get("/mandates")
def mine(lang: str) -> ResponseReturnValue:
    """What this person is asked, has given, holds and asked for: a little of each, or all of one list."""
    session, me, now = unit().session, who().id, real_now()
    only = request.args.get("only", "")
    before = read_key() if only else None
    lists = {
        "waiting": (gettext("Waiting for your answer"), partial(reading.waiting_for, session, me, now)),
        "given": (gettext("Who may act for me"), partial(reading.given, session, me)),
        "held": (gettext("For whom I may act"), partial(reading.held, session, me, now)),
        "asked": (gettext("What I asked for"), partial(reading.asked, session, me)),
        "past": (gettext("Mandates that have ended"), partial(reading.past, session, me)),
    }
    wanted = [only] if only in lists else [name for name in lists if name != "past"]
    return render_template(
        "mandates/mine.html",
        lists=[(name, lists[name][0], lists[name][1](before=before)) for name in wanted],
        more=lambda rights: after([right.mandate for right in rights], reading.MOST, "made_at"),
        only=only,
        blocked=[] if only else reading.blocked(session, me),
        me=me,
        over=actions.is_over,
        now=now,
    )


@bp.post("/mandates/unblock")
def unblock(lang: str) -> ResponseReturnValue:
    """Requests of a person come through again."""
    unit().in_real_time().do(actions.unblock, who().id, read_id(request.form.get("person", "")))
    return redirect(path_of("mandates.mine"), 303)


@bp.get("/mandates/new")
def new(lang: str) -> ResponseReturnValue:
    """Lets somebody act for oneself, or for whoever's mandate one may pass on."""
    return _form("mandates/new.html", {}, led=_led())


@bp.post("/mandates/new")
def offer(lang: str) -> ResponseReturnValue:
    """Offers a mandate to whoever holds the number or address that was typed."""
    led = _led()
    terms, wrong = read_terms(request.form, catalogue(), real_now(), leads=True)
    to = _addressed(wrong)
    if terms is None or to is None or wrong:
        return _form("mandates/new.html", wrong, led=led)
    whose = led.mandate.represented_id if led and led.mandate.represented_id else who().id
    company = led is not None and led.mandate.company
    parent = led.mandate if led and led.mandate.origin != Origin.COMMERCIAL else None
    try:
        with unit().session.begin_nested():
            made = unit().in_real_time().do(actions.offer, whose, to.mark, terms, company=company, parent=parent)
    except WrongMandate:
        wider = gettext("This is more than you may do yourself, or lasts longer. Choose less, or an earlier day.")
        return _form("mandates/new.html", {"scope": wider}, led=led)
    except TooManyAsked:
        many = gettext("You have offered many mandates. Wait until some are answered, or until tomorrow.")
        return _form("mandates/new.html", {"whom": many}, led=led)
    if to.mail:
        _invite(made.mandate, to.mail)
    flash(gettext("The mandate was offered. It counts once they have accepted it."))
    return redirect(path_of("mandates.one", mandate=made.mandate), 303)


@bp.get("/mandates/ask")
def ask(lang: str) -> ResponseReturnValue:
    """Asks somebody for the right to act for them."""
    return _form("mandates/ask.html", {}, company=_company_known())


@bp.post("/mandates/ask")
def request_one(lang: str) -> ResponseReturnValue:
    """Sends the request. Whether the other is known here is not told."""
    company = _company_known()
    terms, wrong = read_terms(request.form, catalogue(), real_now())
    to = None if company else _addressed(wrong)
    if terms is None or wrong:
        return _form("mandates/ask.html", wrong, company=company)
    try:
        made = (
            unit()
            .in_real_time()
            .do(actions.request, terms, invited=to.mark if to else None, company=company.id if company else None)
        )
    except TooManyAsked:
        problem = {
            "whom": gettext("You have asked for many mandates. Wait until some are answered, or until tomorrow.")
        }
        return _form("mandates/ask.html", problem, company=company)
    if to and to.mail:
        _invite(made.mandate, to.mail)
    flash(gettext("Your request is on its way. You will be told when it is answered."))
    return redirect(path_of("mandates.one", mandate=made.mandate), 303)


def _addressed(wrong: dict[str, str]) -> Addressed | None:
    session, keyring = unit().session, unit().adapters.keyring
    typed = request.form.get("whom", "")[:MOST_TYPED]
    found = whom(typed, keyring, lambda mark: by_fingerprint(session, mark) is not None)
    if found is None:
        wrong["whom"] = gettext("Type an e-mail address, or the number of a national card or residence title.")
    elif found.mark in reading.marks(session, who().id):
        wrong["whom"] = gettext("This is your own address or number.")
    return found


def _form(
    template: str, wrong: dict[str, str], *, company: Company | None = None, led: Right | None = None
) -> ResponseReturnValue:
    page = render_template(
        template,
        wrong=wrong,
        typed=request.form,
        company=company,
        led=led,
        scopes=list(Scope),
        services=_askable(),
        administrations=catalogue().administrations,
    )
    return page, 422 if wrong else 200


def _askable() -> list[Service]:
    found = catalogue()
    return [found.services[key] for key, listed in found.overview.services.items() if listed.askable]


def _led() -> Right | None:
    """The mandate that is passed on, None for one's own right: said by its id, or by the company whose managers let
    others in. Raises NotYours."""
    session, company, wanted = unit().session, _company_known(), request.values.get("led", "")
    if company is not None:
        leads = reading.leading(session, who().id, company.id, real_now())
        wanted = str(leads.id) if leads else "-"
    if not wanted:
        return None
    right = reading.one(session, read_id(wanted))
    if (
        right is None
        or not right.mandate.passes_on
        or not reading.holds(session, who().id, right.mandate.id, real_now())
    ):
        raise NotYours
    return right


def _company_known() -> Company | None:
    wanted = request.values.get("company", "")
    if not wanted:
        return None
    company = unit().session.get(Company, read_id(wanted))
    if company is None:
        raise NotYours
    return company


def read_id(text: str) -> UUID:
    """The id that was sent. Raises NotYours for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotYours from None


def _invite(mandate: UUID, mail: str) -> None:
    keyring, bound = unit().adapters.keyring, f"invitation:{mandate}"
    wrapped, sealed = keyring.enclose(mail.encode(), bound)
    unit().session.add(Invitation(mandate_id=mandate, data_key=wrapped, sealed=sealed, language=who().language))
    later(unit().session, "send_invitation", str(mandate), {"mandate": str(mandate)})


@bp.get("/mandates/<uuid:mandate>")
def one(lang: str, mandate: UUID) -> ResponseReturnValue:
    """A mandate: both sides, what it allows, its history, and what this person may do with it."""
    right, side = _seen(mandate)
    acts = done_by(unit().session, mandate, read_key(), MOST_ACTS) if side != "invited" else []
    return render_template(
        "mandates/one.html",
        right=right,
        side=side,
        choices=may(right.mandate, side),
        history=reading.history(unit().session, mandate),
        acts=acts,
        more=after(acts, MOST_ACTS, "at"),
        by_law=side == "acting" and right.mandate.origin in DERIVED,
        over=actions.is_over(right.mandate, real_now()),
        services=catalogue().services,
        administrations=catalogue().administrations,
    )


def _seen(mandate: UUID) -> tuple[Right, str]:
    """A mandate, and on which side of it this person is. Raises NotYours for one they have no part in."""
    right = reading.one(unit().session, mandate)
    side = side_of(right.mandate) if right else None
    if right is None or side is None:
        raise NotYours
    return right, side
