"""Who is here, as values: the person, their session, and the right by which they act for another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from payments.actor import Actor, Channel

LEVELS = ("low", "substantial", "high")
SEE, FILL, SIGN, PAY, RECEIVE = "see", "fill", "sign", "pay", "receive"
"""What a mandate may allow (``portal.identity.mandates.states.Scope``)."""
GIVEN = ("granted", "requested")
"""Where a right comes from that the represented gave themselves (``portal.identity.mandates.states.Origin``)."""
SEEN_EVERY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Acting:
    """The right by which somebody acts for another: whose it is, what it allows, and whether it is ``over``.

    ``services`` and ``administrations`` are ids, None for all of them; ``surest`` is the highest level at which a
    represented person proved who they are."""

    mandate: UUID
    subject: UUID
    company: bool
    name_ar: str
    name_lat: str
    origin: str
    capacity: str
    scopes: frozenset[str]
    services: frozenset[str] | None
    administrations: frozenset[str] | None
    office: UUID | None
    leads: bool
    surest: str
    over: bool

    @property
    def channel(self) -> Channel:
        """How an act by this right reaches us."""
        return Channel.ASSISTED if self.origin == "assisted" else Channel.WEB


@dataclass(frozen=True, slots=True)
class Who:
    """The person who is signed in and for whom they act, as values: safe to use after the transaction ended."""

    id: UUID
    name_ar: str
    name_lat: str
    language: str
    zone: str
    staff: bool
    surest: str
    other: UUID | None
    sign_in: UUID
    issuer: str
    acr: str
    seen_at: datetime
    ends_at: datetime
    proved_at: datetime | None
    agent: UUID | None
    office: UUID | None
    role: str | None
    administration: str | None
    acting: Acting | None = None

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def subject(self) -> UUID:
        """Whose right it is: their own, or that of whoever they act for."""
        return self.acting.subject if self.acting else self.id

    def seen_long_ago(self, now: datetime) -> bool:
        """Whether it is time to note that this browser was here."""
        return now > self.seen_at + SEEN_EVERY

    def assured(self, level: str) -> bool:
        """Whether this person signed in at this level or a higher one."""
        return LEVELS.index(self.acr) >= LEVELS.index(level)

    @property
    def least(self) -> str:
        """The level that opens what is this person's own: a digital ID is not opened by less than one."""
        return LEVELS[min(LEVELS.index(self.surest), 1)]

    def vouched(self, level: str) -> bool:
        """Whether whoever one acts for is known at this level too: by what they proved themselves where the right is
        theirs to give; a register, or a clerk who sees them, vouches else."""
        right = self.acting
        if right is None or right.company or right.origin not in GIVEN:
            return True
        return LEVELS.index(right.surest) >= LEVELS.index(level)

    def may(self, scope: str) -> bool:
        """Whether this person may do this for whoever they act for."""
        return self.acting is None or scope in self.acting.scopes

    @property
    def actor(self) -> Actor:
        """Who clicks, and whose right it is."""
        if self.acting is None:
            return Actor.person(self.id)
        return Actor(self.id, self.acting.subject, self.acting.channel, self.acting.mandate)

    @property
    def oneself(self) -> Actor:
        """Acting for oneself, whomever this browser acts for: in one's own account."""
        return Actor.person(self.id)

    @property
    def officer(self) -> Actor:
        """Acting as an officer: nobody's right but the office's."""
        return Actor(self.id, None, Channel.DESK)

    def reaches(self, service: str, administration: str) -> bool:
        """Whether what one acts by reaches a service of an administration."""
        right = self.acting
        if right is None or (right.services is None and right.administrations is None):
            return True
        return service in (right.services or ()) or administration in (right.administrations or ())
