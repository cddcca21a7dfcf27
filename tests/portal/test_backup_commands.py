"""``portal backup`` and ``portal restore``: exit codes and words for the operator."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from backed_up import inhabited, place
from databases import emptied
from sqlalchemy import text

from portal.backup import commands, dumps
from portal.backup.commands import run_backup, run_restore
from portal.backup.manifest import manifest_in
from portal.db import Database
from portal.demo import environment
from portal.keys import Keyring
from portal.settings import Settings, load


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Of a portal that has three documents."""
    address = _address(database_url, tmp_path, "here")
    inhabited(place(address, tmp_path / "store")).database.dispose()
    found = environment(tmp_path) | {"PORTAL_ENVIRONMENT": "test", "PORTAL_DATABASE_URL": address}
    return load(found | {"PORTAL_STORAGE_URL": (tmp_path / "store").as_uri()})


@pytest.fixture
def elsewhere(settings: Settings, database_url: str, tmp_path: Path) -> Settings:
    """Of an empty place."""
    address = emptied(_address(database_url, tmp_path / "new", "there"))
    return replace(settings, database_url=address, storage_url=(tmp_path / "new store").as_uri())


def test_what_was_done_is_said(
    settings: Settings, elsewhere: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_backup(settings, tmp_path / "backup") == 0
    said = capsys.readouterr().out
    assert " 3 documents" in said
    assert "PORTAL_KEYS is not in it" in said
    assert run_restore(elsewhere, tmp_path / "backup") == 0
    assert "by digest" in capsys.readouterr().out


def test_an_older_schema_is_to_be_migrated(
    settings: Settings,
    elsewhere: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_backup(settings, tmp_path / "backup")
    monkeypatch.setattr(commands, "revisions", lambda: ("9999", frozenset()))
    assert run_restore(elsewhere, tmp_path / "backup") == 0
    assert "run `portal migrate` now" in capsys.readouterr().out


def test_what_was_not_done_is_said_in_one_line(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_backup(settings, tmp_path / "backup")
    assert run_backup(settings, tmp_path / "backup") == 1
    assert capsys.readouterr().err.startswith("no backup was made: ")
    assert run_restore(settings, tmp_path / "nothing") == 1
    assert "is no backup" in capsys.readouterr().err


def test_a_missing_document_is_a_failure_that_is_named(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = next(path for path in (tmp_path / "store").rglob("*") if path.is_file())
    gone.unlink()
    assert run_backup(settings, tmp_path / "backup") == 1
    assert f"FAIL the document documents/{gone.name} is not in the store" in capsys.readouterr().out


def test_a_disk_that_cannot_be_written_is_said_without_a_trace(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert run_backup(settings, tmp_path / "file" / "backup") == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_database_that_is_away_is_said_without_its_password(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = replace(settings, database_url="postgresql://portal:hush@127.0.0.1:1/portal")
    assert run_backup(away, tmp_path / "backup") == 1
    assert "hush" not in capsys.readouterr().err


def test_programs_that_are_missing_or_old_are_named(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if settings.database_url.startswith("sqlite"):
        pytest.skip("SQLite needs no programs")
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    assert run_backup(settings, tmp_path / "backup") == 1
    assert "pg_dump is not installed: install" in capsys.readouterr().err
    (programs / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    (programs / "pg_dump").chmod(0o755)
    assert run_backup(settings, tmp_path / "backup") == 1
    assert "pg_dump is older than the server" in capsys.readouterr().err


def test_a_password_is_not_among_the_arguments_of_a_program(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if settings.database_url.startswith("sqlite"):
        pytest.skip("SQLite needs no programs")
    programs = tmp_path / "bin"
    programs.mkdir()
    seen = tmp_path / "seen"
    version = "[ $1 = --version ] && echo '(PostgreSQL) 99' && exit"
    (programs / "pg_dump").write_text(f'#!/bin/sh\n{version}\necho "$PGPASSWORD: $@" > {seen}\nexit 1\n')
    (programs / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    known = settings.database_url.replace("postgres@", "postgres:hush@")
    assert run_backup(replace(settings, database_url=known), tmp_path / "backup") == 1
    password, _, arguments = seen.read_text().partition(": ")
    assert (password, "hush" in arguments) == ("hush", False)


def test_a_table_without_a_key_is_backed_up_with_the_rest(settings: Settings, tmp_path: Path) -> None:
    database = Database(settings.database_url)
    with database.session() as session, session.begin():
        session.execute(text("CREATE TABLE notes (word VARCHAR(20))"))
        session.execute(text("INSERT INTO notes VALUES ('second'), ('first'), (NULL)"))
    database.dispose()
    assert run_backup(settings, tmp_path / "backup") == 0
    made = manifest_in(tmp_path / "backup", Keyring.parse(settings.keys))
    assert made.tables["notes"].rows == 3


def _address(url: str, folder: Path, name: str) -> str:
    return f"sqlite:///{folder}/{name}.sqlite" if url.startswith("sqlite") else f"{url}_backup_{name}"


def test_rows_that_postgresql_quotes_are_not_repeated() -> None:
    said = 'pg_restore: error: COPY failed: ERROR: twice\nDETAIL: Key (sub)=(ma-salma)\nCONTEXT: COPY, "Salma"\n'
    assert dumps._without_values(said) == "pg_restore: error: COPY failed: ERROR: twice"
