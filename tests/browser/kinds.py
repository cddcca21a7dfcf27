"""Every kind of page there is, with who looks at it and how it is come by."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, Route

SAMPLE, PAPER = "dark", "paper"
TOO_MUCH = "much=" + "x" * 1_100_000

Steps = Callable[[Page], object]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page: its name, its address (``{lang}`` and places in it), who sees it, what is done there before the
    picture, and whether a picture in the dark or on paper is wanted too."""

    name: str
    address: str
    who: str = ""
    steps: Steps | None = None
    also: tuple[str, ...] = ()
    sandbox: bool = False
    status: int = 200


def press(selector: str) -> Steps:
    """Presses the last of what is found."""

    def steps(page: Page) -> None:
        page.locator(selector).last.click()
        page.wait_for_load_state()

    return steps


def choose(page: Page) -> None:
    """At the identity provider, says who one is."""
    page.locator('button[name="person"][value="ma-salma"]').click()
    page.wait_for_load_state()


def open_menus(page: Page) -> None:
    """What is folded away is unfolded, to be seen once."""
    for summary in page.locator("main details:not([open]) > summary").all():
        if summary.is_visible():
            summary.evaluate("found => { found.parentElement.open = true; }")


def sent(body: str) -> Steps:
    """The address at hand, met with a form instead."""

    def steps(page: Page) -> None:
        def as_form(route: Route) -> None:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            route.continue_(method="POST", post_data=body, headers={**route.request.headers, **kind})

        address = re.compile(re.escape(page.url) + "$")
        page.route(address, as_form, times=1)
        page.goto(page.url)

    return steps


