"""Sign-in sessions of the issuers. They lie in the store, so that they can be ended from elsewhere; a browser's cookie
holds only their ids, one for each issuer."""

from __future__ import annotations

import secrets

from flask import session

from portal.sandbox.issuer.models import SignIn
from portal.sandbox.issuer.realms import Realm, realm
from portal.sandbox.people import Person
from portal.sandbox.store import Store
from portal.sandbox.world import world

KIND = "sign_in"


def here() -> SignIn | None:
    """The session of this browser at this issuer, if one goes on."""
    return find(world().store, realm(), session.get(_cookie(), ""))


def find(store: Store, at: Realm, sid: str) -> SignIn | None:
    """The session with this id at this issuer, unless it has ended."""
    kept = store.get(KIND, sid)
    return SignIn(**kept) if kept and kept["realm"] == at.name else None


def begin(person: Person, acr: str) -> SignIn:
    """The person has shown who they are: a new session, or the one of theirs that goes on in this browser, which keeps
    its id when they show it more surely."""
    at, sub, going_on = realm(), realm().sub(person), here()
    sid = going_on.sid if going_on and going_on.sub == sub else secrets.token_urlsafe(16)
    found = SignIn(at.name, sid, sub, acr, world().stamp)
    world().store.put(KIND, sid, found.kept())
    session[_cookie()] = sid
    return found


def forget() -> None:
    """This browser no longer belongs to a session of this issuer."""
    session.pop(_cookie(), None)


def of_person(store: Store, at: Realm, sub: str) -> list[SignIn]:
    """All sessions of a person at an issuer that go on, oldest first."""
    all_kept = (SignIn(**kept) for _, kept in store.oldest(KIND))
    return [found for found in all_kept if (found.realm, found.sub) == (at.name, sub)]


def _cookie() -> str:
    return f"{KIND}:{realm().name}"
