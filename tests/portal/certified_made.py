"""Builders: a clerk certifies a copy at a counter, and what stands in the way."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pikepdf
import typst
from lockers import of_owner
from world import Browser, Page, World

from portal.identity.mandates.visiting import end_visits
from portal.identity.people import by_account
from portal.locker.invariants import documents_being_written_have_their_task
from portal.locker.ports import NotReachable

KIND = "arch_plans"
WAY = "/fr/desk/visits/certify"
TRUE, CHANGED = "Ce document est authentique", "Ce n’est pas ce qui a été délivré"


def a_scan(pages: int = 2) -> bytes:
    """A PDF with words and an author, its last page lying."""
    standing = '#set document(author: "Hidden Author")\n#set page(paper: "a4")\n' + "Plan #pagebreak()\n" * (pages - 1)
    made = typst.compile(f"{standing}#page(flipped: true)[Coupe]".encode())
    assert isinstance(made, bytes)
    return made


def number_of(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def certified(clerk: Browser, scan: bytes | None = None, **typed: str) -> Page:
    """The clerk certifies a scan; what is typed may be left out by an empty word."""
    clerk.get(WAY)
    return sent(clerk, scan, **typed)


def sent(clerk: Browser, scan: bytes | None = None, **typed: str) -> Page:
    """The same from the page at hand."""
    said = {"csrf_token": clerk.page.token(), "kind": KIND, "compared": "yes", **typed}
    data = {name: value for name, value in said.items() if value}
    file = a_scan() if scan is None else scan
    files = {"scan": ("scan.pdf", file, "application/pdf")} if "scan" not in typed else None
    clerk.page = Page(clerk.client.post(WAY, data=data, files=files))
    return clerk.page


@dataclass
class Trust:
    """What happens while a document is sealed."""

    happens: Callable[[], None]
    behind: Any

    def reach(self, seal: str) -> None:
        """Nothing is known to be wrong before."""

    def sealed(self, pdf: bytes, seal: str) -> bytes:
        self.happens()
        return bytes(self.behind.sealed(pdf, seal))


@dataclass
class Scanner:
    """Finds something, or is silent."""

    silent: bool = False

    def scan(self, content: Iterable[bytes]) -> str | None:
        if self.silent:
            raise NotReachable("the scanner is down")
        return "Eicar"

    def check(self) -> str:
        return "scanner: answers"


def states(town: World, person: str = "salma") -> list[tuple[str, str]]:
    """Where from and how far what is somebody's has come, the newest first."""
    return [(one.origin, one.state) for one in of_owner(town, person)]


def clerk_of(town: World) -> UUID:
    """The person of the clerk."""
    found = town.work.transact(lambda unit: by_account(unit.session, "staff", "staff-clerk-tayeb"), reading=True)
    assert found
    return found


def end_visit(town: World) -> None:
    """The visit of the clerk ends."""
    clerk = clerk_of(town)
    town.work.transact(lambda unit: end_visits(unit.session, unit.moment, unit.actor, clerk))


def complaints(town: World) -> list[str]:
    """What the invariant of documents that are being written says."""
    return town.work.transact(lambda unit: list(documents_being_written_have_their_task(unit.session)), reading=True)
