"""What a document proves, from its row and its paper; and whose seal it bears."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from journeys.exchange.models import Office
from payments.columns import moment_of
from portal.locker.models import Document
from portal.locker.papers import Paper
from portal.locker.proofs.codes import code_of
from portal.locker.proofs.proof import Proof
from portal.locker.proofs.statuses import CASABLANCA

LISTS = "status"


def proof_of(document: Document, paper: Paper, data_key: bytes, home: str) -> Proof:
    """The proof of a document that has its place in a status list. ``home`` is the portal's address."""
    return Proof(
        issuer=home,
        code=code_of(data_key),
        kind=document.kind,
        made_at=moment_of(document.id).replace(microsecond=0),
        facts=paper.facts(),
        list_url=f"{home}/{LISTS}/{document.proof_list}",
        place=document.proof_place or 0,
        expires=end_of(document.valid_until) if document.valid_until else None,
    )


def end_of(day: date) -> datetime:
    """The moment after the last of a day in Morocco."""
    return datetime.combine(day + timedelta(days=1), time(), CASABLANCA).astimezone(UTC)


def seal_of(office: Office) -> str:
    """The name of the seal of an office: its administration and its territory."""
    return "/".join(part for part in (office.administration, office.territory) if part)
