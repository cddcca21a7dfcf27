"""The migrations by which documents prove themselves (0009) and lie in lockers (0010), both ways with rows in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from databases import of_schema
from sqlalchemy import TableClause, column, insert, inspect, select, table
from sqlalchemy.exc import IntegrityError

from payments.columns import new_id
from portal.cli import alembic_config
from portal.db import Database
from portal.locker.models import Document, Locker
from portal.locker.sharing.models import Share, With

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
CASE, SALMA = new_id(), new_id()
NO_CASE: dict[str, Any] = {"case_id": None, "reference": None, "service": None}

Place = tuple[Database, str]


@pytest.fixture
def before_proofs(database_url: str) -> Iterator[Place]:
    """A database whose documents prove nothing yet."""
    with of_schema(f"{database_url}_documents", "0008") as found:
        yield found


@pytest.fixture
def before_lockers(database_url: str) -> Iterator[Place]:
    """A database whose documents all belong to a case."""
    with of_schema(f"{database_url}_documents", "0009") as found:
        yield found


def as_it_is(database: Database) -> TableClause:
    """The table of documents with the columns that it has now."""
    here = {one["name"] for one in inspect(database.engine).get_columns("document")}
    return table("document", *(column(one.name, one.type) for one in Document.__table__.columns if one.name in here))


def keep(database: Database, **changes: Any) -> UUID:
    """A kept document of Salma's, made of her case if nothing else is said."""
    row = {"id": new_id(), "owner_id": SALMA, "case_id": CASE, "reference": "K7QX2-M4RPA", "service": "birth-extract"}
    row |= {"kind": f"kind-{row['id']}", "origin": "issued", "media": "application/pdf", "names": {"ar": "رسم"}}
    row |= {"issuer": {"ar": "جماعة"}, "data_key": "k.wrapped", "object_key": f"documents/{row['id']}", "size": 7}
    row |= {"digest": "0" * 64, "state": "kept", "made_at": NOW, "kept_at": NOW}
    statement = insert(as_it_is(database)).values(**row | changes)
    with database.engine.begin() as connection:
        connection.execute(statement)
    return row["id"]


def kept(database: Database) -> dict[UUID, dict[str, Any]]:
    """Every document as its row says, by id."""
    query = select(as_it_is(database))
    with database.engine.connect() as connection:
        return {row["id"]: dict(row) for row in connection.execute(query).mappings()}


def named(database: Database) -> set[str]:
    """The columns that documents have now."""
    return set(as_it_is(database).c.keys())


def only(rows: dict[UUID, dict[str, Any]], names: set[str]) -> dict[UUID, dict[str, Any]]:
    """The same rows with some of their columns."""
    return {number: {name: row[name] for name in names} for number, row in rows.items()}


def are_as_before(database: Database, before: dict[UUID, dict[str, Any]]) -> bool:
    """Whether each document says what it said, and nothing in the columns that are new."""
    old = set().union(*before.values())
    new = named(database) - old
    said = {row[name] for row in kept(database).values() for name in new}
    return only(kept(database), old) == before and new != set() and said == {None}


def go(place: Place, revision: str) -> None:
    """Brings the database to this schema, up or down."""
    database, url = place
    with database.engine.connect() as connection:
        now = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    (command.upgrade if revision > now else command.downgrade)(alembic_config(url), revision)


def is_refused(database: Database, **changes: Any) -> bool:
    """Whether the table does not take such a document."""
    try:
        keep(database, **changes)
    except IntegrityError:
        return True
    return False


def a_case_issues_each_kind_once_and_takes_many_files(database: Database) -> bool:
    """What the table says of cases, whatever else is changed about it."""
    keep(database, kind="receipt", case_id=(case := new_id()))
    for _ in range(2):
        keep(database, kind="attachment", origin="brought", case_id=case)
    return is_refused(database, kind="receipt", case_id=case)


def test_documents_of_before_stay_as_they_are_and_prove_nothing(before_proofs: Place) -> None:
    database, _ = before_proofs
    keep(database)
    keep(database, origin="brought", kind="attachment")
    keep(database, state="writing", kept_at=None, size=None, digest=None)
    before = kept(database)
    go(before_proofs, "0009")
    assert are_as_before(database, before)


