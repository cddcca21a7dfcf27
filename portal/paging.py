"""Pages found by key: the place of the last row travels in the address, sealed against nothing but nonsense."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from flask import abort, request

Place = tuple[datetime, UUID]


def read_place() -> Place | None:
    """Where this page begins: ``?from=<microseconds>.<id>``. Aborts with 404 on nonsense."""
    text = request.args.get("from")
    if not text:
        return None
    stamp, _, key = text.partition(".")
    try:
        return datetime.fromtimestamp(int(stamp) / 1_000_000, UTC), UUID(key)
    except (ValueError, OverflowError, OSError):
        abort(404)


def read_key() -> UUID | None:
    """The id in that place, for lists that are in the order of their ids; None at their beginning."""
    place = read_place()
    return place[1] if place else None


def after(rows: Sequence[Any], most: int, name: str) -> str | None:
    """The place of the next page, None when this one is not full. A day is placed as its beginning (UTC)."""
    if len(rows) < most:
        return None
    placed: datetime | date = getattr(rows[-1], name)
    moment = placed if isinstance(placed, datetime) else datetime.combine(placed, time(), UTC)
    return f"{round(moment.timestamp() * 1_000_000)}.{rows[-1].id}"
