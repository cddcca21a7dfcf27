"""An access record as text that is the same on every machine, and the leaf made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from portal.audit import merkle

FIELDS = (
    "id",
    "at",
    "subject_id",
    "reader_id",
    "role",
    "office_id",
    "reader",
    "case_id",
    "reference",
    "service",
    "document_id",
    "mandate_id",
    "basis",
    "kind",
    "did",
    "refused",
    "salt",
)
"""What a leaf is made of, for ever: a column that is added later needs another format beside this one."""

PLACE = ("batch", "position", "path")
"""What stands beside the fields of a record in a file of proofs, and is not part of its leaf."""


def said(value: object) -> object:
    """A value as canonical JSON has it: ids and moments (UTC, microseconds, Z) as text, bytes in hex."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    return value.hex() if isinstance(value, bytes) else value


def canonical(values: Mapping[str, object]) -> bytes:
    """JSON with sorted keys and nothing between, UTF-8. The values are as ``said`` makes them."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def record_of(row: Any) -> dict[str, object]:
    """The fields of a record, from a row that has them as attributes."""
    return {name: said(getattr(row, name)) for name in FIELDS}


def leaf_of(record: Mapping[str, object]) -> bytes:
    """The digest of a record; what ``PLACE`` names is left out."""
    return merkle.leaf(canonical({name: value for name, value in record.items() if name not in PLACE}))
