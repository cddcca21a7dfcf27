"""The whole road in a real browser, without a short cut: people click, decline, pay, decide, and open the document."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import Town
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("road")]

Person = Callable[[str, int], Page]

SAYS = {
    "ar": {
        "start": "ابدأ",
        "agree": "أوافق، اجلبوا معطياتي",
        "next": "حفظ ومتابعة",
        "pay": "الأداء بالبطاقة",
        "granted": "مقبول",
        "filed": "مودع",
        "in_review": "قيد الدراسة",
        "take": "أتولى هذا الطلب",
        "grant": "قبول وإصدار الوثيقة",
    },
    "fr": {
        "start": "Commencer",
        "agree": "J’accepte",
        "next": "Enregistrer et continuer",
        "pay": "Payer par carte",
        "granted": "Accepté",
        "filed": "Déposé",
        "in_review": "En cours d’examen",
        "take": "Je prends cette demande",
        "grant": "Accepter et délivrer le document",
    },
}


def no_overflow(page: Page) -> None:
    """Nothing sticks out of the screen."""
    page.wait_for_load_state()
    wide = page.locator("html").evaluate("page => page.scrollWidth - page.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def sign_in(page: Page, person: str) -> None:
    """Chooses the digital ID among the ways to sign in, then a demo person, and agrees to share."""
    if "issuer=" not in page.url and "/sign-in" in page.url:
        page.locator('a[href*="issuer=national"]').click()
    page.locator(f'button[name="person"][value="ma-{person}"]').click()
    page.locator('button[name="decision"][value="share"]').click()


def sign_in_at_work(town: Town, page: Page, person: str) -> None:
    """The same for somebody at work, who also gives their second proof."""
    page.locator(f'button[name="person"][value="staff-{person}"]').click()
    page.locator('button[name="decision"][value="share"]').click()
    page.wait_for_url(re.compile("/desk/(place|proof)"))
    if "/desk/place" in page.url:  # who works at several offices says where
        page.locator('button[name="place"]').first.click()
        page.wait_for_url("**/desk/proof**")
    code = town.staff_code(f"staff-{person}")
    page.reload()
    page.locator("#code").fill(code)
    page.locator('form[action$="/desk/proof"] button').click()


def pay(page: Page, number: str) -> None:
    """Types a card at the processor's page and pays."""
    page.locator("#number").fill(number)
    page.locator("#expiry").fill("12/40")
    page.locator("#cvc").fill("123")
    page.locator('form button[type="submit"]').click()


def reference_of(page: Page) -> str:
    found = re.search(r"/requests/([0-9A-Z]{5}-[0-9A-Z]{5})", page.url)
    assert found, page.url
    return found[1]


def reload_until(page: Page, words: str) -> None:
    """Reloads, as a person waiting does, until the page says it."""
    for _ in range(60):
        if page.get_by_text(words, exact=False).count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(f"{page.url} never says {words}: {page.inner_text('main')[:500]}")


def go_on(page: Page, language: str) -> None:
    page.get_by_role("button", name=SAYS[language]["next"]).click()


