"""Kinds of alert and the life of a delivery."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an alert is about."""

    TO_PAY = "to_pay"
    FILED = "filed"
    TAKEN = "taken"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REFUNDED = "refunded"
    MANDATE_OFFERED = "mandate_offered"
    MANDATE_REQUESTED = "mandate_requested"
    MANDATE_ACCEPTED = "mandate_accepted"
    MANDATE_DECLINED = "mandate_declined"
    MANDATE_DERIVED = "mandate_derived"
    MANDATE_ADMITTED = "mandate_admitted"
    MANDATE_REVOKED = "mandate_revoked"
    MANDATE_GIVEN_UP = "mandate_given_up"
    MANDATE_OVER = "mandate_over"
    FILE_HARMFUL = "file_harmful"
    DOCUMENT_ENDS = "document_ends"
    DOCUMENT_SHARED = "document_shared"
    DOCUMENT_REVOKED = "document_revoked"
    ACTED_OPENED = "acted_opened"
    ACTED_SUBMITTED = "acted_submitted"
    ACTED_WITHDRAWN = "acted_withdrawn"
    ACTED_DISCARDED = "acted_discarded"
    ACTED_PAYING = "acted_paying"


ABOUT_MANDATES = frozenset(kind for kind in Kind if kind.startswith("mandate_"))
"""Those whose ``about`` is a mandate."""

ABOUT_DOCUMENTS = frozenset((Kind.FILE_HARMFUL, Kind.DOCUMENT_ENDS, Kind.DOCUMENT_SHARED, Kind.DOCUMENT_REVOKED))
"""Those whose ``about`` begins with a document of the locker; of all others it is a request's reference."""


class Delivered(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    NO_ADDRESS = "no_address"
    REFUSED = "refused"
