"""A document of whoever somebody acts for: whether, and how, it may be shown to them."""

from __future__ import annotations

from uuid import UUID

from journeys.exchange.models import Office
from portal.audit.actions import About
from portal.audit.models import Did, Kind
from portal.guards import ASSISTED
from portal.locker import actions
from portal.locker.models import Document
from portal.locker.opening import Opened, opened
from portal.seen import refused, seen
from portal.unit import Unit
from portal.web import NotAssured, NotCovered, NotYours, catalogue, reach
from portal.who import LEVELS, SIGN, Who


def theirs(unit: Unit, me: Who, document: UUID, did: Did = Did.READ, *, out: bool = False) -> Document:
    """A document of whoever this person acts for, within their mandate's reach, to whoever is known as surely as its
    service asks; with ``out`` also one that they took out of their locker. Raises NotYours, NotCovered, NotAssured."""
    found = actions.one(unit.session, document)
    if found.owner_id != me.subject or (found.removed_at is not None and not out):
        refused(me, about(found))
        raise NotYours
    if not within_reach(found) or not me.vouched(level_of(found)):
        refused(me, about(found))
        raise NotCovered(None)
    if not me.assured(surely(me, found)):
        raise NotAssured(surely(me, found))
    seen(unit, me, about(found), did)
    return found


def about(document: Document) -> About:
    """What a record says of a look at this document."""
    of_request = document.case_id, document.reference, document.service
    return About(document.owner_id, Kind.DOCUMENT, *of_request, document.id)


def within_reach(document: Document) -> bool:
    """Whether the mandate by which this person acts, if any, reaches the service of a document."""
    allowed = reach()
    return allowed is None or document.service in allowed


def level_of(document: Document) -> str:
    """How surely whoever has it is known: as its service asks."""
    service = catalogue().services.get(document.service or "")
    return service.assurance if service is not None else LEVELS[0]


def surely(me: Who, *documents: Document) -> str:
    """How surely this person has to have signed in: as the services of these documents ask, and never less than opens
    what is their own."""
    return max((me.least, *map(level_of, documents)), key=LEVELS.index)


def may_open(me: Who, document: Document) -> bool:
    """Whether this person is known, and whoever they act for, as surely as it takes to see it."""
    return me.vouched(level_of(document)) and me.assured(surely(me, document))


def is_assisted(me: Who) -> bool:
    """Whether this is a clerk who helps somebody at a counter."""
    return me.acting is not None and me.acting.origin == ASSISTED


def is_own(me: Who) -> bool:
    """Whether this person acts for themselves, or as one of a company's own people."""
    return me.acting is None or me.acting.company


def may_take_all(me: Who) -> bool:
    """Whether this person may take a whole locker away: nobody whose mandate reaches some services alone, and no clerk
    at a counter."""
    return reach() is None and not is_assisted(me)


def may_share(me: Who) -> bool:
    """Whether this person lets others see a document, and sees with whom and what for it is shared: whoever may sign.
    No clerk at a counter: what they let others see would outlive the visit, and with whom somebody deals is not the
    office's to know."""
    return me.may(SIGN) and not is_assisted(me)


def shown_to(unit: Unit, me: Who, document: Document) -> Opened:
    """What is needed to send a document of theirs to whoever acts for them. A clerk at a counter is an agent: across an
    identity paper stands what for and when; and nobody but the owner, or a company's own people, opens what was not
    looked through. Raises NotLookedThrough."""
    purpose = ""
    if is_assisted(me):
        names = unit.session.get_one(Office, me.office).names
        purpose = names.get("fr") or names.get("ar", "")
    return opened(unit, document, owner=is_own(me), purpose=purpose)
