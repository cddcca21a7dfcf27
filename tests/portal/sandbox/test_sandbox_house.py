"""The sandbox as a whole: settings, pages, texts, and that it stands alone."""

from __future__ import annotations

import ast
import base64
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

import portal.sandbox
from portal.sandbox.issuer.realms import REALMS
from portal.sandbox.pages import LANGUAGES, texts
from portal.sandbox.serve import Running
from portal.sandbox.settings import BadSettings, SandboxSettings

FOLDER = Path(portal.sandbox.__file__).parent
INBOXES = [f"/administrations/{name}/" for name in ("ompic", "transparency", "general")]
SESSIONS = ["/id/session", "/staff-id/session"]
ROOMS = ["/registers/", "/registers/companies/", "/mailbox/", "/sms", "/trust/", "/authenticator", *INBOXES, *SESSIONS]
PAGES = ["/", *ROOMS, "/nowhere"]


def environment(**changes: str) -> dict[str, str]:
    values = {
        "SANDBOX_CLIENT_ID": "portal",
        "SANDBOX_CLIENT_SECRET": "a secret",
        "SANDBOX_STAFF_CLIENT_ID": "desk",
        "SANDBOX_STAFF_CLIENT_SECRET": "another secret",
        "SANDBOX_STRIPE_SECRET_KEY": "sk_test_1",
        "SANDBOX_STRIPE_WEBHOOK_SECRET": "whsec_1",
        "SANDBOX_CONNECTOR_TOKEN": "a token",
        "SANDBOX_CONNECTOR_WEBHOOK_SECRET": "whsec_" + base64.b64encode(b"x" * 32).decode(),
        "SANDBOX_REGISTER_TOKEN": "another token",
        "SANDBOX_SMS_TOKEN": "a third token",
        "SANDBOX_TRUST_TOKEN": "a fourth token",
    }
    return values | changes


def test_settings_have_defaults_and_follow_the_environment() -> None:
    usual = SandboxSettings.read(environment())
    assert (usual.url, usual.issuer, usual.smtp_port) == ("http://localhost:8001", "http://localhost:8001/id", 8025)
    assert "http://localhost:8000/sign-in/back" in usual.redirect_uris
    changed = SandboxSettings.read(environment(SANDBOX_PORT="9001", SANDBOX_REDIRECT_URIS="https://a/x https://b/y"))
    assert (changed.url, changed.redirect_uris) == ("http://localhost:9001", ("https://a/x", "https://b/y"))


@pytest.mark.parametrize("missing", environment())
def test_it_refuses_to_start_without_a_secret(missing: str) -> None:
    with pytest.raises(BadSettings, match=f"set {missing}$"):
        SandboxSettings.read(environment(**{missing: ""}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANDBOX_STRIPE_SECRET_KEY", "sk_live_1"),
        ("SANDBOX_CONNECTOR_WEBHOOK_SECRET", "whsec_short"),
        ("SANDBOX_CONNECTOR_WEBHOOK_SECRET", "whsec_c2hvcnQ="),
        ("SANDBOX_URL", "localhost"),
        ("SANDBOX_PORT", "eighty"),
    ],
)
def test_it_refuses_unsafe_settings(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        SandboxSettings.read(environment(**{name: value}))


def test_secrets_are_not_printed() -> None:
    shown = repr(SandboxSettings.read(environment()))
    assert not [value for name, value in environment().items() if not name.endswith("_ID") and value in shown]


def test_a_door_that_was_left_out_stays_locked() -> None:
    some = SandboxSettings.read(environment())
    names = ("client_id", "stripe_secret_key", "stripe_webhook_secret", "connector_token", "connector_webhook_secret")
    given: dict[str, Any] = {name: getattr(some, name) for name in (*names, "client_secret", "register_token")}
    first, second = SandboxSettings(**given), SandboxSettings(**given)
    assert len({first.sms_token, second.sms_token, first.staff_client_secret, second.staff_client_secret}) == 4


def test_the_process_says_what_is_missing(tmp_path: Path) -> None:
    done = run(tmp_path, {"SANDBOX_CLIENT_ID": "portal"})
    _, said = done.communicate(timeout=30)
    assert done.returncode == 1
    assert "set SANDBOX_REGISTER_TOKEN" in said


def test_the_process_ends_cleanly_when_told(tmp_path: Path) -> None:
    process = run(tmp_path, environment(SANDBOX_PORT="0", SANDBOX_SMTP_PORT="0", SANDBOX_DATA=str(tmp_path)))
    assert process.stderr
    line = process.stderr.readline()
    url = next(word for word in line.split() if word.startswith("http")).rstrip(",")
    assert httpx.get(f"{url}/healthz", trust_env=False).json() == {"status": "ok"}
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")


def run(folder: Path, values: dict[str, str]) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    paths = {"PYTHONPATH": str(FOLDER.parents[1])}
    command = [sys.executable, "-W", "error", "-m", "portal.sandbox"]
    return subprocess.Popen(command, env=kept | paths | values, cwd=folder, stderr=subprocess.PIPE, text=True)


def test_a_sign_in_survives_a_restart(start: Callable[[], AbstractContextManager[Running]]) -> None:
    with start() as first:
        keys = [first.app.test_client().get(f"{realm.path}/jwks.json").json for realm in REALMS.values()]
        cookie_key = first.app.secret_key
    with start() as second:
        assert [second.app.test_client().get(f"{realm.path}/jwks.json").json for realm in REALMS.values()] == keys
        assert second.app.secret_key == cookie_key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_whole_in_each_language(browser: httpx.Client, path: str, language: str) -> None:
    page = browser.get(path, params={"lang": language})
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page.text
    assert "بيئة تجريبية" in page.text
    assert page.text.count("<h1") == 1
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert "form-action *" in page.headers["Content-Security-Policy"]


def test_the_chosen_language_stays(browser: httpx.Client) -> None:
    browser.get("/", params={"lang": "fr"})
    assert 'lang="fr"' in browser.get("/mailbox/").text


def test_the_browser_language_is_followed_and_arabic_comes_first(browser: httpx.Client) -> None:
    assert 'lang="fr"' in browser.get("/", headers={"Accept-Language": "fr-MA,en;q=0.5"}).text
    assert '<html lang="ar"' in browser.get("/", headers={"Accept-Language": "de"}).text


def test_every_text_exists_in_every_language() -> None:
    for key, by_language in texts().items():
        wanted = ["fr", "en"] if key.startswith("pay_") else list(LANGUAGES)
        assert list(by_language) == wanted, key
        assert all(by_language.values()), key


def test_the_first_page_introduces_everybody(browser: httpx.Client, sandbox: Running) -> None:
    page = browser.get("/", params={"lang": "en"}).text
    for person in sandbox.world.people.everyone:
        assert person.describes["en"] in page.replace("&#39;", "'")


def test_the_first_page_leads_to_every_room(browser: httpx.Client) -> None:
    page = browser.get("/").text
    assert [room for room in ROOMS if f'href="{room}"' not in page] == []


def test_a_program_gets_no_page_for_what_is_missing(browser: httpx.Client) -> None:
    answer = browser.get("/nowhere", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


def test_the_sandbox_stands_alone() -> None:
    for path in FOLDER.rglob("*.py"):
        for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
            ours = name.split(".")[0] in ("portal", "journeys", "payments")
            assert not ours or name.startswith("portal.sandbox"), f"{path.name} imports {name}"


def imported(tree: Any) -> list[str]:
    """The modules a file imports."""
    found = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    return found + [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
