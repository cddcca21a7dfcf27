"""People who signed in without going through the issuer's pages: as many as a bench needs, each with cookies."""

from __future__ import annotations

from bench.town import Town
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from portal.identity import actions
from portal.identity.ports import Claims
from portal.unit import Unit, Work, real_now


def signed_in(here: Town, work: Work, number: int) -> dict[str, str]:
    """The cookies of somebody made up, who has just signed in."""

    def sign_in(unit: Unit) -> str:
        who = {"cin": f"BE{number:06}", "birthdate": "1992-04-17", "email": f"bench-{number}@example.ma"}
        now = real_now()
        claims = Claims("national", f"bench-{number}", "سلمى", "Salma", "ar", "high", now, "bench", who)
        return actions.sign_in(unit.session, now, unit.actor, claims, unit.adapters.keyring).token

    return cookies(here, work.transact(sign_in))


def cookies(here: Town, token: str) -> dict[str, str]:
    """What the browser of this sign-in holds, sealed as the portal seals it."""
    app = Flask("cookies")
    app.secret_key = here.settings["PORTAL_SECRET_KEY"]
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return {"shubbak": str(signer.dumps({"_user_id": token, "_fresh": True}))}
