"""Partners that go wrong at will: a proxy before each room of the sandbox, and a listener nobody may be led to."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from browsing import free_port
from drill.relay import PATIENCE_SECONDS, answer_of, whole
from drill.town import Town, towns

from portal.demo import HOST

WELL = "well"
THREADS = 8
"""As many as there are clients who want something of the partner: without doors they would take all of them."""

GIGANTIC_BYTES = 300_000_000
WASTE = b" " * 1_000_000
PAGE = b"<!doctype html><title>It works!</title><p>Apache2 Debian default page"
SHAPE = b'{"object": ["list"], "facts": "none", "status": 7}'

PARTNERS = ("issuer", "register", "card processor", "administration", "trust service")


class Inside:
    """A server of the house that no partner may lead us to. ``asked`` counts who came nevertheless."""

    def __init__(self) -> None:
        self._socket = socket.create_server((HOST, 0))
        self.port: int = self._socket.getsockname()[1]
        self.asked = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                self.asked += 1
                client.close()

    def close(self) -> None:
        """Listens no more."""
        _shut(self._socket)


class OddPartner:
    """A proxy before the sandbox. ``way`` says how it answers from now on: WELL, or one of WAYS.

    What is truncated, gigantic or slow (``seconds``) was done there all the same: only the answer is of no use.
    """

    def __init__(self, sandbox: int, inside: int, seconds: float) -> None:
        self._sandbox, self._inside, self._seconds = sandbox, inside, seconds
        self._socket = socket.create_server((HOST, 0), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self.way = WELL
        self.asked = 0
        self._up, self._over = threading.Event(), threading.Event()
        self._changed = threading.Event()
        self._up.set()
        threading.Thread(target=self._serve, daemon=True).start()

    def goes(self, way: str) -> None:
        """From now on it answers this way."""
        if self.way == "down":
            self._socket.listen(128)
        self.way, self.asked = way, 0
        self._changed.set()
        self._changed = threading.Event()
        if way == "down":
            self._up.clear()
            _shut(self._socket)
            self._socket = _bound(self.port)  # not listening, so that nobody else gets the port meanwhile
        else:
            self._up.set()

    def close(self) -> None:
        """Ends."""
        self._over.set()
        self._changed.set()
        self._up.set()
        _shut(self._socket)

    def _serve(self) -> None:
        while not self._over.is_set():
            self._up.wait()
            with suppress(OSError):
                client, _ = self._socket.accept()
                threading.Thread(target=self._handle, args=(client,), daemon=True).start()

    def _handle(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(PATIENCE_SECONDS)
            request = whole(client)
            if request:
                self.asked += 1
                WAYS.get(self.way, OddPartner.pass_on)(self, client, request)

    def pass_on(self, client: socket.socket, request: bytes) -> None:
        """As the sandbox answers."""
        client.sendall(self._answer(request))

    def slow(self, client: socket.socket, request: bytes) -> None:
        """As the sandbox answers, much later."""
        answer = self._answer(request)
        self._changed.wait(self._seconds)
        client.sendall(answer)

    def broken(self, client: socket.socket, _request: bytes) -> None:
        """500."""
        client.sendall(_said("500 Internal Server Error", b"<h1>Traceback (most recent call last)</h1>"))

    def nonsense(self, client: socket.socket, _request: bytes) -> None:
        """A page for people, and every other time JSON of another shape."""
        client.sendall(_said("200 OK", PAGE) if self.asked % 2 else _said("200 OK", SHAPE, "application/json"))

    def truncated(self, client: socket.socket, request: bytes) -> None:
        """Half of the right answer."""
        head, body = self._answer(request).split(b"\r\n\r\n", 1)
        client.sendall(_with_length(head, max(len(body), 2)) + body[: len(body) // 2])

    def gigantic(self, client: socket.socket, request: bytes) -> None:
        """The right answer and hundreds of megabytes of nothing."""
        head, body = self._answer(request).split(b"\r\n\r\n", 1)
        client.sendall(_with_length(head, len(body) + GIGANTIC_BYTES) + body)
        for _ in range(GIGANTIC_BYTES // len(WASTE)):
            client.sendall(WASTE)

    def redirect(self, client: socket.socket, _request: bytes) -> None:
        """Sends whoever asks to a server inside."""
        status = "302 Found" if self.asked % 2 else "307 Temporary Redirect"
        client.sendall(_said(status, b"", "text/html", f"Location: http://{HOST}:{self._inside}/secrets"))

    def _answer(self, request: bytes) -> bytes:
        return answer_of(self._sandbox, request)


Way = Callable[[OddPartner, socket.socket, bytes], None]
WAYS: dict[str, Way | None] = {
    "down": None,
    "slow": OddPartner.slow,
    "500": OddPartner.broken,
    "nonsense": OddPartner.nonsense,
    "truncated": OddPartner.truncated,
    "gigantic": OddPartner.gigantic,
    "redirect": OddPartner.redirect,
}


def _said(status: str, body: bytes, kind: str = "text/html", *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close")
    return "\r\n".join([*lines, *headers]).encode() + b"\r\n\r\n" + body


def _with_length(head: bytes, length: int) -> bytes:
    without = re.sub(rb"(?im)^content-length:.*\r\n", b"", head + b"\r\n")
    return without + f"Content-Length: {length}\r\n\r\n".encode()


def _bound(port: int) -> socket.socket:
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind((HOST, port))
    return holder


def _shut(listener: socket.socket) -> None:
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@dataclass
class OddTown:
    """A town and its partners; ``sandbox`` is the sandbox's own address, always well."""

    town: Town
    partners: dict[str, OddPartner]
    inside: Inside
    sandbox: str


