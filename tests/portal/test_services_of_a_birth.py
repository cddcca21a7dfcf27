"""What a birth brings with it, asked here: children one by one; and who is told that their card suffices."""

from __future__ import annotations

import pytest
from files_brought import a_photo
from requests_made import reference_of, section, send, start
from world import Browser, World

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

RIB = "011519000001205000534921"


def test_family_allowances_are_asked_child_by_child_and_end_with_a_notice(town: World, browser: Browser) -> None:
    browser.sign_in("salma")
    start(browser, "cnss-family-allowance", "fr")
    section(browser, status="employee", other_parent="no")
    section(browser, child_name_ar="آدم العلوي", child_birth_date="20/09/2026", child_situation="home")
    browser.get(browser.page.link("/fill/children/2"))
    section(browser, child_name_ar="هبة العلوي", child_birth_date="01/02/2018", child_situation="school")
    browser.get(browser.page.link("/fill/payment"))
    section(browser, account="new", rib=RIB)
    typed = {"account": "new", "rib": RIB}
    files = {"rib_file": ("rib.jpg", a_photo(), "image/jpeg")}
    review = browser.post(browser.page.action("/attach/"), typed, files=files)
    assert "Enfant 2" in review.words
    reference = reference_of(send(browser))
    town.worker_runs()
    page = browser.get(f"/fr/requests/{reference}")
    assert "Notification d’allocations familiales (PDF)" in page.words
    assert browser.client.get(page.link("/locker/")).content.startswith(b"%PDF")
    assert "Notification d’allocations familiales" in browser.get("/fr/locker").words


def test_a_card_with_the_same_address_leads_to_a_complaint_and_not_to_a_fee(town: World, browser: Browser) -> None:
    browser.sign_in("salma")
    start(browser, "residence-certificate", "fr")
    page = section(browser, card="same", purpose="administration")
    assert page.status == 409
    assert "Votre carte nationale suffit" in page.words
    assert page.link("/services/complaint")
    browser.get(page.link("/fill/need"))
    assert section(browser, card="other").url.endswith("/fill/housing")
