"""What every answer carries: a policy without exceptions, nothing kept of personal pages, one name for the site."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from requests_made import BIRTH
from scenes import scene, sent, token_of
from werkzeug.test import TestResponse
from world import Browser, World

from portal.app import create_app

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

PUBLIC = "https://portal.example.ma"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@pytest.fixture(scope="module")
def salma(running_world: World) -> Browser:
    """Salma's browser."""
    browser = running_world.browser()
    browser.sign_in("salma", "fr")
    return browser


@pytest.fixture
def secure(town: World) -> Flask:
    """The same portal, reached by HTTPS."""
    return create_app(replace(town.settings, public_url=PUBLIC), town.work)


def pdf(town: World, salma: Browser) -> str:
    """The address of a document of Salma."""
    made = scene(town, until="filed")
    town.worker_runs()
    return salma.get(f"/fr/requests/{made.reference}/receipt").link("/locker/")


ANSWERS: dict[str, tuple[int, Callable[[World, Browser], Any]]] = {
    "public page": (200, lambda town, salma: town.browser().client.get("/ar/")),
    "personal page": (200, lambda town, salma: salma.client.get("/fr/dashboard")),
    "redirect": (303, lambda town, salma: salma.client.get("/sign-in?issuer=national", follow_redirects=False)),
    "first cookie": (
        303,
        lambda town, salma: town.browser().client.get("/sign-in?issuer=national", follow_redirects=False),
    ),
    "choosing a language": (302, lambda town, salma: salma.client.get("/", follow_redirects=False)),
    "sign-in asked for": (303, lambda town, salma: town.browser().client.get("/ar/inbox", follow_redirects=False)),
    "no such page": (404, lambda town, salma: salma.client.get("/fr/nothing")),
    "no such language": (404, lambda town, salma: salma.client.get("/xx/dashboard")),
    "another's page": (404, lambda town, salma: salma.client.get("/fr/requests/00000-00000")),
    "wrong method": (405, lambda town, salma: salma.client.post("/fr/dashboard")),
    "no token": (400, lambda town, salma: salma.client.post("/fr/inbox/read")),
    "too large": (413, lambda town, salma: salma.client.post("/fr/inbox/read", data={"a": "x" * 1_100_000})),
    "document": (200, lambda town, salma: salma.client.get(pdf(town, salma))),
    "unsigned message": (400, lambda town, salma: town.browser().client.post("/hooks/stripe", content=b"{}")),
    "unknown sender": (404, lambda town, salma: town.browser().client.post("/hooks/connectors/x", content=b"{}")),
    "options": (200, lambda town, salma: salma.client.options("/fr/dashboard")),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer_carries_the_headers(town: World, salma: Browser, kind: str) -> None:
    status, ask = ANSWERS[kind]
    answer = ask(town, salma)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers["Cache-Control"] in ("no-store", "no-cache")


@pytest.mark.parametrize("kind", [kind for kind in ANSWERS if kind not in ("too large",)])
def test_nothing_personal_is_kept_by_a_browser(town: World, salma: Browser, kind: str) -> None:
    answer = ANSWERS[kind][1](town, salma)
    personal = "cookie" in answer.request.headers or "set-cookie" in answer.headers
    assert answer.headers["Cache-Control"] == ("no-store" if personal else "no-cache")


@pytest.mark.parametrize("file", ["app.css", "app.js", "img/mark.svg", "fonts/plex-latin-400.woff2"])
def test_built_files_run_nothing_and_are_what_they_say(browser: Browser, file: str) -> None:
    answer = browser.client.get(f"/static/dist/{file}")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "file", ["../app.css", "..%2f..%2fportal/app.py", "%2e%2e/%2e%2e/setup.cfg", "/etc/passwd", ""]
)
def test_nothing_but_built_files_is_served(browser: Browser, file: str) -> None:
    assert browser.client.get(f"/static/dist/{file}").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/ar/", "/fr/dashboard", "/fr/inbox", "/fr/payments", "/fr/locker", f"/fr/services/{BIRTH}/start", "/fr/nothing"],
)
def test_pages_hold_no_script_and_no_style_of_their_own(salma: Browser, address: str) -> None:
    without_own_script(salma.get(address).text)


def test_forms_hold_no_script_and_no_style_of_their_own(town: World, salma: Browser) -> None:
    made = scene(town)
    for page in ("fill/whose", "fill/person", "fill/record", "review"):
        without_own_script(salma.get(f"/fr/requests/{made.reference}/{page}").text)
    without_own_script(sent(salma, f"/fr/requests/{made.reference}/fill/person").text)


def without_own_script(text: str) -> None:
    """A page whose scripts and styles all lie in files of ours."""
    data = '<script type="application/ld+json">'  # is never run
    assert set(re.findall(r"<script(?![^>]*\ssrc=\"/static/)[^>]*>", text)) <= {data}
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", text) == []


def test_https_sends_a_guarded_cookie_and_asks_to_stay(secure: Flask) -> None:
    answer = secure.test_client().get("/sign-in?issuer=national", base_url=PUBLIC)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-shubbak=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_http_sends_a_guarded_cookie(browser: Browser) -> None:
    cookie = browser.client.get("/sign-in?issuer=national", follow_redirects=False).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_forms_may_lead_to_the_issuer_and_the_payment_page_alone(town: World, browser: Browser) -> None:
    policy = browser.client.get("/ar/").headers["Content-Security-Policy"]
    [form] = [part for part in policy.split("; ") if part.startswith("form-action")]
    assert form.split()[1:] == ["'self'", *town.settings.outside_origins]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:443", "portal.example.ma.evil.example", "<script>", "a b", "127.0.0.1"]
)
@pytest.mark.parametrize("address", ["/", "/ar", "/ar/", "/ar/dashboard", "/sign-in", "/nothing"])
def test_another_host_name_is_sent_to_ours(secure: Flask, host: str, address: str) -> None:
    answer = secure.test_client().get(address, headers={"Host": host})
    assert answer.status_code == 303
    assert answer.headers["Location"] == PUBLIC
    assert "evil" not in said(answer)


def test_a_forwarded_host_name_is_not_believed(secure: Flask) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "X-Original-URL": "/fr/desk"}
    for address in ("/ar", "/ar/", "/sign-in", "/ar/inbox"):
        assert "evil" not in said(secure.test_client().get(address, base_url=PUBLIC, headers=forged))


def said(answer: TestResponse) -> str:
    """All an answer says."""
    return f"{answer.headers}{answer.text}"


def test_nobody_elses_site_may_read_an_answer(salma: Browser) -> None:
    answer = salma.client.get("/fr/dashboard", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a_token_serves_in_the_header_of_a_script_as_well(salma: Browser) -> None:
    token = token_of(salma)
    assert salma.client.post("/fr/inbox/read", headers={"X-CSRFToken": token}).status_code == 200
