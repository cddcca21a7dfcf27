"""Give, ask for, answer, end and pass on the right to act for another. ``moment`` is real time throughout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session

from payments.actor import Actor
from payments.columns import first_id
from portal.identity.errors import LastOne, TooManyAsked, WrongMandate
from portal.identity.mandates import events
from portal.identity.mandates.models import Blocked, Company, Invitation, Mandate, MandateAction
from portal.identity.mandates.states import ALIVE, DERIVED, OPEN, Origin, Scope, State, Verb, after

ANSWER_WITHIN = timedelta(days=30)
MOST_OPEN = 100
MOST_A_DAY = 50
ALL_SCOPES = tuple(Scope)
HAPPENED = {
    Verb.OFFER: events.Offered,
    Verb.REQUEST: events.Requested,
    Verb.DERIVE: events.Derived,
    Verb.ADMIT: events.Admitted,
    Verb.ACCEPT: events.Accepted,
    Verb.DECLINE: events.Declined,
    Verb.TAKE_BACK: events.TakenBack,
    Verb.CONFIRM: events.Confirmed,
    Verb.REVOKE: events.Revoked,
    Verb.GIVE_UP: events.GivenUp,
    Verb.EXPIRE: events.Expired,
    Verb.END: events.Ended,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a mandate allows. ``services`` and ``administrations`` are ids, None for all; ``until`` None for no end."""

    scopes: tuple[Scope, ...]
    services: tuple[str, ...] | None = None
    administrations: tuple[str, ...] | None = None
    until: datetime | None = None
    passes_on: bool = False
    capacity: str = ""
    reason: str = ""


def offer(
    session: Session,
    moment: datetime,
    actor: Actor,
    represented: UUID,
    invited: str,
    terms: Terms,
    *,
    company: bool = False,
    parent: Mandate | None = None,
) -> events.Moved:
    """Offers a right to whoever holds the number or address that ``invited`` is the keyed hash of. ``parent`` is the
    mandate it is passed on from. Raises WrongMandate for terms that are wider than the parent's, and TooManyAsked."""
    if parent is not None:
        _hang_on(session, moment, parent)
        _within(terms, parent)
    _not_too_many(session, moment, Mandate.represented_id == represented, Origin.GRANTED)
    made = made_of(moment, Origin.GRANTED, terms, represented_id=represented, company=company, invited=invited)
    made.parent_id = parent.id if parent else None
    return begin(session, moment, actor, made, Verb.OFFER, terms.reason)


def request(
    session: Session,
    moment: datetime,
    actor: Actor,
    terms: Terms,
    *,
    invited: str | None = None,
    company: UUID | None = None,
) -> events.Moved:
    """Asks for the right to act for a company, or for whoever holds the number or address behind ``invited``. Whether
    there is such a person is not told. Raises TooManyAsked."""
    if actor.actor is None:
        raise WrongMandate("nobody asks")
    _not_too_many(session, moment, Mandate.acting_id == actor.actor, Origin.REQUESTED)
    made = made_of(
        moment, Origin.REQUESTED, terms, represented_id=company, company=company is not None, invited=invited
    )
    made.acting_id = actor.actor
    return begin(session, moment, actor, made, Verb.REQUEST, terms.reason)


def accept(
    session: Session, moment: datetime, actor: Actor, mandate: Mandate, person: UUID, leads: Mandate | None = None
) -> list[events.Moved]:
    """The other side agrees: who was offered the right, or who was asked for it (for a company: ``person`` answers for
    it, by ``leads``: what they do not have themselves they cannot give). Raises WrongMandate when the time to answer is
    over, when one would act for oneself, and for what is wider than ``leads``."""
    if is_over(mandate, moment):
        raise WrongMandate("too late")
    if mandate.state == State.REQUESTED and leads is not None and leads.origin != Origin.COMMERCIAL:
        _within(terms_of(mandate), leads)
        mandate.parent_id = leads.id
    if mandate.parent_id is not None:
        _hang_on(session, moment, session.get_one(Mandate, mandate.parent_id, with_for_update=True))
    if mandate.state == State.OFFERED:
        mandate.acting_id = person
    elif mandate.represented_id is None:
        mandate.represented_id = person
    if mandate.acting_id == mandate.represented_id:
        raise WrongMandate("for oneself")
    mandate.invited, mandate.since = None, moment
    return move(session, moment, actor, mandate, Verb.ACCEPT)


