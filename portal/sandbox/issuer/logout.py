"""Telling the portal that a session has ended (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt

from portal.sandbox.courier import Way
from portal.sandbox.issuer import sessions
from portal.sandbox.issuer.keys import ALGORITHM, signing_key
from portal.sandbox.issuer.models import SignIn
from portal.sandbox.issuer.realms import REALMS, Realm
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store
from portal.sandbox.world import World

HOOK = "/sign-out/back-channel"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
SECONDS = 120
WAY = "logout"


def end(world: World, found: SignIn) -> bool:
    """Ends a session and lets the portal know. False when it had ended already: nothing is told twice."""
    if world.store.pop(sessions.KIND, found.sid) is None:
        return False
    world.courier.post(world.settings.portal_url + HOOK, found.kept(), WAY)
    world.courier.wake()
    return True


def end_everywhere(world: World, at: Realm, sub: str) -> list[str]:
    """Ends all sessions of a person at an issuer; answers their ids."""
    return [found.sid for found in sessions.of_person(world.store, at, sub) if end(world, found)]


def way(store: Store, settings: SandboxSettings) -> Way:
    """How the courier carries logout tokens: as a form (section 2.5), each time with a fresh token of the same ``jti``.
    A portal that refuses one is not asked again, as the section advises."""

    def pack(message: str, content: str) -> tuple[str, dict[str, str]]:
        token = _token(store, settings, message, SignIn(**json.loads(content)))
        return urlencode({"logout_token": token}), {"Content-Type": "application/x-www-form-urlencoded"}

    return Way(pack, stubborn=False)


def _token(store: Store, settings: SandboxSettings, message: str, ended: SignIn) -> str:
    """The logout token (section 2.4); its age counts in real time, as that of every token."""
    at, now = REALMS[ended.realm], int(time.time())
    key = signing_key(store, at.key)
    header = {"alg": ALGORITHM, "kid": str(key.kid), "typ": "logout+jwt"}
    claims: dict[str, Any] = {"iss": at.issuer(settings), "aud": at.client(settings)[0], "iat": now}
    claims |= {"exp": now + SECONDS, "jti": message, "sid": ended.sid, "sub": ended.sub, "events": {EVENT: {}}}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])
