"""The identity provider, spoken to by Authlib's client as the portal does."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.oidc.discovery import OpenIDProviderMetadata
from sandbox_portal import VERIFIER, Portal, answered

from portal.sandbox.serve import Running


@pytest.fixture
def portal(sandbox: Running, browser: httpx.Client) -> Iterator[Portal]:
    found = Portal(sandbox, browser)
    yield found
    found.client.close()


def test_the_description_is_valid_and_names_the_issuer(portal: Portal) -> None:
    found = OpenIDProviderMetadata(portal.browser.get("/id/.well-known/openid-configuration").json())
    assert found["issuer"] == portal.issuer
    assert found["code_challenge_methods_supported"] == ["S256"]


def test_a_person_signs_in_and_the_portal_learns_who_and_how_surely(portal: Portal) -> None:
    answer = portal.choose("ma-salma", nonce="a nonce", acr_values="high")
    assert answer.headers["location"].startswith(portal.back)
    assert answered(answer)["iss"] == portal.issuer
    claims = portal.claims(portal.token(answer), "a nonce")
    assert (claims["sub"], claims["acr"], claims["amr"]) == ("ma-salma", "high", ["pin", "hwk"])
    assert abs(claims["auth_time"] - claims["iat"]) < 10


def test_userinfo_tells_what_the_scopes_allow(portal: Portal) -> None:
    token = portal.token(portal.choose("ma-salma", acr_values="substantial"))
    info = portal.client.get(f"{portal.issuer}/userinfo").json()
    assert token["token_type"] == "Bearer"
    assert info["name_ar"] == "سلمى الإدريسي"
    assert (info["cin"], info["birthdate"], info["gender"]) == ("AE214587", "1992-04-17", "female")
    assert (info["email"], info["phone_number"], info["locale"]) == ("salma@example.ma", "+212661204517", "ar-MA")
    assert (info["acr"], info["amr"]) == ("substantial", ["pwd", "otp"])


@pytest.mark.parametrize(
    ("person", "known_by", "number", "nationality", "zone"),
    [
        ("salma", "cin", "AE214587", "MA", "Africa/Casablanca"),
        ("karim", "cin", "F512773", "MA", "Europe/Paris"),
        ("aissatou", "residence_title", "B214607K", "SN", "Africa/Casablanca"),
        ("giulia", "passport", "YB4820917", "IT", "Europe/Rome"),
    ],
)
def test_everybody_is_known_by_the_number_they_have(
    portal: Portal, person: str, known_by: str, number: str, nationality: str, zone: str
) -> None:
    portal.signed_in(f"ma-{person}")
    info = portal.told()
    cards = {kind: info[kind] for kind in ("cin", "residence_title", "passport") if kind in info}
    assert cards == {known_by: number}
    assert (info["nationality"], info["zoneinfo"]) == (nationality, zone)
    assert ("idcs" in info) == (nationality == "MA")


def test_userinfo_is_closed_to_strangers(portal: Portal) -> None:
    answer = portal.browser.get("/id/userinfo", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_claims_asked_by_name_come_in_the_identity_token(portal: Portal) -> None:
    answer = portal.choose("ma-youssef", claims='{"id_token": {"cin": null, "unheard_of": null}}')
    claims = portal.claims(portal.token(answer))
    assert claims["cin"] == "BK380912"
    assert "unheard_of" not in claims


def test_a_person_reaches_no_higher_level_than_their_own(portal: Portal) -> None:
    claims = portal.claims(portal.token(portal.choose("ma-nadia", acr_values="high substantial")))
    assert claims["acr"] == "low"


def test_somebody_who_declines_comes_back_with_access_denied(portal: Portal) -> None:
    answer = answered(portal.choose("ma-salma", decision="deny"))
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", "a state", portal.issuer)


def test_a_wrong_verifier_is_refused_and_the_code_is_used_up(portal: Portal) -> None:
    answer = portal.choose("ma-salma")
    with pytest.raises(OAuthError, match="invalid_grant"):
        portal.token(answer, code_verifier=secrets.token_urlsafe(48))
    with pytest.raises(OAuthError, match="invalid_grant"):
        portal.token(answer)


def test_a_code_shown_twice_takes_its_token_back(portal: Portal) -> None:
    answer = portal.choose("ma-salma")
    portal.token(answer)
    assert portal.client.get(f"{portal.issuer}/userinfo").status_code == 200
    with pytest.raises(OAuthError, match="invalid_grant"), portal.client_with() as thief:
        portal.token(answer, thief)
    assert portal.client.get(f"{portal.issuer}/userinfo").status_code == 401


def test_a_code_is_good_for_a_minute(portal: Portal, clock: Any) -> None:
    answer = portal.choose("ma-salma")
    clock.forward(seconds=61)
    with pytest.raises(OAuthError, match="invalid_grant"):
        portal.token(answer)


def test_a_wrong_client_secret_is_refused(portal: Portal) -> None:
    answer = portal.choose("ma-salma")
    with pytest.raises(OAuthError, match="invalid_client"), portal.client_with(client_secret="guessed") as stranger:
        portal.token(answer, stranger)


def test_the_secret_is_not_taken_from_the_form(portal: Portal) -> None:
    answer = answered(portal.choose("ma-salma"))
    form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": portal.back}
    form |= {"client_id": "portal", "client_secret": portal.settings.client_secret, "code_verifier": VERIFIER}
    assert portal.browser.post("/id/token", data=form).status_code == 401


@pytest.mark.parametrize("address", ["https://evil.example/back", "http://localhost/\"'é"])
def test_an_unknown_return_address_gets_a_page_and_no_redirect(portal: Portal, address: str) -> None:
    with portal.client_with(redirect_uri=address) as portal.client:
        answer = portal.ask()
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_an_unknown_client_gets_a_page_and_no_redirect(portal: Portal) -> None:
    answer = portal.browser.get("/id/authorize", params={"client_id": "x", "response_type": "code"})
    assert answer.status_code == 400


def test_a_request_without_proof_key_or_nonce_is_refused(portal: Portal) -> None:
    request = {"client_id": "portal", "response_type": "code", "redirect_uri": portal.back, "scope": "openid"}
    proof = {"code_challenge": "a" * 43, "code_challenge_method": "S256"}
    for incomplete in ({"nonce": "n"}, proof, {"nonce": "n"} | proof | {"code_challenge_method": "plain"}):
        answer = answered(portal.browser.get("/id/authorize", params=request | incomplete))
        assert (answer["error"], answer["iss"]) == ("invalid_request", portal.issuer)


def test_a_nonce_is_good_once(portal: Portal) -> None:
    portal.choose("ma-salma", nonce="the same")
    assert answered(portal.ask(nonce="the same"))["error"] == "invalid_request"


def test_who_signed_in_already_confirms_without_choosing(portal: Portal) -> None:
    portal.choose("ma-salma", acr_values="substantial")
    page = portal.ask(ui_locales="en")
    assert "Sign in as Salma El Idrissi" in page.text


def test_silent_sign_in_works_only_for_who_is_here(portal: Portal) -> None:
    assert answered(portal.ask(prompt="none"))["error"] == "login_required"
    portal.choose("ma-salma")
    assert "code" in answered(portal.ask(prompt="none"))


def test_an_old_sign_in_or_a_wish_for_a_new_one_asks_again(portal: Portal, clock: Any) -> None:
    portal.choose("ma-salma")
    clock.forward(minutes=10)
    assert answered(portal.ask(prompt="none", max_age=300))["error"] == "login_required"
    assert "من يدخل؟" in portal.ask(prompt="login").text
    assert "code" in answered(portal.ask(prompt="none", max_age=3600))


def test_a_higher_level_is_a_new_sign_in(portal: Portal, clock: Any) -> None:
    first = portal.claims(portal.token(portal.choose("ma-salma", acr_values="low")))
    clock.forward(minutes=5)
    page = portal.ask(acr_values="high")
    second = portal.claims(portal.token(portal.press(page, "share", "ma-salma")))
    assert (first["acr"], second["acr"]) == ("low", "high")
    assert second["auth_time"] >= first["auth_time"] + 300


def test_signing_out_goes_back_to_the_portal_and_ends_the_session(portal: Portal) -> None:
    token = portal.token(portal.choose("ma-salma"))
    home = portal.settings.logout_uris[1]
    asked = {"client_id": "portal", "id_token_hint": token["id_token"], "post_logout_redirect_uri": home, "state": "s"}
    answer = portal.browser.get("/id/end_session", params=asked)
    assert answer.headers["location"] == f"{home}?state=s"
    assert answered(portal.ask(prompt="none"))["error"] == "login_required"


def test_signing_out_without_proof_asks_first_and_goes_nowhere(portal: Portal) -> None:
    portal.choose("ma-salma")
    page = portal.browser.get("/id/end_session", params={"post_logout_redirect_uri": "https://evil.example/"})
    assert page.status_code == 200
    assert "code" in answered(portal.ask(prompt="none"))
    done = portal.browser.post("/id/end_session")
    assert done.status_code == 200
    assert answered(portal.ask(prompt="none"))["error"] == "login_required"


@pytest.mark.parametrize(
    ("locale", "direction", "title"),
    [("ar", "rtl", "من يدخل؟"), ("fr-MA", "ltr", "Qui se connecte"), ("en", "ltr", "Who is signing in?")],
)
def test_the_sign_in_page_speaks_the_language_asked_for(
    portal: Portal, locale: str, direction: str, title: str
) -> None:
    page = portal.ask(ui_locales=locale)
    assert f'dir="{direction}"' in page.text
    assert title in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
