"""Whole roads as one person and one officer walk them, page by page; what takes time is looked up later."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import httpx
from drill.journal import Journal
from drill.town import PATIENCE_SECONDS, NotAgain, Town
from files_brought import a_pdf
from requests_made import BIRTH, INFORMATION, NAME, PARENTS, PERMIT, PROJECT, RECORD, reference_of, send, start
from requests_made import section as fill
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from world import Browser

from portal.alerts.models import Alert
from portal.identity.models import Account

GOOD, DECLINED = "4242424242424242", "4000000000000002"
TAKEN_NAME = "Atlas Conseil"
OFFICER = "agent-rabat"
SIGN_INS = 8
LOOKED_UP = 0.2
LONGEST_CHAIN_SECONDS = 5 * PATIENCE_SECONDS  # from filing to document are as many tasks, each may be hit
RECEIPT, DOCUMENT = "/receipt", "/locker/"


@dataclass
class Client:
    """One person and one officer, each with a browser; ``waiting`` is what they will look up: reference and what its
    page shows in the end; ``left`` the cookies of the sessions the person ended."""

    town: Town
    journal: Journal
    name: str
    number: int
    chance: Random
    waiting: list[tuple[str, str]] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)
    browser: Browser = field(init=False)
    _officer: Browser | None = None

    def enter(self) -> None:
        """The person signs in with a fresh browser."""
        self.browser = self.entered(self.name)

    def entered(self, name: str) -> Browser:
        """A fresh browser that somebody has signed in with; a sign-in that was cut off is begun anew."""
        for _ in range(SIGN_INS):
            browser = self.town.browser()
            self.journal.follow(browser, self.town)
            with suppress(AssertionError):
                page = browser.sign_in(name, "fr")
                if page.status == 200 and re.search(r"/(dashboard|desk)(\?|$)", page.url):
                    return browser
        raise NotAgain(f"{name} cannot sign in: {browser.page.status} at {browser.page.url}")

    @property
    def officer(self) -> Browser:
        """The officer's browser."""
        if self._officer is None:
            self._officer = self.entered(OFFICER)
        return self._officer

    def leave(self) -> None:
        """The person reads what there is to read, signs out and comes back; and so does the officer they meet next."""
        self._officer = None
        told = self._unread()
        if "/inbox/read" in self.browser.get("/fr/inbox").text:
            self.browser.submit("/inbox/read")
        self.journal.read |= told
        kept = dict(self.browser.client.cookies)
        self.browser.submit("/sign-out")
        self.left.append(kept)
        self.enter()

    def _unread(self) -> set[UUID]:
        """What this person was told and has not read, as the database has it; nothing while it is away."""
        database = self.town.database()
        query = select(Alert.id).join(Account, Account.person_id == Alert.person_id)
        query = query.where(Account.sub == f"ma-{self.name}")
        try:
            with database.session(reading=True) as session:
                return set(session.scalars(query.where(Alert.read_at.is_(None))))
        except OperationalError:
            return set()
        finally:
            database.dispose()

    def stay_out(self) -> None:
        """What the browser kept of sessions that were ended opens nothing."""
        for kept in self.left:
            browser = self.town.browser()
            browser.client.cookies.update(kept)
            if browser.get("/fr/dashboard").url.endswith("/dashboard"):
                self.journal.failed(f"{self.name} signed out, and is signed in")

    def look_up(self, most: int) -> None:
        """Looks once at every request that waits, and again until no more than so many do. Raises NotAgain."""
        until = time.monotonic() + LONGEST_CHAIN_SECONDS
        while True:
            self.waiting = [(reference, part) for reference, part in self.waiting if not self._shows(reference, part)]
            if len(self.waiting) <= most:
                return
            if time.monotonic() > until:
                waiting, self.waiting = self.waiting, []
                raise NotAgain(f"{waiting} are not shown")
            time.sleep(LOOKED_UP)

    def _shows(self, reference: str, part: str) -> bool:
        page = self.browser.get(f"/fr/requests/{reference}")
        if part not in page.text.partition("</header>")[2]:
            return False
        if part == DOCUMENT:
            document = self.browser.client.get(page.link(DOCUMENT))
            return document.status_code == 200 and document.content.startswith(b"%PDF")
        return True


def birth(client: Client) -> str:
    """A birth extract is filled in, with the register's help now and then, and sent; it waits for its fee."""
    browser, chance = client.browser, client.chance
    record = RECORD | {"act_no": str(chance.randint(1, 99_999))}
    start(browser, BIRTH, "fr")
    fill(browser, relation="self", copies=str(chance.randint(1, 3)))
    if "/fetch/" in browser.page.text and chance.random() < 0.5:
        browser.submit("/fetch/")
    fill(browser, **{key: record[key] for key in ("fullname_ar", "fullname_lat", "birth_date", "birth_province")})
    fill(browser, **{key: record[key] for key in ("birth_place", "act_no", "act_year")})
    send(browser)
    return reference_of(browser.page)


def pays(client: Client, card: str = GOOD) -> None:
    """The person pays at the card page; a declined card is followed by a good one."""
    client.browser.submit("/checkout")
    for number in dict.fromkeys((card, GOOD)):
        client.browser.sandbox_form({"number": number, "expiry": "12/40", "cvc": "123"})


