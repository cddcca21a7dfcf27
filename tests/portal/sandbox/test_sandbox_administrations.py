"""The administrations: handed over to by REST, answering at once, later by callback, or when somebody decides."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import date
from typing import Any

import httpx
import pytest
import stdnum.ma.ice

from portal.sandbox.serve import Running


def dossier(key: str = "k-1", **answers: Any) -> dict[str, Any]:
    """A case as the portal hands it over."""
    return {
        "key": key,
        "reference": "SH-7Q2K-9",
        "service": "certificat-negatif",
        "version": 3,
        "office": "ompic",
        "language": "fr",
        "filed_at": "2026-10-01T09:30:00+00:00",
        "subject": {"cin": "BK380912", "name_ar": "يوسف بناني"},
        "answers": answers or {"company_name": "Dar Salam Conseil", "legal_form": "SARL", "activity": "conseil"},
    }


class Connector:
    """Hands cases over as the portal would."""

    def __init__(self, browser: httpx.Client, name: str, token: str) -> None:
        self.browser, self.base = browser, f"/administrations/{name}"
        self.headers = {"Authorization": f"Bearer {token}"}

    def submit(self, case: dict[str, Any], **headers: str) -> httpx.Response:
        sent = self.headers | {"Idempotency-Key": str(case.get("key", "k"))} | headers
        return self.browser.post(f"{self.base}/cases", json=case, headers=sent)

    def ask(self, reference: str) -> httpx.Response:
        return self.browser.get(f"{self.base}/cases/{reference}", headers=self.headers)

    def decide(self, reference: str, decision: str, text: str) -> httpx.Response:
        return self.browser.post(f"{self.base}/cases/{reference}/decision", data={"decision": decision, "text": text})


@pytest.fixture
def names(sandbox: Running, browser: httpx.Client) -> Connector:
    """The office of company names."""
    return Connector(browser, "ompic", sandbox.settings.connector_token)


@pytest.fixture
def general(sandbox: Running, browser: httpx.Client) -> Connector:
    """Every other administration."""
    return Connector(browser, "general", sandbox.settings.connector_token)


@pytest.fixture
def information(sandbox: Running, browser: httpx.Client) -> Connector:
    """The administration that answers information requests."""
    return Connector(browser, "transparency", sandbox.settings.connector_token)


def signed(post: Any, secret: str) -> bool:
    """Whether a message is signed by the Standard Webhooks specification."""
    content = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
    digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), content, hashlib.sha256).digest()
    return bool(post.headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode())


def test_a_free_name_is_granted_a_moment_later_by_callback(names: Connector, sandbox: Running, receiver: Any) -> None:
    first = names.submit(dossier())
    assert first.status_code == 202
    answer = first.json()
    assert (answer["status"], answer["ask_again_in"]) == ("later", 5)
    assert re.fullmatch(r"OMPIC-\d{4}-000001", answer["reference"])
    post = receiver.next()
    assert post.path == "/hooks/connectors/ompic"
    assert signed(post, sandbox.settings.connector_webhook_secret)
    assert post.json == {
        "type": "case.decided", "reference": answer["reference"], "your_reference": "SH-7Q2K-9"
    }  # fmt: skip
    decided = names.ask(answer["reference"])
    assert decided.status_code == 200
    assert decided.json()["facts"]["granted_name"] == "Dar Salam Conseil"


def test_a_callback_goes_where_the_dossier_says_and_is_repeated_until_taken(names: Connector, receiver: Any) -> None:
    receiver.answers.extend([503])
    names.submit(dossier() | {"callback_url": f"{receiver.url}/elsewhere"})
    first, second = receiver.next(), receiver.next()
    assert first.path == second.path == "/elsewhere"
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_a_certificate_carries_a_valid_identifier_and_lasts_a_year(
    names: Connector, browser: httpx.Client, clock: Any
) -> None:
    browser.post("/control/administrations/ompic", json={"mode": "now"})
    facts = names.submit(dossier()).json()["facts"]
    stdnum.ma.ice.validate(facts["ice"])
    assert facts["certificate_no"].isdecimal()
    assert 365 <= (date.fromisoformat(facts["valid_until"]) - clock().date()).days <= 366


@pytest.mark.parametrize(
    "name", ["Maroc Telecom Services", "ocp négoce", "شركة اتصالات الجنوب", "ATLAS CONSEIL", "zellige numerique"]
)
def test_a_taken_name_is_refused_at_once_in_three_languages(names: Connector, name: str) -> None:
    answer = names.submit(dossier(company_name=name))
    assert answer.status_code == 200
    assert answer.json()["status"] == "refused"
    assert all(name in answer.json()["reason"][language] for language in ("ar", "fr", "en"))


def test_the_first_free_proposal_is_granted(names: Connector, browser: httpx.Client) -> None:
    browser.post("/control/administrations/ompic", json={"mode": "now"})
    proposals = {"company_name": "OCP Plus", "company_name_2": "Hocpital", "company_name_3": "Autre"}
    assert names.submit(dossier(**proposals)).json()["facts"]["granted_name"] == "Hocpital"


def test_a_granted_name_is_taken_for_the_next(names: Connector, browser: httpx.Client) -> None:
    browser.post("/control/administrations/ompic", json={"mode": "now"})
    assert names.submit(dossier("k-1", company_name="Café Médina")).json()["status"] == "granted"
    assert names.submit(dossier("k-2", company_name="CAFE MEDINA")).json()["status"] == "refused"


def test_the_same_key_is_the_same_case(names: Connector, receiver: Any) -> None:
    first = names.submit(dossier()).json()
    receiver.next()
    again = names.submit(dossier())
    assert again.json()["reference"] == first["reference"]
    assert again.json()["status"] == "granted"
    assert names.submit(dossier(company_name="Another")).status_code == 422


def test_the_office_can_be_told_to_refuse(names: Connector, browser: httpx.Client) -> None:
    browser.post("/control/administrations/ompic", json={"mode": "refuse"})
    assert set(names.submit(dossier()).json()["reason"]) == {"ar", "fr", "en"}
    assert browser.post("/control/administrations/ompic", json={"mode": "sleep"}).status_code == 400


def test_in_poll_mode_somebody_decides_on_the_page(names: Connector, browser: httpx.Client) -> None:
    browser.post("/control/administrations/ompic", json={"mode": "poll"})
    granted, refused = (names.submit(dossier(f"k-{n}", company_name=f"Nom {n}")).json()["reference"] for n in (1, 2))
    assert names.ask(granted).status_code == 202
    assert "Accorder le nom" in browser.get("/administrations/ompic/?lang=fr").text
    assert names.decide(granted, "grant", "").status_code == 303
    assert names.decide(refused, "refuse", "").status_code == 422
    names.decide(refused, "refuse", "Nom trompeur")
    assert names.ask(granted).json()["facts"]["granted_name"] == "Nom 1"
    assert names.ask(refused).json()["reason"]["fr"] == "Nom trompeur"


def test_an_information_request_waits_until_somebody_answers(information: Connector, browser: httpx.Client) -> None:
    first = information.submit(dossier(question="<b>Combien ?</b>"))
    assert first.status_code == 202
    reference = first.json()["reference"]
    page = browser.get("/administrations/transparency/?lang=ar").text
    assert reference in page
    assert "&lt;b&gt;Combien ?&lt;/b&gt;" in page
    assert information.ask(reference).json() == first.json()
    assert information.decide(reference, "grant", "  ").status_code == 422
    assert information.decide(reference, "grant", "1 250 dossiers").status_code == 303
    assert information.ask(reference).json() == {
        "status": "granted", "reference": reference, "facts": {"answer_text": "1 250 dossiers"}
    }  # fmt: skip


def test_any_other_service_is_granted_by_callback_with_the_facts_it_is_decided_with(
    general: Connector, receiver: Any, clock: Any
) -> None:
    clock.forward(days=400)
    first = general.submit(dossier(plate="1-أ-6") | {"service": "tax-compliance-cert"})
    assert first.status_code == 202
    assert receiver.next().path == "/hooks/connectors/general"
    facts = general.ask(first.json()["reference"]).json()["facts"]
    assert facts["certificate_no"] == f"ARF-{clock().year}-000001"
    assert (date.fromisoformat(facts["valid_until"]) - clock().date()).days in (89, 90)


def test_each_service_counts_its_own_decisions(general: Connector, browser: httpx.Client) -> None:
    browser.post("/control/administrations/general", json={"mode": "now"})
    numbers = [
        general.submit(dossier(f"k-{n}") | {"service": service}).json()["facts"]
        for n, service in enumerate(["tax-compliance-cert", "vehicle-tax", "tax-compliance-cert"])
    ]
    assert [next(iter(facts.values()))[-3:] for facts in numbers] == ["001", "001", "002"]


def test_a_service_nobody_described_is_granted_without_facts(general: Connector, browser: httpx.Client) -> None:
    browser.post("/control/administrations/general", json={"mode": "now"})
    assert general.submit(dossier() | {"service": "invented"}).json()["facts"] == {}


def test_every_administration_that_decides_by_itself_has_its_own_mode(
    general: Connector, names: Connector, browser: httpx.Client
) -> None:
    browser.post("/control/administrations/general", json={"mode": "refuse"})
    assert set(general.submit(dossier()).json()["reason"]) == {"ar", "fr", "en"}
    assert names.submit(dossier()).status_code == 202
    assert browser.post("/control/administrations/transparency", json={"mode": "now"}).status_code == 404


def test_in_poll_mode_somebody_grants_any_request_on_the_page(general: Connector, browser: httpx.Client) -> None:
    browser.post("/control/administrations/general", json={"mode": "poll"})
    reference = general.submit(dossier() | {"service": "vehicle-tax"}).json()["reference"]
    assert "Accepter la demande" in browser.get("/administrations/general/?lang=fr").text
    assert general.decide(reference, "grant", "").status_code == 303
    assert general.ask(reference).json()["facts"]["tax_year"] > 2000


def test_what_earlier_decisions_say_of_a_company_is_known_to_the_others(
    general: Connector, names: Connector, browser: httpx.Client
) -> None:
    for name in ("general", "ompic"):
        browser.post(f"/control/administrations/{name}", json={"mode": "now"})
    ice = names.submit(dossier(company_name="Riad Numérique")).json()["facts"]["ice"]
    registered = general.submit(dossier("k-2", ice=ice) | {"service": "rc-sarl"}).json()["facts"]
    assert registered["company_name"] == "Riad Numérique"
    extract = general.submit(dossier("k-3", rc_no=registered["rc_no"]) | {"service": "rc-model7"}).json()["facts"]
    assert extract["company_name"] == "Riad Numérique"


def test_each_of_several_things_gets_its_line(general: Connector, browser: httpx.Client) -> None:
    browser.post("/control/administrations/general", json={"mode": "now"})
    employees = [{"employee_name": "Salma"}, {"employee_name": "Omar"}]
    facts = general.submit(dossier(employees=employees) | {"service": "cnss-employee"}).json()["facts"]
    assert facts["employees_registered"].splitlines() == ["Salma : 100000101", "Omar : 100000102"]
    page = browser.get("/administrations/general/?lang=fr").text
    assert "<bdi>Salma</bdi>" in page
    assert "<bdi>Omar</bdi>" in page
    assert "{&#39;" not in page


def test_a_decision_stands(information: Connector) -> None:
    reference = information.submit(dossier(question="?")).json()["reference"]
    information.decide(reference, "refuse", "Secret professionnel")
    assert information.decide(reference, "grant", "Voici").status_code == 303
    assert information.ask(reference).json()["reason"]["ar"] == "Secret professionnel"


def test_who_gave_an_address_is_told_of_an_answer(information: Connector, receiver: Any) -> None:
    case = dossier(question="?") | {"callback_url": f"{receiver.url}/hooks/connectors/transparency"}
    reference = information.submit(case).json()["reference"]
    information.decide(reference, "grant", "Voici")
    assert receiver.next().json["reference"] == reference


@pytest.mark.parametrize("missing", ["key", "reference", "service", "subject", "answers", "filed_at"])
def test_an_incomplete_dossier_is_not_taken_and_the_field_is_named(information: Connector, missing: str) -> None:
    case = dossier()
    del case[missing]
    answer = information.submit(case)
    assert answer.status_code == 422
    assert missing in answer.json()["error"]


def test_a_request_without_a_name_is_not_taken(names: Connector) -> None:
    for answers in ({"legal_form": "SARL"}, {"company_name": "  "}, {"company_name": 7}):
        assert "company_name" in names.submit(dossier(**answers)).json()["error"]


def test_a_dossier_needs_its_key_in_the_header(information: Connector) -> None:
    assert information.submit(dossier(), **{"Idempotency-Key": ""}).status_code == 400
    assert information.submit(dossier(), **{"Idempotency-Key": "another"}).status_code == 422


def test_strangers_and_unknown_references_are_turned_away(names: Connector) -> None:
    assert names.ask("OMPIC-2026-999999").status_code == 404
    names.headers = {"Authorization": "Bearer guessed"}
    assert names.submit(dossier()).status_code == 401
    assert names.ask("OMPIC-2026-000001").status_code == 401


def test_health_tells_a_right_token_from_a_wrong_one(names: Connector, browser: httpx.Client) -> None:
    address = "/administrations/ompic/health"
    assert browser.get(address).status_code == 200
    assert browser.get(address, headers=names.headers).status_code == 200
    assert browser.get(address, headers={"Authorization": "Bearer guessed"}).status_code == 401
    assert browser.get("/administrations/nowhere/health").status_code == 404
