"""Builders: documents that are shared, and opened by whom they are shared with."""

from __future__ import annotations

import re
from uuid import UUID

from lockers import newest
from world import Browser, Page, World


def shared(town: World, browser: Browser, document: UUID | None = None, **said: str) -> Page:
    """Shares this document, or what came last into Salma's locker."""
    browser.get(f"/fr/locker/{document or newest(town).id}/share")
    usual = {"with": "link", "purpose": "Location d’un appartement", "days": "7", "views": "2"}
    return browser.submit("/share", usual | said)


def link_on(page: Page) -> str:
    """The path of the link that is shown once."""
    found = re.search(r"(/fr/shared/[\w-]{40,})", page.text)
    assert found, page.words[:500]
    return found[1]


def opened(browser: Browser, url: str) -> Page:
    """Opens a document behind a page that says what it is."""
    page = browser.get(url)
    assert page.status == 200, page.words[:300]
    return browser.submit(url.partition("?")[0])
