"""What each kind of page asks of the database: a handful, however much there is to show."""

from __future__ import annotations

from math import inf
from unittest.mock import patch

import pytest
from acting_made import CINS
from bench.counting import counted
from bench.report import MOST_QUERIES
from files_brought import a_pdf
from lockers import added, newest
from requests_made import fill_birth, pay, reference_of, section, send, start
from scenes import entered
from shares_made import link_on, shared
from world import Browser, World

from payments.columns import new_id

WHO = 1
"""Who is here, and how much they have not read yet."""

MOST_OF_LOCKER = 8
"""One for each thing that the page of a document shows: itself, versions, shares, uses, looks, and who is here."""


def asked(town: World, browser: Browser, path: str) -> int:
    """How many queries a page takes at its second visit: by then the process knows what it keeps. The look at which
    publication is the newest, once a second for all pages, is not counted."""
    assert browser.client.get(path).status_code == 200, path
    with patch.object(town.work.adapters.shelf, "_looked_at", inf), counted(town.work.database.engine) as found:
        browser.client.get(path)
    return found.queries


@pytest.mark.parametrize(
    "path",
    [
        "",
        "life-events/having-a-baby",
        "life-events/having-a-baby/history",
        "services/birth-extract",
        "services/birth-extract/history",
        "administrations",
        "administrations/commune",
        "search?q=carte",
    ],
)
def test_a_page_that_is_everybody_s_asks_only_who_is_here(town: World, path: str) -> None:
    assert asked(town, entered(town, "salma"), f"/fr/{path}") == WHO


def test_pages_of_a_person_and_of_who_decides_ask_a_handful(town: World) -> None:
    browser = entered(town, "salma")
    start(browser, "birth-extract", "fr")
    pages = {browser.page.url: asked(town, browser, browser.page.url)}
    fill_birth(browser)
    reference = reference_of(browser.page)
    pages[browser.page.url] = asked(town, browser, browser.page.url)
    send(browser)
    pay(browser)
    town.worker_runs()
    own = ("dashboard", "locker", "inbox", "payments", f"requests/{reference}", f"requests/{reference}/receipt")
    pages |= {path: asked(town, browser, f"/fr/{path}") for path in own}
    officer = entered(town, "agent-rabat")
    pages |= {path: asked(town, officer, f"/fr/{path}") for path in ("desk", f"desk/requests/{reference}")}
    assert {path: queries for path, queries in pages.items() if queries > MOST_QUERIES} == {}


def test_more_things_and_more_files_ask_no_more(town: World) -> None:
    browser = entered(town, "youssef")
    start(browser, "cnss-employee", "fr")
    section(browser, affiliated="yes", cnss_emp="6000001")
    listed = f"/fr/requests/{reference_of(browser.page)}/fill/employees"
    found = set()
    for number in (1, 2, 3):
        browser.get(f"{listed}/{number}")
        known = {"employee_name": "EL IDRISSI Nadia", "employee_known_by": "cnie", "employee_cin": f"K4567{number}"}
        file = {"contract_file": ("contract.pdf", a_pdf())}
        browser.post(browser.page.action("/attach/"), {"hired_on": "05/01/2027"} | known, files=file)
        found.add(asked(town, browser, listed))
    assert len(found) == 1
    assert found.pop() <= MOST_QUERIES


def test_pages_of_a_locker_ask_as_much_of_many_versions_and_shares_as_of_one(town: World) -> None:
    salma, nabil = entered(town, "salma"), entered(town, "nabil")
    found = []
    for _ in range(2):
        older = {"replaces": str(newest(town).id)} if found else {}
        for _ in range(4 if found else 2):
            added(salma, {"bail.pdf": a_pdf()}, label=f"Bail {new_id()}", **older)
            older = {"replaces": str(newest(town).id)}
            link = link_on(shared(town, salma, purpose=str(new_id())))
            page = shared(town, salma, **{"with": "person", "person": CINS["nabil"], "purpose": str(new_id())})
        document = f"/fr/locker/{newest(town).id}"
        pages = {"locker": "/fr/locker", "ends": "/fr/locker?by=end", "document": document}
        pages |= {"share": f"{document}/share", "one": page.url, "fetch": "/fr/locker/fetch", "add": "/fr/locker/add"}
        counts = {name: asked(town, salma, url) for name, url in pages.items()}
        counts["received"] = asked(town, nabil, "/fr/locker/received")
        counts |= {
            name: asked(town, town.browser(), url) for name, url in {"link": link, "verify": "/fr/verify"}.items()
        }
        found.append(counts)
    assert found[0] == found[1]
    assert {name: queries for name, queries in found[1].items() if queries > MOST_OF_LOCKER} == {}