@pytest.mark.parametrize(("language", "width"), [("ar", 360), ("fr", 1280)])
def test_a_citizen_goes_down_the_whole_road(
    town: Town, person: Person, language: str, width: int, tmp_path: Path
) -> None:
    says = SAYS[language]
    page = person(language, width)
    page.goto(f"{town.portal}/")
    expect(page).to_have_url(re.compile(f"/{language}/$"))
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    no_overflow(page)
    page.locator('a[href$="/life-events/having-a-baby"]').first.click()
    no_overflow(page)
    page.locator('a[href$="/services/birth-extract"]').first.click()
    no_overflow(page)
    page.locator('a[href$="/services/birth-extract/start"]').first.click()
    sign_in(page, "salma")
    page.get_by_role("button", name=says["start"]).or_(
        page.locator('form[action$="/start"] button').first
    ).first.click()

    page.locator('input[name="relation"][value="self"]').check(force=True)
    page.locator('[name="copies"]').fill("0")
    go_on(page, language)
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    no_overflow(page)
    page.locator('[name="copies"]').fill("2")
    go_on(page, language)
    page.locator('form[action*="/fetch/"] button').click()
    expect(page.locator('[name="birth_date"]')).to_have_value("17/04/1992")
    no_overflow(page)
    go_on(page, language)
    expect(page.locator('[name="birth_place"][value="c-04421-02"]')).to_be_checked()
    go_on(page, language)
    reference = reference_of(page)
    no_overflow(page)
    page.locator('form[action$="/submit"] button').click()
    page.get_by_role("button", name=says["pay"]).click()

    pay(page, "4000000000000002")
    assert page.url.startswith(town.sandbox)
    pay(page, "4242424242424242")
    page.wait_for_url(f"{town.portal}/{language}/requests/{reference}**")
    expect(page.locator(".tag").first).to_contain_text(says["filed"])
    no_overflow(page)

    officer = person(language, 1280)
    officer.goto(f"{town.portal}/{language}/desk")
    sign_in_at_work(town, officer, "agent-rabat")
    officer.locator(f'a[href$="/desk/requests/{reference}"]').click()
    officer.get_by_role("button", name=says["take"]).click()
    page.reload()
    expect(page.locator(".tag").first).to_contain_text(says["in_review"])
    officer.locator('[name="sex"][value="F"]').check(force=True)
    for name, words in {
        "father_name_ar": "عبد الرحيم الإدريسي",
        "father_name_lat": "Abderrahim El Idrissi",
        "mother_name_ar": "نعيمة بنجلون",
        "mother_name_lat": "Naïma Benjelloun",
    }.items():
        officer.locator(f'[name="{name}"]').fill(words)
    officer.get_by_role("button", name=says["grant"]).click()

    reload_until(page, says["granted"])
    reload_until(page, "(PDF)")
    no_overflow(page)
    link = page.locator('a[href*="/locker/"]').first.get_attribute("href")
    pdf = page.request.get(f"{town.portal}{link}").body()
    looks_like_a_page(pdf, tmp_path)

    page.goto(f"{town.portal}/{language}/locker")
    expect(page.locator("main")).to_contain_text(reference)
    page.goto(f"{town.portal}/{language}/inbox")
    expect(page.locator("main")).to_contain_text(reference)
    no_overflow(page)
    page.goto(f"{town.portal}/{language}/dashboard")
    expect(page.locator("main")).to_contain_text(reference)
    no_overflow(page)
    letters = page.request.get(f"{town.sandbox}/mailbox.json").json()
    mine = [letter for letter in letters if "salma@example.ma" in str(letter)]
    assert mine
    assert reference not in str(mine)


def looks_like_a_page(pdf: bytes, folder: Path) -> None:
    """The document opens, and its first page has ink on it."""
    assert pdf.startswith(b"%PDF")
    if shutil.which("pdftoppm") is None:
        pytest.fail("pdftoppm is missing: apt install poppler-utils")
    file = folder / "document.pdf"
    file.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "40", "-gray", str(file), str(folder / "page")], check=True)
    image = next(folder.glob("page*.pgm")).read_bytes()
    pixels = image[len(image) // 50 :]
    dark = sum(value < 128 for value in pixels) / len(pixels)
    assert 0.005 < dark < 0.3


def test_a_founder_is_answered_by_the_administrations_system(town: Town, person: Person) -> None:
    page = person("fr", 1280)
    page.goto(f"{town.portal}/fr/services/negative-certificate/start")
    sign_in(page, "youssef")
    page.locator('form[action$="/start"] button').first.click()
    page.locator('[name="legal_form"]').select_option("SARL")
    page.locator('[name="activity"]').fill("Fabrication et vente de zellige")
    go_on(page, "fr")
    page.locator('[name="company_name"]').fill("Zellige Atlas Rabat")
    go_on(page, "fr")
    page.locator('form[action$="/submit"] button').click()
    page.get_by_role("button", name="Payer par carte").click()
    pay(page, "4242424242424242")
    reload_until(page, "Accepté")
    reload_until(page, "(PDF)")


def test_an_answer_comes_days_later(town: Town, person: Person) -> None:
    page = person("ar", 360)
    page.goto(f"{town.portal}/ar/services/information-request/start")
    sign_in(page, "karim")
    page.locator('form[action$="/start"] button').first.click()
    field = page.locator('select[name="asked_administration"]')
    if field.count():
        field.select_option("mtnra")
    else:
        page.locator('input[name="asked_administration"][value="mtnra"]').check(force=True)
    go_on(page, "ar")
    page.locator('[name="subject"]').fill("عدد المدارس الجماعاتية")
    page.locator('[name="text"]').fill("كم عدد المدارس الجماعاتية المفتوحة سنة 2025 بإقليم الحوز؟")
    page.locator('input[name="answer_form"][value="written"]').check(force=True)
    go_on(page, "ar")
    page.locator('input[name="urgent"][value="no"]').check(force=True)
    go_on(page, "ar")
    no_overflow(page)
    page.locator('form[action$="/submit"] button').click()
    reference = reference_of(page)
    expect(page.locator(".tag").first).to_contain_text("مودع")
    inbox = person("ar", 1280)
    inbox.goto(f"{town.sandbox}/administrations/transparency/")
    reload_until(inbox, reference)
    form = inbox.locator("form", has=inbox.locator("textarea")).first
    form.locator("textarea").fill("بلغ عددها 12 مدرسة.")
    form.locator('button[value="grant"]').click()
    reload_until(page, "مقبول")
    reload_until(page, "(PDF)")
