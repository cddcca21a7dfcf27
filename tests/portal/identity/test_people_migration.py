"""The migration that sets accounts beside people, both ways with rows in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from alembic import command
from databases import of_schema
from mandates_made import KEYS
from sqlalchemy import MetaData, Table, Uuid, event, func, insert, inspect, select

from payments.columns import new_id
from portal.cli import alembic_config
from portal.db import Database
from portal.identity import contacts, people
from portal.identity.contacts import Channel
from portal.identity.models import Account, Person, SignIn
from portal.identity.staff.models import Agent
from portal.identity.upgrading import take_in_addresses
from portal.outbox import Task
from portal.reactions import react
from portal.unit import Work

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
OFFICE = new_id()


@pytest.fixture
def old(database_url: str) -> Iterator[tuple[Database, str]]:
    """A database in which each person has the one account."""
    with of_schema(f"{database_url}_eighth_migration", "0007") as found:
        yield found


def put(database: Database, name: str, **values: Any) -> UUID:
    """A row of a table as it is now."""
    known = as_it_is(database, name)
    row = {"id": new_id()} | values
    with database.engine.begin() as connection:
        connection.execute(insert(known).values(**row))
    return cast(UUID, row["id"])


def as_it_is(database: Database, name: str) -> Table:
    """A table with the columns that it has now; SQLite forgets which of them hold ids."""
    known = MetaData()

    @event.listens_for(known, "column_reflect")
    def _(_inspector: object, _table: object, column: dict[str, Any]) -> None:
        if column["name"] == "id" or column["name"].endswith("_id"):
            column["type"] = Uuid()

    return Table(name, known, autoload_with=database.engine)


def told(data_key: str, person: UUID, mail: str) -> bytes:
    """What an issuer said, as it was kept before."""
    key = KEYS.unwrap(data_key, people.context(person))
    return KEYS.seal(key, f'{{"email": "{mail}", "cin": "AE214587"}}'.encode(), people.context(person))


def somebody(database: Database, issuer: str, sub: str) -> UUID:
    """A person as they were before, signed in."""
    person = new_id()
    _, data_key = KEYS.new_data_key(people.context(person))
    values = {"name_ar": sub, "name_lat": sub, "language": "fr", "seen_at": NOW, "data_key": data_key}
    sealed = told(data_key, person, f"{sub}@example.ma")
    put(database, "person", id=person, issuer=issuer, sub=sub, sealed=sealed, **values)
    moments = {"signed_in_at": NOW, "seen_at": NOW, "ends_at": NOW}
    put(database, "sign_in", token=sub, person_id=person, acr="high", id_token=b"", **moments)
    return person


def test_everybody_keeps_their_account_their_session_and_their_work(old: tuple[Database, str]) -> None:
    database, url = old
    salma, hajar = somebody(database, "national", "ma-salma"), somebody(database, "staff", "staff-hajar")
    put(database, "agent", issuer="staff", sub="staff-hajar", office_id=OFFICE)
    command.upgrade(alembic_config(url), "0008")
    with database.session(reading=True) as session:
        accounts = select(Account.person_id, Account.issuer, Account.sub)
        assert set(session.execute(accounts).all()) == {
            (salma, "national", "ma-salma"),
            (hajar, "staff", "staff-hajar"),
        }
        assert dict(session.execute(select(SignIn.person_id, SignIn.issuer)).all()) == {
            salma: "national",
            hajar: "staff",
        }
        assert dict(session.execute(select(Person.id, Person.staff)).all()) == {salma: False, hajar: True}
        assert session.scalars(select(Agent.role)).all() == ["agent"]


def test_letters_find_their_address_once_the_worker_has_been_there(old: tuple[Database, str]) -> None:
    database, url = old
    salma = somebody(database, "national", "ma-salma")
    command.upgrade(alembic_config(url), "0008")
    with database.session() as session:
        [name] = session.scalars(select(Task.name))
    assert name == "take_in_addresses"
    take_in_addresses(Work(database, cast(Any, SimpleNamespace(keyring=KEYS)), react), {})
    with database.session(reading=True) as session:
        assert contacts.address_of(session, salma, Channel.MAIL, KEYS) == "ma-salma@example.ma"


def test_an_empty_portal_has_nothing_to_take_in(old: tuple[Database, str]) -> None:
    database, url = old
    command.upgrade(alembic_config(url), "0008")
    with database.session(reading=True) as session:
        assert session.scalar(select(func.count()).select_from(Task)) == 0


def test_on_the_way_back_each_person_has_one_account_and_each_agent_one_role(old: tuple[Database, str]) -> None:
    database, url = old
    command.upgrade(alembic_config(url), "0008")
    people_now = {"name_ar": "", "name_lat": "", "language": "fr", "seen_at": NOW, "data_key": "", "sealed": b""}
    both, child = (put(database, "person", **people_now, zone="", staff=False) for _ in range(2))
    for issuer in ("national", "mail"):
        put(database, "account", person_id=both, issuer=issuer, sub="s", joined_at=NOW)
    for ended, office, role in ((NOW, OFFICE, "agent"), (None, OFFICE, "clerk"), (None, new_id(), "agent")):
        put(database, "agent", issuer="staff", sub="h", office_id=office, role=role, ended_at=ended)
    command.downgrade(alembic_config(url), "0007")
    assert not {"account", "mandate", "contact"} & set(inspect(database.engine).get_table_names())
    person, agent = (as_it_is(database, name) for name in ("person", "agent"))
    with database.engine.connect() as connection:
        kept = {row.id: (row.issuer, row.sub) for row in connection.execute(select(person))}
        assert kept == {both: ("national", "s"), child: ("", str(child))}
        assert len(connection.execute(select(agent)).all()) == 1
    command.upgrade(alembic_config(url), "0008")
