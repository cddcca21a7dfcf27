"""Whoever changes, drops or slips in a record or a batch in the database itself is found out, by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from checked import House, a_house, grown_old
from histories import KEYRING
from looked import SALMA, YOUSSEF, Looked
from sqlalchemy import Executable, delete, insert, literal, select, update

from journeys.catalogue.definitions import Catalogue
from payments.columns import first_id, new_id
from portal.audit import merkle, seals
from portal.audit.models import Access, AccessBatch, Basis, Did, Kind, Role
from portal.audit.records import FIELDS, leaf_of, record_of
from portal.db import Database
from portal.keys import Keyring
from portal.unit import real_now

RECORDS: Any = Access.__table__
BATCHES: Any = AccessBatch.__table__
EQUAL, CHAIN = "access records equal their batches: ", "access batches chain: "

OTHERS: dict[str, Any] = {
    "at": real_now() - timedelta(days=1),
    "subject_id": YOUSSEF,
    "reader_id": YOUSSEF,
    "role": Role.AUDITOR,
    "office_id": YOUSSEF,
    "reader": "nobody",
    "case_id": YOUSSEF,
    "reference": "CCCCC-DDDDD",
    "service": "criminal-record",
    "document_id": YOUSSEF,
    "mandate_id": YOUSSEF,
    "basis": Basis.AUDIT,
    "kind": Kind.LIST,
    "did": Did.CHANGED,
    "refused": True,
    "salt": b"0" * 16,
}


@pytest.fixture
def house(database: Database, morocco: Catalogue) -> House:
    """A house in which three batches of three records were chained."""
    house = a_house(database, morocco)
    seen = Looked(house.work)
    for _ in range(3):
        seen.batch(3)
    assert house.check(full=True) == []
    return house


@pytest.fixture
def records(house: House) -> list[Access]:
    """Those of the second batch."""
    return [one for one in Looked(house.work).records() if one.batch == 2]


def where(one: Access) -> Any:
    """This record, for a statement."""
    return RECORDS.c.id == one.id


def found(house: House, *planted: Executable) -> list[str]:
    """What a full check says after somebody wrote into the database."""
    house.change(*planted)
    return house.check(full=True)


def test_every_field_is_tried() -> None:
    assert {"id", *OTHERS} == set(FIELDS)


@pytest.mark.parametrize("field", OTHERS)
def test_a_changed_record_is_named(house: House, records: list[Access], field: str) -> None:
    said = found(house, update(RECORDS).where(where(records[1])).values({field: OTHERS[field]}))
    assert said == [f"{EQUAL}record {records[1].id} of batch 2 was changed"]


def test_a_record_under_another_id_is_named(house: House, records: list[Access]) -> None:
    other = new_id()
    said = found(house, update(RECORDS).where(where(records[1])).values(id=other))
    assert said == [f"{EQUAL}record {other} of batch 2 was changed"]


def test_a_dropped_record_is_missed(house: House, records: list[Access]) -> None:
    said = found(house, delete(RECORDS).where(where(records[1])))
    assert said == [f"{EQUAL}batch 2: its record 2 of 3 is missing"]


def test_all_records_dropped_are_missed_each(house: House) -> None:
    assert len(found(house, delete(RECORDS))) == 9


def copied(one: Access, **changes: Any) -> Executable:
    """A statement that writes a record like this one, with an id of its own."""
    changed = {"id": new_id(), "salt": b"1" * 16, **changes}
    names = [column.name for column in RECORDS.c]
    values = [literal(changed[name], RECORDS.c[name].type) if name in changed else RECORDS.c[name] for name in names]
    return insert(RECORDS).from_select(names, select(*values).where(where(one)))


def test_a_record_slipped_into_a_batch_is_named(house: House, records: list[Access]) -> None:
    slipped = new_id()
    said = found(house, copied(records[1], id=slipped, position=3))
    assert said == [f"{EQUAL}record {slipped} was slipped into batch 2"]


def test_a_record_slipped_in_without_a_place_is_named(house: House, records: list[Access]) -> None:
    slipped = new_id()
    said = found(house, copied(records[1], id=slipped, position=None))
    assert said == [f"{EQUAL}record {slipped} was slipped into batch 2"]


@pytest.mark.parametrize("older", [True, False], ids=["before it", "after it"])
def test_a_record_slipped_in_beside_another_is_told_from_it(house: House, records: list[Access], older: bool) -> None:
    slipped = first_id(records[1].at - timedelta(days=1)) if older else new_id()
    said = found(house, copied(records[1], id=slipped))
    assert said == [f"{EQUAL}record {slipped} was slipped into batch 2"]


def test_a_record_that_claims_the_next_batch_does_not_hold_it_up(house: House, records: list[Access]) -> None:
    slipped = new_id()
    house.change(copied(records[1], id=slipped, batch=4, position=0))
    Looked(house.work).batch(2)
    assert house.check(full=True) == [f"{EQUAL}record {slipped} was slipped into batch 4"]


def test_a_record_that_takes_the_place_of_another_is_named(house: House, records: list[Access]) -> None:
    put = new_id()
    said = found(house, delete(RECORDS).where(where(records[2])), copied(records[1], id=put, position=2))
    assert said == [f"{EQUAL}record {put} of batch 2 was changed"]


def test_a_record_of_a_batch_that_never_was_is_named(house: House, records: list[Access]) -> None:
    slipped = new_id()
    said = found(house, copied(records[1], id=slipped, batch=17))
    assert said == [f"{EQUAL}record {slipped} claims batch 17, which is not there"]


def test_records_that_changed_places_are_named(house: House, records: list[Access]) -> None:
    places = [(records[0], -1), (records[1], 0), (records[0], 1)]
    said = found(house, *(update(RECORDS).where(where(one)).values(position=place) for one, place in places))
    assert said == [f"{EQUAL}record {one.id} of batch 2 was changed" for one in (records[1], records[0])]


def test_a_record_taken_out_of_its_batch_to_be_chained_again_is_missed(house: House, records: list[Access]) -> None:
    house.change(update(RECORDS).where(where(records[0])).values(batch=None, position=None))
    Looked(house.work).chain()
    assert house.check(full=True) == [f"{EQUAL}batch 2: its record 1 of 3 is missing"]


BATCH = update(BATCHES).where(BATCHES.c.number == 2)
PLANTED: dict[str, tuple[Executable, set[str]]] = {
    "another root": (
        BATCH.values(root="0" * 64),
        {f"{CHAIN}batch 2 is not what its head says", f"{EQUAL}batch 2: its digests do not lead to its root"},
    ),
    "another count": (
        BATCH.values(count=4),
        {f"{CHAIN}batch 2 is not what its head says", f"{EQUAL}batch 2: its digests do not lead to its root"},
    ),
    "another predecessor": (
        BATCH.values(previous="0" * 64),
        {f"{CHAIN}batch 2 is not what its head says", f"{CHAIN}batch 2 does not follow batch 1"},
    ),
    "another head": (
        BATCH.values(head="0" * 64),
        {f"{CHAIN}batch 2 is not what its head says", f"{CHAIN}batch 3 does not follow batch 2"},
    ),
    "another moment": (
        BATCH.values(made_at=real_now() - timedelta(days=9)),
        {f"{CHAIN}batch 2 is not what its head says"},
    ),
    "another first record": (BATCH.values(first_id=SALMA), {f"{CHAIN}batch 2 is not what its head says"}),
    "another last record": (BATCH.values(last_id=SALMA), {f"{CHAIN}batch 2 is not what its head says"}),
    "another signature": (
        BATCH.values(signature="0" * 128),
        {f"{CHAIN}batch 2 is not signed by the last key of PORTAL_KEYS"},
    ),
    "no digest": (BATCH.values(leaves=b""), {f"{EQUAL}batch 2: its digests do not lead to its root"}),
    "a batch dropped": (
        delete(BATCHES).where(BATCHES.c.number == 2),
        {f"{CHAIN}batch 2 is missing, the next there is is 3"},
    ),
    "the first batch dropped": (
        delete(BATCHES).where(BATCHES.c.number == 1),
        {f"{CHAIN}batch 1 is missing, the first there is is 2"},
    ),
    "the newest batch dropped": (delete(BATCHES).where(BATCHES.c.number == 3), set()),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_damaged_batch_is_named(house: House, name: str) -> None:
    planted, expected = PLANTED[name]
    said = found(house, planted)
    assert expected <= set(said)
    assert said
    for one in said:
        assert one in expected or "which is not there" in one or "was slipped into" in one, one
    assert house.check(), "it is said again until it is mended"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_records_of_a_dropped_batch_are_named_each(house: House, number: int) -> None:
    said = found(house, delete(BATCHES).where(BATCHES.c.number == number))
    assert sum(one.endswith(f"claims batch {number}, which is not there") for one in said) == 3


def rewritten(house: House, one: Access, keys: Keyring | None) -> Callable[[Any], None]:
    """Somebody who knows how it is done changes a record, its digest, the root, the head, and signs it with a key."""

    def body(unit: Any) -> None:
        unit.session.execute(update(RECORDS).where(where(one)).values(reader="nobody"))
        rows = unit.session.scalars(select(Access).where(Access.batch == 2).order_by(Access.position)).all()
        leaves = [leaf_of(record_of(row)) for row in rows]
        batch = unit.session.get_one(AccessBatch, 2)
        head = seals.Head.of(batch)
        forged = seals.Head(
            head.number, head.previous, merkle.root(leaves).hex(), head.count, head.first, head.last, head.made_at
        )
        signed = {"signature": seals.sign(keys, forged.digest)} if keys else {}
        values = {"root": forged.root, "leaves": b"".join(leaves), "head": forged.digest.hex(), **signed}
        unit.session.execute(BATCH.values(values))

    return body


@pytest.mark.parametrize("keys", [None, Keyring({"one": b"x" * 32}, "one")], ids=["not signed", "signed otherwise"])
def test_who_rewrites_the_whole_batch_lacks_the_key(house: House, records: list[Access], keys: Keyring | None) -> None:
    house.work.transact(rewritten(house, records[0], keys))
    assert house.check(full=True) == [
        f"{CHAIN}batch 3 does not follow batch 2",
        f"{CHAIN}batch 2 is not signed by the last key of PORTAL_KEYS",
    ]


def test_who_has_the_key_too_is_given_away_by_the_batch_after(house: House, records: list[Access]) -> None:
    house.work.transact(rewritten(house, records[0], KEYRING))
    assert house.check(full=True) == [f"{CHAIN}batch 3 does not follow batch 2"]


def test_a_first_batch_that_pretends_to_follow_another_is_named(house: House) -> None:
    head = seals.Head.of(Looked(house.work).batches()[0])
    forged = seals.Head(1, "f" * 64, head.root, head.count, head.first, head.last, head.made_at)
    values = {"previous": forged.previous, "head": forged.digest.hex()}
    values["signature"] = seals.sign(KEYRING, forged.digest)
    said = found(house, update(BATCHES).where(BATCHES.c.number == 1).values(values))
    assert said == [f"{CHAIN}batch 2 does not follow batch 1", f"{CHAIN}batch 1 follows another"]


def test_damage_that_lies_behind_is_said_by_a_full_check_alone(house: House, records: list[Access]) -> None:
    grown_old(house)
    house.change(update(BATCHES).values(made_at=real_now() - timedelta(days=1)))
    house.change(update(RECORDS).where(where(records[0])).values(reader="nobody"))
    assert not any("was changed" in one for one in house.check())
    assert any("was changed" in one for one in house.check(full=True))


def test_new_damage_is_said_by_a_check_of_what_is_new(house: House, records: list[Access]) -> None:
    assert house.check() == []
    house.change(update(RECORDS).where(where(records[0])).values(reader="nobody"))
    assert house.check() == [f"{EQUAL}record {records[0].id} of batch 2 was changed"]


def test_a_rotation_of_keys_changes_nothing(house: House) -> None:
    house.work.adapters.keyring = Keyring({"two": b"2" * 32, **KEYRING.keys}, "two")  # type: ignore[misc]
    assert house.check(full=True) == []
    house.work.adapters.keyring = Keyring({"two": b"2" * 32}, "two")  # type: ignore[misc]
    assert sum("not signed by the last key" in one for one in house.check(full=True)) == 3


def test_a_record_that_nobody_chains_is_said(house: House) -> None:
    now = real_now()
    for minutes in (1, 10, 20):
        at = now - timedelta(minutes=minutes)
        house.work.transact(lambda unit, at=at: unit.session.add(waiting(at)))  # type: ignore[misc]
    rule = "no access record waits too long: record "
    assert [one.startswith(rule) for one in house.check(patience=timedelta(minutes=15))] == [True]
    assert len(house.check()) == 2, "at rest a minute or two is enough"
    Looked(house.work).chain()
    assert house.check(full=True) == []


def waiting(at: Any) -> Access:
    """A record that was written at this moment."""
    name = hashlib.sha256(str(at).encode()).hexdigest()[:8]
    return Access(
        id=first_id(at), at=at, subject_id=SALMA, role=Role.CONNECTOR, reader=name, basis=Basis.HAND_OVER,
        kind=Kind.REQUEST, did=Did.READ,
    )  # fmt: skip
