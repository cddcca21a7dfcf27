"""Sessions of the issuers end, and the portal is told of each (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from authlib.integrations.base_client import OAuthError
from joserfc import jwt
from sandbox_portal import Portal, answered

from portal.sandbox.issuer.realms import REALMS
from portal.sandbox.serve import Running

EVENT = "http://schemas.openid.net/event/backchannel-logout"
Lever = Callable[..., httpx.Response]


@pytest.fixture
def at_device(sandbox: Running, new_browser: Callable[[], httpx.Client]) -> Iterator[Callable[..., Portal]]:
    """The portal, met with another browser each time."""
    made: list[Portal] = []

    def device(realm: str = "national") -> Portal:
        made.append(Portal(sandbox, new_browser(), realm))
        return made[-1]

    yield device
    for portal in made:
        portal.client.close()


def logout_token(portal: Portal, post: Any) -> Any:
    """The checked logout token of a message."""
    assert post.path == "/sign-out/back-channel"
    assert post.headers["Content-Type"] == "application/x-www-form-urlencoded"
    return jwt.decode(post.form["logout_token"], portal.keys(), algorithms=["RS256"])


@pytest.mark.parametrize(
    ("realm", "sub"), [("national", "ma-salma"), ("staff", "staff-agent-rabat")], ids=["citizen", "staff"]
)
def test_the_portal_is_told_which_session_of_whom_has_ended(
    at_device: Callable[..., Portal], receiver: Any, realm: str, sub: str
) -> None:
    portal = at_device(realm)
    claims = portal.signed_in(sub)
    portal.browser.post(f"{portal.path}/session")
    token = logout_token(portal, receiver.next())
    assert (token.header["typ"], token.claims["iss"], token.claims["aud"]) == (
        "logout+jwt",
        REALMS[realm].issuer(portal.settings),
        portal.client_id,
    )
    assert (token.claims["sid"], token.claims["sub"], token.claims["events"]) == (claims["sid"], sub, {EVENT: {}})
    assert token.claims["exp"] == token.claims["iat"] + 120
    assert abs(token.claims["iat"] - time.time()) < 60
    assert token.claims["jti"]
    assert "nonce" not in token.claims


def test_signing_out_through_the_portal_tells_the_portal_too(at_device: Callable[..., Portal], receiver: Any) -> None:
    portal = at_device()
    token = portal.token(portal.choose("ma-salma"))
    portal.browser.get("/id/end_session", params={"id_token_hint": token["id_token"]})
    assert logout_token(portal, receiver.next()).claims["sid"] == portal.claims(token)["sid"]
    assert answered(portal.ask(prompt="none"))["error"] == "login_required"


def test_the_portal_may_end_the_session_of_a_browser_that_is_elsewhere(
    at_device: Callable[..., Portal], receiver: Any
) -> None:
    first, second = at_device(), at_device()
    token = first.token(first.choose("ma-salma"))
    second.browser.get("/id/end_session", params={"id_token_hint": token["id_token"]})
    assert logout_token(first, receiver.next()).claims["sid"] == first.claims(token)["sid"]
    assert answered(first.ask(prompt="none"))["error"] == "login_required"


def test_signing_out_everywhere_ends_each_device_of_theirs_and_nobody_elses(
    at_device: Callable[..., Portal], receiver: Any
) -> None:
    phone, computer, other = at_device(), at_device(), at_device()
    sids = {phone.signed_in("ma-salma")["sid"], computer.signed_in("ma-salma")["sid"]}
    other.signed_in("ma-youssef")
    phone.browser.post("/id/session")
    assert {logout_token(phone, receiver.next()).claims["sid"] for _ in range(2)} == sids
    assert answered(computer.ask(prompt="none"))["error"] == "login_required"
    assert "code" in answered(other.ask(prompt="none"))
    assert receiver.posts.empty()


def test_a_lever_signs_a_person_out_of_one_issuer(at_device: Callable[..., Portal], pull: Lever, receiver: Any) -> None:
    officer, citizen = at_device("staff"), at_device()
    sid = officer.signed_in("staff-zineb")["sid"]
    citizen.signed_in("ma-zineb")
    assert pull("issuer/staff/logout", sub="staff-zineb").json() == {"ended": [sid]}
    assert logout_token(officer, receiver.next()).claims["sid"] == sid
    assert answered(officer.ask(prompt="none"))["error"] == "login_required"
    assert "code" in answered(citizen.ask(prompt="none"))
    assert pull("issuer/staff/logout", sub="staff-zineb").json() == {"ended": []}
    assert pull("issuer/other/logout", sub="staff-zineb").status_code == 404


def test_a_session_keeps_its_id_until_it_ends(at_device: Callable[..., Portal]) -> None:
    portal = at_device()
    low = portal.signed_in("ma-salma", acr_values="low")
    high = portal.claims(portal.token(portal.press(portal.ask(acr_values="high"), "share", "ma-salma")))
    assert (high["acr"], high["sid"]) == ("high", low["sid"])
    portal.browser.post("/id/session")
    assert portal.signed_in("ma-salma")["sid"] != low["sid"]


def test_another_person_at_the_same_browser_has_another_session(at_device: Callable[..., Portal], pull: Lever) -> None:
    portal = at_device()
    first = portal.signed_in("ma-salma")
    second = portal.signed_in("ma-youssef", prompt="select_account")
    assert first["sid"] != second["sid"]
    assert pull("issuer/national/logout", sub="ma-salma").json() == {"ended": [first["sid"]]}
    assert "code" in answered(portal.ask(prompt="none"))


def test_a_code_is_worth_nothing_once_the_session_has_ended(at_device: Callable[..., Portal], pull: Lever) -> None:
    portal = at_device()
    answer = portal.choose("ma-salma")
    pull("issuer/national/logout", sub="ma-salma")
    with pytest.raises(OAuthError, match="invalid_grant"):
        portal.token(answer)


def test_a_portal_that_is_down_is_told_again_with_the_same_message(
    at_device: Callable[..., Portal], receiver: Any
) -> None:
    portal = at_device()
    portal.signed_in("ma-salma")
    receiver.answers.append(503)
    portal.browser.post("/id/session")
    first, second = (logout_token(portal, receiver.next()).claims for _ in range(2))
    assert first["jti"] == second["jti"]


def test_a_portal_that_refuses_is_not_told_again(
    sandbox: Running, at_device: Callable[..., Portal], receiver: Any
) -> None:
    portal = at_device()
    portal.signed_in("ma-salma")
    receiver.answers.append(400)
    portal.browser.post("/id/session")
    receiver.next()
    sandbox.world.courier.close()
    assert sandbox.world.store.oldest("post") == []


@pytest.mark.parametrize("realm", REALMS)
def test_the_session_page_says_who_is_here_and_from_how_many_devices(
    at_device: Callable[..., Portal], realm: str
) -> None:
    person, name = {"national": ("ma-salma", "Salma El Idrissi"), "staff": ("staff-agent-rabat", "Hajar Tazi")}[realm]
    portal, other = at_device(realm), at_device(realm)
    address = f"{portal.path}/session?lang=en"
    assert "Nobody is signed in" in portal.browser.get(address).text
    portal.signed_in(person)
    other.signed_in(person)
    page = portal.browser.get(address).text
    assert name in page
    assert '<bdi dir="ltr">2</bdi>' in page
    portal.browser.post(f"{portal.path}/session")
    assert "Nobody is signed in" in other.browser.get(address).text
