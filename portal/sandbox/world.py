"""What every room of the sandbox shares while it runs: settings, store, people and companies, clock and courier."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import current_app, request

from portal.sandbox.courier import Courier
from portal.sandbox.people import People
from portal.sandbox.registers.companies import Companies
from portal.sandbox.registers.families import Families
from portal.sandbox.registers.papers import Papers
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store
from portal.sandbox.trust.authority import Authority

Clock = Callable[[], datetime]


def real_time() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class World:
    """The outside world of one sandbox process."""

    settings: SandboxSettings
    store: Store
    people: People
    families: Families
    companies: Companies
    papers: Papers
    clock: Clock
    courier: Courier
    authority: Authority

    def close(self) -> None:
        """Stops the courier and closes the store."""
        self.courier.close()
        self.store.close()

    @property
    def stamp(self) -> int:
        """Now, in seconds since 1970."""
        return int(self.clock().timestamp())

    @property
    def today(self) -> date:
        """The day it is."""
        return self.clock().date()


def world() -> World:
    """The world of the current application."""
    found: World = current_app.extensions["sandbox"]
    return found


def carries_token(token: str) -> bool:
    """Whether the current request bears this token (RFC 6750)."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and secrets.compare_digest(given.encode(), token.encode())
