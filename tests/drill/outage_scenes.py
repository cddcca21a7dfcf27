"""What people do while a partner is out, what they must be told, and how it goes on when the partner is well again."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urljoin

from browsing import answers
from drill.backstage import Backstage, entered
from drill.odd_partners import OddTown
from drill.report import Result
from drill.steady_load import SIGN_IN
from drill.town import NotAgain
from requests_made import BIRTH, NAME, section, start
from scenes import Scene, token_of, typed_in
from sqlalchemy import select
from world import Browser, Page

from payments.columns import new_id
from portal.i18n import messages
from portal.outbox import Task

MOST_SECONDS = 16.5
AGAIN_SECONDS = 60.0
CLIENTS = 8
HELP = (
    "A partner service does not answer at the moment",
    "What you have typed is saved. Nothing was paid twice.",
    "Please try again in a few minutes.",
)
TRACES = ("Traceback", "NotReachable", "httpx", "requests.exceptions", "127.0.0.1:5")


class Out:
    """One partner's outage. ``before`` brings people to its brink, ``during`` lets them fall in, ``after`` sees them
    go on; ``targets`` is what eight clients ask for in vain meanwhile."""

    starts_web = False
    first_steps: tuple[str, ...] = ("issue_receipt", "tell")
    """What must come as soon as ever."""

    def __init__(self, place: OddTown, stage: Backstage, salma: Browser) -> None:
        self.place, self.stage, self.salma, self.lang = place, stage, salma, "fr"
        self.town, self.token = place.town, token_of(salma)

    def before(self) -> None:
        """The partner is still well."""

    def targets(self) -> tuple[tuple[str, str], ...]:
        """What is asked for again and again."""
        return ()

    def burst(self) -> None:
        """Work for the worker that needs the partner."""

    def during(self, result: Result) -> None:
        """A person meets the outage."""

    def at_last(self, result: Result) -> None:
        """What else must hold before the partner is well again."""

    def after(self, result: Result) -> None:
        """It goes on by itself."""

    def waited(self, result: Result, press: Callable[[], Page]) -> Page:
        """A press, and whether its page came soon enough."""
        began = time.monotonic()
        page = press()
        seconds = time.monotonic() - began
        if seconds > MOST_SECONDS:
            result.broken.append(f"a person waited {seconds:.1f} s")
        return page

    def helped(self, result: Result, page: Page) -> None:
        """Whether a page tells that a partner is down, what is safe and what to do, in the reader's language."""
        if page.status != 503 or not page.response.headers.get("Retry-After", "").isdecimal():
            result.broken.append(f"status {page.status}, Retry-After {page.response.headers.get('Retry-After')}")
        self.says(result, page, *HELP)

    def says(self, result: Result, page: Page, *sentences: str) -> None:
        """Whether a page says this in the reader's language, and shows no trace."""
        words = [messages(self.lang).gettext(sentence) for sentence in sentences]
        if f'lang="{self.lang}"' not in page.text or not all(sentence in page.words for sentence in words):
            result.broken.append(f"{page.url} does not say in {self.lang}: {sentences[0]}")
        result.broken += [f"{page.url} shows {trace}" for trace in TRACES if trace in page.words]

    def again(self, result: Result, true: Callable[[], bool], what: str) -> None:
        """Waits until it goes on."""
        began = time.monotonic()
        while not true():
            if time.monotonic() > began + AGAIN_SECONDS:
                result.stuck.append(f"after {AGAIN_SECONDS:.0f} s: {what}")
                return
            time.sleep(0.2)
        result.note = f"{what} after {time.monotonic() - began:.1f} s; {result.note}".removesuffix("; ")


