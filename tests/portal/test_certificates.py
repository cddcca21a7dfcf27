"""Services that end with a certificate: asked, paid or free, decided by a system or at the desk, kept in the locker."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from requests_made import pay, reference_of, section, send, start
from world import Browser, Page, World

from portal.locker.proofs import proof
from portal.locker.proofs.printing import attached

PERMIT = "building-permit"


def plans() -> bytes:
    """A file of one empty page."""
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(content)
    return content.getvalue()


def title(content: bytes) -> str:
    """The title of a PDF."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return str(pdf.docinfo.get("/Title", ""))


def titles(browser: Browser, reference: str) -> list[str]:
    """The titles of the documents that a request ended with, read in the documents its page links to."""
    page = browser.get(f"/ar/requests/{reference}")
    links = dict.fromkeys(re.findall(r'href="([^"]*/locker/[^"]+)"', page.text))
    found = [title(browser.client.get(link).content) for link in links]
    return [name for name in found if name]  # what somebody attached has none


def labels(town: World, browser: Browser, reference: str, lang: str) -> list[str]:
    """What a stranger's page calls the facts of the document that a request ended with."""
    page = browser.get(f"/ar/requests/{reference}")
    files = [browser.client.get(link).content for link in re.findall(r'href="([^"]*/locker/[^"]+/file)"', page.text)]
    [token] = [attached(file) for file in files if title(file)]
    code = proof.read(token, town.work.adapters.proof_keys).code
    return re.findall(r"<dt>(.*?)</dt>", town.browser().get(f"/{lang}/verify/{code}").text)


def ask(browser: Browser, service: str, *pages: dict[str, str]) -> str:
    """Fills a form page by page and sends it. Returns the reference."""
    start(browser, service)
    for answers in pages:
        section(browser, **answers)
    send(browser)
    return reference_of(browser.page)


def test_the_vehicle_tax_is_paid_and_its_receipt_comes_on_the_spot(town: World, browser: Browser) -> None:
    browser.sign_in("salma")
    start(browser, "vehicle-tax")
    assert 'dir="ltr"' in next(line for line in browser.page.text.splitlines() if 'name="plate"' in line)
    section(browser, plate="12345-أ-6", vehicle="diesel")
    assert '<bdo dir="ltr">12345-أ-6</bdo>' in section(browser, power="8-10").text
    reference = reference_of(send(browser))
    assert "1.500,00" in browser.page.words
    pay(browser)
    town.worker_runs()
    assert titles(browser, reference) == ["وصل الضريبة السنوية على المركبات – Quittance TSAV (vignette)"]
    assert "وصل الضريبة السنوية على المركبات" in browser.get("/ar/locker").words


@pytest.mark.parametrize("vehicle", ["electric", "motorcycle", "heavy"])
def test_who_owes_no_such_tax_is_told_and_pays_nothing(town: World, browser: Browser, vehicle: str) -> None:
    browser.sign_in("salma")
    start(browser, "vehicle-tax")
    page = section(browser, plate="12345-أ-6", vehicle=vehicle)
    assert page.status == 409
    assert "المديرية العامة للضرائب" in page.words or "tax.gov.ma" in page.words


def test_what_costs_nothing_is_complete_when_it_is_sent(town: World, browser: Browser) -> None:
    browser.sign_in("youssef")
    start(browser, "tax-compliance-cert")
    section(browser, taxpayer="company")
    review = section(browser, ice="001561191000066")
    assert "في انتظار التأكيد" in review.words
    reference = reference_of(send(browser))
    assert "/checkout" not in browser.page.text
    town.worker_runs()
    assert titles(browser, reference) == ["شهادة الوضعية الجبائية القانونية – Attestation de régularité fiscale"]
    assert labels(town, browser, reference, "ar")[-3:] == ["رقم الشهادة", "التعريف الموحد للمقاولة", "الرقم"]
    french = ["Numéro de l’attestation", "Identifiant commun de l’entreprise (ICE)", "Numéro"]
    assert labels(town, browser, reference, "fr")[-3:] == french
    english = ["Certificate number", "Common enterprise identifier (ICE)", "Number"]
    assert labels(town, browser, reference, "en")[-3:] == english


def fill_permit(browser: Browser) -> Page:
    """A building permit for a house in Rabat, up to its review page."""
    start(browser, PERMIT)
    section(browser, asker="self")
    section(browser, province="04.421")
    section(browser, commune="c-04421-02", site="حي الرياض، البقعة 12", title_no="12345/67")
    section(browser, works="new", use="house", surface="240")
    url, token = browser.page.action("/attach/"), browser.page.token()
    browser.page = Page(browser.client.post(url, data={"csrf_token": token}, files={"plans": ("p.pdf", plans())}))
    return browser.page


def test_a_building_permit_is_decided_by_the_urban_planners_alone(town: World, browser: Browser) -> None:
    browser.sign_in("salma")
    assert "4.800,00" in fill_permit(browser).words
    reference = reference_of(send(browser))
    pay(browser)
    town.worker_runs()
    civil, planner = town.browser(), town.browser()
    civil.sign_in("agent-rabat")
    assert civil.get(f"/ar/desk/requests/{reference}").status == 404
    planner.sign_in("agent-urba-rabat")
    planner.get(f"/ar/desk/requests/{reference}")
    planner.submit("/take")
    assert planner.submit("/grant", {"permit_no": "RB-2026-17", "start_before": "01/10/2027"}).status == 200
    town.worker_runs()
    assert titles(browser, reference) == ["رخصة البناء – Permis de construire"]


def test_of_two_certificates_the_one_whose_condition_holds_is_made(town: World, browser: Browser) -> None:
    browser.sign_in("youssef")
    reference = ask(
        browser,
        "cndp-notification",
        {"ice": "001561191000066"},
        {"processing_name": "Paie", "purpose": "Payer", "people_concerned": "Salariés", "data_kinds": "Noms"},
        {"procedure": "declaration"},
        {"abroad": "no"},
        {"kept_for": "5 ans", "safeguards": "Mot de passe", "rights_contact": "dpo@example.ma"},
    )
    town.worker_runs()
    [receipt] = titles(browser, reference)
    names = {key: one.names.root["ar"] for key, one in town.work.adapters.shelf.current().documents.items()}
    assert receipt.startswith(names["cndp_receipt"])
