"""Careful HTTP for issuers: bounded in time and size, no redirects, every failure is NotReachable."""

from __future__ import annotations

import time
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import requests
import urllib3

from portal.identity.errors import NotReachable

MOST_BYTES = 200_000
CHUNK_BYTES = 16_384
MEANT = (200, 400, 401)
"""What OAuth answers with (RFC 6749, 5.1 and 5.2); all else comes from something that stands in between."""

Timeout = tuple[float, float]
"""Seconds to connect, and seconds for the answer: between two of its parts, and for all of it."""


def fetch(url: str, timeout: Timeout, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """The JSON object at ``url``. Raises NotReachable."""
    try:
        with requests.get(url, headers=headers, timeout=timeout, allow_redirects=False, stream=True) as answer:
            said = bounded(answer, timeout[1]).json()
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise NotReachable(type(error).__name__) from error
    if answer.status_code != 200 or not isinstance(said, dict):
        raise NotReachable(f"status {answer.status_code}, {type(said).__name__}")
    return said


def bounded(answer: requests.Response, seconds: float) -> requests.Response:
    """A streamed answer with its body read. Raises NotReachable when it is too long, too slow, cut, or no answer."""
    if answer.status_code not in MEANT:
        raise NotReachable(f"status {answer.status_code}")
    body = _body(answer.raw, time.monotonic() + seconds)
    answer.raw = BytesIO(body)
    return answer


def _body(raw: Any, end: float) -> bytes:
    body = b""
    try:
        while chunk := raw.read1(CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > MOST_BYTES or time.monotonic() > end:
                raise NotReachable("answer too long")
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise NotReachable(type(error).__name__) from error
    finally:
        raw.close()
    return body
