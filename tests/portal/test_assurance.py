"""A service names how surely it must know who asks; the person proves it, and comes back to where they were."""

from __future__ import annotations

from requests_made import BIRTH
from world import Browser


def at_the_issuer(browser: Browser, person: str) -> None:
    """Answers whatever the identity provider asks, until it sends the browser back."""
    while not browser.page.url.startswith(browser.world.url):
        choosing = 'name="person" value="ma-' in browser.page.text and "<button" in browser.page.text
        choosing = choosing and 'value="share"' not in browser.page.text
        browser.sandbox_form({"person": f"ma-{person}"} if choosing else {"decision": "share"})


def test_a_low_digital_id_is_told_why_it_is_not_enough(browser: Browser) -> None:
    browser.sign_in("nadia", "fr")
    browser.get(f"/fr/services/{BIRTH}/start")
    at_the_issuer(browser, "nadia")
    assert browser.page.status == 403
    assert "niveau de votre identité numérique" in browser.page.words


def test_stepping_up_leads_back_to_the_page(browser: Browser) -> None:
    browser.get("/sign-in", params={"next": "/fr/dashboard", "level": "low"})
    at_the_issuer(browser, "salma")
    browser.get(f"/fr/services/{BIRTH}/start")
    at_the_issuer(browser, "salma")
    assert browser.page.url.endswith(f"/fr/services/{BIRTH}/start")
    assert browser.page.status == 200
