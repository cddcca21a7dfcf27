"""Companies whose representative gave somebody a mandate: an accountant's clients."""

from __future__ import annotations

from uuid import UUID

from portal.identity.mandates import actions
from portal.identity.mandates.models import Company
from portal.identity.mandates.states import Origin, Scope, Verb
from portal.unit import Unit, Work, real_now


def clients_of(work: Work, accountant: UUID, many: int) -> list[UUID]:
    """So many companies, each with a mandate that the accountant accepted. Returns the mandates."""

    def give(unit: Unit) -> list[UUID]:
        return [_given(unit, accountant, number) for number in range(many)]

    return work.transact(give)


def _given(unit: Unit, accountant: UUID, number: int) -> UUID:
    now = real_now()
    firm = Company(kind="company", name_ar=f"زبون {number}", name_lat=f"Client {number}", facts={})
    firm.as_of, firm.found_at = now.date(), now
    unit.session.add(firm)
    unit.session.flush()
    terms = actions.Terms((Scope.SEE,))
    made = actions.made_of(now, Origin.GRANTED, terms, represented_id=firm.id, company=True, acting_id=accountant)
    actions.begin(unit.session, now, unit.actor, made, Verb.OFFER, "")
    actions.move(unit.session, now, unit.actor, made, Verb.ACCEPT)
    return made.id
