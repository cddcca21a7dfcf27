"""A backup is whole or refused, and what is restored equals it by digest."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from backed_up import KEYRING, NOW, Build, Place, inhabited, place
from databases import with_tables
from sqlalchemy import select, text, update
from twins.store import FailingStore, MemoryStore

from payments.actor import Actor
from portal.backup import actions
from portal.backup.dumps import Archive, Copy
from portal.backup.errors import NotDone
from portal.keys import Keyring
from portal.locker.actions import context, keep
from portal.locker.models import Document
from portal.locker.ports import NotReachable
from portal.outbox import Task, later

FILES = {"manifest": "manifest.json", "database": "database.*", "list": "documents.jsonl", "document": "objects/*/*"}


@pytest.fixture
def build(database_url: str, tmp_path: Path) -> Iterator[Build]:
    """Makes empty places by name."""
    made: list[Place] = []

    def build_place(name: str) -> Place:
        url = f"{database_url}_backup_{name}"
        if url.startswith("sqlite"):
            url = f"sqlite:///{tmp_path}/{name}.sqlite"
        made.append(place(url, tmp_path / f"store {name}"))
        return made[-1]

    yield build_place
    for one in made:
        one.database.dispose()


@pytest.fixture
def town(build: Build) -> Place:
    """A place with rows and three documents."""
    return inhabited(build("town"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the backup goes: a name as people write them."""
    return tmp_path / "نسخة 1"


def test_what_is_restored_equals_what_was_backed_up(town: Place, build: Build, folder: Path) -> None:
    made = town.backed_up(folder)
    empty = build("empty")
    assert empty.restored(folder) == made
    assert empty.tables() == town.tables() == made.tables
    assert (made.documents, made.missing, made.tables["document"].rows) == (3, (), 4)


def test_a_restored_document_opens(town: Place, build: Build, folder: Path) -> None:
    town.backed_up(folder)
    empty = build("empty")
    empty.restored(folder)
    with empty.database.session(reading=True) as session:
        document = session.scalars(select(Document).where(Document.kind == "kind-1")).one()
    key = KEYRING.unwrap(document.data_key, context(document.id))
    assert empty.store.get(document.object_key, key) == b"paper 1"


def test_documents_may_move_to_another_kind_of_store(town: Place, build: Build, folder: Path) -> None:
    town.backed_up(folder)
    empty = build("empty")
    empty.store = MemoryStore()
    empty.restored(folder)
    assert sorted(empty.store.keys()) == sorted(town.store.keys())


