"""Builders: files of proofs as they are read again, and what somebody may change in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from looked import YOUSSEF, Looked

from portal.audit import seals
from portal.audit.verifying import ROOTS

File = dict[str, Any]


def as_read(file: File) -> File:
    """A file after it was written and read."""
    read: File = json.loads(json.dumps(file, ensure_ascii=False))
    return read


def published(seen: Looked) -> File:
    """What the portal publishes."""
    return as_read({"format": ROOTS, "batches": [seals.shown(one) for one in seen.batches()]})


def change(name: str, value: object) -> Callable[[File], None]:
    """Another value in the second record."""
    return lambda file: file["records"][1].update({name: value})


def of_batch(name: str, value: object) -> Callable[[File], None]:
    """Another value in the first batch, in which three records lie."""
    return lambda file: file["batches"][0].update({name: value})


def flip(file: File) -> None:
    """Another digest in a path."""
    file["records"][1]["path"][0] = "0" * 64


def shorter(file: File) -> None:
    """A path that ends too early."""
    file["records"][1]["path"].pop()


def longer(file: File) -> None:
    """A path that goes on."""
    file["records"][1]["path"].append("0" * 64)


def more(file: File) -> None:
    """A field that the record never had."""
    file["records"][1]["note"] = "x"


def less(file: File) -> None:
    """A field that the record had."""
    del file["records"][1]["basis"]


LEADS = "does not lead to the root of batch 1"
FIELDS = {
    "id": "0", "at": "2026-10-01T09:30:00.000000Z", "reader_id": None, "role": "auditor", "office_id": None,
    "reader": "x", "case_id": None, "reference": "x", "service": "x", "mandate_id": "x", "basis": "audit",
    "kind": "list", "did": "changed", "refused": True, "salt": "00",
}  # fmt: skip
ONE: dict[str, tuple[Callable[[File], None], str]] = {
    **{f"another {name}": (change(name, value), LEADS) for name, value in FIELDS.items()},
    "another person": (change("subject_id", str(YOUSSEF)), "is about somebody else"),
    "another place": (change("position", 0), LEADS),
    "a place outside": (change("position", 99), LEADS),
    "another batch": (change("batch", 2), "does not lead to the root of batch 2"),
    "a batch that is not there": (change("batch", 9), "lies in batch 9, which is not in the file"),
    "another digest": (flip, LEADS),
    "a shorter path": (shorter, LEADS),
    "a longer path": (longer, LEADS),
    "one field more": (more, LEADS),
    "one field less": (less, LEADS),
    "no path": (change("path", None), "is not whole"),
    "a path of words": (change("path", ["x"]), "is not whole"),
    "a place in words": (change("position", "0"), "is not whole"),
    "a batch that is a list": (change("batch", []), "is not whole"),
}
ALL: dict[str, tuple[Callable[[File], None], str]] = {
    "another number": (of_batch("number", 7), "lies in batch 1, which is not in the file"),
    "another predecessor": (of_batch("previous", "f" * 64), "lies in batch 1, which is not what its head says"),
    "another moment": (of_batch("made_at", "x"), "lies in batch 1, which is not what its head says"),
    "another first record": (of_batch("first", "x"), "lies in batch 1, which is not what its head says"),
    "another last record": (of_batch("last", "x"), "lies in batch 1, which is not what its head says"),
    "another head": (of_batch("head", "f" * 64), "lies in batch 1, which is not what its head says"),
    "another root": (of_batch("root", "f" * 64), LEADS),
    "another signature": (of_batch("signature", "0" * 128), "lies in batch 1, which is not signed by this key"),
    "no signature": (of_batch("signature", None), "lies in batch 1, which is not whole"),
    "a count in words": (of_batch("count", "x"), "is not whole"),
    "no batch": (lambda file: file["batches"].pop(0), "lies in batch 1, which is not in the file"),
}