@contextmanager
def odd_town(folder: Path, kind: str, slow_seconds: float) -> Iterator[OddTown]:
    """A town on this kind of database whose five partners may go wrong. Raises NotInstalled."""
    sandbox, inside = free_port(), Inside()
    with ExitStack() as stack:
        stack.callback(inside.close)
        partners = {name: OddPartner(sandbox, inside.port, slow_seconds) for name in PARTNERS}
        for partner in partners.values():
            stack.callback(partner.close)
        threads = THREADS if kind == "sqlite" else THREADS // 2  # two web processes on PostgreSQL
        changes = _settings(sandbox, partners) | {"PORTAL_THREADS": str(threads)}
        town = stack.enter_context(towns(folder, kind, **changes))
        yield OddTown(town, partners, inside, f"http://{HOST}:{sandbox}")


def _settings(sandbox: int, partners: dict[str, OddPartner]) -> dict[str, str]:
    """Where the portal finds each partner. People see the identity provider's address, pay pages included."""
    issuer, register, cards, administration, trust = (f"http://localhost:{partners[name].port}" for name in PARTNERS)
    quiet = {name: f"http://{HOST}:{sandbox}/administrations/{name}" for name in ("transparency", "general")}
    return {
        "SANDBOX_PORT": str(sandbox),
        "SANDBOX_URL": issuer,
        "SANDBOX_ASK_AGAIN_SECONDS": "60",
        "PORTAL_ISSUER_NATIONAL_URL": f"{issuer}/id",
        "PORTAL_ISSUER_STAFF_URL": f"{issuer}/staff-id",
        "PORTAL_SMS_URL": f"http://{HOST}:{sandbox}/sms",
        "PORTAL_SEALS_URL": f"{trust}/trust/csc/v2",
        "PORTAL_STAMPS_URL": f"{trust}/trust/stamps",
        "PORTAL_FAMILIES_URL": f"{register}/registers/families",
        "PORTAL_COMPANIES_URL": f"{register}/registers/companies",
        "PORTAL_PAPERS_URL": f"{register}/registers/papers",
        "PORTAL_STRIPE_API_BASE": f"{cards}/stripe",
        "PORTAL_STRIPE_CHECKOUT_ORIGIN": issuer,
        "PORTAL_REGISTER_CIVIL_STATUS_URL": f"{register}/registers/civil-status",
        "PORTAL_REGISTER_POPULATION_URL": f"{register}/registers/population",
        "PORTAL_CONNECTOR_OMPIC_URL": f"{administration}/administrations/ompic",
    } | {f"PORTAL_CONNECTOR_{name.upper()}_URL": url for name, url in quiet.items()}