def test_a_backup_is_one_moment_and_nobody_waits_for_it(
    town: Place, build: Build, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes before the database is copied and before its rows are read, and is not made to wait."""

    def goes_on(key: str) -> None:
        with town.database.session() as session, session.begin():
            later(session, "tell", key, {})

    for kind in (Archive, Copy):

        def write_meanwhile(self, connection, file, write=kind.write) -> None:
            goes_on("before the copy")
            write(self, connection, file)
            goes_on("after the copy")
            with town.database.session() as session, session.begin():
                document = session.scalars(select(Document).where(Document.kind == "unfinished")).one()
                keep(session, NOW, Actor.system(), document.id, 7, "0" * 64, b"proof")

        monkeypatch.setattr(kind, "write", write_meanwhile)
    made = town.backed_up(folder)
    monkeypatch.undo()
    empty = build("empty")
    empty.restored(folder)
    assert empty.tables() == made.tables != town.tables()
    assert (made.tables["task"].rows, made.documents, made.missing) == (1, 3, ())


def test_neither_the_folder_nor_what_is_in_it_is_for_others(town: Place, folder: Path) -> None:
    folder.mkdir(mode=0o755)
    town.backed_up(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(one.name for one in folder.iterdir()) == sorted(
        ["manifest.json", "documents.jsonl", "objects", Copy.file if "sqlite" in town.url else Archive.file]
    )


def test_a_folder_that_holds_something_is_left_alone(town: Place, folder: Path) -> None:
    folder.mkdir()
    (folder / "letter").write_text("mine")
    with pytest.raises(NotDone, match="not empty"):
        town.backed_up(folder)
    assert [one.name for one in folder.iterdir()] == ["letter"]


def test_a_database_without_the_schema_is_not_backed_up(build: Build, folder: Path) -> None:
    with pytest.raises(NotDone, match="portal migrate"):
        build("bare").backed_up(folder)
    assert list(folder.iterdir()) == []


def test_nothing_is_left_when_the_store_does_not_answer(town: Place, folder: Path) -> None:
    town.store = FailingStore()
    with pytest.raises(NotReachable):
        town.backed_up(folder)
    assert list(folder.iterdir()) == []


def test_a_document_that_is_not_in_the_store_is_named_and_all_else_is_kept(
    town: Place, build: Build, folder: Path
) -> None:
    gone = sorted(town.store.keys())[0]
    town.store.delete(gone)
    made = town.backed_up(folder)
    assert (made.documents, made.missing) == (2, (gone,))
    assert build("empty").restored(folder).missing == (gone,)


@pytest.mark.parametrize("change", ["cut", "changed", "gone"])
@pytest.mark.parametrize("which", FILES)
def test_a_backup_that_is_not_as_it_was_is_refused_before_anything_is_written(
    town: Place, build: Build, folder: Path, which: str, change: str
) -> None:
    town.backed_up(folder)
    (file, *_) = sorted(folder.glob(FILES[which]))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()
    if change != "gone":
        file.write_bytes(content if change == "changed" else content[: len(content) // 2])
    empty = build("empty")
    with pytest.raises(NotDone):
        empty.restored(folder)
    assert (empty.tables(), list(empty.store.keys())) == ({}, [])


def test_a_manifest_rewritten_with_care_is_refused(town: Place, build: Build, folder: Path) -> None:
    town.backed_up(folder)
    said = json.loads((folder / "manifest.json").read_text("utf-8"))
    said["tables"]["task"]["rows"] += 1
    (folder / "manifest.json").write_text(json.dumps(said), "utf-8")
    with pytest.raises(NotDone, match="was changed"):
        build("empty").restored(folder)


@pytest.mark.parametrize("seal", [5, None, "one.é", ""])
def test_a_backup_with_a_strange_seal_is_refused(town: Place, build: Build, folder: Path, seal: object) -> None:
    town.backed_up(folder)
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"seal": seal}), "utf-8")
    with pytest.raises(NotDone):
        build("empty").restored(folder)


@pytest.mark.parametrize("name", ["one", "two"])
def test_a_backup_under_other_keys_is_refused(town: Place, build: Build, folder: Path, name: str) -> None:
    town.backed_up(folder)
    with pytest.raises(NotDone, match="PORTAL_KEYS"):
        build("empty").restored(folder, Keyring({name: b"2" * 32}, name))


def test_keys_may_have_been_rotated_since(town: Place, build: Build, folder: Path) -> None:
    town.backed_up(folder)
    assert build("empty").restored(folder, Keyring({"two": b"2" * 32, "one": b"1" * 32}, "two")).documents == 3


def test_a_database_that_holds_anything_is_not_written_to(town: Place, build: Build, folder: Path) -> None:
    town.backed_up(folder)
    other = inhabited(build("other"), documents=0)
    before = other.tables()
    with pytest.raises(NotDone, match="not empty"):
        other.restored(folder)
    assert (other.tables(), list(other.store.keys())) == (before, [])


def test_a_database_with_a_schema_and_no_row_is_empty(town: Place, build: Build, folder: Path) -> None:
    made = town.backed_up(folder)
    empty = build("empty")
    with_tables(empty.url).dispose()
    empty.restored(folder)
    assert empty.tables() == made.tables


def test_a_database_that_somebody_began_to_use_meanwhile_is_not_written_to(
    town: Place, build: Build, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.backed_up(folder)
    other = build("other")
    monkeypatch.setattr(actions, "check_after", lambda *_given: inhabited(other, documents=0))
    with pytest.raises(NotDone, match="meanwhile"):
        other.restored(folder)
    assert other.tables()["task"].rows == 1


def test_a_store_that_holds_something_else_is_not_written_to(town: Place, build: Build, folder: Path) -> None:
    town.backed_up(folder)
    empty = build("empty")
    last = sorted(town.store.keys())[-1]
    empty.store.put_sealed(last, b"another's")
    with pytest.raises(NotDone, match="another object"):
        empty.restored(folder)
    assert (empty.tables(), list(empty.store.keys())) == ({}, [last])


@pytest.mark.parametrize("step", ["copy_in", "check_after", "_check_tables"])
def test_a_restore_that_was_ended_half_way_is_run_again(
    town: Place, build: Build, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    made = town.backed_up(folder)
    empty = build("empty")
    key = sorted(town.store.keys())[0]
    empty.store.put_sealed(key, town.store.get_sealed(key))
    with monkeypatch.context() as patched:
        patched.setattr(actions, step, Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            empty.restored(folder)
    assert empty.restored(folder) == made
    assert empty.tables() == made.tables


def test_a_backup_of_an_unknown_schema_is_refused(town: Place, build: Build, folder: Path) -> None:
    with town.database.session() as session, session.begin():
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    town.backed_up(folder)
    with pytest.raises(NotDone, match="schema 9999"):
        build("empty").restored(folder)


def test_a_backup_of_the_other_kind_of_database_is_refused(
    town: Place, build: Build, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.backed_up(folder)
    monkeypatch.setattr(Archive if "sqlite" not in town.url else Copy, "kind", "another")
    with pytest.raises(NotDone, match="must be the same"):
        build("empty").restored(folder)


def test_a_folder_without_a_manifest_is_no_backup(town: Place, build: Build, folder: Path) -> None:
    town.backed_up(folder)
    shutil.move(folder / "manifest.json", folder / "manifest.json.waiting")
    with pytest.raises(NotDone, match="never finished"):
        build("empty").restored(folder)


def test_one_changed_value_changes_the_digest_of_its_table(town: Place) -> None:
    before = town.tables()
    with town.database.session() as session, session.begin():
        session.execute(update(Document).where(Document.kind == "kind-1").values(names={"ar": "أخرى"}))
    after = town.tables()
    assert [name for name in before if before[name] != after[name]] == ["document"]


def test_a_digest_is_the_same_in_whatever_order_rows_lie_and_on_both_databases(build: Build, tmp_path: Path) -> None:
    one = inhabited(build("one"))
    other = place(f"sqlite:///{tmp_path}/other.sqlite", tmp_path)
    with_tables(other.url).dispose()
    tables = [Document.__table__, Task.__table__]
    with one.database.session(reading=True) as session, other.database.session() as copy, copy.begin():
        for table in tables:
            rows = [dict(row) for row in session.execute(select(table).order_by(table.c.id.desc())).mappings()]
            copy.execute(table.insert(), rows)
    assert [one.tables()[table.name] for table in tables] == [other.tables()[table.name] for table in tables]
    assert other.tables()["document"].rows == 4
    other.database.dispose()
