"""Checks a file of access records with their proofs, on its own: `pip install cryptography`, then

    python verify_access.py who-looked.json [KEY] [access-roots.json ...]

KEY is the portal's public key as its page of seals shows it; without it (or with "-") the one in the file is taken.
Each further file is one page of /access-roots.json; when there is one, every batch must be published there. What is
checked: leaf = SHA-256(00 ‖ record), tree as in RFC 6962 section 2.1, head = SHA-256(what binds the batch), Ed25519
over the head; records and heads are JSON with sorted keys and no spaces, in UTF-8.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PLACE = ("batch", "position", "path")
HEAD = ("number", "previous", "root", "count", "first", "last", "made_at")


def canonical(values: dict[str, Any]) -> bytes:
    """JSON that is the same on every machine."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def root_of(record: dict[str, Any], count: int) -> str:
    """The root that a record and its path lead to, in hex; empty when the path has another length."""
    content = canonical({name: value for name, value in record.items() if name not in PLACE})
    digest, position = hashlib.sha256(b"\0" + content).digest(), record["position"]
    beside = [bytes.fromhex(one) for one in record["path"]]
    if not 0 <= position < count:
        return ""
    while count > 1:
        if position ^ 1 < count:  # the last of an odd number has nobody beside it
            if not beside:
                return ""
            other = beside.pop(0)
            digest = hashlib.sha256(b"\1" + (other + digest if position & 1 else digest + other)).digest()
        position, count = position >> 1, (count + 1) >> 1
    return "" if beside else digest.hex()


def problem_of(
    record: dict[str, Any], file: dict[str, Any], key: Ed25519PublicKey, heads: dict[int, str] | None
) -> str:
    """What is wrong with a record; nothing when it is proved."""
    batch = next((one for one in file["batches"] if one["number"] == record["batch"]), None)
    if record["subject_id"] != file["subject"]:
        return "is about somebody else"
    if any(type(record[name]) is not int for name in ("batch", "position")):
        return "is not whole"
    if sum(one["batch"] == record["batch"] and one["position"] == record["position"] for one in file["records"]) > 1:
        return "is there twice"
    if batch is None:
        return "lies in a batch that is not in the file"
    if root_of(record, batch["count"]) != batch["root"]:
        return "does not lead to the root of its batch: the record, or its path, was changed"
    head = hashlib.sha256(canonical({name: batch[name] for name in HEAD})).digest()
    if head.hex() != batch["head"]:
        return "lies in a batch that is not what its head says"
    try:
        key.verify(bytes.fromhex(batch["signature"]), head)
    except InvalidSignature:
        return "lies in a batch that is not signed by this key"
    return "" if heads is None or heads.get(batch["number"]) == batch["head"] else "lies in a batch nobody published"


def shown(text: object) -> str:
    """Text for a terminal, where what moves the cursor or turns other text round is written out."""
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in str(text)[:200])


def main(name: str, given: str = "-", *published: str) -> int:
    """Says what is wrong, a line for each record; 1 when anything is."""
    file = json.loads(Path(name).read_text("utf-8"))
    if file["format"] != "shubbak-access-1":
        raise SystemExit("this is no file of access records")
    text = file["key"]["ed25519"] if given == "-" else given
    public = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    pages = [json.loads(Path(one).read_text("utf-8")) for one in published]
    heads = {one["number"]: one["head"] for page in pages for one in page["batches"]} if pages else None
    key, wrong = Ed25519PublicKey.from_public_bytes(public), 0
    for record in file["records"]:
        if problem := problem_of(record, file, key, heads):
            print(f"record {shown(record['id'])} {problem}")
            wrong += 1
    print(
        f"{len(file['records'])} records, {len(file['batches'])} batches: {f'{wrong} wrong' if wrong else 'all hold'}"
    )
    print(f"key {hashlib.sha256(public).hexdigest()[:32]}: compare it with the one on the portal's page of seals")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
