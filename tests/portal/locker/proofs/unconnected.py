"""Somebody who checks documents without a connection, by both programs for it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from portal.locker.examples import example
from portal.locker.proofs import codes, proof, statuses
from portal.locker.proofs.commands import verify
from portal.locker.proofs.printing import on_paper
from portal.locker.proofs.proof import Proof
from portal.locker.rendering import render
from portal.proof_keys import ProofKeys
from portal.settings import ROOT

HOME = "https://portal.example"
SEED = base64.b64encode(b"7" * 32).decode()
OTHER = base64.b64encode(b"8" * 32).decode()
LIST = f"{HOME}/status/2026-11"


@dataclass
class Desk:
    """A folder with what somebody without a connection has: keys, a list, documents."""

    folder: Path
    fonts: Path
    keys: ProofKeys

    def publish(self, keys: ProofKeys | None = None, *revoked: int, when: datetime | None = None) -> None:
        (self.folder / "jwks.json").write_text(json.dumps((keys or self.keys).published()))
        listed = statuses.listed(LIST, revoked, when or datetime.now(UTC), keys or self.keys)
        (self.folder / "list").write_bytes(listed)

    def document(self, template: str = "birth_extract", place: int = 7, expires: datetime | None = None) -> Path:
        paper, code = example(template), codes.code_of(b"k" * 32)
        made = datetime.now(UTC).replace(microsecond=0)
        said = Proof(HOME, code, template, made, paper.facts(), LIST, place, expires)
        token = said.signed(self.keys)
        data = paper.data() | {"proof": on_paper(HOME, code, token)}
        file = self.folder / f"{template}.pdf"
        file.write_bytes(render(paper.template, data, moment=made, fonts=self.fonts))
        (self.folder / "qr.txt").write_text(f"{proof.address_of(HOME, code)}#{proof.written(token)}")
        return file

    def token(self) -> bytes:
        """The proof of the document that was made last."""
        return proof.unwritten((self.folder / "qr.txt").read_text())

    def file(self, content: bytes) -> Path:
        """A file that somebody brings: a PDF, or a token that is written as a QR code says it."""
        file = self.folder / "brought"
        is_pdf = content.startswith(b"%PDF-")
        file.write_bytes(content if is_pdf else f"{HOME}/V/X#{proof.written(content)}".encode())
        return file

    def checks(self, file: Path, *more: bytes, with_list: bool = True) -> tuple[str, str]:
        """The verdict of both, with ``more`` lists, and what they print: they agree, and print only their own lines."""
        arguments = [str(file), "--keys", str(self.folder / "jwks.json")]
        arguments += ["--list", str(self.folder / "list")] if with_list else []
        for number, one in enumerate(more):
            (self.folder / f"list-{number}").write_bytes(one)
            arguments += ["--list", str(self.folder / f"list-{number}")]
        command = [sys.executable, str(ROOT / "docs" / "verify_document.py"), *arguments]
        alone = subprocess.run(command, capture_output=True, check=False)
        ours = CliRunner().invoke(verify, arguments)
        said, also = alone.stdout.decode(), ours.output
        assert said.partition(":")[0] == also.partition("\n")[0], (said, alone.stderr, also)
        assert alone.returncode == ours.exit_code
        assert all(line.isprintable() for line in (said + also).replace("\u202f", " ").split("\n"))
        return said.partition(":")[0], said + also
