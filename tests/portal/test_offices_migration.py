"""The migration of offices, both ways with rows: those of one place stay apart, with their officers and requests."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from alembic import command
from databases import of_schema
from sqlalchemy import column, insert, inspect, select, table

from journeys.exchange.actions import competent_office
from journeys.exchange.models import Office
from payments.columns import new_id
from portal.cli import alembic_config
from portal.db import Database

RABAT = "c-04421-02"


@pytest.fixture
def old(database_url: str) -> Iterator[tuple[Database, str]]:
    """A database in which a place has one office."""
    with of_schema(f"{database_url}_fourth_migration", "0003") as found:
        yield found


def an_office(database: Database, *, without: tuple[str, ...] = (), **more: object) -> UUID:
    values = {"id": new_id(), "administration": "commune", "territory": RABAT, "branch": "", "services": []}
    values |= {"names": {}, "connector": "desk", "account": "beneficiary:commune"} | more
    known = [column(one.name, one.type) for one in Office.__table__.columns if one.name not in without]
    with database.engine.begin() as connection:
        row = {one.name: values[one.name] for one in known}
        connection.execute(insert(table("office", *known)).values(**row))
    return values["id"]


def takes(database: Database, service: str) -> UUID:
    with database.session(reading=True) as session:
        return competent_office(session, "commune", RABAT, service).id


def test_an_office_takes_what_it_took_before(old: tuple[Database, str]) -> None:
    database, url = old
    before = an_office(database, without=("branch", "services"))
    command.upgrade(alembic_config(url), "0004")
    assert takes(database, "birth-extract") == before


def test_the_way_back_keeps_every_office_and_coming_again_its_branch(old: tuple[Database, str]) -> None:
    database, url = old
    command.upgrade(alembic_config(url), "0004")
    whole = an_office(database)
    planning = an_office(database, branch="urbanisme", services=["building-permit"])
    command.downgrade(alembic_config(url), "0003")
    assert "branch" not in {one["name"] for one in inspect(database.engine).get_columns("office")}
    with database.session(reading=True) as session:
        assert dict(session.execute(select(Office.id, Office.territory)).all()) == {
            whole: RABAT,
            planning: f"{RABAT}/urbanisme",
        }
    command.upgrade(alembic_config(url), "0004")
    with database.session(reading=True) as session:
        found = session.get_one(Office, planning)
        assert (found.territory, found.branch) == (RABAT, "urbanisme")
    assert takes(database, "birth-extract") == whole