class IssuerOut(Out):
    """Who comes back from the identity provider, who leaves for it, and who is signed in already."""

    starts_web = True

    def before(self) -> None:
        browser = self.town.browser(0)
        browser.get("/sign-in", params={"issuer": "national", "next": f"/{self.lang}/dashboard"})
        browser.sandbox_form({"person": "ma-salma"})
        browser.client.follow_redirects = False
        page = browser.sandbox_form({"decision": "share"})
        while not (url := urljoin(page.url, page.response.headers["Location"])).startswith(self.town.url):
            page = browser.get(url)
        browser.client.follow_redirects = True
        self.browser, self.back = browser, url

    def targets(self) -> tuple[tuple[str, str], ...]:
        return (("GET", SIGN_IN),) * CLIENTS

    def during(self, result: Result) -> None:
        self.helped(result, self.waited(result, lambda: self.browser.get(self.back)))

    def at_last(self, result: Result) -> None:
        """A web process that starts meanwhile knows nothing of the issuer, and serves everybody else."""
        self.town.kill("web")
        until = time.monotonic() + AGAIN_SECONDS
        while not answers(f"{self.town.url}/readyz"):
            if time.monotonic() > until:
                raise NotAgain("the web server does not start while the identity provider is out")
        browser = self.town.browser(0)
        leave = {"issuer": "national", "next": f"/{self.lang}/dashboard"}
        self.helped(result, self.waited(result, lambda: browser.get("/sign-in", params=leave)))
        for path in (f"/{self.lang}/", f"/{self.lang}/services/{BIRTH}", f"/{self.lang}/dashboard"):
            if (page := self.salma.get(path)).status != 200 or not page.url.endswith(path):
                result.broken.append(f"{path} is gone while the identity provider is out")

    def after(self, result: Result) -> None:
        def enters() -> bool:
            browser = self.town.browser(0)
            if browser.get("/sign-in", params={"issuer": "national", "next": "/fr/dashboard"}).status != 200:
                return False
            browser.sandbox_form({"person": "ma-salma"})
            return browser.sandbox_form({"decision": "share"}).url.endswith("/fr/dashboard")

        self.again(result, enters, "people sign in")


class RegisterOut(Out):
    """Who wants their form filled in."""

    def before(self) -> None:
        self.browser = entered(self.town, "salma")
        start(self.browser, BIRTH, self.lang)
        section(self.browser, relation="self", copies="3")
        self.form = self.browser.page.url
        self.drafts = [self.stage.made() for _ in range(CLIENTS)]

    def targets(self) -> tuple[tuple[str, str], ...]:
        return tuple(("POST", f"/fr/requests/{made.reference}/fetch/person") for made in self.drafts)

    def during(self, result: Result) -> None:
        page = self.waited(result, lambda: self.browser.submit("/fetch/"))
        if page.status != 200:
            result.broken.append(f"the form has status {page.status}")
        silent = "The register does not answer at the moment. You can fill in the answers yourself, or try later."
        self.says(result, page, silent)
        if typed_in(self.browser.get(self.form.replace("/person", "/whose")).text, "copies") != "3":
            result.lost.append("what was typed before")

    def after(self, result: Result) -> None:
        def filled_in() -> bool:
            self.browser.get(self.form)
            return 'value="Salma El Idrissi"' in self.browser.submit("/fetch/").text

        self.again(result, filled_in, "the form is filled in")


