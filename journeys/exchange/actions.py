"""Find the competent office; keep evidence of each exchange; load the deployment's offices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.exchange.errors import NotServed, ServedTwice
from journeys.exchange.models import ANYWHERE, DESK, WHOLE, Exchange, Office
from payments.actor import Actor


def competent_office(session: Session, administration: str, territory: str, service: str) -> Office:
    """The office that takes this service: of this territory, else of the whole country; one that names the service
    before one that takes whatever nobody names. Raises NotServed."""
    here = select(Office).where(Office.administration == administration, Office.territory.in_((territory, ANYWHERE)))
    found = _taking(session.scalars(here), service)
    if not found:
        raise NotServed(f"{administration} {territory} {service}")
    return max(found, key=lambda office: office.territory == territory)


def offices_that_take(session: Session, administrations: Iterable[str], service: str) -> list[Office]:
    """The offices of these administrations that take this service from here, one in each place, by administration and
    territory."""
    wanted = select(Office).where(Office.administration.in_(list(administrations)))
    return _taking(session.scalars(wanted.order_by(Office.administration, Office.territory)), service)


def _taking(offices: Iterable[Office], service: str) -> list[Office]:
    """Those of these offices that take a service: in each place one that names it before one that takes whatever
    nobody names."""
    found: dict[tuple[str, str], Office] = {}
    for office in offices:
        place = office.administration, office.territory
        if service in office.services or (not office.services and place not in found):
            found[place] = office
    return list(found.values())


def office_at(session: Session, administration: str, territory: str = ANYWHERE, branch: str = WHOLE) -> Office:
    """The office of this administration, territory and branch. Raises NotServed."""
    found = session.scalar(select(Office).filter_by(administration=administration, territory=territory, branch=branch))
    if found is None:
        raise NotServed(f"{administration} {territory} {branch}")
    return found


def load_offices(session: Session, _moment: datetime, _actor: Actor, offices: Iterable[Mapping[str, Any]]) -> None:
    """Adds offices and brings known ones (same administration, territory and branch) up to date. Raises ServedTwice."""
    known = {(one.administration, one.territory, one.branch): one for one in session.scalars(select(Office))}
    for entry in offices:
        key = (entry["administration"], entry.get("territory", ANYWHERE), entry.get("branch", WHOLE))
        office = known.get(key)
        if office is None:
            office = known[key] = Office(administration=key[0], territory=key[1], branch=key[2])
            session.add(office)
        office.names = dict(entry["names"])
        office.services = list(entry.get("services", ()))
        office.connector = entry.get("connector", DESK)
        office.account = entry.get("account") or f"beneficiary:{':'.join(filter(None, key[:2]))}"
    _take_apart(known.values())
    session.flush()


def _take_apart(offices: Iterable[Office]) -> None:
    """Of the offices of one place at most one takes a service, and at most one whatever no other names."""
    takers = Counter((one.administration, one.territory, it) for one in offices for it in one.services or ["*"])
    twice = [" ".join(filter(None, what)) for what, times in takers.items() if times > 1]
    if twice:
        raise ServedTwice(", ".join(twice))


def note_exchange(
    session: Session,
    moment: datetime,
    actor: Actor,
    *,
    about: UUID,
    partner: str,
    kind: str,
    outcome: str,
    digest: str,
    theirs: str | None = None,
) -> None:
    """Writes the evidence of one message."""
    session.add(
        Exchange(
            about=about,
            partner=partner,
            kind=kind,
            at=moment,
            outcome=outcome,
            theirs=theirs,
            digest=digest,
            **Exchange.columns(actor),
        )
    )
    session.flush()


def about(session: Session, partner: str, theirs: str) -> UUID | None:
    """What an administration's reference is about, None when we never handed it over."""
    return session.scalar(select(Exchange.about).where(Exchange.partner == partner, Exchange.theirs == theirs).limit(1))
