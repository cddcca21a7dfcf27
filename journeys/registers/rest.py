"""A register that speaks JSON over HTTP: facts of one person, for a named purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Self
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from journeys.exchange.http import TIMEOUT, Talk
from journeys.exchange.ports import Facts, NotReachable


class _Held(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    as_of: date
    facts: dict[str, Any]


class Rest:
    """The register. Settings: ``url``, ``token`` (bearer)."""

    def __init__(self, name: str, url: str, token: str, timeout: httpx.Timeout = TIMEOUT) -> None:
        self.name = name
        self._talk = Talk(url, token, timeout)

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Self:
        return cls(settings["name"], settings["url"], settings["token"])

    def facts(self, identifier: str, wanted: Sequence[str], purpose: str) -> Facts:
        path = f"/persons/{quote(identifier, safe='')}"
        said = self._talk.get(path, {"facts": ",".join(wanted)}, {"X-Purpose": purpose})
        try:
            held = _Held.model_validate(said)
        except ValidationError as error:
            raise NotReachable("answer not understood") from error
        return Facts(self.name, held.as_of, {key: held.facts[key] for key in wanted if key in held.facts})

    def check(self) -> str:
        self._talk.get("/health")
        return f"{self.name}: answers"
