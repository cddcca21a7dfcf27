"""How often one may ask: generous enough for a family, an accountant, a village behind one address; not for a flood.

Counted before a page's transaction begins, in Redis when several processes share the counts. A Redis that is gone is
noticed within half a second; until it is back each process counts for itself, and pages go on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from flask import Flask, request, session

from portal.settings import Settings

SIGN_IN = frozenset({"identity.sign_in", "identity.back"})
CODES = frozenset({"mail_account.enter", "account.check_code", "visits.admit", "staff.prove", "staff.set_up"})
LETTERS = frozenset(
    {"mail_account.send", "account.add_address", "account.send_again", "visits.look", "visits.shown"}
    | {"mandates.offer", "mandates.request_one", "companies.found", "acting.look", "shares.share"}
)
FILES = frozenset({"audit_mine.proofs", "export.data", "exporting.everything"})
SENDING = frozenset(
    {"apply.open_case", "filling.fetch", "filling.attach", "adding.add", "fetching.fetch"}
    | {"certifying.certify", "apply.submit", "pay.checkout"}
)
CHECKS = frozenset(
    {"proofs.by_text", "proofs.by_code", "proofs.by_file", "proof_files.status_list", "links.page", "links.open_link"}
)
PICTURES = frozenset({"locker.preview"})
WISHES = frozenset({"wishes.wish"})
HOOKS = frozenset({"pay_hooks.news", "apply_hooks.news", "identity.back_channel"})
REDIS_SECONDS = 0.5
PATIENCE: dict[str, Any] = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}


@dataclass(frozen=True, slots=True)
class Rule:
    """At most ``amount`` by one ``key`` at these endpoints together."""

    name: str
    endpoints: frozenset[str]
    key: Callable[[], str]
    amount: str


def address() -> str:
    """Whose line it is: an IPv4 address, or the /64 that one household or company has in IPv6."""
    said = request.remote_addr or "nowhere"
    try:
        found = ip_address(said)
    except ValueError:
        return said
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network((found, 64), strict=False))
    return str(found)


def browser() -> str:
    """Who is signed in here, as a digest of the cookie's token that says nothing to who reads the counts; an address
    before anybody is."""
    token = session.get("_user_id")
    return hashlib.sha256(str(token).encode()).hexdigest()[:24] if token else address()


RULES = (
    Rule("sign-in by address", SIGN_IN, address, "600 per minute"),
    Rule("sending by address", SENDING, address, "1200 per minute"),
    Rule("sending by browser", SENDING, browser, "120 per minute"),
    Rule("codes by address", CODES, address, "60 per minute"),
    Rule("codes by browser", CODES, browser, "20 per minute"),
    Rule("letters by address", LETTERS, address, "120 per minute"),
    Rule("letters by browser", LETTERS, browser, "20 per minute"),
    Rule("files by browser", FILES, browser, "10 per minute"),
    Rule("pictures by browser", PICTURES, browser, "60 per minute"),
    Rule("checks by address", CHECKS, address, "60 per minute"),
    Rule("checked files by address", frozenset({"proofs.by_file"}), address, "20 per minute"),
    Rule("wishes by address", WISHES, address, "20 per minute"),
    Rule("messages by address", HOOKS, address, "6000 per minute"),
)


def init(app: Flask, settings: Settings) -> None:
    """Refuses too many requests with 429, when the settings say so."""
    if not settings.limits:
        return
    from flask_limiter import ApplicationLimit, Limiter

    limits = [
        ApplicationLimit(
            limit_provider=rule.amount,
            key_function=rule.key,
            scope=rule.name,
            exempt_when=partial(_elsewhere, rule.endpoints),
        )
        for rule in RULES
    ]
    Limiter(
        address,
        app=app,
        application_limits=limits,  # type: ignore[arg-type]
        storage_uri=settings.redis_url or "memory://",
        storage_options=PATIENCE if settings.redis_url else {},
        strategy="sliding-window-counter",
        in_memory_fallback_enabled=True,
        swallow_errors=True,
        headers_enabled=False,
        key_prefix="shubbak",
    )


def _elsewhere(endpoints: frozenset[str]) -> bool:
    return request.endpoint not in endpoints


def problems(settings: Settings) -> list[str]:
    """What makes limits wrong in production: for ``portal check``."""
    if settings.environment != "production" or not settings.limits:
        return []
    said = []
    if settings.processes > 1 and not settings.redis_url:
        said.append("PORTAL_REDIS_URL is missing: several web processes would each count requests for themselves")
    if not settings.proxies:
        said.append("PORTAL_PROXIES is 0: behind a proxy all visitors would be one address to the limits")
    return said
