"""Versions of one document find each other: in the order in which they were made, and when accounts become one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from histories import KEYRING
from sqlalchemy.orm import Session

from journeys.catalogue.definitions import Catalogue
from payments.actor import Actor
from payments.columns import new_id
from portal.locker import actions, held, keeping, listing
from portal.locker.arriving import Arrived
from portal.locker.models import Document
from portal.locker.ports import Held

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
