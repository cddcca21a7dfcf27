"""The identity providers under ``/id`` and ``/staff-id``: discovery, keys, sign-in pages, token, userinfo, sign-out.

The blueprint is registered once for each realm, under its name: what is answered is that realm's."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.issuer import claims, levels, logout, sessions
from portal.sandbox.issuer.keys import public_keys
from portal.sandbox.issuer.models import SCOPES, SignIn
from portal.sandbox.issuer.realms import realm
from portal.sandbox.issuer.server import discovery, issuer
from portal.sandbox.pages import page, problem
from portal.sandbox.people import Person, grouped
from portal.sandbox.world import world

area = Blueprint("issuer", __name__)


@area.get("/")
def index() -> ResponseReturnValue:
    """Whoever opens the issuer itself finds its description."""
    return redirect(url_for(".configuration"))


@area.get("/.well-known/openid-configuration")
def configuration() -> ResponseReturnValue:
    """The description every client begins with."""
    return jsonify(discovery(realm().issuer(world().settings)))


@area.get("/jwks.json")
def keys() -> ResponseReturnValue:
    """The public key that identity tokens are checked with."""
    return jsonify(public_keys(world().store, realm().key).as_dict())


@area.get("/authorize")
def authorize() -> ResponseReturnValue:
    """Checks the portal's request, then asks who signs in, or whether they agree; silent with ``prompt=none``."""
    signed = _live_session()
    try:
        grant = issuer().server.get_consent_grant(end_user=signed)
    except (OAuth2Error, ValueError) as error:
        return _refuse(error)
    if request.args.get("prompt") == "none":
        return _answer(grant, signed)
    person = _asked_person(signed)
    return _confirm(person, grant.request.scope) if person else _choose()


@area.post("/authorize")
def decide() -> ResponseReturnValue:
    """The person agreed, or did not: back to the portal with a code, or with ``access_denied``."""
    signed = _live_session()
    try:
        grant = issuer().server.get_consent_grant(end_user=signed)
    except (OAuth2Error, ValueError) as error:
        return _refuse(error)
    person = _person(request.form.get("person", ""))
    if request.form.get("decision") != "share" or person is None:
        return _answer(grant, None)
    return _answer(grant, _sign_in(person, signed))


@area.post("/token")
def token() -> ResponseReturnValue:
    """A code for an access token and an identity token."""
    return _plain(issuer().server.create_token_response())


@area.route("/userinfo", methods=["GET", "POST"])
def userinfo() -> ResponseReturnValue:
    """All claims within the scopes of the token."""
    with issuer().guard.acquire("openid") as found:
        person = _person(found.sign_in.sub)
        known = claims.of_person(person, realm(), found.get_scope()) if person else {}
        return jsonify(known | claims.of_sign_in(found.sign_in))


@area.route("/end_session", methods=["GET", "POST"])
def end_session() -> ResponseReturnValue:
    """Signs out; asks first when nothing proves that the portal sent the person."""
    server = issuer().server
    try:
        asked = server.validate_endpoint_request("end_session")
    except OAuth2Error as error:
        return problem("signin", 400, str(error.error))
    if asked.needs_confirmation and request.method == "GET":
        return page("logout.html", asked=list(request.args.items()))
    answer = server.create_endpoint_response("end_session", asked)
    return page("problem.html", title="logged_out_title", text="logged_out_text") if answer is None else _plain(answer)


@area.get("/session")
def session_page() -> ResponseReturnValue:
    """Who is signed in with this browser, and a way out of all sessions of theirs."""
    found = sessions.here()
    person = _person(found.sub) if found else None
    count = len(sessions.of_person(world().store, realm(), found.sub)) if found else 0
    return page("session.html", person=person, signed=found, count=count, staff=realm().staff)


@area.post("/session")
def end_everywhere() -> ResponseReturnValue:
    """Ends every session of whoever is signed in here; the portal is told of each."""
    if found := sessions.here():
        logout.end_everywhere(world(), realm(), found.sub)
    sessions.forget()
    return page("problem.html", title="logged_out_title", text="logged_out_text")


def _person(sub: str) -> Person | None:
    return realm().find(world().people, sub)


def _live_session() -> SignIn | None:
    """The sign-in of this browser, unless the portal wants a new one (``prompt``, ``max_age``)."""
    found = sessions.here()
    prompts = request.args.get("prompt", "").split()
    if not found or "login" in prompts or "select_account" in prompts:
        return None
    age = request.args.get("max_age", "")
    too_old = age.isdecimal() and world().stamp - found.auth_time > int(age)
    return None if too_old or not _person(found.sub) else found


def _asked_person(signed: SignIn | None) -> Person | None:
    chosen = request.args.get("person")
    if chosen is not None:
        return _person(chosen)
    return _person(signed.sub) if signed else None


def _sign_in(person: Person, signed: SignIn | None) -> SignIn:
    """The sign-in that is going on already when it is sure enough, else a new one."""
    level = levels.reached(request.args.get("acr_values", ""), person.level)
    if signed and signed.sub == realm().sub(person) and levels.at_least(signed.acr, level):
        return signed
    return sessions.begin(person, level)


def _choose() -> ResponseReturnValue:
    groups = grouped(realm().everyone(world().people))
    return page("choose.html", groups=groups, realm=realm(), asked=_asked(), here=_here())


def _confirm(person: Person, scope: str) -> ResponseReturnValue:
    wish = request.args.get("acr_values", "")
    level = levels.reached(wish, person.level)
    return page(
        "confirm.html",
        person=person,
        sub=realm().sub(person),
        level=level,
        short=levels.falls_short(wish, level),
        scopes=[name for name in SCOPES if name in scope.split()],
        here=_here(),
        other=_here(person=""),
    )


def _asked() -> list[tuple[str, str]]:
    """The portal's request without the person chosen here."""
    return [(name, value) for name, value in request.args.items(multi=True) if name != "person"]


def _here(**more: str) -> str:
    return url_for(".authorize") + "?" + urlencode(_asked() + list(more.items()))


def _answer(grant: Any, sign_in: SignIn | None) -> ResponseReturnValue:
    return _plain(issuer().server.create_authorization_response(grant=grant, grant_user=sign_in))


def _refuse(error: Exception) -> ResponseReturnValue:
    """Back to the portal where its address is known to be right, else a page (RFC 6749, 4.1.2.1)."""
    if isinstance(error, OAuth2Error) and error.redirect_uri:
        response = issuer().server.handle_error_response(None, error)
        issuer().iss.add_issuer_parameter(issuer().server, response)
        return _plain(response)
    # Authlib raises ValueError when it cannot even quote what it was sent.
    return problem("signin", 400, str(getattr(error, "description", None) or getattr(error, "error", "")))


def _plain(response: ResponseReturnValue) -> ResponseReturnValue:
    """Authlib's answer, known to Flask's types."""
    return response
