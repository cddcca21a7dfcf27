"""Assisted service: a clerk at a public access point acts with the citizen present, by a code the citizen tells."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from journeys.exchange.ports import NotKnown
from portal.audit.actions import About
from portal.audit.models import Kind
from portal.i18n import gettext, path_of
from portal.identity import actions as sessions
from portal.identity import codes, contacts, numbers, people
from portal.identity.codes import Purpose
from portal.identity.contacts import Channel, read_address
from portal.identity.errors import TooManyAsked, WrongNumber
from portal.identity.mandates import visiting
from portal.identity.models import Person
from portal.seen import seen
from portal.unit import Unit, real_now
from portal.web import NotYours, adapters, steps, unit, who, work
from portal.who import Who

bp = Blueprint("visits", __name__)
own = Blueprint("own_visit", __name__)

MEMORY = "visit"
LONGEST = 40
POPULATION = "population"
SENT_BY = (Channel.SMS, Channel.MAIL)
ASKED = ("fullname_ar", "fullname_lat", "phone", "email")
PURPOSE = "a citizen is helped at a counter"


@own.get("/account/visit")
def offered(lang: str) -> ResponseReturnValue:
    """Says how somebody at a counter can help, and offers a code to show there."""
    return render_template("account/visit.html", code=None)


@own.post("/account/visit")
def shown(lang: str) -> ResponseReturnValue:
    """Shows the code that lets a clerk act for this person, this once."""
    me = who().id
    try:
        fresh = codes.make(unit().session, real_now(), Purpose.VISIT, str(me), {}, unit().adapters.keyring)
    except TooManyAsked:
        return render_template("account/visit.html", code=None, too_many=True), 429
    return render_template("account/visit.html", code=fresh.plain)


@bp.get("/desk/visits")
def begin(lang: str) -> ResponseReturnValue:
    """Asks for the number on the citizen's card; while a visit goes on, shows it."""
    return render_template("visits/begin.html", problem="", typed="")


@bp.post("/desk/visits")
@steps
def look(lang: str) -> ResponseReturnValue:
    """Sends a code to the citizen with this number. Whether there is one is not told, nor a name shown."""
    typed = request.form.get("number", "")[:LONGEST]
    try:
        cin = numbers.normalised("cin", typed)
    except WrongNumber:
        problem = gettext("Type the number of the national card as it stands there, for example AB123456.")
        return render_template("visits/begin.html", problem=problem, typed=typed), 422
    me = who()
    person = work().transact(lambda unit: _known(unit, cin), reading=True) or _from_register(cin)
    if person is not None:
        work().transact(lambda unit: _send(unit, me, person), actor=me.officer)
    session[MEMORY] = numbers.found_by(adapters().keyring, "cin", cin)  # the cookie can be read: it tells nothing
    return redirect(path_of("visits.code"), 303)


def _known(unit: Unit, cin: str) -> UUID | None:
    found = people.by_number(unit.session, unit.adapters.keyring, "cin", cin)
    if found is None or not any(
        contacts.address_of(unit.session, found.id, channel, unit.adapters.keyring) for channel in SENT_BY
    ):
        return None  # who is here as somebody's ward alone has no telephone here yet
    return found.id


def _is_a_stranger(unit: Unit, me: Who, person: UUID) -> bool:
    """Whether a clerk may help this citizen: nobody is their own clerk, and the dead come to no counter."""
    lives = unit.session.get_one(Person, person).died_at is None
    return lives and person not in people.same_human(unit.session, me.id)


def _from_register(cin: str) -> UUID | None:
    """Somebody who never signed in, as the population register knows them: their code goes to the telephone there."""
    register = adapters().registers.get(POPULATION)
    if register is None:
        return None
    try:
        said = register.facts(cin, ASKED, PURPOSE)
    except NotKnown:
        return None
    values = {"email": str(said.values.get("email", "")), "phone_number": _e164(str(said.values.get("phone", "")))}
    names = (str(said.values.get("fullname_ar", "")), str(said.values.get("fullname_lat", "")))

    def keep(unit: Unit) -> UUID:
        keyring = unit.adapters.keyring
        person = people.told_by_register(unit.session, real_now(), POPULATION, said.as_of, {"cin": cin}, names, keyring)
        contacts.vouched(unit.session, real_now(), person.id, POPULATION, values, keyring, person.data_key)
        return person.id

    return work().transact(keep)


def _e164(telephone: str) -> str:
    """A number as the register writes it, as gateways want it; empty when it is none."""
    found = read_address(telephone)
    return found[1] if found is not None and found[0] == Channel.SMS else ""


def _send(unit: Unit, me: Who, person: UUID) -> None:
    """The code goes to the citizen, who sees that this clerk asked for it."""
    if not _is_a_stranger(unit, me, person):
        return
    seen(unit, me, About(person, Kind.PROFILE))
    keyring = unit.adapters.keyring
    language = unit.session.get_one(Person, person).language
    for channel in SENT_BY:
        address = contacts.address_of(unit.session, person, channel, keyring)
        if address is None:
            continue
        about, sent_by = str(person), channel.value
        codes.send(unit.session, real_now(), Purpose.VISIT, about, sent_by, address, language, keyring)
        return


@bp.get("/desk/visits/code")
def code(lang: str) -> ResponseReturnValue:
    """Asks for the code that the citizen was sent, or shows on their own telephone."""
    if MEMORY not in session:
        return redirect(path_of("visits.begin"), 303)
    return render_template("visits/code.html", problem=False)


@bp.post("/desk/visits/code")
def admit(lang: str) -> ResponseReturnValue:
    """Begins the visit when the code is right."""
    if MEMORY not in session:
        return redirect(path_of("visits.begin"), 303)
    me, now, typed = who(), real_now(), request.form.get("code", "")[:LONGEST]
    if me.office is None:
        raise NotYours
    person = people.by_fingerprint(unit().session, session[MEMORY])
    if person is None or not _is_a_stranger(unit(), me, person) or not _right(person, typed):
        return render_template("visits/code.html", problem=True), 422
    *_, begun = unit().in_real_time().do(visiting.admit, person, me.id, me.office)
    sessions.act_for(unit().session, now, me.oneself, me.sign_in, begun.mandate)
    session.pop(MEMORY)
    return redirect(path_of("follow.dashboard"), 303)


def _right(person: UUID, typed: str) -> bool:
    keyring = unit().adapters.keyring
    return codes.use(unit().session, real_now(), Purpose.VISIT, str(person), typed, keyring) is not None
