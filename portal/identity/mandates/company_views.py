"""Companies: those one may act for, found by their numbers, and who may act for each."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from stdnum.ma import ice as ice_number

from journeys.cases import letters
from journeys.exchange.ports import NotKnown
from portal.i18n import gettext, path_of
from portal.identity.errors import NotKnown as NothingSetUp
from portal.identity.mandates import deriving, reading
from portal.identity.mandates.models import Company
from portal.identity.ports import LegalPerson
from portal.paging import after, read_key
from portal.unit import Unit, real_now
from portal.web import NotYours, adapters, catalogue, steps, unit, who, work

bp = Blueprint("companies", __name__)

LONGEST = 40
PURPOSE = "who may represent this company"


@bp.get("/companies")
def mine(lang: str) -> ResponseReturnValue:
    """The companies this person may act for."""
    rights = reading.held(unit().session, who().id, real_now(), before=read_key(), companies=True)
    more = after([right.mandate for right in rights], reading.MOST, "made_at")
    return render_template("companies/mine.html", rights=rights, more=more)


@bp.get("/companies/find")
@steps
def find(lang: str) -> ResponseReturnValue:
    """Asks for the numbers of a company."""
    return _form({})


def _form(wrong: dict[str, str]) -> ResponseReturnValue:
    page = render_template("companies/find.html", wrong=wrong, typed=request.form, courts=catalogue().courts)
    return page, 422 if wrong else 200


@bp.post("/companies/find")
@steps
def found(lang: str) -> ResponseReturnValue:
    """Asks the register, and keeps what it says: whoever it names may act for the company from now on."""
    register = adapters().companies
    if register is None:
        raise NothingSetUp("companies")
    ice = letters.compact(letters.one_line(request.form.get("ice", "")[:LONGEST]))
    court = request.form.get("court", "")
    number = letters.compact(letters.one_line(request.form.get("rc", "")[:LONGEST]))
    if wrong := _wrong(ice, court, number):
        return _form(wrong)
    try:
        said = register.by_ice(ice, PURPOSE) if ice else register.by_rc(court, number, PURPOSE)
    except NotKnown:
        return _form({"ice" if ice else "rc": gettext("The register knows no company by this number.")})
    company = work().transact(lambda unit: _keep(unit.in_real_time(), said), actor=who().oneself)
    return redirect(path_of("companies.one", company=company), 303)


def _wrong(ice: str, court: str, number: str) -> dict[str, str]:
    if ice:
        return {} if ice_number.is_valid(ice) else {"ice": gettext("The common identifier (ICE) has 15 digits.")}
    if not number.isdigit() or len(number) > 7:
        return {"rc": gettext("Type the ICE, or the court and the number in the commercial register.")}
    return {} if court in catalogue().courts else {"court": gettext("Choose the court that keeps the register.")}


def _keep(unit: Unit, said: LegalPerson) -> UUID:
    company = deriving.found(unit.session, unit.moment, unit.actor, said)
    unit.do(deriving.representatives, company, said, unit.adapters.keyring)
    return company.id


@bp.get("/companies/<uuid:company>")
def one(lang: str, company: UUID) -> ResponseReturnValue:
    """A company as its register knows it; who may act for it, for those who may let others in."""
    session, me, now = unit().session, who().id, real_now()
    row = session.get(Company, company)
    if row is None:
        raise NotYours
    right = reading.acting_for(session, me, company, now)
    leads, past = reading.leading(session, me, company, now) is not None, request.args.get("only") == "past"
    given = (reading.past if past else reading.given)(session, company, before=read_key()) if leads else []
    return render_template(
        "companies/one.html",
        company=row,
        court=catalogue().courts.get(row.court or ""),
        right=right,
        leads=leads,
        given=given,
        more=after([right.mandate for right in given], reading.MOST, "made_at"),
        past=past,
        waiting=reading.asked_of(session, company, now) if leads else [],
        now=now,
    )
