"""A server that answers in every wrong way seen in the wild, so that a port's adapter can be seen to bear it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event

from portal.sandbox.serve import serving

METADATA_SERVICE = "http://169.254.169.254/latest/meta-data/"
GIGANTIC = 1_100_000
DRIPS, PAUSE_SECONDS = 60, 0.05

Way = Callable[["Odd", socket.socket], None]


@dataclass
class Odd:
    """How the server answers now: ``way`` is a name in WAYS. ``good`` is the body that a right answer would have."""

    way: str = "good"
    good: bytes = b"{}"
    url: str = ""
    port: int = 0
    asked: list[str] = field(default_factory=list)
    ending: Event = field(default_factory=Event)


def _answer(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", "Connection: close", *headers]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _with(status: str, *headers: str) -> Way:
    return lambda odd, client: client.sendall(_answer(status, odd.good, *headers))


def _saying(body: bytes) -> Way:
    return lambda _odd, client: client.sendall(_answer("200 OK", body))


def _truncated(odd: Odd, client: socket.socket) -> None:
    client.sendall(_answer("200 OK", odd.good, length=len(odd.good) + 100))


def _gigantic(odd: Odd, client: socket.socket) -> None:
    client.sendall(_answer("200 OK", odd.good + b" " * GIGANTIC))


def _slow(odd: Odd, _client: socket.socket) -> None:
    odd.ending.wait(10)


def _dripping(odd: Odd, client: socket.socket) -> None:
    """A byte now and then, each in time: right in the end, but far too late."""
    body = b" " * DRIPS + odd.good
    client.sendall(_answer("200 OK", b"", length=len(body)))
    for place in range(DRIPS):
        client.sendall(body[place : place + 1])
        if odd.ending.wait(PAUSE_SECONDS):
            return
    client.sendall(body[DRIPS:])


def _hanging_up(_odd: Odd, _client: socket.socket) -> None:
    """Says nothing and goes."""


WAYS: dict[str, Way] = {
    "500": _with("500 Internal Server Error"),
    "503": _with("503 Service Unavailable", "Retry-After: 3600"),
    "429": _with("429 Too Many Requests"),
    "redirect": _with("302 Found", f"Location: {METADATA_SERVICE}"),
    "permanent redirect": _with("308 Permanent Redirect", f"Location: {METADATA_SERVICE}"),
    "nonsense": _saying(b"<html>It works!</html>"),
    "another shape": _saying(b'["a", "list"]'),
    "nothing": _saying(b""),
    "not text": _saying(b"\xff\xfe\x00"),
    "nested": _saying(b"[" * 200_000),
    "not http": lambda _odd, client: client.sendall(b"220 mail.example ESMTP\r\n"),
    "truncated": _truncated,
    "gigantic": _gigantic,
    "slow": _slow,
    "dripping": _dripping,
    "hanging up": _hanging_up,
}
GOOD = _with("200 OK")


class _Handler(BaseRequestHandler):
    def handle(self) -> None:
        odd: Odd = self.server.odd  # type: ignore[attr-defined]
        client: socket.socket = self.request
        try:
            odd.asked.append(_read(client))
            WAYS.get(odd.way, GOOD)(odd, client)
        except OSError:
            return  # the other side had enough


def _read(client: socket.socket) -> str:
    """The request line, after the whole request was read: a socket closed with unread bytes resets its peer."""
    client.settimeout(5)
    said = b""
    while b"\r\n\r\n" not in said:
        said += client.recv(65_536) or b"\r\n\r\n"
    head, _, body = said.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().splitlines() if line.startswith(b"content-length:")]
    wanted = int(lengths[0]) if lengths else 0
    while len(body) < wanted and (more := client.recv(65_536)):
        body += more
    return head.split(b"\r\n")[0].decode()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = True
    odd: Odd


@contextmanager
def odd_server(good: bytes = b"{}") -> Iterator[Odd]:
    """A server on a free port for as long as the block lasts."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        odd = server.odd = Odd(good=good, port=server.server_address[1])
        odd.url = f"http://127.0.0.1:{odd.port}"
        with serving(server):
            try:
                yield odd
            finally:
                odd.ending.set()


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
