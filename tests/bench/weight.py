"""What a page weighs on its way to a real browser, and when its text can be read on a slow telephone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from browsing import ARGUMENTS
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

FIRST = "/ar/life-events/having-a-baby"
NEXT = 'main a[href*="/services/birth-declaration"]'
ICON = "link[rel=icon]"
ROUNDS = 3
SECOND_GENERATION = {"offline": False, "latency": 800, "downloadThroughput": 35_000, "uploadThroughput": 35_000}
"""280 kbit/s, 800 ms."""

PAGE = "first visit in Arabic without fonts, kB"
FONTS = "first visit in Arabic: fonts, kB"
REQUESTS = "first visit in Arabic: requests"
AFTER = "the next page, kB"
AGAIN = "the first page again, kB"
READABLE = "first visit by 2G: text can be read, s"
COMPLETE = "first visit by 2G: all is there, s"
TARGETS = {PAGE: 40.0, FONTS: 80.0, REQUESTS: 10.0, AFTER: 20.0, READABLE: 6.0}
WIDTH = {"width": 360, "height": 800}
PAINTED = """() => new Promise((done) => {
  const first = (name) => performance.getEntriesByName(name)[0]?.startTime;
  const look = () => first("first-contentful-paint") ? done(
    Math.max(first("first-contentful-paint"), performance.getEntriesByType("navigation")[0].responseEnd)
  ) : requestAnimationFrame(look);
  look();
})"""
"""When text was painted and the whole page was there to be painted, in milliseconds."""


class NoBrowser(Exception):
    """There is none on this machine."""


@dataclass
class Wire:
    """What came over the wire for a page, until it is closed: bytes with headers, by kind of resource, and how often
    the server was asked."""

    devtools: CDPSession
    sizes: dict[str, float] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    _kinds: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.devtools.on("Network.requestWillBeSent", self._sent)
        self.devtools.on("Network.loadingFinished", self._finished)
        self.devtools.send("Network.enable")

    def total(self, *, fonts: bool) -> float:
        """Kilobytes of the fonts, or of all else."""
        return sum(size for kind, size in self.sizes.items() if (kind == "Font") == fonts) / 1000

    def close(self) -> None:
        """Counts no more."""
        self.devtools.detach()

    def _sent(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self._kinds[event["requestId"]] = event.get("type", "Other")
            self.asked[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        kind = self._kinds.get(event["requestId"])
        if kind and event["encodedDataLength"]:
            self.sizes[kind] = self.sizes.get(kind, 0) + event["encodedDataLength"]


def numbers(url: str) -> dict[str, float]:
    """What a first visit and the next page weigh at the portal that answers there. Raises NoBrowser."""
    with _chromium() as browser:
        return {**_weights(browser, url), **_slowly(browser, url)}


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        raise NoBrowser("no browser: the weight of pages is not measured")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def _weights(browser: Browser, url: str) -> dict[str, float]:
    page = _visitor(browser)
    first = _seen(page, lambda: page.goto(f"{url}{FIRST}"))
    icon = 0.0 if page.locator(ICON).evaluate("link => link.href") in first.asked.values() else _icon(page)
    after = _seen(page, page.locator(NEXT).first.click)
    again = _seen(page, lambda: page.goto(f"{url}{FIRST}"))
    page.context.close()
    return {
        PAGE: first.total(fonts=False) + icon,
        FONTS: first.total(fonts=True),
        REQUESTS: len(first.asked) + bool(icon),
        AFTER: after.total(fonts=False) + after.total(fonts=True),
        AGAIN: again.total(fonts=False) + again.total(fonts=True),
    }


def _seen(page: Page, come: Callable[[], object]) -> Wire:
    wire = Wire(page.context.new_cdp_session(page))
    come()
    page.wait_for_load_state("networkidle")
    wire.close()
    return wire


def _icon(page: Page) -> float:
    """Kilobytes of the icon on the tab, where a browser without a window does not fetch it."""
    address = page.locator(ICON).evaluate("link => link.href")
    answer = page.request.get(address, headers={"Accept-Encoding": "gzip"})
    return (int(answer.headers["content-length"]) + sum(len(f"{one}: \r\n") for one in answer.headers)) / 1000


def _slowly(browser: Browser, url: str) -> dict[str, float]:
    """Each round is somebody who was never here."""
    readable, complete = [], []
    for _ in range(ROUNDS):
        page = _visitor(browser)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", SECOND_GENERATION)
        page.goto(f"{url}{FIRST}", wait_until="load", timeout=120_000)
        readable.append(page.evaluate(PAINTED) / 1000)
        page.wait_for_load_state("networkidle", timeout=120_000)
        complete.append(
            page.evaluate("Math.max(...performance.getEntries().map((one) => one.responseEnd ?? 0))") / 1000
        )
        page.context.close()
    return {READABLE: median(readable), COMPLETE: median(complete)}


def _visitor(browser: Browser) -> Page:
    return browser.new_context(locale="ar-MA", viewport=WIDTH).new_page()
