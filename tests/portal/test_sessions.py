"""Who is here: cookies that are planted, copied, changed or old, and the way back from the identity provider."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from scenes import entered, is_in, sent, with_cookie
from world import Browser, World

import portal.app
from portal.identity.actions import ABSOLUTE, IDLE
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def test_a_cookie_from_before_the_sign_in_is_worth_nothing_after_it(town: World, browser: Browser) -> None:
    browser.client.get("/sign-in?issuer=national", follow_redirects=False)
    planted = browser.client.cookies["shubbak"]
    browser.sign_in("salma", "fr")
    assert browser.client.cookies["shubbak"] != planted
    assert is_in(browser.client)
    assert not is_in(with_cookie(town, planted))


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_signing_out_leads_home_in_the_readers_language(browser: Browser, lang: str) -> None:
    browser.sign_in("salma", lang)
    answer = browser.client.post(browser.page.action("/sign-out"), data={"csrf_token": browser.page.token()})
    [first, *_rest] = answer.history
    assert f"%2F{lang}%2F" in first.headers["Location"]


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(town: World) -> None:
    browser = entered(town, "salma")
    copied = browser.client.cookies["shubbak"]
    assert is_in(with_cookie(town, copied))
    sent(browser, "/sign-out")
    assert not is_in(browser.client)
    assert not is_in(with_cookie(town, copied))


def test_signing_in_again_ends_the_first_session(town: World) -> None:
    browser = entered(town, "salma")
    copied = browser.client.cookies["shubbak"]
    browser.get("/sign-in", params={"issuer": "national", "next": "/fr/dashboard"})
    browser.sandbox_form({"decision": "share"})
    assert is_in(browser.client)
    assert not is_in(with_cookie(town, copied))


def test_a_cookie_that_was_changed_is_worth_nothing(town: World, salma: Browser) -> None:
    cookie = salma.client.cookies["shubbak"]
    body, stamp, mark = cookie.rsplit(".", 2)
    changed = [f"{body}.{stamp}.{mark[:-2]}AA", f"{body[:-2]}AA.{stamp}.{mark}", f"{body}..{mark}", body, "x", "." * 9]
    changed += [cookie * 20, "a" * 60_000, "%00", "é"]
    for one in changed:
        client = httpx.Client(base_url=town.url, headers=[(b"Cookie", b"shubbak=" + one.encode())])
        answer = client.get("/fr/dashboard")
        assert answer.status_code in (303, 400, 431), one[:20]


def test_a_session_ends_when_nobody_is_there(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = entered(town, "salma")
    monkeypatch.setattr(portal.app, "real_now", lambda: real_now() + IDLE - timedelta(seconds=20))
    assert is_in(browser.client)
    monkeypatch.setattr(portal.app, "real_now", lambda: real_now() + 2 * IDLE)
    assert not is_in(browser.client)
    monkeypatch.undo()


def test_a_session_ends_after_twelve_hours_however_busy(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, step, passed = entered(town, "salma"), IDLE - timedelta(minutes=1), timedelta()
    while (passed := passed + step) < ABSOLUTE:
        monkeypatch.setattr(portal.app, "real_now", lambda: real_now() + passed)
        assert is_in(browser.client), passed
    monkeypatch.setattr(portal.app, "real_now", lambda: real_now() + ABSOLUTE)
    assert not is_in(browser.client)


def test_coming_back_without_having_left_is_refused_in_words(browser: Browser) -> None:
    page = browser.get("/sign-in/back?code=x&state=y", headers={"Accept-Language": "fr"})
    assert page.status == 400
    assert '<html lang="fr"' in page.text


def test_the_way_back_serves_once(town: World, browser: Browser) -> None:
    browser.sign_in("salma", "fr")
    [back] = [answer for answer in browser.page.response.history if "/sign-in/back" in str(answer.url)]
    assert browser.get(str(back.url)).status == 400
    assert is_in(browser.client)


def test_the_way_back_of_another_browser_is_refused(town: World) -> None:
    mine, theirs = town.browser(), town.browser()
    mine.client.get("/sign-in?lang=fr&issuer=national", follow_redirects=False)
    theirs.sign_in("salma", "fr")
    [back] = [answer for answer in theirs.page.response.history if "/sign-in/back" in str(answer.url)]
    assert mine.get(str(back.url)).status == 400
    assert not is_in(mine.client)


WRONG = ("state=", "state=%00", "code=x", "error=access_denied", "state={}&iss=https://evil", "state={}")
WRONG_CODES = ("state={}&code=", "state={}&code=nonsense", "state={}&state=x&code=%00", "state={}&iss={}&code=nonsense")


@pytest.mark.parametrize("answer", WRONG + WRONG_CODES)
def test_a_wrong_answer_of_the_issuer_opens_no_session(town: World, browser: Browser, answer: str) -> None:
    left = browser.client.get("/sign-in?lang=fr&issuer=national", follow_redirects=False).headers["Location"]
    state = httpx.URL(left).params["state"]
    page = browser.get("/sign-in/back?" + answer.format(state, town.settings.issuers[0].url))
    assert page.status == 400
    assert '<html lang="fr"' in page.text
    assert not is_in(browser.client)


def test_a_person_who_says_no_is_told_that_nothing_happened(town: World, browser: Browser) -> None:
    left = browser.client.get("/sign-in?lang=fr&issuer=national", follow_redirects=False).headers["Location"]
    said = {"state": httpx.URL(left).params["state"], "iss": town.settings.issuers[0].url, "error": "access_denied"}
    page = browser.get("/sign-in/back", params=said)
    assert page.status == 403
    assert not is_in(browser.client)