def revoke(
    session: Session, moment: datetime, actor: Actor, mandate: Mandate, reason: str, leads: Mandate | None = None
) -> list[events.Moved]:
    """The represented takes the right away; for a company, whoever leads it by ``leads``. Raises WrongMandate for what
    a register gives, and for what is wider than ``leads``."""
    if mandate.origin in DERIVED:
        raise WrongMandate("the register's word")
    if leads is not None and leads.origin != Origin.COMMERCIAL and not is_within(terms_of(mandate), leads):
        raise WrongMandate("wider than one's own")
    return move(session, moment, actor, mandate, Verb.REVOKE, reason)


def give_up(session: Session, moment: datetime, actor: Actor, mandate: Mandate, reason: str) -> list[events.Moved]:
    """Who acts wants the right no longer. Raises WrongMandate for a parent or guardian, whom only a judge frees, and
    LastOne for the last who can act for a company and let others in."""
    if mandate.origin == Origin.CIVIL:
        raise WrongMandate("the register's word")
    if leads_alone(session, moment, mandate):
        raise LastOne
    return move(session, moment, actor, mandate, Verb.GIVE_UP, reason)


def leads_alone(session: Session, moment: datetime, mandate: Mandate) -> bool:
    """Whether without this mandate nobody could let others act for its company. Two who ask at once ask in turn."""
    if not (mandate.company and mandate.passes_on):
        return False
    session.get(Company, mandate.represented_id, with_for_update=True)
    others = select(Mandate).where(
        Mandate.represented_id == mandate.represented_id,
        Mandate.state == State.ACTIVE,
        Mandate.passes_on,
        Mandate.id != mandate.id,
        Mandate.acting_id != mandate.acting_id,
    )
    return all(is_over(row, moment) for row in session.scalars(others))


def block(session: Session, moment: datetime, actor: Actor, by: UUID, person: UUID) -> list[events.Moved]:
    """Requests of this person are not shown to ``by`` any more; those that wait are declined."""
    if session.scalar(select(Blocked.id).where(Blocked.by_id == by, Blocked.person_id == person)) is None:
        session.add(Blocked(by_id=by, person_id=person, at=moment))
    session.flush()
    waiting = select(Mandate).where(
        Mandate.represented_id == by, Mandate.acting_id == person, Mandate.state == State.REQUESTED
    )
    return move_each(session, moment, actor, waiting, Verb.DECLINE)


def unblock(session: Session, _moment: datetime, _actor: Actor, by: UUID, person: UUID) -> None:
    """Requests of this person are shown again."""
    row = session.scalar(select(Blocked).where(Blocked.by_id == by, Blocked.person_id == person))
    if row is not None:
        session.delete(row)
        session.flush()


def move(
    session: Session, moment: datetime, actor: Actor, mandate: Mandate, verb: Verb, reason: str = ""
) -> list[events.Moved]:
    """Moves a mandate along its table, and ends with it what was passed on from it. Raises WrongMandate."""
    happened = [_moved(session, moment, actor, mandate, verb, reason)]
    if mandate.state not in ALIVE:
        below = select(Mandate).where(Mandate.parent_id == mandate.id, Mandate.state.in_(ALIVE))
        happened += move_each(session, moment, actor, below, Verb.END)
    return happened


def move_each(
    session: Session, moment: datetime, actor: Actor, found: Select[Mandate], verb: Verb
) -> list[events.Moved]:
    """Moves each of them that an earlier one has not taken along."""
    happened: list[events.Moved] = []
    for row in session.scalars(found.with_for_update()).all():
        if row.state in ALIVE:
            happened += move(session, moment, actor, row, verb)
    return happened


def is_over(mandate: Mandate, moment: datetime) -> bool:
    """Whether its time, or the time to answer it, is over, noted or not."""
    return mandate.over_at is not None and moment >= mandate.over_at


def terms_of(mandate: Mandate) -> Terms:
    """The terms of a mandate there is."""
    parts = [None if part is None else tuple(part) for part in (mandate.services, mandate.administrations)]
    scopes = tuple(Scope(one) for one in mandate.scopes.split())
    return Terms(scopes, parts[0], parts[1], mandate.until, mandate.passes_on, mandate.capacity, mandate.reason)


