"""The mailbox: takes every message by SMTP, sends none on, and shows them on a page and as JSON. Only addresses at
``bounces.example.ma`` are refused, as a mail server refuses those it does not have."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Awaitable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.pages import page
from portal.sandbox.store import Store
from portal.sandbox.world import Clock, world

area = Blueprint("mailbox", __name__)

BOUNCES = "@bounces.example.ma"


class Postbox:
    """Keeps what arrives."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuses who does not exist here (RFC 3463, 5.1.1)."""
        if address.lower().endswith(BOUNCES):
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Takes one message, whoever it is for."""
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        message = message_from_bytes(raw, EmailMessage, policy=default)
        entry = _entry(message, list(envelope.rcpt_tos), envelope.mail_from or "", self._clock())
        self._store.put("mail", entry["id"], entry)
        return "250 Message accepted for delivery"


class Listener(Controller):
    """An SMTP server on a socket bound beforehand, so that port 0 works and a taken port is known at once."""

    def __init__(self, postbox: Postbox, host: str, port: int) -> None:
        self._socket = socket.create_server((host, port))
        super().__init__(postbox, hostname=host, port=self._socket.getsockname()[1])

    def _create_server(self) -> Awaitable[Any]:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)


@area.get("/mailbox/")
def index() -> ResponseReturnValue:
    """The messages, newest first."""
    return page("mailbox.html", messages=world().store.newest("mail"))


@area.get("/mailbox/<number>")
def message(number: str) -> ResponseReturnValue:
    """One message as text, its links to be followed."""
    return page("message.html", message=_found(number))


@area.get("/mailbox/<number>.txt")
def plain(number: str) -> ResponseReturnValue:
    """The text of one message and nothing else."""
    return Response(_found(number)["text"], mimetype="text/plain")


@area.get("/mailbox.json")
def listing() -> ResponseReturnValue:
    """All messages with their text, newest first; ``?to=`` keeps those for one address."""
    wanted = request.args.get("to")
    messages = world().store.newest("mail", 1000)
    return jsonify([entry for entry in messages if wanted is None or wanted in entry["to"]])


@area.delete("/mailbox.json")
def forget() -> ResponseReturnValue:
    """Empties the mailbox, for tests."""
    world().store.empty("mail")
    return "", 204


@area.post("/mailbox/empty")
def discard() -> ResponseReturnValue:
    """Empties the mailbox, from the page."""
    world().store.empty("mail")
    return redirect(url_for("mailbox.index"), 303)


def _found(number: str) -> dict[str, Any]:
    entry: dict[str, Any] | None = world().store.get("mail", number)
    return entry or abort(404)


def _entry(message: EmailMessage, to: list[str], sender: str, moment: datetime) -> dict[str, Any]:
    body = message.get_body(("plain", "html"))
    return {
        "id": secrets.token_hex(6),
        "message_id": str(message["Message-ID"] or ""),
        "to": to,
        "from": sender,
        "subject": str(message["Subject"] or ""),
        "date": moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "text": body.get_content() if body else "",
    }