PUBLIC = (
    Kind("home", "/{lang}/", also=(SAMPLE, PAPER)),
    Kind("home-unfolded", "/{lang}/", steps=open_menus),
    Kind("life-event", "/{lang}/life-events/having-a-baby", also=(SAMPLE, PAPER)),
    Kind("life-event-company", "/{lang}/life-events/start-sarl"),
    Kind("personal-list", "/{lang}/life-events/having-a-baby", steps=press("main form button"), also=(SAMPLE, PAPER)),
    Kind("search", "/{lang}/search?q=passeport", also=(SAMPLE,)),
    Kind("search-begin", "/{lang}/search"),
    Kind("search-none", "/{lang}/search?q=zzzzzqqq"),
    Kind("service-here", "/{lang}/services/birth-extract", also=(SAMPLE, PAPER)),
    Kind("service-sheet", "/{lang}/services/licence-first", also=(PAPER,)),
    Kind("service-silence", "/{lang}/services/building-permit"),
    Kind("service-wished", "/{lang}/services/licence-first", steps=press('form[action$="/wish"] button')),
    Kind("history", "/{lang}/services/birth-extract/history"),
    Kind("administrations", "/{lang}/administrations", also=(SAMPLE,)),
    Kind("administration", "/{lang}/administrations/commune"),
    Kind("administration-ministry", "/{lang}/administrations/mtnra"),
    Kind("administration-empty", "/{lang}/administrations/cg"),
)
ERRORS = (
    Kind("error-404", "/{lang}/nowhere", also=(SAMPLE,), status=404),
    Kind("error-405", "/{lang}/inbox/read", who="salma", status=405),
    Kind("error-413", "/{lang}/inbox/read", who="salma", steps=sent(TOO_MUCH), status=405),
    Kind("error-too-old", "/{lang}/inbox/read", who="salma", steps=sent("csrf_token=old"), status=405),
    Kind("error-sign-in", "/sign-in/back?code=x&state=y&lang={lang}", status=400),
    Kind("error-403", "/{lang}/look/403", status=403),
    Kind("error-429", "/{lang}/look/429", status=429),
    Kind("error-500", "/{lang}/look/500", status=500),
    Kind("error-503", "/{lang}/look/503", status=503),
)
MINE = (
    Kind("dashboard", "/{lang}/dashboard", who="salma", also=(SAMPLE,)),
    Kind("inbox", "/{lang}/inbox", who="salma"),
    Kind("locker", "/{lang}/locker", who="salma"),
    Kind("payments", "/{lang}/payments", who="salma"),
    Kind("payment-receipt", "/{lang}/payments/{paid}", who="salma", also=(PAPER,)),
    Kind("menu-languages", "/{lang}/administrations/commune", steps=press(".menu > summary")),
    Kind("menu", "/{lang}/dashboard", who="salma", steps=press(".menu > summary")),
    Kind("dashboard-empty", "/{lang}/dashboard", who="karim"),
    Kind("inbox-empty", "/{lang}/inbox", who="karim"),
    Kind("locker-empty", "/{lang}/locker", who="karim"),
    Kind("payments-empty", "/{lang}/payments", who="karim"),
    Kind("start", "/{lang}/services/information-request/start", who="karim"),
    Kind("start-again", "/{lang}/services/birth-extract/start", who="salma"),
    Kind("fill", "/{lang}/requests/{empty}/fill/{section}", who="youssef", also=(SAMPLE,)),
    Kind(
        "fill-wrong",
        "/{lang}/requests/{empty}/fill/{section}",
        "youssef",
        press('main form[action*="/fill/"] button'),
        (SAMPLE,),
    ),
    Kind("fill-person", "/{lang}/requests/{empty}/fill/person", who="youssef"),
    Kind("things", "/{lang}/requests/{things}/fill/partners", who="youssef", also=(SAMPLE,)),
    Kind("thing", "/{lang}/requests/{things}/fill/partners/2", who="youssef"),
    Kind("thing-new", "/{lang}/requests/{things}/fill/partners/3", who="youssef"),
    Kind("files", "/{lang}/requests/{plans}/fill/plans", who="omar", also=(SAMPLE,)),
    Kind(
        "files-wrong", "/{lang}/requests/{plans}/fill/plans", who="omar", steps=press('form[action*="/attach/"] button')
    ),
    Kind("files-kept", "/{lang}/requests/{files}/fill/plans", who="omar"),
    Kind("review-files", "/{lang}/requests/{files}/review", who="omar"),
    Kind("review", "/{lang}/requests/{draft}/review", who="salma"),
    Kind("request-to-pay", "/{lang}/requests/{to_pay}", who="salma"),
    Kind("request-filed", "/{lang}/requests/{filed}", who="salma", also=(SAMPLE,)),
    Kind("request-in-review", "/{lang}/requests/{review}", who="salma", steps=open_menus),
    Kind("request-granted", "/{lang}/requests/{granted}", who="salma"),
    Kind("request-refused", "/{lang}/requests/{refused}", who="salma"),
    Kind("request-withdrawn", "/{lang}/requests/{withdrawn}", who="salma"),
    Kind("receipt", "/{lang}/requests/{filed}/receipt", who="salma", also=(PAPER,)),
)
DESK = (
    Kind("desk", "/{lang}/desk", who="agent-rabat", also=(SAMPLE,)),
    Kind("desk-empty", "/{lang}/desk", who="agent-casa"),
    Kind("desk-request", "/{lang}/desk/requests/{filed}", who="agent-rabat"),
    Kind("desk-files", "/{lang}/desk/requests/{permit}", who="agent-urba-rabat"),
    Kind("desk-deciding", "/{lang}/desk/requests/{review}", who="agent-rabat", also=(SAMPLE,)),
    Kind("desk-wrong", "/{lang}/desk/requests/{review}", "agent-rabat", press('form[action$="/grant"] button')),
)
SANDBOX = (
    Kind("sandbox-home", "/?lang={lang}", sandbox=True, also=(SAMPLE,)),
    Kind("sandbox-sign-in", "/sign-in?next=/{lang}/dashboard"),
    Kind("sandbox-consent", "/sign-in?next=/{lang}/dashboard", steps=choose),
    Kind("sandbox-card", "/{lang}/requests/{to_pay}", who="salma", steps=press('form[action$="/checkout"] button')),
    Kind("sandbox-registers", "/registers/?lang={lang}", sandbox=True),
    Kind("sandbox-ompic", "/administrations/ompic/?lang={lang}", sandbox=True),
    Kind("sandbox-transparency", "/administrations/transparency/?lang={lang}", sandbox=True, also=(SAMPLE,)),
    Kind("sandbox-mailbox", "/mailbox/?lang={lang}", sandbox=True),
    Kind("letter", "/mailbox/{letter}?lang={lang}", sandbox=True),
    Kind("sandbox-missing", "/nowhere?lang={lang}", sandbox=True, status=404),
)
KINDS = (*PUBLIC, *ERRORS, *MINE, *DESK, *SANDBOX)


def named(parts: list[str]) -> list[Kind]:
    """The kinds whose names hold one of these words; all when there are none."""
    return [kind for kind in KINDS if not parts or any(part in kind.name for part in parts)]
