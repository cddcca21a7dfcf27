"""Sign-in with an e-mail address and a code: low assurance, for people without a digital ID. What needs to know more
surely who asks stays closed to it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.i18n import also_at, language
from portal.identity import codes, contacts
from portal.identity.account import LONGEST
from portal.identity.codes import Purpose
from portal.identity.contacts import Channel, read_address
from portal.identity.errors import NotKnown
from portal.identity.ports import Claims
from portal.identity.views import entered, inside
from portal.keys import Keyring
from portal.unit import Unit, real_now
from portal.web import adapters, steps, work
from portal.who import LEVELS

bp = Blueprint("mail_account", __name__)

ISSUER = "mail"
MEMORY = "mail-account"


def _open() -> None:
    if not adapters().settings.email_accounts:
        raise NotKnown(ISSUER)


def _next() -> str | None:
    return inside(request.values.get("next"))


@bp.get("/sign-in/mail")
@steps
def page() -> ResponseReturnValue:
    """Asks for the address."""
    _open()
    also_at(next=_next())
    return render_template("identity/mail.html", problem=False, typed="", following=_next())


@bp.post("/sign-in/mail")
@steps
def send() -> ResponseReturnValue:
    """Sends a code to the address. Whether it is known here is not told."""
    _open()
    typed = request.form.get("address", "")[:LONGEST]
    found = read_address(typed)
    if found is None or found[0] != Channel.MAIL:
        return render_template("identity/mail.html", problem=True, typed=typed, following=_next()), 422
    mark = contacts.found_by(adapters().keyring, *found)
    session[MEMORY] = {"mark": mark, "next": _next(), "shown": typed.strip()}
    work().transact(lambda unit: _sent(unit, mark, found[1]))
    return redirect(url_for("mail_account.code_page", lang=language()), 303)


def _sent(unit: Unit, mark: str, address: str) -> bool:
    keyring, channel = unit.adapters.keyring, Channel.MAIL.value
    return codes.send(unit.session, real_now(), Purpose.ACCOUNT, mark, channel, address, language(), keyring)


@bp.get("/sign-in/mail/code")
@steps
def code_page() -> ResponseReturnValue:
    """Asks for the code."""
    _open()
    if MEMORY not in session:
        return redirect(url_for("mail_account.page", lang=language()), 303)
    also_at()
    return render_template("identity/mail_code.html", problem=False, shown=session[MEMORY].get("shown", ""))


@bp.post("/sign-in/mail/code")
@steps
def enter() -> ResponseReturnValue:
    """Takes the code and opens a session."""
    _open()
    memory = session.get(MEMORY)
    if memory is None:
        return redirect(url_for("mail_account.page", lang=language()), 303)
    typed, keyring = request.form.get("code", "")[:LONGEST], adapters().keyring
    told = work().transact(
        lambda unit: codes.use(unit.session, real_now(), Purpose.ACCOUNT, memory["mark"], typed, keyring)
    )
    if told is None:
        return render_template("identity/mail_code.html", problem=True, shown=memory.get("shown", "")), 422
    following = memory["next"] or url_for("follow.dashboard", lang=language())
    return entered(_claims(told["to"], keyring), following)


def _claims(address: str, keyring: Keyring) -> Claims:
    """The address is all that is known, and that it is theirs: their name is the part before the sign."""
    name = address.partition("@")[0]
    sub = contacts.found_by(keyring, Channel.MAIL, address)
    return Claims(ISSUER, sub, name, name, language(), LEVELS[0], real_now(), "", {"email": address})
