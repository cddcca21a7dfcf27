"""What has happened to a mandate. ``represented`` and ``acting`` are None while nobody has answered."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Moved:
    """One step of a mandate, by its number."""

    mandate: UUID
    step: int
    represented: UUID | None
    acting: UUID | None

    @property
    def key(self) -> str:
        """One event for each step of a mandate."""
        return f"{self.mandate}:{self.step}"


class Offered(Moved):
    """A right was offered to whoever holds an address or a number."""


class Requested(Moved):
    """Somebody asks for the right to act."""


class Accepted(Moved):
    """The other side agreed: the mandate counts from now on."""


class Declined(Moved):
    """The other side did not agree."""


class TakenBack(Moved):
    """Who offered or asked thought better of it."""


class Derived(Moved):
    """A register vouches for it."""


class Admitted(Moved):
    """The citizen told the code at the counter."""


class Confirmed(Moved):
    """A register says the same again."""


class Revoked(Moved):
    """The represented took it away."""


class GivenUp(Moved):
    """Who acted wants it no longer."""


class Expired(Moved):
    """Its time is over."""


class Ended(Moved):
    """Its ground is gone: majority, a manager who left, a visit that is over, a death."""
