"""A client that costs little itself: one kept connection, cookies, and regular expressions instead of a parser. Like
every browser it takes compressed pages."""

from __future__ import annotations

import gzip
import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
IDLE_SECONDS = 5
TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')


class WrongAnswer(Exception):
    """The server answered something else than a bench expects: what is measured would not be what it says."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    location: str
    body: bytes

    def token(self) -> str:
        """The page's CSRF token. Raises WrongAnswer."""
        return self.found(TOKEN)

    def found(self, pattern: re.Pattern[bytes]) -> str:
        """The first group of a pattern. Raises WrongAnswer."""
        match = pattern.search(self.body)
        if match is None:
            raise WrongAnswer(f"{self.status}: no {pattern.pattern!r} in {self.body[:300]!r}")
        return match[1].decode()


class Client:
    """Speaks to one server over one connection that is kept."""

    def __init__(self, url: str, cookies: Mapping[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._used = 0.0
        self.cookies = dict(cookies or {})

    def get(self, path: str, expect: int = 200) -> Answer:
        """Fetches a page. Raises WrongAnswer for another status than ``expect``."""
        return self._ask("GET", path, None, {}, expect)

    def post(self, path: str, fields: Mapping[str, str], expect: int = 303) -> Answer:
        """Sends a form. Raises WrongAnswer."""
        return self._ask("POST", path, urlencode(fields).encode(), FORM, expect)

    def send(self, path: str, body: bytes, headers: Mapping[str, str], expect: int) -> Answer:
        """Sends a message as it is. Raises WrongAnswer."""
        return self._ask("POST", path, body, headers, expect)

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], expect: int) -> Answer:
        cookie = (
            {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        )
        if time.monotonic() - self._used > IDLE_SECONDS:
            self._connection.close()  # the server may have closed it; it is opened again by itself
        self._used = time.monotonic()
        self._connection.request(method, path, body, {"Accept-Encoding": "gzip", **headers, **cookie})
        answer = self._connection.getresponse()
        found = Answer(answer.status, _path(answer.headers.get("Location", "")), _body(answer))
        self._remember(answer)
        if found.status != expect:
            raise WrongAnswer(f"{method} {path}: {found.status} instead of {expect}: {found.body[:400]!r}")
        return found

    def _remember(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()


def _body(answer: http.client.HTTPResponse) -> bytes:
    read = answer.read()
    return gzip.decompress(read) if answer.headers.get("Content-Encoding") == "gzip" else read


def _path(location: str) -> str:
    parts = urlsplit(location)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
