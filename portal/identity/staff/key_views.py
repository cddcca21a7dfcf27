"""Passkeys: set up once the code was given, and used in its place where scripts run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from portal.i18n import path_of
from portal.identity.errors import WrongCode
from portal.identity.staff import actions
from portal.identity.staff.views import following
from portal.unit import real_now
from portal.web import NotYours, adapters, unit, who

bp = Blueprint("passkeys", __name__)
asking = Blueprint("passkey_proof", __name__)

MEMORY = "passkey"


def domain() -> str:
    """The name that passkeys are bound to. Raises NotYours where the portal has only a number."""
    settings = adapters().settings
    if not settings.named:
        raise NotYours
    return urlsplit(settings.public_url).hostname or ""


@bp.get("/desk/keys")
def mine(lang: str) -> ResponseReturnValue:
    """This person's passkeys, and a way to add one."""
    from portal.identity.staff.passkeys import MOST, of_person

    domain()
    return render_template("staff/keys.html", keys=of_person(unit().session, who().id), most=MOST)


@bp.post("/desk/keys/options")
def options(lang: str) -> ResponseReturnValue:
    """What a browser needs to make a passkey."""
    from portal.identity.staff.passkeys import begin

    return _remembered(*begin(unit().session, who().id, who().name_lat, domain()))


@bp.post("/desk/keys")
def keep(lang: str) -> ResponseReturnValue:
    """Keeps the passkey that the browser made."""
    from portal.identity.staff import passkeys

    _checked(passkeys.keep)
    return jsonify(next=path_of("passkeys.mine"))


@bp.post("/desk/keys/<uuid:key>/remove")
def remove(lang: str, key: UUID) -> ResponseReturnValue:
    """Forgets a passkey."""
    from portal.identity.staff import passkeys

    if not passkeys.forget(unit().session, real_now(), who().oneself, who().id, key):
        raise NotYours
    return redirect(path_of("passkeys.mine"), 303)


@asking.post("/desk/proof/passkey/options")
def ask(lang: str) -> ResponseReturnValue:
    """What a browser needs to use a passkey."""
    from portal.identity.staff import passkeys

    return _remembered(*passkeys.ask(unit().session, who().id, domain()))


@asking.post("/desk/proof/passkey")
def prove(lang: str) -> ResponseReturnValue:
    """Takes a passkey in place of the code."""
    from portal.identity.staff import passkeys

    _checked(passkeys.prove)
    actions.proved(unit().session, real_now(), who().oneself, who().sign_in)
    return jsonify(next=following())


def _remembered(said: str, challenge: str) -> Response:
    session[MEMORY] = challenge
    return Response(said, mimetype="application/json")


def _checked(action: Callable[..., None]) -> None:
    """Does it with what the browser says, once for each challenge. Raises NotYours for what does not hold."""
    said: Any = request.get_json(silent=True)
    challenge = session.pop(MEMORY, None)
    if not isinstance(said, dict) or challenge is None:
        raise NotYours
    url, keyring = adapters().settings.public_url, adapters().keyring
    try:
        action(unit().session, real_now(), who().oneself, who().id, said, challenge, url, keyring)
    except WrongCode:
        raise NotYours from None
