"""Requests as bytes, given to the application itself: what no browser would send, a program can."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import quote_from_bytes, unquote_to_bytes

from page_parts import flaws
from werkzeug.test import create_environ, run_wsgi_app
from world import World

Pairs = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Asked:
    """One request. ``path`` and ``query`` are as on the wire, percent-encoded or not."""

    method: str
    path: bytes
    query: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __repr__(self) -> str:
        more = f" {self.body[:300]!r}" if self.body else ""
        query = b"?" + self.query if self.query else b""
        return f"{self.method} {(self.path + query)[:300]!r} { {k: v[:200] for k, v in self.headers.items()} }{more}"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


def ask(town: World, asked: Asked, cookie: str = "") -> Answer:
    """Gives a request to the application. An exception that leaves it is for the caller to see."""
    environ = create_environ("/", town.url, method=asked.method, input_stream=BytesIO(asked.body))
    environ |= {
        "PATH_INFO": unquote_to_bytes(asked.path).decode("latin-1"),
        "QUERY_STRING": asked.query.decode("latin-1"),
        "REQUEST_URI": asked.path.decode("latin-1"),
        "CONTENT_LENGTH": str(len(asked.body)),
        "wsgi.input_terminated": True,
    }
    environ |= {"HTTP_COOKIE": f"shubbak={cookie}"} if cookie else {}
    environ |= {_environ_name(name): value for name, value in asked.headers.items()}
    body, status, headers = run_wsgi_app(town.app, environ, buffered=True)
    said = b"".join(body)
    said = gzip.decompress(said) if headers.get("Content-Encoding") == "gzip" else said
    return Answer(int(status.split()[0]), dict(headers), said.decode("utf-8", "replace"))


def _environ_name(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


def is_sound(town: World, asked: Asked, answer: Answer) -> None:
    """Whatever was asked: an answer of ours, which shows no inside, runs nothing and leads nowhere else."""
    found = flaws(answer.status, answer.headers.get("Content-Type", ""), answer.text)
    assert not found, (asked, found)
    assert "<script>alert(" not in answer.text, asked
    assert "<img src=x" not in answer.text, asked
    assert not any("\n" in value or "\r" in value for value in answer.headers.values()), asked
    ours = (town.url + "/", town.sandbox.settings.url + "/")
    place = answer.headers.get("Location", "/")
    inside = place.startswith("/") and not place.startswith(("//", "/\\"))
    assert inside or place.startswith(ours) or place == town.url, (asked, place)


def form_body(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A form as a browser sends it."""
    return b"&".join(_quoted(name) + b"=" + _quoted(value) for name, value in pairs)


def parts_body(pairs: Iterable[tuple[bytes, bytes]], boundary: bytes = b"x") -> bytes:
    """A form as a browser sends it in parts; names and values as they are, so that they can break it."""
    lines = (
        b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (boundary, name, value)
        for name, value in pairs
    )
    return b"".join(lines) + b"--" + boundary + b"--\r\n"


def _quoted(value: bytes) -> bytes:
    return quote_from_bytes(value, safe="").encode()
