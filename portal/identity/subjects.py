"""Whoever a request can be about: a person or a company, as one set of facts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from portal.identity import people
from portal.identity.mandates.models import Company
from portal.keys import Keyring


def said_of(session: Session, subject: UUID, keyring: Keyring) -> dict[str, str]:
    """What identifies a subject: a person's names and numbers, or a company's, as issuers and registers say."""
    company = session.get(Company, subject)
    if company is None:
        return people.identifiers(session, subject, keyring)
    names = {"name_ar": company.name_ar, "name_lat": company.name_lat, "kind": company.kind}
    numbers = {"ice": company.ice, "court": company.court, "rc": company.rc}
    return {**company.facts, **names, **{name: value for name, value in numbers.items() if value}}
