"""What lies between the portal and others: a request taken whole and passed on, and a distributor of requests."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from browsing import answers

from portal.demo import HOST

READ_BYTES = 65_536
PATIENCE_SECONDS = 60
ASKED_EVERY_SECONDS = 0.2
NOBODY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def whole(client: socket.socket) -> bytes:
    """A request with its body, asking for one answer only; nothing when the client went away."""
    said = b""
    while b"\r\n\r\n" not in said:
        more = client.recv(READ_BYTES)
        if not more:
            return b""
        said += more
    head, body = said.split(b"\r\n\r\n", 1)
    length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    while length and len(body) < int(length[1]) and (more := client.recv(READ_BYTES)):
        body += more
    return re.sub(rb"(?im)^connection:.*\r\n", b"", head) + b"\r\nConnection: close\r\n\r\n" + body


def answer_of(port: int, request: bytes) -> bytes:
    """What the server at this port of this machine answers. Raises ConnectionRefusedError before anything was sent."""
    with socket.create_connection((HOST, port), PATIENCE_SECONDS) as server:
        server.sendall(request)
        answer = b""
        while more := server.recv(READ_BYTES):
            answer += more
    return answer


class Distributor:
    """A reverse proxy as in docs/operations.md: gives each request, once, to a server that says it is ready, and to
    the next one only where it could not be sent at all. What it could give to nobody is answered 502."""

    def __init__(self, port: int, servers: Sequence[int]) -> None:
        self._servers, self._ready = servers, list(servers)
        self._socket = socket.create_server((HOST, port), backlog=128)
        self._over = threading.Event()
        self._turn = 0
        for target in (self._serve, self._ask):
            threading.Thread(target=target, daemon=True).start()

    def close(self) -> None:
        """Ends."""
        self._over.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _ask(self) -> None:
        while not self._over.wait(ASKED_EVERY_SECONDS):
            self._ready = [port for port in self._servers if answers(f"http://{HOST}:{port}/readyz")]

    def _serve(self) -> None:
        with suppress(OSError):
            while not self._over.is_set():
                client, _ = self._socket.accept()
                threading.Thread(target=self._handle, args=(client,), daemon=True).start()

    def _handle(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(PATIENCE_SECONDS)
            if request := whole(client):
                client.sendall(self._distributed(request))

    def _distributed(self, request: bytes) -> bytes:
        self._turn += 1
        ready = self._ready
        for number in range(len(ready)):
            with suppress(ConnectionRefusedError):
                return answer_of(ready[(self._turn + number) % len(ready)], request)
        return NOBODY


@contextmanager
def distributor(port: int, servers: Sequence[int]) -> Iterator[Distributor]:
    """A running distributor, gone afterwards; servers that are ready already are known when the block begins."""
    found = Distributor(port, servers)
    time.sleep(ASKED_EVERY_SECONDS)
    try:
        yield found
    finally:
        found.close()
