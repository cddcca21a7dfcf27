"""The rows of a bench: what is done on each page, by whom, and what it may cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from bench import road
from bench.client import Client
from bench.rounds import Thing

HOME, LIFE_EVENT, SHEET = "home", "life event", "sheet"
REQUEST, MINE, QUEUE = "request page", "my requests", "queue page, 50 rows"
SUBMISSION, NEWS, SIGN_IN = "whole submission", "checkout message", "sign-in"
WORKER, PDF = "worker per case", "PDF, one receipt"
VERIFY, VERIFY_P95 = "verification page", "verification page, p95 by the wall, ÷ bare 6 KB page"
LINE, SELECT, PAGE, WRITE = "bare: one line", "bare: one SELECT", "bare: query, 6 KB page", "bare: four-row transaction"
LOOKED_AT = "request at the desk, access record"
CLIENTS = (1, 20, 40, 1000)
ACTING = {many: f"acting: requests of one of {many}" for many in CLIENTS}
SWITCHER = {many: f"switcher, {many} mandates" for many in CLIENTS}
FOUND = "switcher, one of 1000 by name"
PUBLIC, SIGNED_IN = (HOME, LIFE_EVENT, SHEET, VERIFY), (REQUEST, MINE, QUEUE, *ACTING.values())
YARDSTICKS = (LINE, SELECT, PAGE, WRITE)

OFFICER, CITIZEN, ASKER = "agent-rabat", "karim", "salma"
MOST_NEWS = 100

News = Iterator[tuple[bytes, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class People:
    """Who does it: the cookies of each, the reference of the citizen's request and the number of its receipt.
    ``accountants`` act for a company each, and are told by how many they could act for."""

    reference: str
    code: str
    citizen: dict[str, str]
    officer: dict[str, str]
    asker: dict[str, str]
    accountants: dict[int, dict[str, str]]


def yardsticks(url: str) -> list[Thing]:
    """The bare views."""
    client = Client(url)
    return [
        Thing(LINE, lambda: client.get("/line"), 0.7),
        Thing(SELECT, lambda: client.get("/select"), 0.7),
        Thing(PAGE, lambda: client.get("/page"), 0.7),
        Thing(WRITE, lambda: client.post("/write", {}, 204), 0.7),
    ]


def things(url: str, people: People, news: News) -> list[Thing]:
    """Everything that is asked of the portal's web server."""
    visitor, citizen, officer = Client(url), Client(url, people.citizen), Client(url, people.officer)
    checker = Client(url)  # whose form begins a session, with which pages cost more
    asker, processor = Client(url, people.asker), Client(url)
    accountants = {many: Client(url, people.accountants[many]) for many in CLIENTS}
    token = road.token_of(asker)
    return [
        Thing(HOME, lambda: visitor.get("/ar/")),
        Thing(LIFE_EVENT, lambda: visitor.get("/ar/life-events/having-a-baby")),
        Thing(SHEET, lambda: visitor.get("/ar/services/birth-extract")),
        Thing(VERIFY, lambda: checker.get(f"/ar/verify/{people.code}")),
        Thing(REQUEST, lambda: citizen.get(f"/ar/requests/{people.reference}")),
        Thing(MINE, lambda: citizen.get("/ar/dashboard")),
        Thing(QUEUE, lambda: officer.get("/ar/desk")),
        Thing(LOOKED_AT, lambda: officer.get(f"/ar/desk/requests/{people.reference}")),
        *(Thing(ACTING[many], partial(one.get, "/ar/dashboard"), 1) for many, one in accountants.items()),
        *(Thing(SWITCHER[many], partial(one.get, "/ar/for"), 1) for many, one in accountants.items()),
        Thing(FOUND, lambda: accountants[1000].get("/ar/for?q=client+500"), 1),
        Thing(SUBMISSION, lambda: road.ask_for_extract(asker, token), 6),
        Thing(NEWS, lambda: processor.send("/hooks/stripe", *next(news), 204), 1.5, MOST_NEWS),
        Thing(SIGN_IN, lambda: road.sign_in(url, ASKER), 3),
    ]
