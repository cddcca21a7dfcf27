"""The life of a mandate: one closed table. What is not in it is refused."""

from __future__ import annotations

from enum import StrEnum

from portal.identity.errors import WrongMandate


class State(StrEnum):
    """Where a mandate stands."""

    OFFERED = "offered"
    REQUESTED = "requested"
    ACTIVE = "active"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    REVOKED = "revoked"
    GIVEN_UP = "given_up"
    EXPIRED = "expired"
    ENDED = "ended"


class Verb(StrEnum):
    """What may be done to a mandate. ``DERIVE`` is a register's word, ``ADMIT`` a code told at the counter, ``CONFIRM``
    a register that says the same again, ``END`` that its ground is gone."""

    OFFER = "offer"
    REQUEST = "request"
    DERIVE = "derive"
    ADMIT = "admit"
    ACCEPT = "accept"
    DECLINE = "decline"
    TAKE_BACK = "take_back"
    CONFIRM = "confirm"
    REVOKE = "revoke"
    GIVE_UP = "give_up"
    EXPIRE = "expire"
    END = "end"


class Origin(StrEnum):
    """Where the right comes from."""

    GRANTED = "granted"
    REQUESTED = "requested"
    CIVIL = "civil"
    COMMERCIAL = "commercial"
    ASSISTED = "assisted"


class Scope(StrEnum):
    """What one may do for another: see requests and what they say, fill them in, sign and send (or take back) them,
    pay, receive messages and documents."""

    SEE = "see"
    FILL = "fill"
    SIGN = "sign"
    PAY = "pay"
    RECEIVE = "receive"


S, V = State, Verb

TABLE: dict[tuple[State | None, Verb], State] = {
    (None, V.OFFER): S.OFFERED,
    (None, V.REQUEST): S.REQUESTED,
    (None, V.DERIVE): S.ACTIVE,
    (None, V.ADMIT): S.ACTIVE,
    (S.OFFERED, V.ACCEPT): S.ACTIVE,
    (S.OFFERED, V.DECLINE): S.DECLINED,
    (S.OFFERED, V.TAKE_BACK): S.TAKEN_BACK,
    (S.OFFERED, V.EXPIRE): S.EXPIRED,
    (S.OFFERED, V.END): S.ENDED,
    (S.REQUESTED, V.ACCEPT): S.ACTIVE,
    (S.REQUESTED, V.DECLINE): S.DECLINED,
    (S.REQUESTED, V.TAKE_BACK): S.TAKEN_BACK,
    (S.REQUESTED, V.EXPIRE): S.EXPIRED,
    (S.REQUESTED, V.END): S.ENDED,
    (S.ACTIVE, V.CONFIRM): S.ACTIVE,
    (S.ACTIVE, V.REVOKE): S.REVOKED,
    (S.ACTIVE, V.GIVE_UP): S.GIVEN_UP,
    (S.ACTIVE, V.EXPIRE): S.EXPIRED,
    (S.ACTIVE, V.END): S.ENDED,
}

OPEN = (S.OFFERED, S.REQUESTED)
ALIVE = (S.ACTIVE, *OPEN)
DERIVED = (Origin.CIVIL, Origin.COMMERCIAL)
"""Rights that a register gives: nobody but the register takes them away."""


def after(state: State | None, verb: Verb) -> State:
    """The state that ``verb`` leads to. Raises WrongMandate when the table does not have it."""
    try:
        return TABLE[state, verb]
    except KeyError:
        raise WrongMandate(f"{verb} after {state}") from None
