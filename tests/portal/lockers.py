"""Builders: a locker and what is put into it, by its pages."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from files_brought import a_pdf
from scenes import Scene, person_of
from sqlalchemy import select
from world import Browser, Page, World

from payments.columns import new_id
from portal.i18n import casablanca_day
from portal.locker.models import Document
from portal.unit import real_now

Files = dict[str, bytes]


def added(browser: Browser, files: Files | None = None, **said: str) -> Page:
    """Puts files into the locker, and says of them what is given. A label of its own tells them from what another test
    has put there: the very same counts once within an hour."""
    browser.get("/fr/locker/add", params={"replaces": said["replaces"]} if "replaces" in said else None)
    some = {"bail.pdf": a_pdf()} if files is None else files
    sent = [("files", (name, content, "application/octet-stream")) for name, content in some.items()]
    data = {"csrf_token": browser.page.token(), "kind": "lease", "label": str(new_id()), **said}
    browser.page = Page(browser.client.post("/fr/locker/add", data=data, files=sent or None))
    return browser.page


def of_owner(town: World, person: str) -> list[Document]:
    """All that is somebody's, newest first."""
    owner = person_of(town, person)
    with town.work.database.session(reading=True) as session:
        return list(session.scalars(select(Document).where(Document.owner_id == owner).order_by(Document.id.desc())))


def newest(town: World, person: str = "salma") -> Document:
    """What came last into somebody's locker."""
    return of_owner(town, person)[0]


def issued(town: World, made: Scene, kind: str = "filing_receipt") -> Document:
    """The document of this kind that a request has brought."""
    town.worker_runs()
    with town.work.database.session(reading=True) as session:
        query = select(Document).where(Document.case_id == made.case, Document.kind == kind)
        return session.scalars(query).one()


def listed(page: Page) -> list[UUID]:
    """The documents that a page of the locker lists, in order."""
    return [UUID(found) for found in re.findall(r'class="offer" href="/\w\w/locker/([0-9a-f-]{36})"', page.text)]


def content(browser: Browser, document: UUID) -> bytes:
    """The bytes of a document, as its owner downloads it."""
    answer = browser.client.get(f"/fr/locker/{document}/file")
    assert answer.status_code == 200, answer.text[:300]
    return answer.content


def in_days(days: int) -> str:
    """A day as one types it."""
    return f"{casablanca_day(real_now()) + timedelta(days=days):%d/%m/%Y}"
