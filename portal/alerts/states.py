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


class Delivered(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    NO_ADDRESS = "no_address"
    REFUSED = "refused"
