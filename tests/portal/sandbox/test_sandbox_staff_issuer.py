"""Two issuers side by side: citizens' and staff's, each with its own people, key, client and sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jwt
from joserfc.errors import JoseError
from sandbox_portal import VERIFIER, Portal, answered

from portal.sandbox.serve import Running


@pytest.fixture
def staff(sandbox: Running, browser: httpx.Client) -> Iterator[Portal]:
    """The portal as a client of staff's issuer."""
    found = Portal(sandbox, browser, "staff")
    yield found
    found.client.close()


@pytest.fixture
def citizens(sandbox: Running, browser: httpx.Client) -> Iterator[Portal]:
    """The portal as a client of the citizens' issuer, in the same browser."""
    found = Portal(sandbox, browser)
    yield found
    found.client.close()


def test_each_issuer_describes_itself(staff: Portal, citizens: Portal) -> None:
    for portal in (staff, citizens):
        found = OpenIDProviderMetadata(portal.browser.get(f"{portal.path}/.well-known/openid-configuration").json())
        assert found["issuer"] == portal.issuer
        assert all(found[name].startswith(portal.issuer) for name in found if name.endswith(("_endpoint", "_uri")))
        assert found["backchannel_logout_supported"]
        assert found["backchannel_logout_session_supported"]


def test_an_officer_signs_in_at_staffs_issuer(staff: Portal) -> None:
    answer = staff.choose("staff-agent-rabat", acr_values="high")
    assert answered(answer)["iss"] == staff.issuer
    claims = staff.claims(staff.token(answer))
    assert (claims["sub"], claims["acr"]) == ("staff-agent-rabat", "high")
    assert (staff.told()["sub"], staff.told()["staff"], staff.told()["cin"]) == ("staff-agent-rabat", True, "A330718")


def test_staffs_issuer_says_that_it_is_for_staff(staff: Portal) -> None:
    assert "Which officer is signing in?" in staff.ask(ui_locales="en").text


@pytest.mark.parametrize("person", ["staff-salma", "ma-salma", "ma-agent-rabat", "agent-rabat", "staff-", ""])
def test_staffs_issuer_lets_nobody_else_in(staff: Portal, person: str) -> None:
    page = staff.ask()
    assert "Salma" not in page.text
    confirm = staff.browser.get(page.url.copy_merge_params({"person": "staff-agent-rabat"}))
    assert answered(staff.press(confirm, "share", person))["error"] == "access_denied"


def test_the_citizens_issuer_knows_of_staff_only_who_is_a_citizen_too(citizens: Portal) -> None:
    page = citizens.ask().text
    assert 'value="ma-zineb"' in page
    assert 'value="ma-salma"' in page
    assert "agent-rabat" not in page
    citizens.signed_in("ma-zineb")
    assert "staff" not in citizens.told()


def test_who_is_both_has_two_subjects_and_one_card(staff: Portal, citizens: Portal) -> None:
    subs = staff.signed_in("staff-zineb")["sub"], citizens.signed_in("ma-zineb")["sub"]
    assert subs == ("staff-zineb", "ma-zineb")
    assert staff.told()["cin"] == citizens.told()["cin"]


def test_the_issuers_sign_with_keys_of_their_own(staff: Portal, citizens: Portal) -> None:
    token = staff.token(staff.choose("staff-agent-rabat"))
    with pytest.raises((JoseError, ValueError)):
        jwt.decode(token["id_token"], citizens.keys(), algorithms=["RS256"])


def test_a_client_of_one_issuer_is_a_stranger_at_the_other(staff: Portal, citizens: Portal) -> None:
    page = citizens.ask().url
    assert staff.browser.get(str(page).replace("/id/", "/staff-id/")).status_code == 400


def test_a_code_of_one_issuer_is_worth_nothing_at_the_other(staff: Portal, citizens: Portal) -> None:
    answer = citizens.choose("ma-zineb")
    with pytest.raises(OAuthError, match="invalid_grant"):
        staff.token(answer)
    with pytest.raises(OAuthError, match="invalid_grant"):
        citizens.token(answer)


def test_the_secret_of_one_issuer_opens_nothing_at_the_other(staff: Portal, citizens: Portal) -> None:
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": staff.back, "code_verifier": VERIFIER}
    for portal, other in ((staff, citizens), (citizens, staff)):
        credentials = (portal.client_id, other.secret)
        answer = portal.browser.post(f"{portal.path}/token", data=form, auth=credentials)
        assert answer.json()["error"] == "invalid_client"


def test_a_token_of_one_issuer_tells_nothing_at_the_other(staff: Portal, citizens: Portal) -> None:
    token = citizens.token(citizens.choose("ma-zineb"))
    bearing = {"Authorization": f"Bearer {token['access_token']}"}
    assert citizens.browser.get("/id/userinfo", headers=bearing).status_code == 200
    assert citizens.browser.get("/staff-id/userinfo", headers=bearing).status_code == 401


def test_one_browser_may_be_signed_in_at_both_and_leave_one(staff: Portal, citizens: Portal) -> None:
    staff.choose("staff-agent-rabat")
    assert answered(citizens.ask(prompt="none"))["error"] == "login_required"
    citizens.choose("ma-salma")
    staff.browser.post("/staff-id/end_session")
    assert answered(staff.ask(prompt="none"))["error"] == "login_required"
    assert "code" in answered(citizens.ask(prompt="none"))


def test_staff_sign_out_with_their_own_issuers_token_only(
    staff: Portal, citizens: Portal, new_browser: Callable[[], httpx.Client]
) -> None:
    token = citizens.token(citizens.choose("ma-salma"))
    hint = {"id_token_hint": token["id_token"], "post_logout_redirect_uri": staff.settings.logout_uris[0]}
    assert new_browser().get("/staff-id/end_session", params=hint).status_code == 400
