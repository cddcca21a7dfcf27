"""Builders: requests at every point of their life, made by the actions themselves rather than page by page."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from html import unescape
from time import monotonic
from typing import Any
from uuid import UUID

import httpx
from filled_in import filled_in
from requests_made import BIRTH, INFORMATION, NAME, RECORD
from world import Browser, World

from journeys.cases import actions, reading
from journeys.cases.states import State
from journeys.catalogue.actions import publish
from journeys.catalogue.definitions import Catalogue
from payments.actor import Actor
from payments.ports import Checkout, Status, Taken
from payments.settlement import actions as settlement
from payments.settlement.reading import debts_of
from portal.apply.views import SUBJECT
from portal.identity.people import by_account
from portal.identity.subjects import said_of
from portal.unit import Unit

NOTICED_SECONDS = 10
TYPED = {
    BIRTH: {**RECORD, "relation": "self", "copies": "1", "purpose": "school"},
    NAME: {
        "legal_form": "SARL",
        "activity": "Fabrication de zellige",
        "company_name": "Zellige Atlas",
        "company_name_2": "Zellige Rif",
        "company_name_3": "Zellige Souss",
        "trade_sign": "Zellige",
    },
    INFORMATION: {
        "asked_administration": "mtnra",
        "subject": "Parcs",
        "text": "Quelle est la surface des parcs ?",
        "answer_form": "written",
        "reuse_purpose": "Une étude",
        "urgent": "yes",
        "urgent_reason": "Une vie en dépend",
    },
}


@dataclass(frozen=True, slots=True)
class Scene:
    """One request: its reference and, once it is owed and paid, its debt and the attempt to pay it."""

    reference: str
    case: UUID
    debt: UUID | None = None
    attempt: UUID | None = None


def person_of(town: World, name: str) -> UUID:
    """The id of a person, who signs in for it when they never did."""

    def find(unit: Unit) -> UUID | None:
        return by_account(unit.session, "national", f"ma-{name}")

    found = town.work.transact(find, reading=True)
    if found is None:
        entered(town, name)
        found = town.work.transact(find, reading=True)
    assert found, f"{name} cannot sign in"
    return found


def scene(town: World, person: str = "salma", service: str = BIRTH, until: str = "draft", **typed: str) -> Scene:
    """A request of this person, ``empty``, a complete ``draft``, ``submitted`` with an attempt to pay, or ``filed``."""
    actor = Actor.person(person_of(town, person))
    return town.work.transact(lambda unit: _scene(unit, service, until, TYPED.get(service, {}) | typed), actor=actor)


def _scene(unit: Unit, wanted: str, until: str, typed: dict[str, str]) -> Scene:
    keyring, catalogue = unit.adapters.keyring, unit.adapters.shelf.current()
    service = catalogue.services[wanted]
    known = said_of(unit.session, unit.actor.subject, keyring)
    subject = {key: known[key] for key in SUBJECT if known.get(key)}
    opened = unit.do(actions.open_case, service, catalogue.number, "fr", subject, keyring)
    made = Scene(opened.reference, opened.case_id)
    if until == "empty":
        return made
    case = reading.case_by_id(unit.session, made.case)
    filled_in(unit, case, typed)
    if until == "draft":
        return made
    unit.do(actions.submit, case, service, catalogue, f"{case.id}:scene", keyring)
    debt = debts_of(unit.session, [case.id]).get(case.id)
    return made if debt is None else _with_money(unit, made, debt.id, paid=until == "filed")


def _with_money(unit: Unit, made: Scene, debt: UUID, *, paid: bool) -> Scene:
    prepared = unit.do(settlement.prepare, [debt], "stripe", "fr")
    if paid:
        reference = f"cs_test_{prepared.attempt}"
        unit.do(settlement.opened, prepared.attempt, Checkout(reference, "https://pay.example/"))
        unit.as_system().do(settlement.record, prepared.attempt, Status(Taken.SUCCEEDED, prepared.amount, "ch_1"))
    return Scene(made.reference, made.case, debt, prepared.attempt)


def state_of(town: World, made: Scene) -> State:
    """Where a request is."""
    return State(town.work.transact(lambda unit: reading.case_by_id(unit.session, made.case).state, reading=True))


def verbs_of(town: World, made: Scene) -> list[str]:
    """What was done to a request, in order."""

    def read(unit: Unit) -> list[str]:
        return [str(one.verb) for one in reading.history(unit.session, reading.case_by_id(unit.session, made.case))]

    return town.work.transact(read, reading=True)


def token_of(browser: Browser) -> str:
    """A CSRF token of this browser's session: the header of every page of a signed-in person has one."""
    return browser.get("/fr/dashboard").token()


def sent(browser: Browser, url: str, data: dict[str, Any] | None = None) -> httpx.Response:
    """A post with a right token, its redirect not followed."""
    return browser.client.post(url, data={"csrf_token": token_of(browser), **(data or {})}, follow_redirects=False)


def typed_in(text: str, field: str) -> str | None:
    """What a text field of a page holds, None when the page has no such text field."""
    line = re.search(rf'(?s)<input(?=[^>]*name="{field}")(?=[^>]*type="(?:text|email|tel)")[^>]*?value="([^"]*)"', text)
    area = re.search(rf'(?s)<textarea[^>]*name="{field}"[^>]*>(?:\r?\n)?(.*?)</textarea>', text)
    found = line or area
    return unescape(found[1]) if found else None


def is_clear(answer: httpx.Response, lang: str = "fr") -> None:
    """A page in the reader's language that shows no trace and runs nothing."""
    assert answer.status_code < 500, answer.text[:400]
    assert f'<html lang="{lang}"' in answer.text
    assert "<script>" not in answer.text
    assert "onerror=alert(1)>" not in answer.text
    assert "Traceback" not in answer.text
    assert "Set-Cookie: x" not in str(answer.headers)


def entered(town: World, name: str) -> Browser:
    """A browser somebody signed in with."""
    browser = town.browser()
    browser.sign_in(name, "fr")
    return browser


def with_cookie(town: World, cookie: str) -> httpx.Client:
    """A browser that holds this cookie and nothing else."""
    return httpx.Client(base_url=town.url, cookies={"shubbak": cookie}, timeout=30)


def is_in(client: httpx.Client) -> bool:
    """Whether somebody is signed in with this browser."""
    return 'action="/sign-out' in client.get("/fr/").text


def published(town: World, catalogue: Catalogue) -> None:
    """Publishes, and waits until the portal has noticed."""
    number = town.work.transact(lambda unit: unit.do(publish, catalogue)).number
    until, pause = monotonic() + NOTICED_SECONDS, threading.Event()
    while town.work.adapters.shelf.current().number != number:
        assert monotonic() < until, "the portal does not notice the publication"
        pause.wait(0.05)
