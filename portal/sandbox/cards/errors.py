"""What may go wrong at the card processor, in the shape of Stripe's API errors."""

from __future__ import annotations

from typing import Any


class NotAccepted(Exception):
    """A refused call: answered with ``status`` and an error object (https://docs.stripe.com/api/errors)."""

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        kind: str = "invalid_request_error",
        status: int = 400,
    ) -> None:
        super().__init__(message)
        self.status = status
        given = {"type": kind, "message": message, "param": param, "code": code}
        self.body: dict[str, Any] = {"error": {name: value for name, value in given.items() if value is not None}}


def missing(kind: str, key: str, param: str = "id") -> NotAccepted:
    """The refusal for an id nobody knows."""
    return NotAccepted(f"No such {kind}: '{key}'", param=param, code="resource_missing", status=404)
