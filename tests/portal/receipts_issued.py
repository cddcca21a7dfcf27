"""Builders: a receipt that Salma was issued, and strangers who check it."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from uuid import UUID

import httpx
from requests_made import BIRTH
from scenes import entered, scene
from sqlalchemy import select, update
from world import Browser, World

from portal.audit.models import Access
from portal.locker.models import Document
from portal.locker.proofs import codes, proof
from portal.locker.proofs.printing import attached
from portal.locker.proofs.proof import Proof
from portal.unit import Unit

OTHER = base64.b64encode(b"x" * 32).decode()
TRUE, CHANGED = "Ce document est authentique", "Ce n’est pas ce qui a été délivré"
REVOKED, OVER, UNKNOWN = "Ce document a été révoqué", "Authentique, mais plus valable", "Aucun document de ce numéro"
BARE = "Ce fichier ne porte pas de preuve"


def records(town: World, subject: UUID) -> list[Access]:
    """What was recorded about somebody, oldest first."""

    def read(unit: Unit) -> list[Access]:
        query = select(Access).where(Access.subject_id == subject).order_by(Access.id)
        found = list(unit.session.scalars(query))
        unit.session.expunge_all()
        return found

    return town.work.transact(read, reading=True)


@dataclass
class Issued:
    """A receipt that Salma was issued: its row's id, its bytes, its proof."""

    town: World
    salma: Browser
    document: str
    pdf: bytes
    token: bytes
    proof: Proof

    @property
    def text(self) -> str:
        """What its QR code says."""
        home = self.town.settings.public_url
        return f"{proof.address_of(home, self.proof.code)}#{proof.written(self.token)}"

    def change(self, **values: object) -> None:
        wanted = Document.code_mark == codes.found_by(self.town.work.adapters.keyring, self.proof.code)
        self.town.work.transact(lambda unit: unit.session.execute(update(Document).where(wanted).values(**values)))

    def checked(self, typed: str, lang: str = "fr") -> str:
        """The words of the page, for a stranger who typed this."""
        stranger = self.town.browser()
        stranger.get(f"/{lang}/verify")
        return stranger.submit("/verify", {"code": typed}).words

    def checked_file(self, content: bytes, name: str = "recu.pdf") -> str:
        """The words of the page, for a stranger who chose this file."""
        answer = self.answer_to(content, name)
        assert answer.status_code == 200, answer.text[:300]
        return re.sub(r"<[^>]+>", " ", answer.text)

    def answer_to(self, content: bytes, name: str = "recu.pdf") -> httpx.Response:
        """What is answered to a stranger who chose this file."""
        stranger = self.town.browser()
        data = {"csrf_token": stranger.get("/fr/verify").token()}
        return stranger.client.post("/fr/verify-file", data=data, files={"file": (name, content)})


def a_receipt(town: World) -> Issued:
    """Salma's newest receipt of filing."""
    salma = entered(town, "salma")
    made = scene(town, "salma", BIRTH, until="filed")
    town.worker_runs()
    link = re.search(
        r'href="(/fr/locker/[0-9a-f-]{36}/file)"', salma.get(f"/fr/requests/{made.reference}/receipt").text
    )
    assert link
    pdf = salma.client.get(link[1]).content
    token = attached(pdf)
    return Issued(town, salma, link[1], pdf, token, proof.read(token, town.work.adapters.proof_keys))
