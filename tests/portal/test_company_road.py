"""A limited company from its number to its first employees: each step asked, decided, and its certificate kept."""

from __future__ import annotations

from typing import Any

import pytest
from files_brought import a_pdf
from requests_made import pay, reference_of, section, send, start
from scenes import entered
from world import Browser, Page, World

from journeys.cases import content
from journeys.cases.reading import case_by_reference

ICE = "001561191000066"
PAPER = a_pdf()
COMMISSION = ("Récépissé de déclaration de traitement", "Autorisation de traitement de données")


@pytest.fixture
def founder(town: World) -> Browser:
    return entered(town, "youssef")


def bring(browser: Browser, *papers: str, **answers: str) -> Page:
    """Fills the page at hand, which takes files, and goes on."""
    files = {paper: (f"{paper}.pdf", PAPER) for paper in papers}
    return browser.post(browser.page.action("/attach/"), answers, files=files)


def decided(town: World, browser: Browser) -> dict[str, Any]:
    """Sends the request at hand; what its administration then decided."""
    reference = reference_of(send(browser))
    if "/checkout" in browser.page.text:
        pay(browser)
    town.worker_runs()
    with town.work.database.session(reading=True) as session:
        kept = content.read_all(town.work.adapters.keyring, case_by_reference(session, reference))
    facts: dict[str, Any] = kept[content.OUTCOME]["facts"]
    return facts


def kept(browser: Browser) -> str:
    """The words of the decided request's page, which links to its documents."""
    return browser.get(f"/fr/requests/{reference_of(browser.page)}").words


def register_for_tax(browser: Browser) -> Page:
    start(browser, "tax-registration", "fr")
    section(browser, for_whom="company", ice=ICE)
    section(browser, start_date="05/01/2027", seat_province="04.421")
    section(browser, seat_commune="c-04421-02", seat="12, rue Atlas")
    return bring(browser, "statutes_file", "domicil_file")


def enter_in_register(browser: Browser, size: str = "up_to_100k") -> Page:
    start(browser, "rc-sarl", "fr")
    section(browser, ice=ICE, court="tcom-01", duration="99")
    section(browser, capital="100000", capital_paid="25000", capital_size=size)
    section(browser, partner_who="me", partner_share="100000")
    browser.get(browser.page.link("/fill/managers"))
    section(browser, manager_who="me", manager_signs="alone")
    return browser.get(browser.page.link("/fill/papers"))


def affiliate(browser: Browser) -> Page:
    start(browser, "cnss-employer", "fr")
    section(browser, for_whom="company", ice=ICE)
    section(browser, first_hire_on="05/01/2027", staff_count="2")
    return bring(browser, "rib_file", rib="011519000001205000534921")


def employ(browser: Browser, number: str) -> Page:
    start(browser, "cnss-employee", "fr")
    section(browser, affiliated="yes", cnss_emp=number)
    usual = {"hired_on": "05/01/2027"}
    nadia = {"employee_name": "EL IDRISSI Nadia", "employee_known_by": "cnie", "employee_cin": "K45678"}
    bring(browser, "contract_file", **usual, **nadia)
    browser.get(browser.page.link("/fill/employees/2"))
    omar = {"employee_name": "BENNANI Omar", "employee_known_by": "cnss", "employee_cnss": "123456789"}
    bring(browser, "contract_file", **usual, **omar)
    return browser.get(browser.page.link("/review"))


def test_a_company_is_registered_for_tax_and_in_the_trade_register(town: World, founder: Browser) -> None:
    register_for_tax(founder)
    assert decided(town, founder).keys() == {"taxpayer_name", "if_no", "tp_no"}
    assert "Attestation d’identifiant fiscal (IF)" in kept(founder)
    assert "Attestation d’inscription à la taxe professionnelle" in founder.page.words
    enter_in_register(founder)
    assert "Attestation de blocage du capital" not in founder.page.words
    bring(founder, "statutes_file", "domicil_file")
    assert "350,00" in founder.page.words
    number = decided(town, founder)["rc_no"]
    assert "Extrait RC (modèle 7)" in kept(founder)
    start(founder, "rc-model7", "fr")
    section(founder, court="tcom-01", rc_no=number)
    section(founder, copies="2")
    assert "60,00" in founder.page.words
    assert decided(town, founder)["company_name"]


def test_the_bank_certificate_of_a_large_capital_is_asked_for(founder: Browser) -> None:
    page = enter_in_register(founder, "above_100k")
    assert "Attestation de blocage du capital" in page.words
    assert bring(founder, "statutes_file", "domicil_file").status == 422
    assert bring(founder, "capital_cert_file").url.endswith("/review")


def test_an_employer_and_two_employees_are_registered_with_social_security(town: World, founder: Browser) -> None:
    affiliate(founder)
    number = decided(town, founder)["cnss_emp"]
    assert "Attestation d’affiliation CNSS" in kept(founder)
    employ(founder, number)
    registered = decided(town, founder)["employees_registered"]
    assert [line.partition(" :")[0] for line in registered.splitlines()] == ["EL IDRISSI Nadia", "BENNANI Omar"]
    assert "Carte d’immatriculation CNSS" in kept(founder)


@pytest.mark.parametrize(
    ("procedure", "reason", "paper"),
    [("declaration", {}, COMMISSION[0]), ("authorisation", {"authorisation_reason": "Santé"}, COMMISSION[1])],
)
def test_the_data_commission_answers_a_declaration_or_authorises(
    town: World, founder: Browser, procedure: str, reason: dict[str, str], paper: str
) -> None:
    start(founder, "cndp-notification", "fr")
    section(founder, ice=ICE)
    about = {"processing_name": "Clients", "purpose": "Livrer", "people_concerned": "Clients", "data_kinds": "Noms"}
    section(founder, **about)
    section(founder, procedure=procedure, **reason)
    section(founder, abroad="no")
    section(founder, kept_for="Un an", safeguards="Sauvegardes", rights_contact="Accueil")
    assert decided(town, founder).keys() == {"cndp_no"}
    assert [name for name in COMMISSION if name in kept(founder)] == [paper]


def test_a_bidder_has_an_account(town: World, founder: Browser) -> None:
    start(founder, "supplier-account", "fr")
    section(founder, has_esign="yes", ice=ICE)
    section(founder, contract_kind="services")
    assert decided(town, founder).keys() == {"supplier_name", "account_no"}
    assert "Compte soumissionnaire" in kept(founder)


def test_who_has_no_employer_number_yet_is_sent_to_the_affiliation(founder: Browser) -> None:
    start(founder, "cnss-employee", "fr")
    page = section(founder, affiliated="no")
    assert page.status == 409
    assert page.link("/services/cnss-employer")
