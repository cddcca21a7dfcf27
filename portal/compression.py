"""Pages travel compressed where the browser takes it. Built files were compressed when they were built."""

from __future__ import annotations

import secrets
import zlib
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

KINDS = ("text/html", "text/calendar", "application/json", "application/xml", "image/svg+xml")
LEAST = 600
"""Bytes from which it is worth it: what is shorter fits into one packet in any case."""

QUICK, BEST = 4, 9
MOST_PADDING = 100
GZIP = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff"
"""The head of a file that has a name."""


def init(app: Flask) -> None:
    """Compresses what the views of ``app`` answer."""
    app.after_request(_compressed)


def taken() -> bool:
    """Whether this request's answer may be gzip."""
    return _takes_gzip(request.headers.get("Accept-Encoding", ""))


def gzipped(body: bytes, level: int = QUICK) -> bytes:
    """A gzip file under a name of random length: a page holds the token of its forms beside what somebody else may have
    put into its address, and its exact length would tell how much of one is in the other (BREACH)."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    name = b"-" * secrets.randbelow(MOST_PADDING)
    tail = zlib.crc32(body).to_bytes(4, "little") + (len(body) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"".join((GZIP, name, b"\0", packer.compress(body), packer.flush(), tail))


def _compressed(response: Response) -> Response:
    if response.mimetype not in KINDS:
        return response
    response.vary.add("Accept-Encoding")
    if response.is_streamed or response.direct_passthrough or "Content-Encoding" in response.headers or not taken():
        return response
    body = response.get_data()
    if len(body) >= LEAST:
        response.set_data(gzipped(body))
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=200)
def _takes_gzip(said: str) -> bool:
    return bool(said) and parse_accept_header(said).quality("gzip") > 0
