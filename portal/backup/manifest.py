"""What lies in a backup: written last, sealed by the portal's keys, and believed only when it is as it was written."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from portal.backup.digests import Digest
from portal.backup.errors import NotDone
from portal.keys import Keyring

FILE = "manifest.json"
FORMAT = 1
PURPOSE = "backup"


@dataclass(frozen=True, slots=True)
class Content:
    """A file of the backup, or all its documents: how much it is, and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One backup. ``made_at`` is the moment of its snapshot or just before; ``missing`` are the keys of documents that
    were kept by the database and not found in the store."""

    format: int
    made_at: str
    kind: str
    server: int
    revision: str
    database: Content
    tables: dict[str, Digest]
    documents: int
    listing: Content
    missing: tuple[str, ...] = ()
    seal: str = ""

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(table.rows for table in self.tables.values())

    def write(self, folder: Path, keyring: Keyring) -> Manifest:
        """Makes the backup whole: from now on it can be restored, even when this machine ends at once."""
        sealed = replace(self, seal=keyring.fingerprint(_said(self), PURPOSE))
        waiting = folder / f"{FILE}.waiting"
        waiting.write_text(json.dumps(asdict(sealed), indent=1), "utf-8")
        os.sync()
        waiting.rename(folder / FILE)
        os.sync()
        return sealed


def manifest_in(folder: Path, keyring: Keyring) -> Manifest:
    """The manifest of a backup. Raises NotDone when it is not there, changed, or sealed under keys we do not have."""
    if not (folder / FILE).is_file():
        raise NotDone(f"{folder} is no backup, or one that was never finished: it has no {FILE}")
    try:
        said = json.loads((folder / FILE).read_text("utf-8"))
        if said["format"] != FORMAT:
            raise NotDone(f"the backup has format {said['format']}, which this version of the portal does not know")
        found = _read(said)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotDone(f"{FILE} cannot be read: it was changed or cut; take another backup") from None
    _believed(found, keyring)
    return found


def digest_of(file: Path) -> Content:
    """Size and digest of a file. Raises NotDone when it is missing."""
    if not file.is_file():
        raise NotDone(f"{file.name} is missing from the backup; take another backup")
    with file.open("rb") as content:
        return Content(file.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest())


def _read(said: dict[str, Any]) -> Manifest:
    contents = {name: Content(**said[name]) for name in ("database", "listing")}
    tables = {name: Digest(**digest) for name, digest in said["tables"].items()}
    if not isinstance(said["seal"], str):
        raise TypeError("seal")
    return Manifest(**said | contents | {"tables": tables, "missing": tuple(said["missing"])})


def _believed(found: Manifest, keyring: Keyring) -> None:
    seal = keyring.fingerprint(_said(found), PURPOSE)
    if seal.partition(".")[0] != found.seal.partition(".")[0]:
        raise NotDone(
            f"the backup was made under the key {found.seal.partition('.')[0][:16]!r}: without it nothing could be "
            "opened; put it into PORTAL_KEYS, as the last one"
        )
    if not hmac.compare_digest(seal.encode(), found.seal.encode()):
        raise NotDone(
            f"{FILE} was changed, or PORTAL_KEYS holds other keys than when the backup was made; "
            "check the keys, or take another backup"
        )


def _said(manifest: Manifest) -> str:
    return json.dumps(asdict(replace(manifest, seal="")), sort_keys=True)
