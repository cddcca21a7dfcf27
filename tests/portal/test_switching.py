"""Another identity provider and another card processor are a matter of settings alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fees_paid import signed
from requests_made import BIRTH, fill_birth, pay, reference_of, send, start
from werkzeug.serving import make_server
from world import Browser, World

from portal.app import create_app
from portal.demo import Ports, environment
from portal.sandbox.serve import Running, running
from portal.sandbox.settings import SandboxSettings
from portal.settings import load
from portal.wiring import wired


@dataclass
class Elsewhere:
    """A portal with two identity providers, and the second outside world that its settings name."""

    portal: World
    second: Running


@pytest.fixture(scope="module")
def elsewhere(running_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    with running(_other_keys(tmp_path_factory.mktemp("elsewhere"), server.port)) as second:
        settings = load(_settings(running_world, running_world.settings.database_url, second, server.port))
        server.app = create_app(settings, work := wired(settings, running_world.work.database))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Elsewhere(World(server.app, work, second, settings), second)
        server.shutdown()
        thread.join()
        server.server_close()


def _other_keys(folder: Path, portal_port: int) -> SandboxSettings:
    """A second outside world: other ports, other secrets, another folder."""
    base = environment(folder, Ports(portal_port))
    settings = SandboxSettings.read(base | {"SANDBOX_PORT": "0", "SANDBOX_SMTP_PORT": "0", "SANDBOX_URL": ""})
    return replace(settings, client_id="window", retry_seconds=(0.05,) * 40)


def _settings(town: World, database_url: str, second: Running, portal_port: int) -> dict[str, str]:
    """The first town's settings with a bank's identity provider put first, and the second card processor."""
    there, secrets = second.settings.url, second.settings
    first = town.sandbox.settings
    folder = Path(town.settings.storage_url.removeprefix("file://")).parent
    base = environment(folder, Ports(portal_port, first.port, first.smtp_port))
    return base | {
        "PORTAL_ENVIRONMENT": "test",
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_ISSUERS": "bank, national, ministry",
        "PORTAL_ISSUER_BANK_URL": f"{there}/id",
        "PORTAL_ISSUER_BANK_CLIENT_ID": "window",
        "PORTAL_ISSUER_BANK_CLIENT_SECRET": secrets.client_secret,
        "PORTAL_ISSUER_MINISTRY_FOR": "staff",
        "PORTAL_ISSUER_MINISTRY_URL": f"{there}/staff-id",
        "PORTAL_ISSUER_MINISTRY_CLIENT_ID": secrets.staff_client_id,
        "PORTAL_ISSUER_MINISTRY_CLIENT_SECRET": secrets.staff_client_secret,
        "PORTAL_STRIPE_SECRET_KEY": secrets.stripe_secret_key,
        "PORTAL_STRIPE_WEBHOOK_SECRET": secrets.stripe_webhook_secret,
        "PORTAL_STRIPE_API_BASE": f"{there}/stripe",
        "PORTAL_STRIPE_CHECKOUT_ORIGIN": there,
        "PORTAL_MAIL_URL": f"smtp://127.0.0.1:{secrets.smtp_port}",
    }


def at_the_bank(elsewhere: Elsewhere) -> Browser:
    """A browser of somebody who signs in at the other identity provider."""
    browser = Browser(elsewhere.portal)
    browser.issuers = {"people": "bank", "staff": "ministry"}
    return browser


def test_a_person_signs_in_and_pays_elsewhere_by_other_settings_alone(elsewhere: Elsewhere, town: World) -> None:
    paid_here = len(town.sandbox.world.store.newest("charge", 1000))
    browser = at_the_bank(elsewhere)
    browser.sign_in("salma", "fr")
    assert str(browser.page.response.history[-1].url).startswith(elsewhere.portal.url)
    start(browser, BIRTH, "fr")
    fill_birth(browser)
    send(browser)
    reference = reference_of(browser.page)
    assert browser.submit("/checkout").url.startswith(f"{elsewhere.second.settings.url}/pay/")
    browser.get(f"/fr/requests/{reference}")
    pay(browser)
    elsewhere.portal.worker_runs()
    assert browser.get(f"/fr/requests/{reference}/receipt").status == 200
    assert len(town.sandbox.world.store.newest("charge", 1000)) == paid_here


def test_the_same_name_at_another_identity_provider_is_another_person(elsewhere: Elsewhere, town: World) -> None:
    first = town.browser()
    first.sign_in("karim", "fr")
    start(first, BIRTH, "fr")
    reference = first.page.url.split("/requests/")[1].split("/")[0]
    other = at_the_bank(elsewhere)
    other.sign_in("karim", "fr")
    assert reference not in other.get("/fr/dashboard").text
    assert other.get(f"/fr/requests/{reference}").status == 404


def test_an_officer_of_one_identity_provider_is_nobody_at_another(elsewhere: Elsewhere) -> None:
    browser = at_the_bank(elsewhere)
    browser.get("/sign-in", params={"issuer": "ministry", "next": "/fr/desk", "lang": "fr"})
    browser.sandbox_form({"person": "staff-agent-rabat"})
    browser.sandbox_form({"decision": "share"})
    assert "Vous ne travaillez" in browser.page.words
    assert browser.get("/fr/desk").url.startswith(f"{elsewhere.portal.url}/fr/desk/place")


def test_the_policy_names_where_forms_may_lead_now(elsewhere: Elsewhere, town: World) -> None:
    policy = Browser(elsewhere.portal).get("/fr/").response.headers["Content-Security-Policy"]
    for url in (elsewhere.second.settings.url, town.sandbox.settings.url):
        assert url in policy.partition("form-action")[2]


def test_who_chooses_the_other_identity_provider_is_led_there(elsewhere: Elsewhere, town: World) -> None:
    browser = Browser(elsewhere.portal)
    answer = browser.client.get("/sign-in?issuer=national&next=/fr/dashboard", follow_redirects=False)
    assert answer.headers["Location"].startswith(town.settings.issuers[0].url)
    assert browser.get("/sign-in", params={"issuer": "unheard-of"}).status == 404


def test_a_message_signed_by_the_first_card_processor_is_not_believed(elsewhere: Elsewhere, town: World) -> None:
    body = '{"id": "evt_1"}'
    headers = signed(body, town.settings.provider.settings["webhook_secret"])
    assert Browser(elsewhere.portal).client.post("/hooks/stripe", content=body, headers=headers).status_code == 400
