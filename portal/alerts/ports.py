"""What alerts need of the world: a mailer, and a gateway for short messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class NotReachable(Exception):
    """The mail server did not answer or could not take it now: try again later."""


class NotAccepted(Exception):
    """The mail server refused this address or message, and would again."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail of plain text. ``key`` becomes its Message-ID, so that a letter sent twice is seen to be one."""

    key: str
    to: str
    subject: str
    text: str
    language: str


class Mailer(Protocol):
    """Sends letters. Raises NotReachable or NotAccepted; never called inside a transaction."""

    def send(self, letter: Letter) -> None:
        """Hands a letter to the mail server."""

    def check(self) -> str:
        """One line for ``portal check``. Raises NotReachable."""


@dataclass(frozen=True, slots=True)
class Note:
    """One short message to a telephone (E.164). A gateway that gets the same ``key`` again sends nothing more."""

    key: str
    to: str
    text: str


class Messenger(Protocol):
    """Sends short messages. Raises NotReachable or NotAccepted; never called inside a transaction."""

    def send(self, note: Note) -> None:
        """Hands a message to the gateway."""

    def check(self) -> str:
        """One line for ``portal check``. Raises NotReachable."""
