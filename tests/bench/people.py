"""People who signed in without going through the issuer's pages: as many as a bench needs, each with cookies."""

from __future__ import annotations

from bench import road
from bench.client import Client
from bench.town import Town
from clients import clients_of
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import update
from world import World

from portal.identity import actions
from portal.identity.models import SignIn
from portal.identity.people import by_account
from portal.identity.ports import Claims
from portal.unit import Unit, Work, real_now

ACCOUNTANTS = 5000
"""Their numbers begin here, and each is told by how many clients they have."""


def signed_in(work: Work, number: int) -> dict[str, str]:
    """The cookies of somebody made up, who has just signed in."""

    def sign_in(unit: Unit) -> str:
        who = {"cin": f"BE{number:06}", "birthdate": "1992-04-17", "email": f"bench-{number}@example.ma"}
        now = real_now()
        claims = Claims("national", f"bench-{number}", "سلمى", "Salma", "ar", "high", now, "bench", who)
        return actions.sign_in(unit.session, now, unit.actor, claims, unit.adapters.keyring).token

    return cookies(work, work.transact(sign_in))


def officer(here: Town | World, work: Work, name: str) -> dict[str, str]:
    """The cookies of somebody at work, whose second proof is taken as given."""
    found = road.sign_in(here.url, name, "staff")
    given = update(SignIn).where(SignIn.issuer == "staff", SignIn.proved_at.is_(None)).values(proved_at=real_now())
    work.transact(lambda unit: unit.session.execute(given))
    return found


def accountant(here: Town | World, work: Work, clients: int) -> dict[str, str]:
    """The cookies of somebody made up who acts for so many companies, and for the first of them now."""
    number = ACCOUNTANTS + clients
    found = signed_in(work, number)
    person = work.transact(lambda unit: by_account(unit.session, "national", f"bench-{number}"), reading=True)
    mandate = clients_of(work, person, clients)[0]
    client = Client(here.url, found)
    client.post("/ar/for", {"csrf_token": client.get("/ar/for").token(), "mandate": str(mandate)})
    return client.cookies


def cookies(work: Work, token: str) -> dict[str, str]:
    """What the browser of this sign-in holds, sealed as the portal seals it."""
    app = Flask("cookies")
    app.secret_key = work.adapters.settings.secret_key
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return {"shubbak": str(signer.dumps({"_user_id": token, "_fresh": True}))}
