"""``portal backup`` and ``portal restore``: what is done, and how it ended, in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from portal.backup.actions import back_up, restore
from portal.backup.errors import NotDone
from portal.backup.manifest import Manifest
from portal.db import Database
from portal.keys import Keyring
from portal.locker.ports import NotReachable
from portal.locker.storage import Storage
from portal.schema import revisions
from portal.settings import Settings
from portal.wiring import prepared_folder

MOST_SHOWN = 20
TROUBLE = (NotDone, NotReachable, OSError, DBAPIError, sqlite3.Error)
APART = (
    "PORTAL_KEYS is not in it: keep the keys elsewhere, since without them no answer and no document in it can be "
    "opened. The folder holds personal data: keep it as safe as the database."
)


def run_backup(settings: Settings, folder: Path) -> int:
    """Makes a backup. Returns the exit code: 1 also when documents were missing in the store."""
    with _database(settings) as database:
        try:
            made = back_up(database, Storage(settings.storage_url), Keyring.parse(settings.keys), folder)
        except TROUBLE as problem:
            return _not_done("no backup was made", problem)
    click.echo(f"{folder}: {_contents(made)}, schema {made.revision}")
    click.echo(APART)
    for key in made.missing[:MOST_SHOWN]:
        click.echo(f"FAIL the document {key} is not in the store")
    if made.missing:
        click.echo(f"{len(made.missing)} documents are missing: all else is in the backup; run `portal check --full`")
    return 1 if made.missing else 0


def run_restore(settings: Settings, folder: Path) -> int:
    """Restores a backup. Returns the exit code."""
    prepared_folder(settings.database_url)
    with _database(settings) as database:
        try:
            found = restore(database, Storage(settings.storage_url), Keyring.parse(settings.keys), folder)
        except TROUBLE as problem:
            return _not_done("the backup was not restored", problem)
    click.echo(f"{_contents(found)} are as they were at {found.made_at}, by digest")
    if found.missing:
        click.echo(f"{len(found.missing)} documents were missing already when the backup was made")
    newest, _known = revisions()
    if found.revision != newest:
        click.echo(f"the schema is {found.revision}, this version needs {newest}: run `portal migrate` now")
    return 0


def _contents(manifest: Manifest) -> str:
    return f"{len(manifest.tables)} tables, {manifest.rows} rows, {manifest.documents} documents"


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        database.dispose()


def _not_done(what: str, problem: Exception) -> int:
    """A driver's words may hold an address, never a row: they are cut to their first line."""
    reason = problem.orig if isinstance(problem, DBAPIError) else problem
    first = (str(reason).strip() or type(reason).__name__).splitlines()[0]
    click.echo(f"{what}: {problem if isinstance(problem, NotDone) else first}", err=True)
    return 1
