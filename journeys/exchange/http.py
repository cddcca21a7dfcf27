"""One careful HTTP conversation for every REST adapter: bounded in time and size, no redirects, errors by class."""

from __future__ import annotations

import json
from collections.abc import Mapping
from time import monotonic
from typing import Any

import httpx

from journeys.exchange.ports import NotAccepted, NotKnown, NotReachable

MOST_BYTES = 1_000_000
TIMEOUT = httpx.Timeout(8.0, connect=3.0)


class Talk:
    """Speaks JSON with one base address under one bearer token.

    ``timeout`` bounds each step, its ``read`` also the answer as a whole. Raises NotReachable (no answer, 5xx, 429,
    redirect, too long, not JSON), NotKnown (404) and NotAccepted (other 4xx).
    """

    def __init__(self, url: str, token: str, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=timeout,
            follow_redirects=False,
        )
        self._seconds = timeout.read or TIMEOUT.read or 0

    def get(self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Any:
        return self._speak("GET", path, params=dict(params or {}), headers=dict(headers or {}))

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        return self._speak("POST", path, json=dict(body), headers=dict(headers))

    def put(self, path: str, content: bytes, headers: Mapping[str, str]) -> Any:
        return self._speak("PUT", path, content=content, headers=dict(headers))

    def _speak(self, method: str, path: str, **more: Any) -> Any:
        try:
            with self._client.stream(method, path, **more) as answer:
                body = self._bounded(answer)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotReachable(type(error).__name__) from error
        return self._judged(answer.status_code, body)

    def _bounded(self, answer: httpx.Response) -> bytes:
        body, end = b"", monotonic() + self._seconds
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > MOST_BYTES or monotonic() > end:
                raise NotReachable("answer too long")
        return body

    @staticmethod
    def _judged(status: int, body: bytes) -> Any:
        if status == 404:
            raise NotKnown
        if 400 <= status < 500 and status not in (408, 409, 425, 429):
            raise NotAccepted(f"status {status}")
        if not 200 <= status < 300:
            raise NotReachable(f"status {status}")
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise NotReachable("answer is not JSON") from error
