"""Sessions in the database: my devices, and the issuer's word that somebody signed out there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from scenes import entered, is_in, sent, with_cookie
from sqlalchemy import select
from world import World

from portal.identity.models import SignIn
from portal.sandbox.issuer.keys import signing_key
from portal.sandbox.issuer.realms import REALMS

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

EVENT = {"http://schemas.openid.net/event/backchannel-logout": {}}
Token = Callable[..., str]


def session_of(town: World) -> tuple[str, str]:
    """The issuer's name of the newest session, and its subject."""
    newest = select(SignIn.sid).where(SignIn.issuer == "national").order_by(SignIn.id.desc()).limit(1)
    found = town.work.transact(lambda unit: unit.session.scalars(newest).one(), reading=True)
    assert found
    return found, "ma-salma"


@pytest.fixture
def token(town: World) -> Token:
    """A logout token of the sandbox's issuer, with some of it changed."""

    def made(key: Any = None, alg: str = "RS256", **changes: Any) -> str:
        now = int(time.time())
        issuer = town.settings.issuers[0]
        usual = {"iss": issuer.url, "aud": issuer.client_id, "iat": now, "exp": now + 120, "jti": f"j{time.time_ns()}"}
        claims = {**usual, "events": EVENT, **changes}
        signing = key or signing_key(town.sandbox.world.store, REALMS["national"].key)
        header = {"alg": alg, "typ": "logout+jwt", "kid": signing.kid or "none"}
        return jwt.encode(header, {name: value for name, value in claims.items() if value is not None}, signing)

    return made


def said(town: World, logout_token: str) -> int:
    """What the portal answers to a logout token."""
    browser = town.browser()
    answer = browser.client.post("/sign-out/back-channel", data={"logout_token": logout_token})
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code


def test_signing_out_at_the_issuer_ends_the_session_here(town: World, token: Token) -> None:
    salma = entered(town, "salma")
    sid, _sub = session_of(town)
    assert said(town, token(sid=sid)) == 200
    assert not is_in(salma.client)


def test_the_issuer_may_end_all_sessions_of_a_person(town: World, token: Token) -> None:
    first, second, other = entered(town, "salma"), entered(town, "salma"), entered(town, "youssef")
    assert said(town, token(sub="ma-salma")) == 200
    assert not is_in(first.client)
    assert not is_in(second.client)
    assert is_in(other.client)


def test_a_session_that_ended_there_is_ended_for_every_copy_of_the_cookie(town: World, token: Token) -> None:
    salma = entered(town, "salma")
    copied = salma.client.cookies["shubbak"]
    said(town, token(sid=session_of(town)[0]))
    assert not is_in(with_cookie(town, copied))


def test_the_same_word_twice_ends_no_later_session(town: World, token: Token) -> None:
    word = token(sub="ma-salma")
    assert said(town, word) == 200
    salma = entered(town, "salma")
    assert said(town, word) == 200
    assert is_in(salma.client)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"exp": 1},
        {"iat": 1, "exp": None},
        {"iat": int(time.time()) + 3600},
        {"nonce": "n"},
        {"events": {}},
        {"events": None},
        {"jti": None},
        {"sid": None, "sub": None},
        {"alg": "HS256"},
        {"wrong key": True},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_a_word_that_is_not_the_issuers_ends_nothing(town: World, token: Token, changes: dict[str, Any]) -> None:
    salma = entered(town, "salma")
    forged = dict(changes)
    if forged.pop("wrong key", None):
        forged["key"] = RSAKey.generate_key(2048, auto_kid=True)
    if forged.get("alg") == "HS256":
        from joserfc.jwk import OctKey

        forged["key"] = OctKey.import_key(town.settings.issuers[0].client_secret)
    assert said(town, token(**{"sub": "ma-salma", **forged})) == 400
    assert is_in(salma.client)


@pytest.mark.parametrize("nonsense", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYS1zYWxtYSJ9.", "é" * 100])
def test_nonsense_ends_nothing(town: World, nonsense: str) -> None:
    salma = entered(town, "salma")
    assert said(town, nonsense) == 400
    assert is_in(salma.client)


def test_an_id_token_is_no_word_of_farewell(town: World, token: Token) -> None:
    salma = entered(town, "salma")
    assert said(town, token(sub="ma-salma", events=None, nonce="x")) == 400
    assert is_in(salma.client)


def test_my_devices_are_listed_and_signed_out_one_by_one(town: World) -> None:
    sent(entered(town, "karim"), "/fr/account/devices/end")
    first, second = entered(town, "karim"), town.browser()
    second.client.headers["User-Agent"] = "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36"
    second.sign_in("karim", "fr")
    page = first.get("/fr/account/devices")
    assert "Chrome · Android" in page.words
    first.submit("/end")
    assert not is_in(second.client)
    assert is_in(first.client)


def test_all_other_devices_are_signed_out_at_once(town: World) -> None:
    first, second, third = (entered(town, "karim") for _ in range(3))
    sent(first, "/fr/account/devices/end")
    assert is_in(first.client)
    assert not is_in(second.client)
    assert not is_in(third.client)


def test_nobody_ends_anothers_session(town: World) -> None:
    salma, youssef = entered(town, "salma"), entered(town, "youssef")
    newest = select(SignIn.id).where(SignIn.ended_at.is_(None)).order_by(SignIn.id.desc()).limit(2)
    ids = town.work.transact(lambda unit: list(unit.session.scalars(newest)), reading=True)
    assert sent(youssef, f"/fr/account/devices/{ids[1]}/end").status_code == 404
    assert is_in(salma.client)
