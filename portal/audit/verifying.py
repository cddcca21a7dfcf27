"""Check a file of proofs: from each record by its path to a root, a head and a signature. Neither a database nor
settings are needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.audit import merkle, seals
from portal.audit.errors import BadProofs
from portal.audit.proofs import FORMAT
from portal.audit.records import leaf_of
from portal.terminal import shown

ROOTS = "shubbak-access-roots-1"
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many records and batches there are, how many records wait for their batch, by which key they were checked
    (its fingerprint), and what is wrong, one line for each wrong record."""

    records: int
    batches: int
    waiting: int
    fingerprint: str
    problems: tuple[str, ...]


def verify(file: Any, key: str | None = None, published: Iterable[Any] | None = None) -> Verdict:
    """Checks what ``export`` made, by the file's own key or by ``key`` (base64url).

    ``published`` are files of published heads: each batch must be among them. Raises BadProofs when it is no such file.
    """
    records, batches, waiting = (_list(file, FORMAT, name) for name in ("records", "batches", "waiting"))
    public = _key(file, key)
    heads = None if published is None else _heads(published)
    found = {batch["number"]: batch for batch in batches if isinstance(batch.get("number"), int)}
    wrong = {number: _wrong_batch(batch, public, heads) for number, batch in found.items()}
    times = Counter(_place(record) for record in records)
    said = (
        (record, "is there twice" if times[_place(record)] > 1 else _wrong(record, file.get("subject"), found, wrong))
        for record in records
    )
    problems = (f"record {shown(record.get('id'))} {problem}" for record, problem in said if problem)
    return Verdict(len(records), len(found), len(waiting), seals.fingerprint(public), tuple(problems))


def _place(record: Mapping[str, Any]) -> str:
    return f"{record.get('batch')!r} {record.get('position')!r}"


def _list(file: Any, known: str, name: str) -> list[dict[str, Any]]:
    if not isinstance(file, dict) or file.get("format") != known:
        raise BadProofs(f"this is not a file of the format {known}")
    found = file.get(name)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadProofs(f"the file is not whole: {name} is missing or is no list")
    return found


def _key(file: Mapping[str, Any], given: str | None) -> bytes:
    try:
        return seals.read_key(file["key"]["ed25519"] if given is None else given)
    except UNREADABLE:
        raise BadProofs("the file names no key") from None


def _heads(published: Iterable[Any]) -> dict[str, Any]:
    return {
        str(batch.get("number")): batch.get("head") for file in published for batch in _list(file, ROOTS, "batches")
    }


def _wrong_batch(batch: Mapping[str, Any], public: bytes, heads: Mapping[str, Any] | None) -> str:
    number = batch.get("number")
    try:
        digest = seals.Head.read(batch).digest
        if digest.hex() != batch["head"]:
            return f"lies in batch {number}, which is not what its head says"
        if not seals.is_signed(public, batch["signature"], digest):
            return f"lies in batch {number}, which is not signed by this key"
    except UNREADABLE:
        return f"lies in batch {number}, which is not whole"
    if heads is not None and heads.get(str(number)) != batch["head"]:
        return f"lies in batch {number}, whose head is not among the published ones"
    return ""


def _wrong(
    record: Mapping[str, Any], subject: object, batches: Mapping[Any, Mapping[str, Any]], wrong: Mapping[Any, str]
) -> str:
    """What is wrong with a record; nothing when it is proved."""
    try:
        if record["subject_id"] != subject:
            return "is about somebody else"
        if any(type(record[name]) is not int for name in ("batch", "position")):
            return "is not whole"
        batch = batches.get(record["batch"])
        if batch is None:
            return f"lies in batch {shown(record['batch'])}, which is not in the file"
        beside = [bytes.fromhex(one) for one in record["path"]]
        root = merkle.root_by(leaf_of(record), record["position"], batch["count"], beside)
        if root is None or root.hex() != batch["root"]:
            return f"does not lead to the root of batch {record['batch']}: the record, or its path, was changed"
    except UNREADABLE:
        return "is not whole"
    return wrong[record["batch"]]
