"""Which migrations a database has, and which of them this code knows: asked without loading Alembic."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, String, column, inspect, select, table

from portal.settings import ROOT

VERSIONS = ROOT / "migrations" / "versions"
TABLE = "alembic_version"
REVISION = re.compile(r"^(down_revision|revision)\b[^=]*=\s*(.+)$", re.MULTILINE)


def revision_of(connection: Connection) -> str | None:
    """The newest migration that was run here; None where none ever was."""
    if not inspect(connection).has_table(TABLE):
        return None
    return connection.scalar(select(column("version_num", String)).select_from(table(TABLE)))


def revisions(folder: Path = VERSIONS) -> tuple[str, frozenset[str]]:
    """The newest migration among these files, and all of them; read without running any."""
    said = [dict(REVISION.findall(file.read_text("utf-8"))) for file in folder.glob("*.py")]
    known = frozenset(_word(one["revision"]) for one in said)
    (newest,) = known - {_word(one["down_revision"]) for one in said}
    return newest, known


def is_new_enough(connection: Connection) -> bool:
    """Whether the database has every migration this code knows. One that this code does not know is of a newer version:
    during an upgrade the old processes work on."""
    newest, known = revisions()
    found = revision_of(connection)
    return found is not None and (found == newest or found not in known)


def _word(literal: str) -> str:
    return literal.strip().strip("'\"")
