"""Builders: who acts for whom in the running town, made by the pages themselves."""

from __future__ import annotations

import re
from uuid import UUID

from requests_made import INFORMATION
from sqlalchemy import select
from world import Browser, Page, World

from portal.identity.mandates.models import Mandate

EVERYTHING = ("see", "fill", "sign", "pay", "receive")
TERMS = {"reach": "all", "until": "31/12/2027", "reason": "Mes démarches"}
CINS = {"salma": "AE214587", "nabil": "BL290746", "amal": "CD219064", "fatima": "C104926", "youssef": "BK380912"}


def represented(browser: Browser, name: str) -> str:
    """Looks in the registers, and finds whom one may act for by a part of their name. Returns the mandate's id."""
    browser.get("/fr/for")
    browser.submit("/for/look")
    return choice(browser, name)


def choice(browser: Browser, name: str) -> str:
    """The mandate of somebody who is offered to act for."""
    page = browser.get("/fr/for", params={"q": name})
    found = re.search(r'name="mandate" value="([0-9a-f-]{36})"', page.text)
    assert found, f"{name} is not offered: {page.words[:400]}"
    return found[1]


def act_for(browser: Browser, mandate: str) -> Page:
    """From now on this browser acts by this mandate, by none when it is empty."""
    browser.get("/fr/for")
    return browser.post("/fr/for", {"mandate": mandate, "next": "/fr/dashboard"})


def offer(browser: Browser, to: str, scopes: tuple[str, ...] = EVERYTHING, **more: str) -> str:
    """Offers somebody a mandate by the number of their card. Returns its address."""
    company = more.pop("company", "")
    browser.get("/fr/mandates/new", params={"company": company} if company else None)
    data = {"csrf_token": browser.page.token(), "whom": CINS.get(to, to), "scope": list(scopes), **TERMS, **more}
    if company:
        data["company"] = company
    answer = browser.client.post("/fr/mandates/new", data=data)
    assert answer.status_code == 200, answer.text
    browser.page = Page(answer)
    assert re.search(r"/mandates/[0-9a-f-]{36}$", browser.page.url), browser.page.words[:600]
    return browser.page.url.removeprefix(str(browser.client.base_url).rstrip("/"))


def ask(browser: Browser, of: str, scopes: tuple[str, ...] = EVERYTHING, **more: str) -> str:
    """Asks somebody for a mandate. Returns its address."""
    browser.get("/fr/mandates/ask", params={"company": more["company"]} if "company" in more else None)
    whom = {} if "company" in more else {"whom": CINS.get(of, of)}
    data = {"csrf_token": browser.page.token(), "scope": list(scopes), **whom, **TERMS, **more}
    browser.page = Page(browser.client.post("/fr/mandates/ask", data=data))
    assert re.search(r"/mandates/[0-9a-f-]{36}$", browser.page.url), browser.page.words[:600]
    return browser.page.url.removeprefix(str(browser.client.base_url).rstrip("/"))


def answer(browser: Browser, mandate: str, what: str) -> Page:
    """Accepts, declines, revokes … a mandate on its page."""
    browser.get(mandate)
    return browser.submit(f"/{what}")


def changed(town: World, mandate: str, **values: object) -> None:
    """A mandate as time or an operator left it."""
    found = UUID(mandate.rpartition("/")[2])

    def change(unit: object) -> None:
        row = unit.session.scalars(select(Mandate).where(Mandate.id == found)).one()  # type: ignore[attr-defined]
        for name, value in values.items():
            setattr(row, name, value)

    town.work.transact(change)


def begun(browser: Browser, service: str = INFORMATION) -> str:
    """A draft begun anew for whom this browser acts; its reference."""
    left = re.search(r'name="anew" value="([^"]+)"', browser.get(f"/fr/services/{service}/start").text)
    page = browser.submit("/start", {"anew": left[1]} if left else {})
    return page.url.partition("/requests/")[2].partition("/")[0]
