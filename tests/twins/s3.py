"""An S3 server that others wrote (moto), stores on it, and a line to it that breaks."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

import httpx
from drill.relay import READ_BYTES, answer_of, whole
from moto.server import ThreadedMotoServer

from payments.columns import new_id
from portal.locker.storage import Storage
from portal.sandbox.serve import serving

SECRET = "hush"
REACHED: dict[str, Any] = {"access_key_id": "key", "secret_access_key": SECRET, "region": "us-east-1"}
ONCE: dict[str, Any] = {"retry_config": {"max_retries": 0}}
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=key/20261001/us-east-1/s3/aws4_request, SignedHeaders=host"}


@contextmanager
def s3_server() -> Iterator[str]:
    """The server's address, for as long as the block lasts."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        yield "http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()


def new_bucket(address: str) -> str:
    """The name of a bucket of a test's own."""
    name = f"documents-{new_id()}"
    httpx.put(f"{address}/{name}", headers=SIGNED).raise_for_status()
    return name


def in_bucket(address: str, name: str, *, seconds: float = 10, **changes: Any) -> Storage:
    """A store in this bucket, or in a folder of it; it asks once, and waits so long for an answer."""
    options = {"allow_http": True, "timeout": f"{seconds * 1000:.0f}ms"}
    return Storage(f"s3://{name}", endpoint=address, client_options=options, **{**REACHED, **ONCE, **changes})


class Line(ThreadingTCPServer):
    """Carries requests to a server, and its answers back. With ``breaks_after`` it breaks when so many bytes of a
    request have passed; so many answers as ``loses`` says never come, although what was asked was done."""

    daemon_threads = True
    block_on_close = True

    def __init__(self, address: str) -> None:
        super().__init__(("127.0.0.1", 0), _Carrier)
        self.to = httpx.URL(address).port or 80
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.breaks_after: int | None = None
        self.loses = 0


class _Carrier(BaseRequestHandler):
    def handle(self) -> None:
        line, client = self.server, self.request
        assert isinstance(line, Line)
        with suppress(OSError):
            if line.breaks_after is not None:
                _cut(client, line.to, line.breaks_after)
            elif request := whole(client):
                answer = answer_of(line.to, request)
                line.loses -= 1
                client.sendall(b"" if line.loses >= 0 else answer)


def _cut(client: socket.socket, port: int, left: int) -> None:
    """Passes on so many bytes, and waits until the server has come to its end with them."""
    with socket.create_connection(("127.0.0.1", port)) as server:
        while left and (some := client.recv(min(left, READ_BYTES))):
            server.sendall(some)
            left -= len(some)
        server.shutdown(socket.SHUT_WR)
        while server.recv(READ_BYTES):
            pass


@contextmanager
def line_to(address: str) -> Iterator[Line]:
    """A line that holds, for as long as the block lasts."""
    with Line(address) as line, serving(line):
        yield line
