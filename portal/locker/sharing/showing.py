"""Shares as their owner sees them, and whose they are to whoever they are shared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from markupsafe import Markup
from sqlalchemy import select

from journeys.exchange.models import Office
from portal.i18n import gettext, language
from portal.identity.mandates.models import Company
from portal.identity.people import names_of
from portal.locker.models import Document
from portal.locker.sharing import actions
from portal.locker.sharing.models import Share, With
from portal.templating import text
from portal.unit import Unit


@dataclass(frozen=True, slots=True)
class Shown:
    """A share as a page shows it."""

    row: Share
    purpose: str
    whom: Markup | str
    said: str
    alive: bool


def shown(unit: Unit, rows: Iterable[tuple[Share, bool]], document: Document) -> list[Shown]:
    """The shares of a document, each with whether it still shows it: with whom and what for."""
    alive, keyring = dict(rows), unit.adapters.keyring
    some = [*alive]
    offices = {one.office_id for one in some if one.office_id}
    companies = {one.company_id for one in some if one.company_id}
    named: dict[UUID | None, Markup | str] = {}
    for office in unit.session.scalars(select(Office).where(Office.id.in_(offices))) if offices else ():
        named[office.id] = text(office.names)
    for company in unit.session.scalars(select(Company).where(Company.id.in_(companies))) if companies else ():
        named[company.id] = text({"ar": company.name_ar, "fr": company.name_lat})
    usual = {With.PERSON: gettext("A person"), With.LINK: gettext("Whoever has the link")}
    return [
        Shown(
            one,
            actions.purpose_of(keyring, one, document),
            named.get(one.office_id or one.company_id) or usual.get(With(one.kind), ""),
            actions.said_of(keyring, one, document),
            alive[one],
        )
        for one in some
    ]


def owners(unit: Unit, rows: Iterable[Share]) -> dict[UUID, str]:
    """By its id, who shares each of these: the name of the person or the company. Whoever has a link is told no name:
    nobody knows to whom it was passed on."""
    some = {one.owner_id for one in rows if one.kind != With.LINK}
    found = names_of(unit.session, some)
    if others := some - found.keys():
        query = select(Company.id, Company.name_ar, Company.name_lat).where(Company.id.in_(others))
        found |= {one: (ar, lat) for one, ar, lat in unit.session.execute(query)}
    return {one: (ar or lat) if language() == "ar" else (lat or ar) for one, (ar, lat) in found.items()}
