"""A document's life in a real browser: put into the locker on a telephone, attached, issued, shared, and checked."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp
from browsing import Town
from files_brought import a_pdf, a_photo
from playwright.sync_api import Page, expect
from test_the_road import go_on, no_overflow, pay, reload_until, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("road")]

Person = Callable[[str, int], Page]
PROJECT: tuple[dict[str, str], ...] = (
    {"asker": "self"},
    {"province": "04.421"},
    {"commune": "c-04421-02", "site": "زنقة الأرز، حي أكدال، البقعة 14"},
    {"works": "new", "use": "house", "surface": "120"},
)
PLANS = "تصاميم بيت أكدال"


def test_a_document_is_kept_attached_issued_shared_and_checked(town: Town, person: Person) -> None:
    page = person("ar", 360)
    page.goto(f"{town.portal}/ar/locker")
    sign_in(page, "youssef")
    _put_in(page)
    _attach(town, page)
    _certified_name(town, page)
    issued = page.url
    url = _link(town, page)
    pdf = _opened_by_a_stranger(person("fr", 1280), url)
    _checked(town, person("fr", 360), pdf)
    page.goto(issued)
    looks = page.locator("section", has=page.locator("#looks"))
    expect(looks.locator("li")).to_have_count(3)  # opened through the link, checked by its code, and by its file
    no_overflow(page)


def _put_in(page: Page) -> None:
    no_overflow(page)
    page.locator('a[href$="/locker/add"]').click()
    no_overflow(page)
    page.locator("#files").set_input_files(
        [
            {"name": "plans.pdf", "mimeType": "application/pdf", "buffer": a_pdf(pages=2)},
            {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": a_photo()},
        ]
    )
    page.locator("#kind").select_option("arch_plans")
    page.locator("#label").fill(PLANS)
    page.locator('form[action$="/locker/add"] button').click()
    page.wait_for_url("**/ar/locker")
    expect(page.locator(".offer", has_text=PLANS)).to_have_count(2)
    no_overflow(page)
    page.locator(".offer", has_text="plans").click()
    expect(page.locator("p.likeness img")).to_be_visible()
    no_overflow(page)


def _attach(town: Town, page: Page) -> None:
    page.goto(f"{town.portal}/ar/services/building-permit/start")
    if page.locator('a[href*="/sign-in"]').count() and not page.locator('form[action$="/start"]').count():
        page.locator('main a[href*="/sign-in"]').first.click()
        page.locator('button[name="decision"][value="share"]').click()
    page.locator('form[action$="/start"] button').first.click()
    for answers in PROJECT:
        for name, value in answers.items():
            _answer(page, name, value)
        go_on(page, "ar")
    no_overflow(page)
    picked = page.locator("#from-plans")
    picked.select_option(label=picked.locator("option", has_text="plans").first.inner_text())
    go_on(page, "ar")
    page.wait_for_url("**/review**")
    expect(page.locator("main")).to_contain_text("PDF")


def _answer(page: Page, name: str, value: str) -> None:
    radio = page.locator(f'input[type="radio"][name="{name}"][value="{value}"]')
    if radio.count():
        radio.check(force=True)
    elif page.locator(f'select[name="{name}"]').count():
        page.locator(f'select[name="{name}"]').select_option(value)
    else:
        page.locator(f'[name="{name}"]').fill(value)


def _certified_name(town: Town, page: Page) -> None:
    """A request that the administration's system grants: its certificate lies in the locker."""
    page.goto(f"{town.portal}/ar/services/negative-certificate/start")
    page.locator('form[action$="/start"] button').first.click()
    page.locator('[name="legal_form"]').select_option("SARL")
    page.locator('[name="activity"]').fill("صناعة وبيع الزليج")
    go_on(page, "ar")
    page.locator('[name="company_name"]').fill("Zellige Bouregreg Sale")
    go_on(page, "ar")
    page.locator('form[action$="/submit"] button').click()
    page.get_by_role("button", name="الأداء بالبطاقة").click()
    pay(page, "4242424242424242")
    reload_until(page, "مقبول")
    reload_until(page, "(PDF)")
    page.goto(f"{town.portal}/ar/locker?kind=neg_cert")
    page.locator(".offer").first.click()
    expect(page.locator("#looks")).to_be_visible()


def _link(town: Town, page: Page) -> str:
    page.locator('a[href$="/share"]').click()
    no_overflow(page)
    page.locator('input[name="with"][value="link"]').check(force=True)
    page.locator("#purpose").fill("كراء محل")
    page.locator('form[action$="/share"] button').click()
    no_overflow(page)
    url = page.locator(".link").inner_text()
    assert url.startswith(f"{town.portal}/ar/shared/")
    return url


def _opened_by_a_stranger(page: Page, url: str) -> bytes:
    page.goto(url)
    expect(page.locator("main")).to_contain_text("كراء محل")
    no_overflow(page)
    form = page.locator("main form")
    token = form.locator('[name="csrf_token"]').get_attribute("value") or ""
    answer = page.request.post(f"{_home(url)}{form.get_attribute('action')}", form={"csrf_token": token})
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def _home(url: str) -> str:
    return url.partition("/ar/")[0]


def _checked(town: Town, page: Page, pdf: bytes) -> None:
    """By the square code that is printed, read by another reader than ours, and by the file."""
    said = _code_on(pdf)
    page.goto(said)
    true = "Ce document est authentique"
    expect(page.locator("main")).to_contain_text(true)
    page.goto(f"{town.portal}/fr/verify")
    page.locator("#file").set_input_files({"name": "certificat.pdf", "mimeType": "application/pdf", "buffer": pdf})
    page.locator('form[action$="/verify-file"] button').click()
    expect(page.locator("main")).to_contain_text(true)
    expect(page.locator("main")).to_contain_text("Zellige Bouregreg Sale")
    no_overflow(page)


def _code_on(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        picture = document[len(document) - 1].render(scale=200 / 72).to_pil()
        found = [one.text for one in zxingcpp.read_barcodes(picture)]
    finally:
        document.close()
    [code] = [text for text in found if re.match(r"https?://", text, re.IGNORECASE)]
    return code
