"""Builders: a person who asks, in the fewest words a test needs."""

from __future__ import annotations

import re

from world import Browser, Page

BIRTH = "birth-extract"
NAME = "negative-certificate"
INFORMATION = "information-request"
PERMIT = "building-permit"
PARENTS = {
    "sex": "F",
    "father_name_ar": "عبد الرحيم الإدريسي",
    "father_name_lat": "Abderrahim El Idrissi",
    "mother_name_ar": "نعيمة بنجلون",
    "mother_name_lat": "Naïma Benjelloun",
}
RECORD = {
    "fullname_ar": "سلمى الإدريسي",
    "fullname_lat": "Salma El Idrissi",
    "birth_date": "17/04/1992",
    "birth_province": "04.421",
    "birth_place": "c-04421-02",
    "act_no": "1874",
    "act_year": "1992",
}

PROJECT: tuple[dict[str, str], ...] = (
    {"asker": "self"},
    {"province": "04.421"},
    {"commune": "c-04421-02", "site": "زنقة الأرز، حي أكدال، البقعة 14"},
    {"works": "new", "use": "house", "surface": "120"},
)
"""A house in Rabat, page by page, as far as its plans."""


def reference_of(page: Page) -> str:
    """The reference in a page's address."""
    found = re.search(r"/requests/([0-9A-Z]{5}-[0-9A-Z]{5})", page.url)
    assert found, f"{page.url}: {page.words[:400]}"
    return found.group(1)


def start(browser: Browser, service: str, lang: str = "ar") -> Page:
    """Opens a draft; an unfinished one is left behind."""
    if browser.get(f"/{lang}/services/{service}/start").status == 403:  # it must know more surely who asks
        browser.get(browser.page.link("/sign-in"))
        browser.sandbox_form({"decision": "share"})
    anew = browser.page.hidden("anew") if 'name="anew"' in browser.page.text else ""
    return browser.post(browser.page.action("/start"), {"anew": anew})


def section(browser: Browser, **answers: str) -> Page:
    """Fills the page at hand and goes on."""
    return browser.submit("/fill/", answers)


def fill_birth(browser: Browser, copies: str = "1") -> Page:
    """A birth extract of Salma, typed by hand."""
    section(browser, relation="self", copies=copies)
    section(browser, **{key: RECORD[key] for key in ("fullname_ar", "fullname_lat", "birth_date", "birth_province")})
    return section(browser, **{key: RECORD[key] for key in ("birth_place", "act_no", "act_year")})


def fill_name(browser: Browser, name: str) -> Page:
    """A negative certificate for this company name."""
    section(browser, legal_form="SARL", activity="Fabrication de zellige")
    return section(browser, company_name=name)


def fill_information(browser: Browser) -> Page:
    """A request for information."""
    section(browser, asked_administration="mtnra")
    section(browser, subject="Parcs", text="Quelle est la surface des parcs ?", answer_form="written")
    return section(browser, urgent="no")


def send(browser: Browser) -> Page:
    """Sends the request from its review page."""
    return browser.submit("/submit", {"key": browser.page.hidden("key")})


def pay(browser: Browser, card: str = "4242424242424242") -> Page:
    """Pays at the card processor's page."""
    browser.submit("/checkout")
    return browser.sandbox_form({"number": card, "expiry": "12/40", "cvc": "123"})


def decide(officer: Browser, reference: str, lang: str = "ar") -> Page:
    """An officer of Rabat takes and grants a birth extract."""
    officer.get(f"/{lang}/desk/requests/{reference}")
    officer.submit("/take")
    return officer.submit("/grant", RECORD | PARENTS)
