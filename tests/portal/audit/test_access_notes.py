"""Whoever looks at somebody else's data leaves a record, once, in the same transaction."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from looked import HAJAR, OFFICE, RABAT, SALMA, YOUSSEF, Looked, about
from sqlalchemy.exc import OperationalError

from payments.actor import Actor, Channel
from payments.base import NotChangeable
from payments.columns import new_id
from portal.audit.actions import Reader, note
from portal.audit.models import Access, Basis, Did, Kind, Role
from portal.unit import Unit, real_now


class Lost(Exception):
    """What a database says of a race that was lost."""

    sqlstate = "40001"


def test_a_record_says_who_in_what_role_for_what_case_by_what_right_and_what_kind(seen: Looked) -> None:
    began, what = real_now(), about(SALMA, Kind.FILE)
    seen.note(what)
    [one] = seen.records()
    assert began <= one.at <= real_now()
    assert (one.subject_id, one.reader_id, one.role) == (SALMA, HAJAR.actor, "agent")
    assert (one.office_id, one.reader, one.basis) == (OFFICE, "commune", "competent_office")
    assert (one.case_id, one.reference, one.service) == (what.case, "AAAAA-BBBBB", "birth-extract")
    assert (one.kind, one.did, one.refused) == ("file", "read", False)
    assert (one.mandate_id, one.batch, one.position) == (None, None, None)


def test_the_mandate_of_who_acts_is_kept(seen: Looked) -> None:
    mandate = new_id()
    accountant = Actor(YOUSSEF, SALMA, Channel.WEB, mandate)
    seen.note(about(), actor=accountant, reader=Reader(Role.DELEGATE, Basis.MANDATE))
    [one] = seen.records()
    assert (one.reader_id, one.mandate_id, one.basis, one.reader) == (YOUSSEF, mandate, "mandate", "")


def test_nothing_is_written_of_ones_own_data(seen: Looked) -> None:
    seen.note(about(SALMA), actor=Actor.person(SALMA), reader=Reader(Role.DELEGATE, Basis.MANDATE))
    assert seen.records() == []


def test_a_register_has_no_person_whoever_asked_it(seen: Looked) -> None:
    seen.note(about(), actor=Actor.person(SALMA), reader=Reader(Role.REGISTER, Basis.CONSENT, "civil"))
    seen.note(about(), actor=Actor.system(), reader=Reader(Role.CONNECTOR, Basis.HAND_OVER, "ompic"))
    assert [(one.reader_id, one.reader) for one in seen.records()] == [(None, "civil"), (None, "ompic")]


def test_the_same_twice_in_one_transaction_is_one_record_and_in_another_it_is_another(seen: Looked) -> None:
    same = about()
    assert len(seen.note(same, same, same)) == 1
    assert len(seen.note(same)) == 1


@pytest.mark.parametrize(
    "other",
    [
        about(YOUSSEF),
        about(SALMA, Kind.FILE),
        about(SALMA, case=new_id()),
    ],
    ids=["of another person", "of another kind", "of another case"],
)
def test_what_differs_is_another_record(seen: Looked, other: Any) -> None:
    assert len(seen.note(about(SALMA, case=None), other)) == 2


def test_reading_and_changing_and_being_refused_are_three_records(seen: Looked) -> None:
    same = about()

    def body(unit: Unit) -> None:
        for did, refused in ((Did.READ, False), (Did.CHANGED, False), (Did.READ, True)):
            unit.do(note, RABAT, same, did, refused=refused)

    seen.work.transact(body, actor=HAJAR)
    assert {(one.did, one.refused) for one in seen.records()} == {("read", False), ("changed", False), ("read", True)}
    assert len(seen.records()) == 3


def test_what_a_savepoint_undid_is_noted_again(seen: Looked) -> None:
    same = about()

    def body(unit: Unit) -> None:
        with suppress(RuntimeError), unit.session.begin_nested():
            unit.do(note, RABAT, same)
            unit.session.flush()
            raise RuntimeError
        unit.do(note, RABAT, same)

    seen.work.transact(body, actor=HAJAR)
    assert len(seen.records()) == 1


def test_a_record_of_a_transaction_that_failed_never_was_and_one_that_survives_a_refusal_is(seen: Looked) -> None:
    def fails(unit: Unit) -> None:
        unit.do(note, RABAT, about())
        unit.session.flush()
        raise RuntimeError

    with suppress(RuntimeError):
        seen.work.transact(fails, actor=HAJAR)
    assert seen.records() == []
    seen.note(about(), reader=replace(RABAT, basis=Basis.NONE), refused=True)
    assert [(one.refused, one.basis) for one in seen.records()] == [(True, "none")]


def test_a_unit_that_runs_again_notes_once(seen: Looked) -> None:
    runs = []

    def body(unit: Unit) -> None:
        runs.append(1)
        unit.do(note, RABAT, about())
        unit.session.flush()
        if len(runs) == 1:
            raise OperationalError("", {}, Lost())

    seen.work.transact(body, actor=HAJAR)
    assert (len(runs), len(seen.records())) == (2, 1)


def test_no_two_salts_are_the_same(seen: Looked) -> None:
    seen.times(20)
    assert len({one.salt for one in seen.records()}) == 20
    assert {len(one.salt) for one in seen.records()} == {16}


@pytest.mark.parametrize("how", ["change", "delete"])
def test_no_session_changes_or_deletes_a_record(seen: Looked, how: str) -> None:
    [made] = seen.note(about())

    def body(unit: Unit) -> None:
        one = unit.session.get_one(Access, made)
        if how == "change":
            one.reader = "nobody"
        else:
            unit.session.delete(one)
        unit.session.flush()

    with pytest.raises(NotChangeable):
        seen.work.transact(body)
