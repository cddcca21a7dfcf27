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


def with_word(page: Page) -> None:
    """Somebody new at work types the word that came with their role."""
    page.locator("#word").fill(page.url.partition("#")[2])
    press('form[action$="/set-up"] button')(page)


def with_number(page: Page) -> None:
    """A supervisor types the number of a document."""
    page.locator("#code").fill(page.url.partition("#")[2])
    press('form[action$="/documents"] button')(page)


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
    Kind("locker-mine", "/{lang}/locker", who="youssef", steps=open_menus, also=(SAMPLE,)),
    Kind("locker-ends", "/{lang}/locker?by=end", who="youssef"),
    Kind("locker-none", "/{lang}/locker?q=zzzz", who="youssef"),
    Kind("locker-document", "/{lang}/locker/{document}", who="youssef", steps=open_menus, also=(SAMPLE,)),
    Kind("locker-add", "/{lang}/locker/add", who="youssef", also=(SAMPLE,)),
    Kind("locker-fetch", "/{lang}/locker/fetch", who="youssef"),
    Kind("locker-add-wrong", "/{lang}/locker/add", who="youssef", steps=press('form[action$="/locker/add"] button')),
    Kind("share", "/{lang}/locker/{document}/share", who="youssef", also=(SAMPLE,)),
    Kind("share-wrong", "/{lang}/locker/{document}/share", who="youssef", steps=press('form[action$="/share"] button')),
    Kind("share-one", "/{lang}/locker/shares/{share}", who="youssef"),
    Kind("shared-link", "/{lang}/shared/{word_of_link}", also=(SAMPLE,)),
    Kind("shared-link-over", "/{lang}/shared/over", status=404),
    Kind("shared-with-me", "/{lang}/locker/received", who="salma"),
    Kind("shared-with-me-one", "/{lang}/locker/received/{share}", who="salma"),
    Kind("shared-with-office", "/{lang}/desk/shared", who="agent-rabat"),
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
ACCOUNT = (
    Kind("sign-in", "/sign-in?lang={lang}&next=/{lang}/dashboard", also=(SAMPLE,)),
    Kind("sign-in-mail", "/sign-in/mail?lang={lang}"),
    Kind("step-up", "/{lang}/services/rc-sarl/start", who="omar", status=403),
    Kind("account", "/{lang}/account", who="salma", also=(SAMPLE,)),
    Kind("account-contacts", "/{lang}/account/contacts", who="salma"),
    Kind(
        "account-contacts-wrong",
        "/{lang}/account/contacts",
        who="salma",
        steps=press('form[action$="/contacts"] button'),
    ),
    Kind("account-devices", "/{lang}/account/devices", who="salma"),
    Kind("account-join", "/{lang}/account/join", who="salma"),
    Kind("account-close", "/{lang}/account/close", who="salma"),
    Kind("account-visit", "/{lang}/account/visit", who="fatima", steps=press('form[action$="/visit"] button')),
    Kind("account-access", "/{lang}/account/access", who="fatima", also=(SAMPLE,)),
    Kind("account-access-company", "/{lang}/account/access?of={company}", who="meryem"),
    Kind("access-roots", "/{lang}/access-roots"),
    Kind("for", "/{lang}/for", who="meryem", also=(SAMPLE,)),
    Kind("for-nobody", "/{lang}/for", who="karim"),
    Kind("acting", "/{lang}/dashboard", who="amal", also=(SAMPLE,)),
    Kind("mandates", "/{lang}/mandates", who="fatima"),
    Kind("mandates-past", "/{lang}/mandates?only=past", who="nabil"),
    Kind("mandates-empty", "/{lang}/mandates", who="karim"),
    Kind("mandate", "/{lang}/mandates/{mandate}", who="fatima", also=(SAMPLE,)),
    Kind("mandate-asked", "/{lang}/mandates/{asked}", who="fatima"),
    Kind("mandate-new", "/{lang}/mandates/new", who="fatima"),
    Kind("mandate-new-wrong", "/{lang}/mandates/new", who="fatima", steps=press('main form[action$="/new"] button')),
    Kind("mandate-ask", "/{lang}/mandates/ask", who="nabil"),
    Kind("companies", "/{lang}/companies", who="meryem"),
    Kind("company", "/{lang}/companies/{company}", who="meryem"),
    Kind("company-find", "/{lang}/companies/find", who="youssef"),
    Kind("company-wrong", "/{lang}/companies/find", who="youssef", steps=press('main form[action$="/find"] button')),
)
WORK = (
    Kind("error-at-work", "/{lang}/dashboard", who="agent-rabat", status=403),
    Kind("desk-proof", "/{lang}/desk/proof", who="agent-waiting"),
    Kind("desk-set-up", "/{lang}/desk/proof", who="agent-new"),
    Kind("desk-set-up-code", "/{lang}/desk/proof#{word}", who="agent-new", steps=with_word),
    Kind("desk-place", "/{lang}/desk/place", who="agent-rabat"),
    Kind("desk-visit", "/{lang}/desk/visits", who="clerk-tayeb"),
    Kind("desk-certify", "/{lang}/desk/visits/certify", who="clerk-helping", also=(SAMPLE,)),
    Kind(
        "desk-certify-wrong", "/{lang}/desk/visits/certify", "clerk-helping", press('form[action$="/certify"] button')
    ),
    Kind("desk-documents", "/{lang}/desk/documents", who="supervisor-tayeb"),
    Kind(
        "desk-documents-wrong", "/{lang}/desk/documents", "supervisor-tayeb", press('form[action$="/documents"] button')
    ),
    Kind("desk-documents-found", "/{lang}/desk/documents#{copy}", "supervisor-tayeb", with_number, also=(SAMPLE,)),
    Kind("desk-issued", "/{lang}/desk/requests/{granted}", who="supervisor-rabat", steps=open_menus),
    Kind("desk-visit-code", "/{lang}/desk/visits/code", who="clerk-tayeb"),
)
DESK = (
    Kind("desk", "/{lang}/desk", who="agent-rabat", also=(SAMPLE,)),
    Kind("desk-empty", "/{lang}/desk", who="agent-casa"),
    Kind("desk-request", "/{lang}/desk/requests/{filed}", who="agent-rabat"),
    Kind("desk-files", "/{lang}/desk/requests/{permit}", who="agent-urba-rabat"),
    Kind("desk-deciding", "/{lang}/desk/requests/{review}", who="agent-rabat", also=(SAMPLE,)),
    Kind("desk-wrong", "/{lang}/desk/requests/{review}", "agent-rabat", press('form[action$="/grant"] button')),
)
VERIFY = (
    Kind("verify", "/{lang}/verify", also=(SAMPLE,)),
    Kind("verify-true", "/{lang}/verify/{code}", also=(SAMPLE, PAPER)),
    Kind("verify-unknown", "/{lang}/verify/AAAAA-AAAAA-AAAAA", status=404),
    Kind("verify-nothing-typed", "/{lang}/verify", steps=press('form[action$="/verify"] button')),
)
SANDBOX = (
    Kind("sandbox-home", "/?lang={lang}", sandbox=True, also=(SAMPLE,)),
    Kind("sandbox-sign-in", "/sign-in?issuer=national&next=/{lang}/dashboard"),
    Kind("sandbox-consent", "/sign-in?issuer=national&next=/{lang}/dashboard", steps=choose),
    Kind("sandbox-card", "/{lang}/requests/{to_pay}", who="salma", steps=press('form[action$="/checkout"] button')),
    Kind("sandbox-registers", "/registers/?lang={lang}", sandbox=True),
    Kind("sandbox-ompic", "/administrations/ompic/?lang={lang}", sandbox=True),
    Kind("sandbox-transparency", "/administrations/transparency/?lang={lang}", sandbox=True, also=(SAMPLE,)),
    Kind("sandbox-companies", "/registers/companies/?lang={lang}", sandbox=True),
    Kind("sandbox-authenticator", "/authenticator?lang={lang}", sandbox=True),
    Kind("sandbox-telephone", "/sms?lang={lang}", sandbox=True),
    Kind("sandbox-trust", "/trust?lang={lang}", sandbox=True),
    Kind("sandbox-session", "/id/session?lang={lang}", sandbox=True),
    Kind("sandbox-mailbox", "/mailbox/?lang={lang}", sandbox=True),
    Kind("letter", "/mailbox/{letter}?lang={lang}", sandbox=True),
    Kind("sandbox-missing", "/nowhere?lang={lang}", sandbox=True, status=404),
)
KINDS = (*PUBLIC, *VERIFY, *ERRORS, *MINE, *ACCOUNT, *DESK, *WORK, *SANDBOX)


def named(parts: list[str]) -> list[Kind]:
    """The kinds whose names hold one of these words; all when there are none."""
    return [kind for kind in KINDS if not parts or any(part in kind.name for part in parts)]
