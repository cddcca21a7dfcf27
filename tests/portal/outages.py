"""Builders: the outside world fails for a while, each part by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
from twins.odd import Odd, closed_port, odd_server
from world import World

from journeys.connectors.rest import Rest as RestConnector
from journeys.registers.rest import Rest as RestRegister
from payments.providers.stripe import Stripe
from portal.alerts.smtp import Smtp
from portal.identity.issuer import OpenIDConnect
from portal.outbox import run_one
from portal.settings import Issuer
from portal.tasks import TASKS

SECONDS = 0.5
PATIENCE = httpx.Timeout(SECONDS)
NEWS_SECRET = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="


@contextmanager
def instead(town: World, **others: Any) -> Iterator[None]:
    """The portal speaks to other adapters for as long as the block lasts."""
    before = town.work.adapters
    town.work.adapters = replace(before, **others)
    try:
        yield
    finally:
        town.work.adapters = before


@contextmanager
def outage(way: str) -> Iterator[Odd]:
    """A server that answers in this wrong way; ``down`` is a port where nobody listens."""
    with odd_server() as odd:
        odd.way = way
        if way == "down":
            odd.url = f"http://127.0.0.1:{closed_port()}"
        yield odd


def issuer_at(url: str) -> dict[str, Any]:
    """The identity provider is there."""
    return {"issuers": {"national": OpenIDConnect(Issuer("national", url, "shubbak", "secret"), (SECONDS, SECONDS))}}


def register_at(town: World, url: str) -> dict[str, Any]:
    """The civil-status register is there."""
    register = RestRegister("civil-status", url, "token", PATIENCE)
    return {"registers": {**town.work.adapters.registers, "civil-status": register}}


def provider_at(url: str) -> dict[str, Any]:
    """The card processor is there."""
    return {"provider": Stripe("sk_test_outage", "whsec_outage", url, seconds=SECONDS, retries=0)}


def administration_at(town: World, url: str) -> dict[str, Any]:
    """The office of company names is there."""
    connector = RestConnector("ompic", url, "token", NEWS_SECRET, timeout=PATIENCE)
    return {"connectors": {**town.work.adapters.connectors, "ompic": connector}}


def mail_server_at(url: str) -> dict[str, Any]:
    """The mail server is there."""
    return {"mailer": Smtp(url.replace("http:", "smtp:"), "shubbak@example.ma", SECONDS)}


def worker_tries(town: World) -> None:
    """Does every due task, whether it fails or not."""
    with town.app.app_context():
        while run_one(town.work, TASKS):
            pass
