"""Builders: a register of documents of a test's own, and what somebody has fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from acting_made import act_for, answer, offer
from lockers import of_owner
from scenes import entered, person_of
from sqlalchemy import select
from world import Browser, Page, World

from portal.audit.models import Access
from portal.locker import actions
from portal.locker.actions import FETCHED
from portal.locker.models import Document
from portal.locker.ports import Held, NotHeld, NotReachable
from portal.locker.throwing import throw_away
from portal.unit import Unit


@dataclass
class FakeHolder:
    """A register that holds what a test puts into it, and does what a test wants when it is asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    until: date | None = None
    silent: set[str] = field(default_factory=set)
    known: Callable[[str], bool] = lambda _number: True
    first: Callable[[str], object] = lambda _what: None
    asked: list[str] = field(default_factory=list)

    def held(self, number: str, purpose: str) -> list[Held]:
        self._asks(number)
        if not self.known(number):
            raise NotHeld
        issued = date(2026, 1, 31)
        return [
            Held(key, "amo_card", {"fr": "La Caisse"}, issued, self.until, hashlib.sha256(one).hexdigest())
            for key, one in self.files.items()
        ]

    def content(self, number: str, held: Held, purpose: str) -> bytes:
        self._asks(held.id)
        return self.files[held.id]

    def check(self) -> str:
        return "fake: answers"

    def _asks(self, what: str) -> None:
        self.asked.append(what)
        self.first(what)
        if what in self.silent:
            raise NotReachable


def fetch(browser: Browser) -> Page:
    """Agrees, and is led to the locker; what is said there stands in English."""
    browser.get("/en/locker/fetch")
    page = browser.submit("/locker/fetch")
    assert page.url.endswith("/en/locker"), page.words[:500]
    return page


def lying(town: World, person: str = "salma") -> list[Document]:
    """What was fetched and lies in somebody's locker, newest first."""
    return [one for one in of_owner(town, person) if (one.origin, one.state) == (FETCHED, "kept")]


def given(town: World, browser: Browser, to: str, **terms: Any) -> tuple[Browser, str]:
    """Somebody who acts for whoever uses this browser; and the address of their mandate."""
    mandate = offer(browser, to, **terms)
    other = entered(town, to)
    answer(other, mandate, "accept")
    act_for(other, mandate.rpartition("/")[2])
    return other, mandate


def asked_about(town: World, person: str) -> int:
    """How often the register was asked about somebody."""
    query = select(Access).where(Access.subject_id == person_of(town, person), Access.reader == "papers")
    with town.work.database.session(reading=True) as session:
        return len(session.scalars(query).all())


def all_let_go(town: World) -> None:
    """Nothing that was fetched lies in any locker."""

    def let_go(unit: Unit) -> None:
        for document in unit.session.scalars(select(Document.id).where(Document.origin == FETCHED)).all():
            unit.do(actions.let_go, document)
            throw_away(unit, document, timedelta(0))

    town.ahead = timedelta()
    town.work.transact(let_go)
    town.worker_runs()
