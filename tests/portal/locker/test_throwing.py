"""A file that came while the scanner was silent is looked through later: until then nobody but its owner opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from checked import SALMA, House, a_house
from sqlalchemy import delete, select, update

from journeys.catalogue.definitions import Catalogue
from portal.alerts.models import Alert, Delivery
from portal.db import Database
from portal.locker import actions
from portal.locker.models import Document
from portal.locker.ports import NotReachable
from portal.locker.throwing import LOOK_THROUGH, look_through, look_through_later
from portal.outbox import Task
from portal.unit import Unit

CONTENT = b"what somebody brought" * 10_000


@dataclass
class Scanner:
    """Finds something, or nothing, or is silent; ``meanwhile`` happens while it looks."""

    found: str | None = None
    silent: bool = False
    meanwhile: Callable[[], None] = lambda: None
    looked: list[bytes] = field(default_factory=list)

    def scan(self, content: Iterable[bytes]) -> str | None:
        self.looked.append(b"".join(content))
        self.meanwhile()
        if self.silent:
            raise NotReachable("the scanner is down")
        return self.found

    def check(self) -> str:
        return "scanner: answers"


@pytest.fixture
def house(database: Database, morocco: Catalogue) -> House:
    return a_house(database, morocco)


def with_scanner(house: House, scanner: Scanner | None) -> None:
    house.work.adapters.scanner = scanner  # type: ignore[misc]


def a_file(house: House, scan: str | None = "waiting", state: str = actions.KEPT) -> UUID:
    """The id of a file that its owner put into the locker."""
    document = house.a_document(CONTENT)
    house.change(
        update(Document)
        .where(Document.id == document)
        .values(scan=scan, state=state, origin=actions.ADDED, case_id=None)
    )
    return document


def let_go(house: House, document: UUID, *, forget: bool = False) -> None:
    """Its owner takes a file out of the locker; ``forget``: its row is gone already."""
    house.work.transact(lambda unit: unit.do(actions.let_go, document))
    if forget:
        house.change(delete(Document).where(Document.id == document))


def looked_through(house: House, document: UUID) -> None:
    assert look_through(house.work, {"document": str(document)}) is None


def scan_of(house: House, document: UUID) -> str | None:
    return house.work.transact(lambda unit: unit.session.get_one(Document, document).scan, reading=True)


def told(house: House) -> list[tuple[UUID, str, str]]:
    """Who was told what about which document, in the inbox and by e-mail."""
    query = select(Alert.person_id, Alert.kind, Alert.about).join(Delivery)
    return [tuple(row) for row in house.work.transact(lambda unit: unit.session.execute(query).all(), reading=True)]


def test_a_file_in_which_nothing_is_found_is_clean_from_then_on(house: House) -> None:
    document, scanner = a_file(house), Scanner()
    with_scanner(house, scanner)
    looked_through(house, document)
    assert scan_of(house, document) == "clean"
    assert scanner.looked == [CONTENT]
    assert told(house) == []


def test_a_file_in_which_something_is_found_is_harmful_and_its_owner_is_told(house: House) -> None:
    document = a_file(house)
    with_scanner(house, Scanner("Eicar"))
    looked_through(house, document)
    assert scan_of(house, document) == "harmful"
    assert told(house) == [(SALMA.subject, "file_harmful", str(document))]


@pytest.mark.parametrize("found", [None, "Eicar"])
def test_a_file_is_looked_through_once(house: House, found: str | None) -> None:
    document, scanner = a_file(house), Scanner(found)
    with_scanner(house, scanner)
    looked_through(house, document)
    before = told(house)
    looked_through(house, document)
    assert len(scanner.looked) == 1
    assert told(house) == before


def test_while_the_scanner_is_silent_a_file_waits_and_is_tried_again(house: House) -> None:
    document, scanner = a_file(house), Scanner(silent=True)
    with_scanner(house, scanner)
    with pytest.raises(NotReachable):
        look_through(house.work, {"document": str(document)})
    assert scan_of(house, document) == "waiting"
    scanner.silent = False
    looked_through(house, document)
    assert scan_of(house, document) == "clean"


def test_a_file_does_not_wait_where_nothing_is_looked_for_any_more(house: House) -> None:
    document = a_file(house)
    with_scanner(house, None)
    looked_through(house, document)
    assert scan_of(house, document) is None
    assert told(house) == []


@pytest.mark.parametrize("forget", [True, False])
def test_a_file_that_is_gone_is_not_looked_through(house: House, forget: bool) -> None:
    document, scanner = a_file(house), Scanner("Eicar")
    let_go(house, document, forget=forget)
    with_scanner(house, scanner)
    looked_through(house, document)
    assert scanner.looked == []
    assert told(house) == []


@pytest.mark.parametrize("forget", [True, False])
def test_nobody_is_told_of_a_file_that_went_while_it_was_looked_through(house: House, forget: bool) -> None:
    document = a_file(house)
    scanner = Scanner("Eicar", meanwhile=lambda: let_go(house, document, forget=forget))
    with_scanner(house, scanner)
    looked_through(house, document)
    assert scanner.looked == [CONTENT]
    assert told(house) == []


@pytest.mark.parametrize("scan", [None, "clean", "harmful"])
def test_a_file_that_does_not_wait_is_not_looked_through(house: House, scan: str | None) -> None:
    document, scanner = a_file(house, scan), Scanner("Eicar")
    with_scanner(house, scanner)
    looked_through(house, document)
    assert scan_of(house, document) == scan
    assert scanner.looked == []


@pytest.mark.parametrize(("scan", "queued"), [("waiting", 1), ("clean", 0), (None, 0)])
def test_only_a_file_that_waits_is_queued(house: House, scan: str | None, queued: int) -> None:
    document = a_file(house, scan)

    def body(unit: Unit) -> int:
        look_through_later(unit, unit.session.get_one(Document, document))
        unit.session.flush()
        tasks = select(Task).where(Task.name == LOOK_THROUGH, Task.payload["document"].as_string() == str(document))
        return len(unit.session.scalars(tasks).all())

    assert house.work.transact(body) == queued
