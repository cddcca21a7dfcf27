"""What identity needs of the world: an issuer that vouches for people (OpenID Connect Core 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Claims:
    """What an issuer vouches for. ``identifiers`` holds what identifies (cin, birthdate, email, phone_number …)."""

    issuer: str
    sub: str
    name_ar: str
    name_lat: str
    language: str
    acr: str
    auth_time: datetime
    id_token: str = field(repr=False)
    identifiers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Leave:
    """Where to send the browser, and what to remember of it until it comes back."""

    url: str
    memory: Mapping[str, str] = field(repr=False)


class Issuer(Protocol):
    """Vouches for people. Raises NotReachable, NotAllowed or WrongAnswer; never called inside a transaction."""

    name: str

    def leave(self, back_url: str, language: str, acr: str | None) -> Leave:
        """The address that asks the person, with PKCE, state and nonce; ``acr`` is the level needed, None for any."""

    def come_back(self, back_url: str, query: Mapping[str, str], memory: Mapping[str, str]) -> Claims:
        """Checks the answer, exchanges the code, verifies the ID token and returns the claims."""

    def goodbye(self, id_token: str, after_url: str) -> str | None:
        """The issuer's own sign-out address, None when it has none."""

    def check(self) -> str:
        """One line for ``portal check``."""
