"""Sign-in at the issuer, the way back, and sign-out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from portal import web
from portal.i18n import language, speak
from portal.identity import actions
from portal.identity.errors import NotKnown, WrongAnswer
from portal.identity.issuer import OpenIDConnect
from portal.settings import Settings
from portal.unit import Unit, real_now
from portal.web import LEVELS, adapters, steps, work

bp = Blueprint("identity", __name__)

MEMORY = "sign-in"
LONGEST_ADDRESS = 1000  # it travels in a cookie


class Remembered:
    """What Flask-Login keeps in the cookie: the random token alone."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str) -> None:
        self.token = token

    def get_id(self) -> str:
        return self.token


def inside(address: str | None) -> str | None:
    """The address if it leads back into this site by path alone, else None."""
    if not address or len(address) > LONGEST_ADDRESS or "\\" in address:
        return None
    if not address.startswith("/") or address.startswith("//"):
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc and address.isprintable() else None


def issuer(name: str) -> OpenIDConnect:
    """The issuer of this name. Raises NotKnown."""
    try:
        return adapters().issuers[name]
    except KeyError:
        raise NotKnown(name) from None


def _back_url(settings: Settings) -> str:
    return f"{settings.public_url}{url_for('identity.back')}"


@bp.get("/sign-in")
@steps
def sign_in() -> ResponseReturnValue:
    """Sends the browser to the issuer."""
    settings = adapters().settings
    name = request.args.get("issuer") or settings.issuers[0].name
    level = request.args.get("level", "")
    leave = issuer(name).leave(_back_url(settings), language(), level if level in LEVELS else None)
    following = inside(request.args.get("next")) or url_for("follow.dashboard", lang=language())
    session[MEMORY] = {**leave.memory, "issuer": name, "next": following, "language": language()}
    return redirect(leave.url, 303)


@bp.get("/sign-in/back")
@steps
def back() -> ResponseReturnValue:
    """Checks the issuer's answer and opens a session; the memory of the trip serves once."""
    memory = session.pop(MEMORY, None)
    if not memory:
        raise WrongAnswer("no memory of this sign-in")
    speak(memory["language"])
    claims = issuer(memory["issuer"]).come_back(_back_url(adapters().settings), request.args, memory)
    keyring = adapters().keyring

    def open_session(unit: Unit) -> actions.SignedIn:
        if g.who is not None:
            actions.sign_out(unit.session, real_now(), unit.actor, g.who.sign_in, keyring)
        return unit.in_real_time().do(actions.sign_in, claims, keyring)

    opened = work().transact(open_session)
    session.clear()
    login_user(Remembered(opened.token))
    return redirect(memory["next"], 303)


@bp.post("/sign-out")
@steps
def sign_out() -> ResponseReturnValue:
    """Ends the session here, then at the issuer."""
    home = url_for("discover.home", lang=language())
    if g.who is None:
        return redirect(home, 303)
    who = web.who()
    keyring = adapters().keyring
    id_token = work().transact(
        lambda unit: actions.sign_out(unit.session, real_now(), unit.actor, who.sign_in, keyring)
    )
    logout_user()
    session.clear()
    after = adapters().settings.public_url + home
    away = issuer(who.issuer).goodbye(id_token, after) if id_token and who.issuer in adapters().issuers else None
    return redirect(away or home, 303)
