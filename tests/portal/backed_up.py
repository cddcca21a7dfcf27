"""A small portal to back up, and empty places to restore it to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from databases import emptied, with_tables

from payments.actor import Actor
from payments.columns import new_id
from portal.backup.actions import back_up, restore
from portal.backup.digests import Digest, digests
from portal.backup.dumps import snapshot
from portal.backup.manifest import Manifest
from portal.cli import alembic_config
from portal.db import Database
from portal.keys import Keyring
from portal.locker.actions import context, keep, reserve
from portal.locker.models import Document
from portal.locker.ports import SealedStore
from portal.locker.storage import Storage
from portal.outbox import later

KEYRING = Keyring({"one": b"1" * 32}, "one")
NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)


@dataclass
class Place:
    """A database and a store of documents."""

    url: str
    database: Database
    store: SealedStore

    def backed_up(self, folder: Path) -> Manifest:
        return back_up(self.database, self.store, KEYRING, folder)

    def restored(self, folder: Path, keyring: Keyring = KEYRING) -> Manifest:
        return restore(self.database, self.store, keyring, folder)

    def tables(self) -> dict[str, Digest]:
        with snapshot(self.database) as connection:
            return digests(connection)


Build = Callable[[str], Place]


def place(url: str, folder: Path) -> Place:
    """An empty place at an address, without a table."""
    emptied(url)
    return Place(url, Database(url), Storage(folder.as_uri()))


def inhabited(found: Place, documents: int = 3) -> Place:
    """Gives a place the newest schema, tasks, documents, and one document whose bytes are not there yet."""
    with_tables(found.url).dispose()
    command.stamp(alembic_config(found.url), "head")
    with found.database.session() as session, session.begin():
        later(session, "tell", "one", {"name": "سلمى", "nothing": None})
        for number in range(documents):
            document = reserved(session, f"kind-{number}")
            sealed_by = KEYRING.unwrap(document.data_key, context(document.id))
            Storage.put(found.store, document.object_key, f"paper {number}".encode(), sealed_by)
            keep(session, NOW, Actor.system(), document.id, 7, "0" * 64, b"proof")
        reserved(session, "unfinished")
    return found


def reserved(session, kind: str) -> Document:
    """The row of a document that is being written."""
    return reserve(
        session, NOW, Actor.system(), owner=new_id(), case=new_id(), reference="R-1", service="birth", kind=kind,
        names={"ar": "وثيقة"}, issuer={"ar": "جماعة"}, seal="commune", issued_on=NOW.date(),
        valid_until=None, about=None, keyring=KEYRING,
    )  # fmt: skip
