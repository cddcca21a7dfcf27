"""A share opens what is clean and alive: not what waits for the scanner, nor what was its owner's when they closed
their account."""

from __future__ import annotations

import pytest
from certified_made import Scanner
from files_brought import a_pdf
from lockers import added, issued, newest
from outages import instead
from scenes import entered, scene
from shares_made import link_on, opened, shared
from world import Browser, World

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

PDF = b"%PDF-"
FOR_YOUSSEF = {"with": "person", "person": "BK380912"}


class Clean(Scanner):
    """Finds nothing."""

    def scan(self, content: object) -> None:
        """Looks at nothing."""


def received_by(browser: Browser) -> str:
    """The page of what was shared with somebody last."""
    return browser.get("/fr/locker/received").link("/locker/received/")


def test_what_waits_for_the_scanner_opens_to_nobody_it_is_shared_with_until_it_was_looked_through(
    town: World,
) -> None:
    salma, youssef, stranger = entered(town, "salma"), entered(town, "youssef"), town.browser()
    with instead(town, scanner=Scanner(silent=True)):
        added(salma, {"bail.pdf": a_pdf(pages=2)})
        link = link_on(shared(town, salma))
        shared(town, salma, **FOR_YOUSSEF)
        for browser, url in ((stranger, link), (youssef, received_by(youssef))):
            page = opened(browser, url)
            assert page.status == 409
            assert "code malveillant" in page.words
        assert salma.client.get(f"/fr/locker/{newest(town).id}/file").content.startswith(PDF)
    with instead(town, scanner=Clean()):
        town.worker_runs()
        for browser, url in ((stranger, link), (youssef, received_by(youssef))):
            assert opened(browser, url).response.content.startswith(PDF)


def test_what_was_shared_by_who_closes_their_account_is_shared_no_more(town: World) -> None:
    aissatou, youssef, stranger = entered(town, "aissatou"), entered(town, "youssef"), town.browser()
    receipt = issued(town, scene(town, "aissatou", until="filed"))
    link = link_on(shared(town, aissatou, receipt.id, views="5"))
    shared(town, aissatou, receipt.id, **FOR_YOUSSEF)
    theirs = received_by(youssef)
    assert opened(stranger, link).response.content.startswith(PDF)
    assert opened(youssef, theirs).response.content.startswith(PDF)
    aissatou.get("/fr/account/close")
    assert "Votre compte est fermé" in aissatou.submit("/close", {"understood": "yes"}).words
    for browser, url in ((stranger, link), (youssef, theirs)):
        assert browser.get(url).status == 404
    assert theirs not in youssef.get("/fr/locker/received").text
