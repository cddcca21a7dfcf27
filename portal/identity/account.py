"""My account: who I am and who says so, my language, my addresses, my devices, closing it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from uuid import UUID

from babel import Locale
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from portal.i18n import LANGUAGES, gettext, language, path_of, say_day
from portal.identity import actions, codes, contacts, joining, people
from portal.identity.codes import Purpose
from portal.identity.contacts import read_address
from portal.identity.errors import LastOne, NotKnown
from portal.identity.models import Contact, Person
from portal.identity.numbers import PATTERNS, masked
from portal.unit import real_now
from portal.web import NotYours, unit, who

bp = Blueprint("account", __name__)

LONGEST = 254
HIDDEN = frozenset(PATTERNS)


@bp.get("/account")
def profile(lang: str) -> ResponseReturnValue:
    """Who this person is, as issuers and registers say, and what they may change themselves."""
    person = unit().session.get_one(Person, who().id)
    known = people.known_of(person, unit().adapters.keyring)
    said = [(one, {name: _shown(name, value) for name, value in one.values.items()}) for one in reversed(known)]
    return render_template("account/profile.html", person=person, said=said)


def _shown(name: str, value: str) -> str:
    if name in HIDDEN:
        return masked(value)
    if name == "nationality":
        return str(Locale.parse(language()).territories.get(value, value))
    if name == "birthdate":
        with suppress(ValueError):  # some are known by their year alone
            return say_day(date.fromisoformat(value))
    return value


@bp.post("/account/language")
def choose_language(lang: str) -> ResponseReturnValue:
    """Letters and messages come in this language from now on."""
    wanted = request.form.get("language", "")
    wanted = wanted if wanted in LANGUAGES else lang
    unit().session.get_one(Person, who().id).language = wanted
    return redirect(url_for("account.profile", lang=wanted), 303)


@bp.get("/account/contacts")
def addresses(lang: str) -> ResponseReturnValue:
    """Where this person is reached."""
    return _addresses()


def _addresses(problem: str = "", typed: str = "") -> ResponseReturnValue:
    found = contacts.of_person(unit().session, who().id, unit().adapters.keyring)
    return render_template(
        "account/contacts.html", found=found, problem=problem, typed=typed, most=contacts.MOST
    ), 422 if problem else 200


@bp.post("/account/contacts")
def add_address(lang: str) -> ResponseReturnValue:
    """Adds an address and sends it a code."""
    typed = request.form.get("address", "")[:LONGEST]
    found = read_address(typed)
    if found is None:
        return _addresses(
            gettext("Type an e-mail address like name@example.ma, or a telephone number like 0612345678."), typed
        )
    row = contacts.add(unit().session, real_now(), who().oneself, *found, unit().adapters.keyring)
    if row is None:
        return _addresses(gettext("You have as many addresses as can be kept. Remove one first."), typed)
    if row.verified_at is None:
        return _send(row, found[1])
    return redirect(path_of("account.addresses"), 303)


def _send(row: Contact, address: str) -> ResponseReturnValue:
    """A code goes to the address; where too many went already, the last one still serves."""
    session, keyring, lang = unit().session, unit().adapters.keyring, who().language
    if not codes.send(session, real_now(), Purpose.CONTACT, row.fingerprint, row.channel, address, lang, keyring):
        flash(gettext("Several codes were sent already. Use one of them, or try again in ten minutes."))
    return redirect(path_of("account.code", contact=row.id), 303)


@bp.get("/account/contacts/<uuid:contact>/code")
def code(lang: str, contact: UUID) -> ResponseReturnValue:
    """Asks for the code that was sent to an address."""
    return render_template("account/code.html", contact=_own(contact), problem=False)


@bp.post("/account/contacts/<uuid:contact>/code")
def check_code(lang: str, contact: UUID) -> ResponseReturnValue:
    """Takes the code that was sent to an address."""
    row = _own(contact)
    typed, keyring = request.form.get("code", "")[:LONGEST], unit().adapters.keyring
    if codes.use(unit().session, real_now(), Purpose.CONTACT, row.fingerprint, typed, keyring) is None:
        return render_template("account/code.html", contact=row, problem=True), 422
    contacts.verified(unit().session, real_now(), who().oneself, contact)
    return redirect(path_of("account.addresses"), 303)


@bp.post("/account/contacts/<uuid:contact>/send")
def send_again(lang: str, contact: UUID) -> ResponseReturnValue:
    """Sends another code to an address that is not verified, or that turned a letter away."""
    row = _own(contact)
    found = contacts.of_person(unit().session, who().id, unit().adapters.keyring)
    return _send(row, next(one.address for one in found if one.id == contact))


@bp.post("/account/contacts/<uuid:contact>/choose")
def choose(lang: str, contact: UUID) -> ResponseReturnValue:
    """Of its kind, this address is the one that letters go to."""
    _own(contact)
    contacts.choose(unit().session, real_now(), who().oneself, contact)
    return redirect(path_of("account.addresses"), 303)


@bp.post("/account/contacts/<uuid:contact>/remove")
def remove(lang: str, contact: UUID) -> ResponseReturnValue:
    """Takes back an address that this person added."""
    _own(contact)
    contacts.remove(unit().session, real_now(), who().oneself, contact)
    return redirect(path_of("account.addresses"), 303)


def _own(contact: UUID) -> Contact:
    try:
        return contacts.own(unit().session, who().oneself, contact)
    except NotKnown:
        raise NotYours from None


@bp.get("/account/devices")
def devices(lang: str) -> ResponseReturnValue:
    """The browsers this person is signed in with."""
    found = actions.devices(unit().session, real_now(), who().id)
    return render_template("account/devices.html", devices=found, here=who().sign_in)


@bp.post("/account/devices/<uuid:device>/end")
def end_device(lang: str, device: UUID) -> ResponseReturnValue:
    """Signs one browser out."""
    if not actions.end_devices(unit().session, real_now(), who().oneself, who().id, only=device):
        raise NotYours
    return redirect(path_of("account.devices"), 303)


@bp.post("/account/devices/end")
def end_others(lang: str) -> ResponseReturnValue:
    """Signs every other browser out."""
    actions.end_devices(unit().session, real_now(), who().oneself, who().id, spare=who().sign_in)
    return redirect(path_of("account.devices"), 303)


@bp.get("/account/close")
def closing(lang: str) -> ResponseReturnValue:
    """Says what closing an account does, and what the law keeps."""
    return render_template("account/close.html")


@bp.post("/account/close")
def close(lang: str) -> ResponseReturnValue:
    """Closes the account, once the person has said that they understood."""
    if request.form.get("understood") != "yes":
        return render_template("account/close.html", problem=True), 422
    try:
        unit().in_real_time().do(joining.close, who().id)
    except LastOne:
        return render_template("account/close.html", last=True), 409
    logout_user()
    session.clear()
    flash(gettext("Your account is closed. You can open it again by signing in."))
    return redirect(path_of("discover.home"), 303)
