"""The pages that most people meet, under axe-core; ``make drill DRILLS=axe`` looks at every kind there is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser.axe import faults as faults_now
from browsing import Town
from playwright.sync_api import Page
from road.test_the_road import go_on, reference_of, sign_in, sign_in_at_work

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("road")]

Person = Callable[[str, int], Page]

PUBLIC = (
    "",
    "life-events/having-a-baby",
    "services/birth-extract",
    "services/licence-first",
    "services/birth-extract/history",
    "administrations",
    "administrations/commune",
    "search?q=passeport",
    "nowhere",
)
MINE = ("dashboard", "inbox", "locker", "payments", "services/birth-extract/start")
SCREENS = pytest.mark.parametrize(("language", "width"), [("ar", 360), ("fr", 1280)])


def faults(page: Page) -> list[str]:
    """What axe finds on this page in the light and in the dark scheme, one line each."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark", reduced_motion="reduce")
        found += [f"{page.url} ({scheme}) {fault}" for fault in faults_now(page)]
    return found


def look(page: Page, address: str) -> list[str]:
    page.goto(address)
    return faults(page)


@SCREENS
def test_public_pages_have_no_fault(town: Town, person: Person, language: str, width: int) -> None:
    page = person(language, width)
    found = [fault for path in PUBLIC for fault in look(page, f"{town.portal}/{language}/{path}")]
    assert found == []


@SCREENS
def test_the_pages_of_someone_who_asks_have_no_fault(town: Town, person: Person, language: str, width: int) -> None:
    page = person(language, width)
    page.goto(f"{town.portal}/{language}/services/information-request/start")
    sign_in(page, "karim")
    found = faults(page)
    page.locator('form[action$="/start"] button').last.click()
    go_on(page, language)
    found += faults(page)
    page.locator('[name="asked_administration"]').select_option("mtnra")
    go_on(page, language)
    go_on(page, language)
    found += faults(page)
    page.locator('[name="subject"]').fill("عدد المدارس")
    page.locator('[name="text"]').fill("كم عدد المدارس الجماعاتية؟")
    page.locator('[name="answer_form"][value="written"]').check(force=True)
    go_on(page, language)
    page.locator('[name="urgent"][value="no"]').check(force=True)
    go_on(page, language)
    found += faults(page)
    page.locator('form[action$="/submit"] button').click()
    found += faults(page)
    reference = reference_of(page)
    for path in (f"requests/{reference}/receipt", *MINE):
        found += look(page, f"{town.portal}/{language}/{path}")
    assert found == []


@SCREENS
def test_the_desk_has_no_fault(town: Town, person: Person, language: str, width: int) -> None:
    page = person(language, width)
    page.goto(f"{town.portal}/{language}/desk")
    sign_in_at_work(town, page, "agent-rabat")
    assert faults(page) == []