def made_of(moment: datetime, origin: Origin, terms: Terms, **sides: object) -> Mandate:
    """A mandate on these terms, not kept yet."""
    return Mandate(
        origin=origin,
        capacity=terms.capacity,
        scopes=" ".join(scope for scope in Scope if scope in terms.scopes),
        services=list(terms.services) if terms.services is not None else None,
        administrations=list(terms.administrations) if terms.administrations is not None else None,
        passes_on=terms.passes_on,
        reason=terms.reason,
        since=moment,
        until=terms.until,
        step=0,
        made_at=moment,
        changed_at=moment,
        **sides,
    )


def begin(session: Session, moment: datetime, actor: Actor, made: Mandate, verb: Verb, reason: str) -> events.Moved:
    """The first step of a mandate. Raises WrongMandate when it would allow nothing, or never."""
    if not made.scopes or (made.until is not None and moment >= made.until):
        raise WrongMandate("nothing is allowed, or never")
    session.add(made)
    return _moved(session, moment, actor, made, verb, reason, first=True)


def _moved(
    session: Session,
    moment: datetime,
    actor: Actor,
    mandate: Mandate,
    verb: Verb,
    reason: str,
    *,
    first: bool = False,
) -> events.Moved:
    state = after(None if first else State(mandate.state), verb)
    mandate.state, mandate.changed_at, mandate.step = state, moment, mandate.step + 1
    mandate.over_at = _over_at(mandate)
    session.flush()
    if state not in OPEN:
        session.execute(delete(Invitation).where(Invitation.mandate_id == mandate.id))
    acted = MandateAction.columns(actor)
    step = MandateAction(
        mandate_of_id=mandate.id, step=mandate.step, verb=verb, state=state, reason=reason, at=moment, **acted
    )
    session.add(step)
    session.flush()
    return HAPPENED[verb](mandate.id, mandate.step, mandate.represented_id, mandate.acting_id)


def _over_at(mandate: Mandate) -> datetime | None:
    """When it is over by itself: at its end, and where nobody has answered it yet after the time to answer."""
    answer_by = mandate.made_at + ANSWER_WITHIN if mandate.state in OPEN else None
    moments = [one for one in (answer_by, mandate.until) if one is not None]
    return min(moments) if moments and mandate.state in ALIVE else None


def _hang_on(session: Session, moment: datetime, parent: Mandate) -> None:
    """What is passed on counts while its parent does. The parent's row is written, so that of two at once, one who
    passes on and one who revokes, the second sees the first. Raises WrongMandate."""
    session.refresh(parent, with_for_update=True)
    if parent.state != State.ACTIVE or is_over(parent, moment):
        raise WrongMandate("what it is passed on from has ended")
    parent.changed_at = moment
    session.flush()


def _within(terms: Terms, parent: Mandate) -> None:
    if not parent.passes_on:
        raise WrongMandate("it may not be passed on")
    if not is_within(terms, parent):
        raise WrongMandate("wider than what it is passed on from")


def is_within(terms: Terms, parent: Mandate) -> bool:
    """Whether these terms allow nothing that another mandate does not."""
    narrower = set(terms.scopes) <= set(parent.scopes.split()) and _part_of(terms.services, parent.services)
    narrower = narrower and _part_of(terms.administrations, parent.administrations)
    return narrower and (parent.until is None or (terms.until is not None and terms.until <= parent.until))


def _part_of(wanted: tuple[str, ...] | None, allowed: list[str] | None) -> bool:
    return allowed is None or (wanted is not None and set(wanted) <= set(allowed))


def _not_too_many(session: Session, moment: datetime, mine: ColumnElement[bool], origin: Origin) -> None:
    some = select(func.count()).where(mine, Mandate.origin == origin)
    open_now = session.scalar(some.where(Mandate.state.in_(OPEN))) or 0
    today = session.scalar(some.where(Mandate.id >= first_id(moment - timedelta(days=1)))) or 0
    if open_now >= MOST_OPEN or today >= MOST_A_DAY:
        raise TooManyAsked
