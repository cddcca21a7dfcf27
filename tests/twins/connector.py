"""Administrations for tests: one that decides in memory, and one that never answers."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from journeys.exchange.ports import Answer, BadNews, Dossier, NotAccepted, NotKnown, NotReachable, Reply
from payments.columns import new_id

SECRET = b"the twins' secret"
SIGNATURE = "X-Twin-Signature"
TAKEN = {"ar": "التسمية محجوزة.", "fr": "La dénomination est prise.", "en": "The name is taken."}


def a_dossier(*, key: str = "", name: str = "Zellige Atlas", reference: str = "K7QX2-M4RPA") -> Dossier:
    """A complete request for a company name, under a fresh key unless one is given."""
    return Dossier(
        key=key or str(new_id()),
        reference=reference,
        service="negative-certificate",
        version=1,
        office="ompic",
        language="fr",
        filed_at=datetime(2026, 10, 1, 9, 30, tzinfo=UTC),
        subject={"name_ar": "يوسف بناني", "name_lat": "Youssef Bennani", "cin": "BK380912"},
        answers={"company_name": name, "legal_form": "SARL"} if name else {},
    )


@dataclass
class Kept:
    """A case as the working twin keeps it."""

    theirs: str
    dossier: Dossier
    answer: Answer = Answer.LATER
    reason: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


class Working:
    """Keeps cases in memory. ``mode`` says how it answers a new one: ``now``, ``poll`` or ``refuse``."""

    name = "working"

    def __init__(self) -> None:
        self.mode = "now"
        self.cases: dict[str, Kept] = {}

    def submit(self, dossier: Dossier) -> Reply:
        known = next((kept for kept in self.cases.values() if kept.dossier.key == dossier.key), None)
        if known is not None and known.dossier != replace(dossier, filed_at=known.dossier.filed_at):
            raise NotAccepted("another dossier under this key")
        if not dossier.answers:
            raise NotAccepted("no name")
        return self._reply(known or self._taken(dossier))

    def ask(self, theirs: str) -> Reply:
        if theirs not in self.cases:
            raise NotKnown(theirs)
        return self._reply(self.cases[theirs])

    def read_news(self, headers: Mapping[str, str], body: bytes) -> str:
        if not hmac.compare_digest(headers.get(SIGNATURE, ""), _sign(body)):
            raise BadNews("signature")
        reference: str = json.loads(body)["reference"]
        return reference

    def check(self) -> str:
        return "working: in memory"

    def decide(self, theirs: str, *, grants: bool) -> None:
        """An officer decides a case that is open."""
        kept = self.cases[theirs]
        kept.answer = Answer.GRANTED if grants else Answer.REFUSED
        kept.facts = {"granted_name": kept.dossier.answers["company_name"]} if grants else {}
        kept.reason = {} if grants else TAKEN

    def tell(self, theirs: str) -> tuple[dict[str, str], bytes]:
        """Headers and body of a signed message about a case."""
        body = json.dumps({"reference": theirs}).encode()
        return {SIGNATURE: _sign(body)}, body

    def _taken(self, dossier: Dossier) -> Kept:
        kept = Kept(f"T-{len(self.cases) + 1:04d}", dossier)
        self.cases[kept.theirs] = kept
        if self.mode != "poll":
            self.decide(kept.theirs, grants=self.mode == "now")
        return kept

    def _reply(self, kept: Kept) -> Reply:
        again = datetime.now(UTC) + timedelta(minutes=1) if kept.answer == Answer.LATER else None
        return Reply(kept.answer, kept.theirs, kept.reason, kept.facts, again)


class Failing:
    """Never answers."""

    name = "failing"

    def submit(self, dossier: Dossier) -> Reply:
        raise NotReachable("failing")

    def ask(self, theirs: str) -> Reply:
        raise NotReachable("failing")

    def read_news(self, headers: Mapping[str, str], body: bytes) -> str:
        raise NotReachable("failing")

    def check(self) -> str:
        raise NotReachable("failing")


def _sign(body: bytes) -> str:
    return hmac.new(SECRET, body, sha256).hexdigest()
