"""The yardsticks: a bare Flask app on the portal's own server program and settings, with the portal's own engine.

``python -m bench.bare --port N`` serves it as ``portal serve`` serves the portal: the command itself is used, with
another application.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from typing import Any

import granian
from flask import Flask, Response, render_template
from jinja2 import DictLoader
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, insert, select

from portal.cli import cli
from portal.db import Database

ADDRESS = "BENCH_BARE_DATABASE_URL"
ROWS, LISTED = 10_000, 24
TABLES = MetaData()
THING = Table(
    "thing",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("place", Integer, index=True),
    Column("name", String(40), unique=True),
    Column("words", String(120)),
)
STEP = Table(
    "step",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("thing", Integer, index=True),
    Column("words", String(120)),
)
ONE = select(THING).where(THING.c.name == bindparam("name"))
LIST = select(THING).where(THING.c.place == bindparam("place")).limit(LISTED)
PROSE = (
    "One window for every public service: find it, ask for it, pay for it, follow it, and keep what you were given. "
)
PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ title }}</title><link rel="stylesheet" href="/app.css"></head>
<body>
<header><a href="/">{{ title }}</a>
<nav>{% for name in menu %}<a href="/{{ name }}">{{ name }}</a>{% endfor %}</nav></header>
<main><h1>{{ title }}</h1>
<p>{{ prose }}</p>
<table><thead><tr><th>Number</th><th>Name</th><th>Words</th></tr></thead><tbody>
{% for row in rows %}
<tr class="{{ loop.cycle("odd", "even") }}">
  <th scope="row"><a href="/things/{{ row.id }}">{{ row.id }}</a></th>
  <td>{{ row.name }}</td>
  <td>{{ row.words }}</td>
</tr>
{% endfor %}
</tbody></table>
<p>{{ prose }}</p>
</main>
<footer><p>{{ prose }}</p></footer>
</body>
</html>
"""


def prepare(url: str) -> None:
    """Makes the yardsticks' tables and rows at this address."""
    database = Database(url)
    TABLES.create_all(database.engine)
    with database.engine.begin() as connection:
        connection.execute(insert(THING), [_thing(number) for number in range(1, ROWS + 1)])
    database.dispose()


def _thing(number: int) -> dict[str, Any]:
    return {"id": number, "place": number // LISTED, "name": f"thing-{number}", "words": PROSE[:110]}


def create_app() -> Flask:
    """The four yardsticks."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": PAGE})
    database = Database(os.environ[ADDRESS])
    reading = database.engine.execution_options(reading=True, postgresql_readonly=True)
    turn = count(1)

    @app.get("/line")
    def line() -> Response:
        """One line."""
        return Response("hello\n", mimetype="text/plain")

    @app.get("/select")
    def select_one() -> Response:
        """One indexed SELECT."""
        with reading.connect() as connection:
            row = connection.execute(ONE, {"name": f"thing-{next(turn) % ROWS + 1}"}).one()
        return Response(row.words, mimetype="text/plain")

    @app.get("/page")
    def page() -> str:
        """One query and a template of 6 KB."""
        with reading.connect() as connection:
            rows = connection.execute(LIST, {"place": next(turn) % (ROWS // LISTED - 1) + 1}).all()
        return render_template("page.html", title="Things", rows=rows, menu=["one", "two", "three"], prose=PROSE)

    @app.post("/write")
    def write() -> Response:
        """A transaction of four rows."""
        with database.engine.begin() as connection:
            for number in range(4):
                connection.execute(insert(STEP).values(thing=next(turn) % ROWS, words=PROSE[number:100]))
        return Response(status=204)

    return app


def main() -> None:
    """``portal serve`` with another application."""
    server = granian.Granian
    granian.Granian = lambda _app, **settings: server("bench.bare:create_app", factory=True, **settings)  # type: ignore[misc, assignment]
    cli(["serve", *sys.argv[1:]])


if __name__ == "__main__":
    main()