def granted(client: Client) -> None:
    """Paid by card, taken and granted by an officer, fetched from the locker."""
    reference = birth(client)
    pays(client)
    seen_at_desk(client, reference)
    client.officer.submit("/take")
    client.officer.submit("/grant", RECORD | PARENTS)
    client.waiting.append((reference, DOCUMENT))


def refused(client: Client) -> None:
    """The first card is declined; the officer refuses."""
    reference = birth(client)
    pays(client, DECLINED)
    seen_at_desk(client, reference)
    client.officer.submit("/refuse", {"reason": "L’acte n’a pas été trouvé."})
    client.waiting.append((reference, DOCUMENT))


def seen_at_desk(client: Client, reference: str) -> None:
    """The officer opens a request once its payment is known."""
    looked_until(client, lambda: RECEIPT in client.browser.get(f"/fr/requests/{reference}").text, reference)
    client.officer.get("/fr/desk")
    client.officer.get(f"/fr/desk/requests/{reference}")


def looked_until(client: Client, true: Callable[[], bool], what: str) -> None:
    """The person looks again and again. Raises NotAgain."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > until:
            raise NotAgain(f"{what} does not go on: {client.browser.page.words[-300:]}")
        time.sleep(LOOKED_UP)


def never_back(client: Client) -> None:
    """Paid, and the browser closed before the way back: the processor's message alone tells of it."""
    reference = birth(client)
    session = client.browser.submit("/checkout").url.rpartition("/")[2]
    settle(client, session)
    client.waiting.append((reference, RECEIPT))


def settle(client: Client, session: str) -> None:
    """Pays without the card page."""
    url = f"{client.town.sandbox}/control/cards/sessions/{session}/settle"
    httpx.post(url, json={"card": GOOD}, timeout=30).raise_for_status()


def paid_too_late(client: Client) -> None:
    """Taken back while the card page is open, and paid there all the same: the money comes back."""
    reference = birth(client)
    session = client.browser.submit("/checkout").url.rpartition("/")[2]
    client.browser.get(f"/fr/requests/{reference}")
    client.browser.submit("/withdraw")
    settle(client, session)
    client.browser.get("/fr/inbox")


def taken_back(client: Client) -> None:
    """Filed, then taken back."""
    reference = birth(client)
    pays(client)
    looked_until(client, lambda: RECEIPT in client.browser.get(f"/fr/requests/{reference}").text, reference)
    client.browser.submit("/withdraw")
    client.browser.get("/fr/locker")


def thrown_away(client: Client) -> None:
    """A draft is begun and thrown away."""
    start(client.browser, INFORMATION, "fr")
    fill(client.browser, asked_administration="mtnra")
    client.browser.submit("/discard")


def named(client: Client) -> None:
    """A company's name is asked for and free."""
    company(client, f"Société {client.name} {client.number} {client.chance.randrange(10**9)}")


def taken_name(client: Client) -> None:
    """A company's name is asked for and belongs to another."""
    company(client, TAKEN_NAME)


def company(client: Client, name: str) -> None:
    """A negative certificate for this name."""
    start(client.browser, NAME, "fr")
    fill(client.browser, legal_form="SARL", activity="Fabrication de zellige")
    fill(client.browser, company_name=name)
    send(client.browser)
    reference = reference_of(client.browser.page)
    pays(client)
    client.waiting.append((reference, DOCUMENT))


def informed(client: Client) -> None:
    """Information is asked for; the administration is asked until it has answered."""
    start(client.browser, INFORMATION, "fr")
    fill(client.browser, asked_administration="mtnra")
    subject = f"Parcs {client.chance.randrange(10**9)}"
    fill(client.browser, subject=subject, text="Quelle est la surface des parcs ?", answer_form="written")
    fill(client.browser, urgent="no")
    send(client.browser)
    client.waiting.append((reference_of(client.browser.page), DOCUMENT))


def built(client: Client) -> None:
    """A building permit is asked for with its plans; better ones, out of the locker, take their place."""
    browser = client.browser
    start(browser, PERMIT, "fr")
    for answers in PROJECT:
        fill(browser, **answers)
    reference = reference_of(browser.page)
    browser.get(f"/fr/requests/{reference}/fill/plans")
    browser.post(browser.page.action("/attach/"), files={"plans": ("plans.pdf", a_pdf(), "application/pdf")})
    better = kept(client, f"Plans {reference}")
    browser.get(f"/fr/requests/{reference}/fill/plans")
    browser.post(browser.page.action("/attach/"), {"from-plans": better}, files={"plans": ("", b"")})
    send(browser)
    pays(client)
    client.waiting.append((reference, RECEIPT))


def kept(client: Client, label: str) -> str:
    """Puts plans into the locker, and finds them there. Returns the document."""
    browser = client.browser
    browser.get("/fr/locker/add")
    files = {"files": ("plans.pdf", a_pdf(2), "application/pdf")}
    browser.post("/fr/locker/add", {"kind": "arch_plans", "label": label}, files=files)
    browser.get("/fr/locker", params={"q": label})
    return re.findall(r'class="offer" href="/fr/locker/([0-9a-f-]{36})"', browser.page.text)[0]


Road = Callable[[Client], None]
AT_DESK: tuple[Road, ...] = (granted, refused, never_back, paid_too_late, taken_back)
BY_SYSTEM: tuple[Road, ...] = (named, taken_name, informed, built, thrown_away, Client.leave)
ROADS: tuple[Road, ...] = (*AT_DESK, *BY_SYSTEM)
