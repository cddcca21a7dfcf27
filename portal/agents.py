"""``portal agents`` and ``portal people``: who works where, and what only an operator notes. No page does any of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from portal.unit import Unit, Work

NUMBERS = ("cin", "residence_title", "passport", "idcs")
ROLES = ("agent", "supervisor", "catalogue_editor", "finance", "operator", "auditor", "clerk")
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def agents() -> None:
    """Who works at which office, and as what."""


@click.group()
def people() -> None:
    """What the portal is told of a person by its operator."""


@contextmanager
def _units() -> Iterator[Work]:
    from portal.settings import load
    from portal.wiring import wired

    work = wired(load())
    try:
        yield work
    finally:
        work.database.dispose()


@agents.command("add")
@click.argument("issuer")
@click.argument("sub")
@click.option("--administration", required=True, help="Whose office, by its id in the catalogue.")
@click.option("--territory", default="", help="Where, by its id: c-04421-02 is the commune of Rabat-Agdal.")
@click.option("--branch", default="", help="Which of several offices of the same place.")
@click.option("--role", type=click.Choice(ROLES), default="agent", show_default=True)
@click.option("--mail", default="", help="Where the word for the second proof is sent; without it, it is printed.")
def add(issuer: str, sub: str, administration: str, territory: str, branch: str, role: str, mail: str) -> None:
    """Lets SUB of the staff issuer ISSUER work at an office."""
    from journeys.exchange.actions import office_at
    from journeys.exchange.errors import NotServed
    from portal.identity.staff import actions
    from portal.unit import real_now

    def added(unit: Unit) -> str | None:
        office = office_at(unit.session, administration, territory, branch)
        what, keyring = actions.Role(role), unit.adapters.keyring
        return actions.add_agent(unit.session, real_now(), unit.actor, issuer, sub, office.id, what, keyring, mail)

    with _units() as work:
        if issuer not in {one.name for one in work.adapters.settings.issuers if one.whom == "staff"}:
            raise click.ClickException(f"{issuer} is no staff issuer of PORTAL_ISSUERS")
        try:
            word = work.transact(added)
        except NotServed:
            raise click.ClickException("no such office: portal offices load FILE") from None
    if word is None:
        click.echo(f"{sub} works there now; a second proof is set up already, or its word is on its way")
    elif mail:
        click.echo(f"{sub} works there now; the word for the second proof goes to {mail}")
    else:
        click.echo(f"{sub} works there now; the word for the second proof, for seven days: {word}")


@agents.command("remove")
@click.argument("issuer")
@click.argument("sub")
@click.option("--role", type=click.Choice(ROLES), help="This role alone; without it, all of them.")
def remove(issuer: str, sub: str, role: str | None) -> None:
    """SUB works at no office any more, in this role or in any: at once, also where they are signed in."""
    from portal.identity.staff import actions
    from portal.unit import real_now

    def removed(unit: Unit) -> int:
        rows = [one for one in actions.all_agents(unit.session) if (one.issuer, one.sub) == (issuer, sub)]
        ending = [one for one in rows if role in (None, one.role)]
        for one in ending:
            actions.end_agent(unit.session, real_now(), unit.actor, one)
        return len(ending)

    with _units() as work:
        count = work.transact(removed)
    if not count:
        raise click.ClickException(f"{sub} of {issuer} works nowhere in that role")
    click.echo(f"{count} roles ended")


@agents.command("list")
def list_all() -> None:
    """Who works where now."""
    from journeys.exchange.models import Office
    from portal.identity.staff import actions

    def lines(unit: Unit) -> list[str]:
        found = []
        for one in actions.all_agents(unit.session):
            office = unit.session.get_one(Office, one.office_id)
            found.append(f"{one.issuer:12} {one.sub:28} {one.role:18} {office.address}")
        return found

    with _units() as work:
        for line in work.transact(lines, reading=True):
            click.echo(line)


@people.command("died")
@click.argument("kind", type=click.Choice(NUMBERS))
@click.argument("number")
@click.argument("day", type=DAY)
def died(kind: str, number: str, day: datetime) -> None:
    """Notes that the person with NUMBER died on DAY: sessions and mandates end, requests stay for the heirs."""
    from portal.identity import joining

    _noted(kind, number, lambda unit, person: unit.in_real_time().do(joining.died, person, day.date()))
    click.echo("noted: nobody acts for this person any more by what they had granted")


@people.command("lives")
@click.argument("kind", type=click.Choice(NUMBERS))
@click.argument("number")
def lives(kind: str, number: str) -> None:
    """Takes back the word of a death that was a mistake: they sign in again. Mandates that ended stay ended."""
    from portal.identity import joining

    _noted(kind, number, lambda unit, person: unit.in_real_time().do(joining.lives, person))
    click.echo("noted: this person can sign in again")


def _noted(kind: str, number: str, note: Callable[[Unit, UUID], object]) -> None:
    from portal.identity import numbers
    from portal.identity import people as known
    from portal.identity.errors import WrongNumber

    def noted(unit: Unit) -> bool:
        person = known.by_number(unit.session, unit.adapters.keyring, kind, numbers.normalised(kind, number))
        if person is None:
            return False
        note(unit, person.id)
        return True

    with _units() as work:
        try:
            found = work.transact(noted)
        except WrongNumber:
            raise click.ClickException(f"{number} is no number of this kind") from None
    if not found:
        raise click.ClickException("nobody is known by this number")
