"""What stands in an address beside references: an address of Salma's, her browser, a mandate, a company, a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from scenes import person_of, scene
from sqlalchemy import select
from world import World

from payments.actor import Actor
from payments.columns import new_id
from portal.identity.mandates.models import Company, Mandate
from portal.identity.mandates.reading import marks
from portal.identity.mandates.states import State
from portal.identity.models import Contact, SignIn
from portal.identity.people import by_account
from portal.locker.actions import of_case
from portal.locker.sharing import actions
from portal.locker.sharing.actions import Whom
from portal.locker.sharing.models import Share, With
from portal.unit import Unit


def _of_owner(query: Callable[[Any], Any]) -> Callable[[Unit], Any]:
    def find(unit: Unit) -> Any:
        owner = by_account(unit.session, "national", "ma-salma")
        return unit.session.scalars(query(owner).limit(1)).first()

    return find


THINGS: dict[str, Callable[[Unit], Any]] = {
    "contact": _of_owner(lambda owner: select(Contact.id).where(Contact.person_id == owner).order_by(Contact.id)),
    "device": _of_owner(
        lambda owner: (
            select(SignIn.id).where(SignIn.person_id == owner, SignIn.ended_at.is_(None)).order_by(SignIn.id.desc())
        )
    ),
    "mandate": _of_owner(
        lambda owner: (
            select(Mandate.id)
            .where(Mandate.represented_id == owner, Mandate.state == State.ACTIVE)
            .order_by(Mandate.id.desc())
        )
    ),
    "share": _of_owner(lambda owner: select(Share.id).where(Share.owner_id == owner).order_by(Share.id.desc())),
    "company": lambda unit: unit.session.scalars(select(Company.id).limit(1)).first(),
    "key": lambda _unit: None,
}


def shared(town: World, owner: str, reader: str) -> UUID:
    """A document of a request of the owner's that somebody is let see; returns the share."""
    made = scene(town, owner, until="filed")
    town.worker_runs()
    person = person_of(town, reader)

    def share(unit: Unit) -> UUID:
        document, *_ = of_case(unit.session, made.case)
        mark = next(iter(marks(unit.session, person)))
        real, whom = unit.in_real_time(), Whom(With.PERSON, mark=mark)
        return real.do(actions.share, document, whom, "Location", 30, 50, None, unit.adapters.keyring).share

    return town.work.transact(share, actor=Actor.person(person_of(town, owner)))


def thing(town: World, name: str) -> str:
    """The newest of something of the owner's, as it stands in an address; one that is not there where there is none."""
    return str(town.work.transact(THINGS[name], reading=True) or new_id())
