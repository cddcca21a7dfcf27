"""The life of a case: one closed table. What is not in it is refused."""

from __future__ import annotations

from enum import StrEnum

from journeys.cases.errors import WrongMove


class State(StrEnum):
    """Where a case is. ``SUBMITTED`` waits for its fees, ``FILED`` is complete and its clock runs."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    FILED = "filed"
    IN_REVIEW = "in_review"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class Verb(StrEnum):
    """What may be done to a case."""

    OPEN = "open"
    KEEP_FACTS = "keep_facts"
    SUBMIT = "submit"
    FILE = "file"
    HAND_OVER = "hand_over"
    TAKE = "take"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    DISCARD = "discard"
    CARRY_OVER = "carry_over"
    CONTEST = "contest"


class Turn(StrEnum):
    """Whose turn it is."""

    PERSON = "person"
    ADMINISTRATION = "administration"
    NOBODY = "nobody"


S, V = State, Verb

TABLE: dict[tuple[State | None, Verb], State] = {
    (None, V.OPEN): S.DRAFT,
    (S.DRAFT, V.KEEP_FACTS): S.DRAFT,
    (S.DRAFT, V.SUBMIT): S.SUBMITTED,
    (S.DRAFT, V.DISCARD): S.DISCARDED,
    (S.SUBMITTED, V.FILE): S.FILED,
    (S.SUBMITTED, V.WITHDRAW): S.WITHDRAWN,
    (S.FILED, V.HAND_OVER): S.FILED,
    (S.FILED, V.TAKE): S.IN_REVIEW,
    (S.FILED, V.GRANT): S.GRANTED,
    (S.FILED, V.REFUSE): S.REFUSED,
    (S.FILED, V.WITHDRAW): S.WITHDRAWN,
    (S.IN_REVIEW, V.GRANT): S.GRANTED,
    (S.IN_REVIEW, V.REFUSE): S.REFUSED,
    (S.IN_REVIEW, V.WITHDRAW): S.WITHDRAWN,
    # Two accounts became one: the request is the other's now, wherever it stands.
    **{(state, V.CARRY_OVER): state for state in State},
    # The person says that they did not want what somebody did for them: whoever decides must know.
    **{(state, V.CONTEST): state for state in (S.SUBMITTED, S.FILED, S.IN_REVIEW)},
}

TURNS: dict[State, Turn] = {
    S.DRAFT: Turn.PERSON,
    S.SUBMITTED: Turn.PERSON,
    S.FILED: Turn.ADMINISTRATION,
    S.IN_REVIEW: Turn.ADMINISTRATION,
    S.GRANTED: Turn.NOBODY,
    S.REFUSED: Turn.NOBODY,
    S.WITHDRAWN: Turn.NOBODY,
    S.DISCARDED: Turn.NOBODY,
}

WITH_ADMINISTRATION = (S.FILED, S.IN_REVIEW)


def after(state: State | None, verb: Verb) -> State:
    """The state that ``verb`` leads to. Raises WrongMove when the table does not have it."""
    try:
        return TABLE[state, verb]
    except KeyError:
        raise WrongMove(state, verb) from None


def may(state: State, verb: Verb) -> bool:
    """Whether the table has this move."""
    return (state, verb) in TABLE