def test_no_two_documents_have_the_same_code_or_the_same_place_in_a_list(before_proofs: Place) -> None:
    database, _ = before_proofs
    go(before_proofs, "0009")
    keep(database, code_mark="k.one", proof_list="2026-10", proof_place=1)
    keep(database, code_mark="k.two", proof_list="2026-10", proof_place=2)
    keep(database, code_mark="k.six", proof_list="2026-11", proof_place=1)
    assert is_refused(database, code_mark="k.one", proof_list="2026-10", proof_place=3)
    assert is_refused(database, code_mark="k.new", proof_list="2026-10", proof_place=2)
    assert a_case_issues_each_kind_once_and_takes_many_files(database)


def test_on_the_way_back_documents_stay_and_their_proofs_go(before_proofs: Place) -> None:
    database, _ = before_proofs
    old = named(database)
    go(before_proofs, "0009")
    more = {"seal": "commune/c-04421-02", "proof": b"sealed", "valid_until": date(2027, 1, 1), "revoked_at": NOW}
    keep(database, code_mark="k.one", proof_list="2026-10", proof_place=1, **more)
    keep(database)
    proved = kept(database)
    go(before_proofs, "0008")
    assert kept(database) == only(proved, old)
    assert a_case_issues_each_kind_once_and_takes_many_files(database)
    before = kept(database)
    go(before_proofs, "0009")
    assert are_as_before(database, before)


def test_documents_of_cases_lie_in_lockers_as_they_were(before_lockers: Place) -> None:
    database, _ = before_lockers
    keep(database, code_mark="k.one", proof_list="2026-10", proof_place=1, proof=b"sealed", revoked_at=NOW)
    keep(database, origin="brought", kind="attachment")
    before = kept(database)
    go(before_lockers, "0010")
    assert are_as_before(database, before)
    with database.session(reading=True) as session:
        assert {one.id for one in session.scalars(select(Document))} == before.keys()
    assert is_refused(database, code_mark="k.one")
    assert a_case_issues_each_kind_once_and_takes_many_files(database)


def test_what_belongs_to_no_case_lies_in_a_locker_and_is_shared(before_lockers: Place) -> None:
    database, _ = before_lockers
    assert is_refused(database, origin="added", **NO_CASE)
    go(before_lockers, "0010")
    for origin in ("added", "fetched", "certified"):
        keep(database, origin=origin, label=b"sealed", scan="waiting", **NO_CASE)
    with database.session() as session:
        document = session.scalars(select(Document).where(Document.origin == "certified")).one()
        session.add(Locker(owner_id=SALMA, files=3, size=2**40))
        session.add(
            Share(
                document_id=document.id, owner_id=SALMA, kind=With.LINK, mark="k.word", purpose=b"sealed", most=3,
                made_by=SALMA, made_at=NOW, ends_at=NOW,
            )
        )  # fmt: skip
        session.commit()
    with database.session(reading=True) as session:
        assert session.get_one(Locker, SALMA).size == 2**40
        assert session.scalars(select(Share.document_id)).all() == [document.id]


def test_on_the_way_back_what_belongs_to_no_case_is_gone_and_all_else_stays(before_lockers: Place) -> None:
    database, _ = before_lockers
    old = named(database)
    go(before_lockers, "0010")
    issued = keep(database, issued_on=date(2026, 10, 1), about_mark="k.about", code_mark="k.one", proof=b"sealed")
    brought = keep(database, origin="brought", kind="attachment", source_id=keep(database, origin="added", **NO_CASE))
    keep(database, origin="certified", newer_id=issued, **NO_CASE)
    here = kept(database)
    go(before_lockers, "0009")
    assert kept(database) == only({number: here[number] for number in (issued, brought)}, old)
    assert not {"locker", "share"} & set(inspect(database.engine).get_table_names())
    assert is_refused(database, origin="added", **NO_CASE)
    assert is_refused(database, code_mark="k.one")
    assert a_case_issues_each_kind_once_and_takes_many_files(database)
    go(before_lockers, "0010")
    keep(database, origin="certified", **NO_CASE)
