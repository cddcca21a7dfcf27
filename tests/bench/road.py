"""What people do in a bench: ask for a birth extract filled in by hand, and sign in."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

import httpx
from bench.client import Client, WrongAnswer

START = "/ar/services/birth-extract/start"
KEY = re.compile(rb'name="key"[^>]*value="([^"]*)"')
TYPED = (
    {"relation": "self", "copies": "1"},
    {
        "fullname_ar": "سلمى الإدريسي",
        "fullname_lat": "Salma El Idrissi",
        "birth_date": "17/04/1992",
        "birth_province": "04.421",
    },
    {"birth_place": "c-04421-02", "act_no": "1874", "act_year": "1992"},
)


def ask_for_extract(client: Client, token: str) -> str:
    """From the POST that opens the draft to the 303 of sending it; returns the address of the request's page."""
    place = client.post(START, {"csrf_token": token}).location
    for typed in TYPED:
        page = client.get(place)
        place = client.post(place, {"csrf_token": page.token(), **typed}).location
    review = client.get(place)
    fields = {"csrf_token": review.token(), "key": review.found(KEY)}
    return client.post(place.replace("/review", "/submit"), fields).location


SUBS = {"national": "ma-", "staff": "staff-"}
"""How the subject identifiers of the sandbox's issuers begin."""


def token_of(client: Client) -> str:
    """A CSRF token of this client's session."""
    return client.get(START).token()


def sign_in(url: str, person: str, issuer: str = "national") -> dict[str, str]:
    """Goes through the sandbox's pages as a demo person, portal to portal; returns the cookies of the portal."""
    with httpx.Client(timeout=30) as browser:
        asked, sub = {"issuer": issuer, "next": "/ar/dashboard"}, SUBS[issuer] + person
        page = _until_page(browser, browser.get(f"{url}/sign-in", params=asked), url)
        page = _until_page(browser, _sent(browser, page, {"person": sub}), url)
        back = _until_page(browser, _sent(browser, page, {"decision": "share"}), url)
        answer = browser.get(back.headers["location"])
        if answer.status_code != 303:
            raise WrongAnswer(f"the way back: {answer.status_code}")
        return {cookie.name: cookie.value or "" for cookie in browser.cookies.jar if cookie.domain == "127.0.0.1"}


def _until_page(browser: httpx.Client, answer: httpx.Response, portal: str) -> httpx.Response:
    """Follows redirects outside, until a page or the way back to the portal."""
    while answer.is_redirect and not answer.headers["location"].startswith(portal):
        answer = browser.get(urljoin(str(answer.url), answer.headers["location"]))
    return answer


def _sent(browser: httpx.Client, page: httpx.Response, data: dict[str, str]) -> httpx.Response:
    """Sends the first form of an outside page with its hidden fields."""
    form = re.search(r"(?s)<form([^>]*)>(.*?)</form>", page.text)
    if form is None:
        raise WrongAnswer(f"no form at {page.url}")
    action = re.search(r'action="([^"]*)"', form[1])
    target = page.url.join(unescape(action[1]) if action else "")
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[2])
    values = {unescape(name): unescape(value) for name, value in hidden} | data
    if 'method="get"' in form[1]:
        return browser.get(target, params=values)
    return browser.post(target, data=values)
