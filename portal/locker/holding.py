"""The documents that administrations hold, spoken to over HTTP: a list of them in JSON, and each file as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from journeys.exchange import ports as exchange
from journeys.exchange.http import TIMEOUT, Talk
from portal.locker.ports import Held, NotHeld, NotReachable
from portal.locker.taken import MOST_BYTES

MOST = 500
"""Documents in one list; a longer one is nonsense."""

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Paper(_Part):
    id: str = Field(min_length=1, max_length=100)
    kind: str = Field(pattern=r"^[a-z0-9_]{1,60}$")
    issuer: dict[Language, Name] = Field(min_length=1, max_length=10)
    issued_on: date
    valid_until: date | None = None
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class _Papers(_Part):
    documents: list[_Paper] = Field(max_length=MOST)


@contextmanager
def _reached() -> Iterator[None]:
    """What the conversation raises, as the port says it. Of a question that was refused nothing is known either."""
    try:
        yield
    except exchange.NotKnown as error:
        raise NotHeld from error
    except (exchange.NotReachable, exchange.NotAccepted) as error:
        raise NotReachable(str(error)) from error


class RestHolder:
    """``url`` is PORTAL_PAPERS_URL, ``token`` PORTAL_PAPERS_TOKEN (bearer)."""

    def __init__(self, url: str, token: str, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._talk = Talk(url, token, timeout)

    def held(self, number: str, purpose: str) -> list[Held]:
        with _reached():
            said = self._talk.get(f"/of/{_part(number)}", None, {"X-Purpose": purpose})
        try:
            found = _Papers.model_validate(said).documents
        except ValidationError as error:
            raise NotReachable("answer not understood") from error
        return [Held(one.id, one.kind, one.issuer, one.issued_on, one.valid_until, one.sha256) for one in found]

    def content(self, number: str, held: Held, purpose: str) -> bytes:
        path = f"/of/{_part(number)}/{_part(held.id)}"
        with _reached():
            content = self._talk.fetch(path, {"X-Purpose": purpose}, MOST_BYTES)
        if hashlib.sha256(content).hexdigest() != held.digest:
            raise NotReachable("other bytes than were announced")
        return content

    def check(self) -> str:
        with _reached():
            self._talk.get("/health")
        return "papers: answers"


def _part(number: str) -> str:
    """A number as one part of an address. Raises NotHeld for what would lead elsewhere."""
    if number in ("", ".", ".."):
        raise NotHeld
    return quote(number, safe="")
