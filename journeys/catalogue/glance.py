"""What is seen of a service at a glance: its names and where it belongs, read without judging the rest of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from journeys.catalogue.packed import Packed
from journeys.catalogue.values import Audience, Text

if TYPE_CHECKING:
    from journeys.catalogue.service import Service


class _Seen(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class _Output(_Seen):
    document: str


class _Texts(_Seen):
    summary: Text | None = None


class _Section(_Seen):
    id: str


class Glance(_Seen):
    """A service as lists and search need it."""

    id: str
    names: Text
    administration: str
    audience: tuple[Audience, ...]
    outputs: tuple[_Output, ...]
    texts: _Texts = _Texts()
    sections: tuple[_Section, ...] = ()
    published_at: datetime | None = None


def glances(services: Mapping[str, Service]) -> Iterator[Glance]:
    """Every service at a glance: a fifth of the time that it takes to unpack them."""
    if not isinstance(services, Packed):
        yield from (Glance.model_validate(service) for service in services.values())
        return
    for key in services:
        seen = Glance.model_validate_json(services.content(key))
        yield seen.model_copy(update={"published_at": services.since(key)})
