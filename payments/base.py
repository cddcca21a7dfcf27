"""Base of the tables of payments, and the rows that are written once and never changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase

from payments.columns import new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()


class NotChangeable(Exception):
    """Somebody tried to change or delete a row of an append-only table."""


class AppendOnly:
    """Mixin: rows that are only ever added. Changing or deleting one through a session raises NotChangeable."""


@event.listens_for(AppendOnly, "before_update", propagate=True)
@event.listens_for(AppendOnly, "before_delete", propagate=True)
def _refuse(_mapper: Any, _connection: Any, row: Any) -> None:
    raise NotChangeable(type(row).__name__)
