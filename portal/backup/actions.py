"""Back up a portal that runs, and restore it elsewhere: all rows and documents, equal by digest."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, select

from portal.backup.digests import differences, digests, is_empty, revision
from portal.backup.documents import FOLDER, LIST, check_after, check_before, copy_in, copy_out
from portal.backup.dumps import Dump, dump_of, snapshot
from portal.backup.errors import NotDone
from portal.backup.manifest import FORMAT, Manifest, digest_of, manifest_in
from portal.db import Database
from portal.keys import Keyring
from portal.locker.actions import KEPT
from portal.locker.models import Document
from portal.locker.ports import SealedStore
from portal.schema import revisions


def back_up(database: Database, store: SealedStore, keyring: Keyring, folder: Path) -> Manifest:
    """Writes one moment of the database, and then the documents that were kept at that moment, into a new folder.

    The portal serves on. Raises NotDone, and what the store and the database raise; nothing is left behind then.
    """
    _prepare(folder)
    try:
        return _backed_up(database, store, keyring, folder)
    except BaseException:
        _clear(folder)
        raise


def restore(database: Database, store: SealedStore, keyring: Keyring, folder: Path) -> Manifest:
    """Puts a backup into an empty database and its documents into the store, checking every digest before and after.

    Ended half-way it can be run again; what was restored already stays. Raises NotDone as ``back_up`` does.
    """
    manifest, dump = manifest_in(folder, keyring), dump_of(database)
    _check_files(folder, manifest, dump)
    done = _is_restored(database, manifest, dump)
    check_before(folder, store)
    copy_in(folder, store)
    check_after(folder, store)
    if not done:
        dump.load(database, folder / dump.file)
        _check_tables(database, manifest)
    return manifest


def _backed_up(database: Database, store: SealedStore, keyring: Keyring, folder: Path) -> Manifest:
    dump, made_at = dump_of(database), datetime.now(UTC).isoformat(timespec="seconds")
    with tempfile.TemporaryFile("w+", dir=folder) as keys:
        with snapshot(database) as connection:
            schema, server = revision(connection), dump.version(connection)
            dump.write(connection, folder / dump.file)
            tables = digests(connection)
            keys.writelines(f"{key}\n" for key in _kept(connection))
        count, missing = copy_out(_lines(keys), store, folder)
    manifest = Manifest(
        format=FORMAT,
        made_at=made_at,
        kind=dump.kind,
        server=server,
        revision=schema,
        database=digest_of(folder / dump.file),
        tables=tables,
        documents=count,
        listing=digest_of(folder / LIST),
        missing=tuple(missing),
    )
    return manifest.write(folder, keyring)


def _prepare(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotDone(f"{folder} exists and is not empty: a backup is written into a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _clear(folder: Path) -> None:
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    for file in folder.iterdir():
        file.unlink(missing_ok=True)


def _kept(connection: Connection) -> Iterable[str]:
    kept = select(Document.object_key).where(Document.state == KEPT, Document.object_key.is_not(None))
    return connection.scalars(kept.order_by(Document.id), execution_options={"yield_per": 1000})


def _lines(file: IO[str]) -> Iterator[str]:
    file.seek(0)
    return (line.rstrip("\n") for line in file)


def _check_files(folder: Path, manifest: Manifest, dump: Dump) -> None:
    if manifest.kind != dump.kind:
        raise NotDone(f"the backup is of {manifest.kind}, PORTAL_DATABASE_URL names {dump.kind}: they must be the same")
    _newest, known = revisions()
    if manifest.revision not in known:
        raise NotDone(
            f"the backup has the schema {manifest.revision}, which this version of the portal does not know: "
            "restore with the version that made it, or a newer one"
        )
    for name, expected in ((dump.file, manifest.database), (LIST, manifest.listing)):
        if digest_of(folder / name) != expected:
            raise NotDone(f"{name} is not as it was when the backup was made: it was changed or cut; take another one")


def _is_restored(database: Database, manifest: Manifest, dump: Dump) -> bool:
    """Whether the database is as in the backup already. Raises NotDone when it holds anything else."""
    with snapshot(database) as connection:
        if dump.version(connection) < manifest.server:
            raise NotDone(f"the backup is of PostgreSQL {manifest.server}; this server is older")
        if is_empty(connection):
            return False
        if differences(manifest.tables, digests(connection)):
            raise NotDone("the database is not empty: PORTAL_DATABASE_URL must name a new one")
    return True


def _check_tables(database: Database, manifest: Manifest) -> None:
    with snapshot(database) as connection:
        different = differences(manifest.tables, digests(connection))
    if different:
        raise NotDone(f"these tables are not as in the backup: {', '.join(different)}; do not serve from this database")
