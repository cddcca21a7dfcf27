"""A passkey as the second proof, with an authenticator that the browser itself plays; the portal has a name for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from databases import with_tables
from playwright.sync_api import Page, expect
from world import World, world

from journeys.catalogue.reading import read
from portal.cli import DEFINITIONS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("road")]

Person = Callable[[str, int], Page]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A portal that browsers know by a name."""
    folder = tmp_path_factory.mktemp("named")
    url = f"sqlite:///{folder / 'named.sqlite'}"
    database = with_tables(url)
    with world(database, url, folder, read(DEFINITIONS), PORTAL_PUBLIC_URL="http://localhost:{port}") as found:
        yield found
    database.dispose()


def half_in(page: Page, town: World) -> None:
    """An officer signs in at the staff issuer; the second proof is asked for."""
    page.goto(f"{town.settings.public_url}/fr/desk")
    if page.locator('button[name="person"]').count():
        page.locator('button[name="person"][value="staff-agent-ompic"]').click()
    page.locator('button[name="decision"][value="share"]').click()
    expect(page.locator('form[action*="/desk/proof"]').first).to_be_visible()


def test_an_officer_proves_themselves_with_a_passkey(named: World, person: Person) -> None:
    page = person("fr", 1280)
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    half_in(page, named)
    code = named.staff_code("staff-agent-ompic")
    page.reload()
    page.locator("#code").fill(code)
    page.locator('form[action$="/desk/proof"] button').click()
    page.goto(f"{named.settings.public_url}/fr/desk/keys")
    page.locator("form.passkey button").click()
    expect(page.locator("main li.offer")).to_have_count(1)

    page.context.clear_cookies()  # the next morning
    half_in(page, named)
    page.locator("form.passkey button").click()
    expect(page).to_have_url(f"{named.settings.public_url}/fr/desk")
    expect(page.locator("h1")).to_be_visible()