class CardsOut(Out):
    """Who wants to pay, and who has paid while nobody can say so."""

    def before(self) -> None:
        self.owes, self.paying = self.stage.made(until="submitted"), self.stage.made(until="opened")
        self.others = [self.stage.made(until=until) for until in ("submitted", "opened") for _ in range(CLIENTS // 2)]

    def targets(self) -> tuple[tuple[str, str], ...]:
        half = CLIENTS // 2
        checkouts = [("POST", f"/fr/payments/{made.debt}/checkout") for made in self.others[:half]]
        return (*checkouts, *(("GET", f"/fr/payments/{made.attempt}/back") for made in self.others[half:]))

    def during(self, result: Result) -> None:
        browser = self._browser()
        self.helped(result, self.waited(result, lambda: self._checkout(browser)))
        if len(self.stage.attempts(self.owes)) != 1:
            result.doubled.append("a second attempt to pay")
        if self.stage.settle(self.paying) != 200:
            result.broken.append("nobody could pay at the card processor")
        back = f"/{self.lang}/payments/{self.paying.attempt}/back"
        page = self.waited(result, lambda: browser.get(back))
        waits = (
            "The payment is not confirmed yet. If you have paid, wait a moment and reload this page: you will never be "
            "charged twice."
        )
        self.says(result, page, waits)

    def after(self, result: Result) -> None:
        browser = self._browser()
        self.again(result, lambda: self.stage.state(self.paying) == "filed", "what was paid is filed")
        self.again(result, lambda: self._checkout(browser).status == 200, "people pay")
        if [attempt.live for attempt in self.stage.attempts(self.owes)] != [True]:
            result.doubled.append(f"attempts to pay: {self.stage.attempts(self.owes)}")
        if self.stage.settle(self.owes) == 200:
            self.again(result, lambda: self.stage.state(self.owes) == "filed", "what is paid then is filed")
        else:
            result.stuck.append("the checkout is not open at the card processor")

    def _browser(self) -> Browser:
        browser = self.town.browser(0)
        browser.client.cookies = self.salma.client.cookies
        return browser

    def _checkout(self, browser: Browser) -> Page:
        url = f"/{self.lang}/payments/{self.owes.debt}/checkout"
        return Page(browser.client.post(url, data={"csrf_token": self.token}))


class AdministrationOut(Out):
    """Who waits for an answer, and others who wait for other things of the same worker."""

    def before(self) -> None:
        self.asked, self.waiting = self._opened(), [self._opened() for _ in range(CLIENTS)]

    def burst(self) -> None:
        for made in self.waiting:
            self._paid(made)
        self.waiting = [self._opened() for _ in range(CLIENTS)]

    def during(self, result: Result) -> None:
        self._paid(self.asked)
        key = f"issue_receipt:Filed:{self.asked.case}"
        query = select(Task.id).where(Task.key == key, Task.done_at.is_not(None))
        self.again(result, lambda: bool(self.stage.read(lambda unit: unit.session.scalar(query))), "the receipt comes")
        for path in ("", "/receipt"):
            page = self.salma.get(f"/{self.lang}/requests/{self.asked.reference}{path}")
            if page.status != 200 or f'lang="{self.lang}"' not in page.text:
                result.broken.append(f"the request's page{path} has status {page.status}")
        if self.stage.state(self.asked) != "filed":
            result.broken.append(f"the request is {self.stage.state(self.asked)} while nobody answers")

    def after(self, result: Result) -> None:
        self.again(result, lambda: self.stage.state(self.asked) == "granted", "the request is granted")

    def _opened(self) -> Scene:
        return self.stage.made(NAME, "opened", company_name=f"Zellige {new_id().hex[-12:]}")

    def _paid(self, made: Scene) -> None:
        self.stage.settle(made)
        self.stage.ask(made)


class TrustOut(Out):
    """Whose receipts are to be sealed: their requests are filed, and the receipts come later."""

    first_steps = ("tell",)

    def before(self) -> None:
        self.asked, self.waiting = (
            self.stage.made(until="opened"),
            [self.stage.made(until="opened") for _ in range(CLIENTS)],
        )

    def burst(self) -> None:
        for made in self.waiting:
            self.stage.settle(made)
            self.stage.ask(made)
        self.waiting = [self.stage.made(until="opened") for _ in range(CLIENTS)]

    def during(self, result: Result) -> None:
        self.stage.settle(self.asked)
        self.stage.ask(self.asked)
        self.again(result, lambda: self.stage.state(self.asked) == "filed", "what is paid is filed")
        page = self.salma.get(f"/{self.lang}/requests/{self.asked.reference}/receipt")
        if page.status != 200:
            result.broken.append(f"the receipt's page has status {page.status}")

    def after(self, result: Result) -> None:
        key = f"issue_receipt:Filed:{self.asked.case}"
        query = select(Task.id).where(Task.key == key, Task.done_at.is_not(None))
        self.again(result, lambda: bool(self.stage.read(lambda unit: unit.session.scalar(query))), "the receipt comes")


SCENES = {
    "issuer": IssuerOut,
    "register": RegisterOut,
    "card processor": CardsOut,
    "administration": AdministrationOut,
    "trust service": TrustOut,
}
