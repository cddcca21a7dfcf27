"""Mailers for tests: one that keeps letters in memory, one that never answers, and a mail server that refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from socket import create_server
from typing import Any

from aiosmtpd.controller import Controller

from payments.columns import new_id
from portal.alerts.ports import Letter, NotAccepted, NotReachable


def a_letter(*, to: str = "salma@example.ma", key: str = "", text: str = "Il y a du nouveau.\n") -> Letter:
    """A letter under a fresh key unless one is given."""
    return Letter(key or str(new_id()), to, "شبّاك: لديك رسالة جديدة", text, "ar")


class Working:
    """Keeps letters, by key: the same letter again is the same letter."""

    def __init__(self) -> None:
        self.sent: dict[str, Letter] = {}

    def send(self, letter: Letter) -> None:
        if "@" not in letter.to or not letter.to.isprintable():
            raise NotAccepted("not an address")
        self.sent[letter.key] = letter

    def check(self) -> str:
        return "letters are kept in memory"


class Failing:
    """Never answers."""

    def send(self, letter: Letter) -> None:
        raise NotReachable("failing")

    def check(self) -> str:
        raise NotReachable("failing")


class Refusing:
    """Answers each recipient, or each message, with these words (RFC 5321, 4.2), and keeps the last headers."""

    def __init__(self, recipient: str = "250 OK", message: str = "250 OK") -> None:
        self.recipient, self.message = recipient, message
        self.headers: dict[str, str] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.headers = dict(message_from_bytes(envelope.content).items())
        return self.message


class _Listener(Controller):
    def __init__(self, handler: Refusing) -> None:
        self.door = create_server(("127.0.0.1", 0))
        super().__init__(handler, hostname="127.0.0.1", port=self.door.getsockname()[1], enable_SMTPUTF8=False)

    def _create_server(self) -> Awaitable[Any]:
        return self.loop.create_server(self._factory_invoker, sock=self.door)


@contextmanager
def mail_server(handler: Refusing) -> Iterator[str]:
    """The address of a mail server that answers as ``handler`` does."""
    listener = _Listener(handler)
    listener.start()
    try:
        yield f"smtp://127.0.0.1:{listener.port}"
    finally:
        listener.stop()
