"""One careful HTTP conversation for every REST adapter: bounded in time and size, no redirects, errors by class."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from functools import cache
from time import monotonic
from typing import Any

import httpx

from journeys.exchange.ports import NotAccepted, NotKnown, NotReachable

MOST_BYTES = 1_000_000
TIMEOUT = httpx.Timeout(8.0, connect=3.0)


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities whose word for a server is taken, read once: that takes longer than most questions."""
    return httpx.create_ssl_context()


class Talk:
    """Speaks JSON with one base address under one bearer token, if there is one.

    ``timeout`` bounds each step, its ``read`` also the answer as a whole. Raises NotReachable (no answer, 5xx, 429,
    redirect, too long, not JSON), NotKnown (404) and NotAccepted (other 4xx).
    """

    def __init__(self, url: str, token: str = "", timeout: httpx.Timeout = TIMEOUT) -> None:
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Accept": "application/json", **bearer},
            timeout=timeout,
            follow_redirects=False,
            verify=_trusted(),
        )
        self._seconds = timeout.read or TIMEOUT.read or 0

    def get(self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Any:
        return self._speak("GET", path, params=dict(params or {}), headers=dict(headers or {}))

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        return self._speak("POST", path, json=dict(body), headers=dict(headers))

    def put(self, path: str, content: bytes, headers: Mapping[str, str]) -> Any:
        return self._speak("PUT", path, content=content, headers=dict(headers))

    def ask(self, path: str, content: bytes, media: str) -> bytes:
        """What is answered to these bytes, as it comes."""
        return self._answered("POST", path, content=content, headers={"Content-Type": media, "Accept": "*/*"})

    def fetch(self, path: str, headers: Mapping[str, str], most: int) -> bytes:
        """The file that lies there, as it comes, of at most so many bytes."""
        return self._answered("GET", path, most=most, headers={"Accept": "*/*", **headers})

    def _speak(self, method: str, path: str, **more: Any) -> Any:
        body = self._answered(method, path, **more)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise NotReachable("answer is not JSON") from error

    def _answered(self, method: str, path: str, *, most: int = MOST_BYTES, **more: Any) -> bytes:
        try:
            with self._client.stream(method, path, **more) as answer:
                body = self._bounded(answer, most)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotReachable(type(error).__name__) from error
        self._judge(answer.status_code)
        return body

    def _bounded(self, answer: httpx.Response, most: int) -> bytes:
        body, end = bytearray(), monotonic() + self._seconds
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > most or monotonic() > end:
                raise NotReachable("answer too long")
        return bytes(body)

    @staticmethod
    def _judge(status: int) -> None:
        if status == 404:
            raise NotKnown
        if 400 <= status < 500 and status not in (408, 409, 425, 429):
            raise NotAccepted(f"status {status}")
        if not 200 <= status < 300:
            raise NotReachable(f"status {status}")
