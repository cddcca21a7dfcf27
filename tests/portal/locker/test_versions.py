"""Versions of one document find each other: in the order in which they were made, and when accounts become one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from checked import a_house
from histories import KEYRING
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.catalogue.definitions import Catalogue
from payments.actor import Actor
from payments.columns import new_id
from portal.db import Database
from portal.locker import actions, held, keeping, listing
from portal.locker.arriving import Arrived
from portal.locker.invariants import lockers_count_what_is_in_them
from portal.locker.models import Document, Locker
from portal.locker.ports import Held
from portal.locker.sharing.models import Share, With

DAY = timedelta(days=1)
PAPER = Held("card-1", "amo_card", {"fr": "La Caisse"}, date(2026, 1, 31), None, "d" * 64)


def reserved(session: Session, moment: datetime, owner: UUID, about: str = "birth_extract\n12\n1990") -> Document:
    """The row of an extract whose seal is waited for."""
    return actions.reserve(
        session,
        moment,
        Actor.system(),
        owner=owner,
        case=new_id(),
        reference="AAAAA-BBBBB",
        service="birth-extract",
        kind="birth_extract",
        names={},
        issuer={},
        seal="rabat",
        issued_on=moment.date(),
        valid_until=None,
        about=about,
        keyring=KEYRING,
    )


def sealed(session: Session, document: Document) -> UUID:
    """The seal came: it is kept."""
    actions.keep(session, document.made_at + DAY, Actor.system(), document.id, 5, "d" * 64, b"proof")
    session.expire_all()
    return document.id


def fetched(session: Session, moment: datetime, owner: UUID, morocco: Catalogue) -> UUID:
    """What an administration holds lies in the locker."""
    actor, arrived = Actor.system(), Arrived("application/pdf", 5, PAPER.digest, None)
    row = held.reserve(session, moment, actor, owner=owner, held=PAPER, catalogue=morocco, keyring=KEYRING)
    return held.keep(session, moment, actor, row.id, arrived).document


def listed(session: Session, owner: UUID) -> list[UUID]:
    """What a locker shows."""
    return [one.id for one in listing.mine(session, owner)]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (2, 0, 1), (0, 2, 1), (1, 2, 0)])
def test_the_newest_is_what_was_made_last_whenever_its_seal_came(
    session: Session, moment: datetime, order: tuple[int, ...]
) -> None:
    owner = new_id()
    made = [reserved(session, moment + number * DAY, owner) for number in range(3)]
    for number in order:
        sealed(session, made[number])
    assert listed(session, owner) == [made[2].id]
    assert [one.id for one in listing.versions(session, made[2])] == [made[1].id, made[0].id]


def test_what_was_taken_out_of_the_locker_takes_no_place(session: Session, moment: datetime) -> None:
    owner = new_id()
    first, second = (reserved(session, moment + number * DAY, owner) for number in range(2))
    sealed(session, second)
    keeping.remove(session, moment, Actor.system(), second)
    sealed(session, first)
    assert listed(session, owner) == [first.id]


def test_what_is_about_something_else_or_anothers_stays(session: Session, moment: datetime) -> None:
    owner, other = new_id(), new_id()
    first = sealed(session, reserved(session, moment, owner))
    sealed(session, reserved(session, moment + DAY, other))
    second = sealed(session, reserved(session, moment + DAY, owner, "birth_extract\n13\n1990"))
    assert listed(session, owner) == [second, first]


def test_versions_find_each_other_when_two_accounts_have_become_one(
    session: Session, moment: datetime, morocco: Catalogue
) -> None:
    gone, kept = new_id(), new_id()
    sealed(session, reserved(session, moment, gone))
    card = fetched(session, moment, gone, morocco)
    keeping.join_lockers(session, gone, kept)
    assert held.new(session, kept, [PAPER], KEYRING) == []
    extract = sealed(session, reserved(session, moment + DAY, kept))
    assert set(listed(session, kept)) == {extract, card}


def test_two_that_two_workers_keep_at_once_are_versions_of_each_other(
    database: Database, morocco: Catalogue, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, owner = a_house(database, morocco).work, new_id()
    rows = (moment, moment + DAY)
    made = work.transact(lambda unit: [reserved(unit.session, at, owner).id for at in rows])
    gate, met, takes_place = threading.Barrier(2), set[int](), actions.take_place

    def waits(*given: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            if threading.get_ident() not in met:
                met.add(threading.get_ident())
                gate.wait(1)
        takes_place(*given)

    monkeypatch.setattr(actions, "take_place", waits)
    with ThreadPoolExecutor(2) as pool:
        kept = [
            pool.submit(work.transact, lambda unit, one=one: unit.do(actions.keep, one, 5, "d" * 64, b"proof"))
            for one in made
        ]
    assert all(one.result() is not None for one in kept)
    with database.session(reading=True) as session:
        assert listed(session, owner) == [made[1]]


def test_all_that_one_took_the_place_of_is_listed_when_two_accounts_had_the_same(
    session: Session, moment: datetime
) -> None:
    gone, kept = new_id(), new_id()
    oldest = sealed(session, reserved(session, moment - DAY, gone))
    both = [
        sealed(session, reserved(session, moment + number * DAY, owner)) for number, owner in enumerate((gone, kept))
    ]
    keeping.join_lockers(session, gone, kept)
    third = sealed(session, reserved(session, moment + 2 * DAY, kept))
    assert listed(session, kept) == [third]
    assert [one.id for one in listing.versions(session, session.get_one(Document, third))] == [*both[::-1], oldest]


@pytest.mark.parametrize("has", [True, False])
def test_two_lockers_that_become_one_keep_their_room_and_their_shares(
    session: Session, moment: datetime, has: bool
) -> None:
    gone, kept, actor = new_id(), new_id(), Actor.system()
    for owner, sizes in ((gone, (3, 4)), (kept, (5,) if has else ())):
        for size in sizes:
            said = keeping.Said("lease", {})
            keeping.add(session, moment, actor, owner=owner, said=said, size=size, keyring=KEYRING)
    document = session.scalars(select(Document).where(Document.owner_id == gone)).first()
    assert document is not None
    usual = {"kind": With.LINK, "purpose": b"", "most": 1, "made_by": gone, "made_at": moment, "ends_at": moment + DAY}
    session.add(Share(document_id=document.id, owner_id=gone, **usual))
    session.flush()
    keeping.join_lockers(session, gone, kept)
    session.flush()
    session.expire_all()
    assert session.get(Locker, gone) is None
    held = session.get_one(Locker, kept)
    assert (held.files, held.size) == ((3, 12) if has else (2, 7))
    assert session.scalars(select(Share.owner_id)).all() == [kept]
    assert list(lockers_count_what_is_in_them(session)) == []
