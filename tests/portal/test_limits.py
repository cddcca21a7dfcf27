"""Too many requests are refused with words, others go on; a Redis that is gone is in nobody's way."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from browsing import wait_until
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from redis_server import redis_server
from twins.odd import closed_port
from world import World

from payments.columns import new_id
from portal import limits
from portal.app import create_app
from portal.limits import Rule
from portal.settings import Settings

FEW = (
    Rule("sign-in by address", limits.SIGN_IN, limits.address, "2 per minute"),
    Rule("sending by browser", limits.SENDING, limits.browser, "3 per hour"),
    Rule("messages by address", limits.HOOKS, limits.address, "4 per hour"),
)
WORDS = {"ar": "محاولات كثيرة", "fr": "Trop de tentatives", "en": "Too many attempts"}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can meet."""
    monkeypatch.setattr(limits, "RULES", FEW)


def limited(town: World, **changes: Any) -> Flask:
    """The town's portal, with limits, behind a proxy that says who asks."""
    return create_app(replace(town.settings, limits=True, proxies=1, **changes), town.work)


def client(app: Flask, town: World, **session: str) -> httpx.Client:
    """Asks this portal, as a browser with this session."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    cookies = {app.config["SESSION_COOKIE_NAME"]: str(signer.dumps(session))} if session else {}
    return httpx.Client(transport=httpx.WSGITransport(app), base_url=town.url, cookies=cookies)


def hook(found: httpx.Client, address: str = "41.0.0.1") -> int:
    """A forged message from this address: its status."""
    return found.post("/hooks/stripe", content=b"{}", headers={"X-Forwarded-For": address}).status_code


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("lang", WORDS)
def test_who_asks_too_often_reads_so_and_when_to_come_back(town: World, lang: str) -> None:
    found = client(limited(town), town)
    met = [found.get(f"/sign-in?issuer=national&lang={lang}&next=/{lang}/dashboard") for _ in range(4)]
    statuses = [answer.status_code for answer in met]
    assert [*statuses[:2], statuses[3]] == [303, 303, 429]  # a minute may begin before the third
    assert met[3].headers["Retry-After"] == "60"
    assert f'<html lang="{lang}"' in met[3].text
    assert WORDS[lang] in met[3].text
    assert not any(name.lower().startswith("x-ratelimit") for name in met[3].headers)


@pytest.mark.usefixtures("few")
def test_others_and_other_pages_go_on(town: World) -> None:
    found = client(limited(town), town)
    met = [hook(found) for _ in range(6)]
    assert [*met[:4], met[5]] == [400, 400, 400, 400, 429]
    assert hook(found, "41.0.0.2") == 400
    assert {found.get("/fr/").status_code for _ in range(10)} == {200}
    assert found.get("/sign-in?issuer=national").status_code == 303


@pytest.mark.usefixtures("few")
def test_a_household_in_ipv6_is_one_address(town: World) -> None:
    found = client(limited(town), town)
    assert [hook(found, f"2001:db8:1:1::{n}") for n in range(1, 6)] == [400, 400, 400, 400, 429]
    assert hook(found, "2001:db8:1:2::1") == 400


@pytest.mark.usefixtures("few")
def test_who_is_signed_in_is_counted_for_themselves(town: World) -> None:
    app = limited(town)
    for token in ("one", "two"):
        found = client(app, town, _user_id=token)
        met = [found.post("/fr/services/birth-extract/start").status_code for _ in range(4)]
        assert met == [400, 400, 400, 429]


def test_sharing_writes_letters_and_is_counted_with_them(town: World) -> None:
    found = client(limited(town), town, _user_id="one")
    met = [found.post(f"/fr/locker/{new_id()}/share").status_code for _ in range(42)]
    assert (met[0], met[-1]) == (400, 429)  # twenty a minute, and another minute may begin meanwhile


def test_limits_are_off_unless_the_settings_say_so(town: World) -> None:
    found = client(create_app(town.settings, town.work), town)
    assert {hook(found) for _ in range(10)} == {400}


def test_a_busy_office_behind_one_address_does_not_meet_the_limits(town: World) -> None:
    app = limited(town)
    found = client(app, town)
    assert {hook(found) for _ in range(300)} == {400}


with_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server (apt install redis)")


@with_redis
@pytest.mark.usefixtures("few")
def test_processes_that_share_redis_count_together(town: World, tmp_path: Path) -> None:
    with redis_server(tmp_path) as redis:
        one, two = (client(limited(town, redis_url=redis.url), town) for _ in range(2))
        assert [hook(one), hook(two), hook(one), hook(two)] == [400] * 4
        assert [hook(one), hook(two)] == [429, 429]


@with_redis
@pytest.mark.usefixtures("few")
def test_pages_go_on_when_redis_goes_and_limits_with_them(town: World, tmp_path: Path) -> None:
    with redis_server(tmp_path) as redis:
        found = client(limited(town, redis_url=redis.url), town)
        assert hook(found) == 400
        redis.kill()
        began = time.monotonic()
        assert [hook(found) for _ in range(5)] == [400, 400, 400, 400, 429]
        assert time.monotonic() - began < 3
        redis.start()
        wait_until(lambda: hook(found, "41.0.0.9") == 400 and redis.keys() > 0, "counts are shared again")


@pytest.mark.usefixtures("few")
def test_a_redis_that_never_was_is_in_nobodys_way(town: World) -> None:
    found = client(limited(town, redis_url=f"redis://127.0.0.1:{closed_port()}/0"), town)
    assert hook(found) == 400


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"processes": 2}, ["PORTAL_REDIS_URL", "PORTAL_PROXIES"]),
        ({"processes": 2, "redis_url": "redis://r"}, ["PORTAL_PROXIES"]),
        ({"processes": 1, "proxies": 1}, []),
        ({"processes": 2, "limits": False}, []),
        ({"processes": 2, "environment": "demo"}, []),
    ],
)
def test_the_check_names_what_makes_limits_wrong(town: World, changes: dict[str, Any], said: list[str]) -> None:
    settings: Settings = replace(town.settings, **{"environment": "production", "limits": True} | changes)
    assert [problem.split()[0] for problem in limits.problems(settings)] == said
