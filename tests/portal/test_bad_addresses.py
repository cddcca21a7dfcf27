"""Nonsense in every address and query, made from the URL map so that none escapes: not found, never broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from requests_made import BIRTH
from scenes import entered, is_clear, scene, token_of
from world import Browser, World

from portal.app import create_app

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


STRANGE = {
    "lang": ["xx", "AR", "arr", "ar%00", "%D8%B9", "..", "a" * 2000, "<script>", "{{7*7}}"],
    "reference": [
        "00000-00000", "K7Q2M", "K7Q2M-4XPV3X", "a" * 5000, "%00", "..%2f..", "%FF%FE", "<script>", "{{7*7}}",
        "%E2%80%AE", "%D9%A1%D9%A2", "' OR 1=1", "ﬁﬁﬁﬁﬁﬁﬁﬁﬁﬁ", "ıııııııııı", "-", "%20", "😀",
    ],
    "uuid": ["1", str(uuid4()), str(uuid4()).upper(), "0" * 36, "%00", "a" * 5000, "../x", "<script>", f"{{{uuid4()}"],
    "word": [
        "%00", "..%2f..", "a" * 5000, "<script>", "{{7*7}}", "%FF", "😀", "BIRTH-EXTRACT", "__class__", "%E2%80%AE",
    ],
}  # fmt: skip
PLAIN = {"lang": "fr", "reference": "00000-00000"}


def rules() -> list[str]:
    """Every route of the portal."""
    from access_table import TABLE

    return list(TABLE)


def strange_addresses(rule: str) -> Iterator[tuple[str, bool]]:
    """The addresses of a route with nonsense in one place; whether it stands in the place of the language."""
    places = re.findall(r"<(?:(\w+):)?(\w+)>", rule)
    for kind, name in places:
        for nonsense in STRANGE.get(kind or name, STRANGE["word"]):
            address = nonsense.join(re.split(rf"<(?:\w+:)?{name}>", rule))
            address = re.sub(r"<uuid:\w+>", str(uuid4()), address)
            yield re.sub(r"<(\w+)>", lambda found: PLAIN.get(found[1], "person"), address), name == "lang"


@pytest.mark.parametrize("rule", [rule for rule in rules() if "<" in rule])
def test_nonsense_in_an_address_is_not_found(salma: Browser, hajar: Browser, rule: str) -> None:
    for browser in (salma, hajar):  # who is at work is told so on the pages of citizens
        token = token_of(browser)
        for address, of_language in strange_addresses(rule):
            for method in ("GET", "POST"):
                data = {"csrf_token": token} if method == "POST" else None
                answer = browser.client.request(method, address, data=data, follow_redirects=False)
                met = method, address[:80], answer.status_code
                assert answer.status_code in (302, 303, 308, 400, 403, 404, 405, 409), met
                assert answer.headers.get("Location", "/").startswith(("/", browser.world.url)), met
                if not answer.is_redirect and not of_language and "<lang>" in rule:
                    is_clear(answer)


def test_a_reference_is_read_as_people_write_it(town: World, salma: Browser) -> None:
    made = scene(town)
    for written in (made.reference.lower(), made.reference.replace("-", ""), made.reference.replace("-", "%20")):
        assert salma.get(f"/fr/requests/{written}/review").status == 200
    wrong = made.reference[:-1] + ("A" if made.reference[-1] != "A" else "B")
    assert salma.get(f"/fr/requests/{wrong}/review").status == 404


EVERYTHING = "/locker/everything.zip"  # of somebody whose locker other tests do not fill
QUERIES = [
    "from=x", "from=1.x", "from=0.", "from=-1.00000000-0000-0000-0000-000000000000", "from=%00", "from=" + "9" * 5000,
    "from=99999999999999999999.00000000-0000-0000-0000-000000000000", "from=.&from=.", "from=%FF",
    "from=-62135596800000000.00000000-0000-0000-0000-000000000000", "from=2026-13-45.x", "from=0001-01-01.x",
    "from=253402300799000000.00000000-0000-0000-0000-000000000000",
    "from=0001-01-01.00000000-0000-0000-0000-000000000000", "from[]=1", "payment=" + "<script>" * 9, "review=%00",
    "cancelled=%00", "lang=xx", "lang[]=ar", "q=" + "a" * 5000, "endpoint=x", "self=x", "_method=X", "_anchor=x",
    "_scheme=javascript", "_external=1", "_scheme=javascript&_external=1&x=%0Aalert(1)", "filename=x", "values=1",
    "x=<script>alert(1)</script>", "x={{7*7}}", "%00=%00", "%FF=%FE", "&&&==", "a=" * 500,
]  # fmt: skip


@pytest.mark.parametrize("rule", rules())
def test_nonsense_in_a_query_is_harmless(town: World, salma: Browser, hajar: Browser, rule: str) -> None:
    someone = hajar if "/desk" in rule else entered(town, "fatima") if rule.endswith(EVERYTHING) else salma
    address = re.sub(r"<uuid:\w+>", str(uuid4()), rule.replace("<lang>", "fr").replace("<wanted>", BIRTH))
    address = re.sub(r"<\w+>", "person", address.replace("<service>", BIRTH))
    for query in QUERIES:
        answer = someone.client.get(f"{address}?{query}", follow_redirects=False)
        assert answer.status_code < 500, (address, query)
        assert '"javascript:' not in answer.text
        assert "<script>alert" not in answer.text


def test_the_language_links_keep_the_query_and_stay_here(salma: Browser) -> None:
    page = salma.get("/fr/?_scheme=javascript&_external=1&x=%0Aalert(1)&a=1&a=2")
    assert page.link("/en/") == "/en/?_scheme=javascript&_external=1&x=%0Aalert%281%29&a=1&a=2"


OUTSIDE = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:evil.example",
    "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "\n//evil.example", " //evil.example",
    "evil.example", "///evil.example", "/fr/\r\nSet-Cookie: x=1", "/%5Cevil\\", "data:text/html,x", "//", "",
    "/" + "a" * 6000, "\x00", "/\u2028/evil",
]  # fmt: skip


@pytest.mark.parametrize("following", OUTSIDE, ids=range(len(OUTSIDE)))
def test_signing_in_never_leads_out(town: World, following: str) -> None:
    browser = town.browser()
    browser.get("/sign-in", params={"issuer": "national", "next": following, "lang": "fr"})
    browser.sandbox_form({"person": "ma-salma"})
    browser.sandbox_form({"decision": "share"})
    assert browser.page.url == f"{town.url}/fr/dashboard"


def test_signing_in_leads_back_to_a_page_of_ours(town: World, browser: Browser) -> None:
    browser.get("/sign-in", params={"issuer": "national", "next": "/fr/locker?from="})
    browser.sandbox_form({"person": "ma-salma"})
    browser.sandbox_form({"decision": "share"})
    assert browser.page.url.startswith(f"{town.url}/fr/locker")


def test_an_unknown_issuer_is_not_found_and_an_unknown_level_is_ignored(browser: Browser) -> None:
    assert browser.get("/sign-in?issuer=unknown&lang=fr").status == 404
    assert browser.get("/sign-in?issuer=%00").status == 404
    assert browser.get("/sign-in?level=nonsense").status == 200
    assert browser.get("/sign-in?level=%00&level=high").status == 200


def test_every_route_has_its_nonsense(town: World) -> None:
    assert {rule.rule for rule in create_app(town.settings, town.work).url_map.iter_rules()} == set(rules())
