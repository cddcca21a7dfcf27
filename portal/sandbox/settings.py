"""What the sandbox is told by its environment: addresses, folder, and the secrets it shares with the portal.

Variables (defaults in brackets): ``SANDBOX_HOST`` [127.0.0.1], ``SANDBOX_PORT`` [8001], ``SANDBOX_URL``
[http://localhost:<port>], ``SANDBOX_SMTP_PORT`` [8025], ``SANDBOX_DATA`` [var/sandbox], ``SANDBOX_PORTAL_URL``
[http://127.0.0.1:8000], ``SANDBOX_ASK_AGAIN_SECONDS`` [5], ``SANDBOX_REDIRECT_URIS`` and ``SANDBOX_LOGOUT_URIS`` (space
separated; by default the portal's ``/sign-in/back`` and its home pages).

Without a default: ``SANDBOX_CLIENT_ID``, ``SANDBOX_CLIENT_SECRET``, ``SANDBOX_STAFF_CLIENT_ID``,
``SANDBOX_STAFF_CLIENT_SECRET``, ``SANDBOX_STRIPE_SECRET_KEY``, ``SANDBOX_STRIPE_WEBHOOK_SECRET``,
``SANDBOX_CONNECTOR_TOKEN``, ``SANDBOX_CONNECTOR_WEBHOOK_SECRET``, ``SANDBOX_REGISTER_TOKEN``, ``SANDBOX_SMS_TOKEN``,
``SANDBOX_TRUST_TOKEN``.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SECRETS = (
    "client_id",
    "client_secret",
    "staff_client_id",
    "staff_client_secret",
    "stripe_secret_key",
    "stripe_webhook_secret",
    "connector_token",
    "connector_webhook_secret",
    "register_token",
    "sms_token",
    "trust_token",
)
NUMBERS = ("port", "smtp_port", "ask_again_seconds")
TEXTS = ("host", "url", "portal_url")
LISTS = ("redirect_uris", "logout_uris")
LOGOUT_PATHS = ("", "/", "/ar/", "/fr/", "/en/", "/sign-out/back")
LOOPBACK = ("localhost", "127.0.0.1")


def unguessable() -> str:
    """A secret that nobody was told, so that it opens nothing."""
    return secrets.token_hex(24)


class BadSettings(Exception):
    """The environment is incomplete or unsafe; ``problems`` says what to set, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Everything the sandbox needs. ``retry_seconds`` are the pauses before each further delivery of a message. From
    the environment every secret must come; who makes settings otherwise may leave a door out, which stays locked."""

    client_id: str
    client_secret: str = field(repr=False)
    stripe_secret_key: str = field(repr=False)
    stripe_webhook_secret: str = field(repr=False)
    connector_token: str = field(repr=False)
    connector_webhook_secret: str = field(repr=False)
    register_token: str = field(repr=False)
    staff_client_id: str = "staff"
    staff_client_secret: str = field(default_factory=unguessable, repr=False)
    sms_token: str = field(default_factory=unguessable, repr=False)
    trust_token: str = field(default_factory=unguessable, repr=False)
    host: str = "127.0.0.1"
    port: int = 8001
    url: str = ""
    smtp_port: int = 8025
    data: Path = Path("var/sandbox")
    portal_url: str = "http://127.0.0.1:8000"
    ask_again_seconds: int = 5
    redirect_uris: tuple[str, ...] = ()
    logout_uris: tuple[str, ...] = ()
    retry_seconds: tuple[float, ...] = (1, 2, 4, 8, 16, 32, 64)

    def __post_init__(self) -> None:
        homes = origins(self.portal_url)
        self._default("url", f"http://localhost:{self.port}")
        self._default("redirect_uris", tuple(f"{home}/sign-in/back" for home in homes))
        self._default("logout_uris", tuple(home + path for home in homes for path in LOGOUT_PATHS))
        if problems := check(self):
            raise BadSettings(problems)

    def _default(self, name: str, value: Any) -> None:
        if not getattr(self, name):
            object.__setattr__(self, name, value)

    @property
    def issuer(self) -> str:
        """The issuer identifier of the citizens' identity provider."""
        return f"{self.url}/id"

    @property
    def staff_issuer(self) -> str:
        """The issuer identifier of the identity provider of those who work in administrations."""
        return f"{self.url}/staff-id"

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> SandboxSettings:
        """Settings from ``SANDBOX_…`` variables. Raises BadSettings."""
        given = {key[8:].lower(): value for key, value in environment.items() if key.startswith("SANDBOX_") and value}
        values: dict[str, Any] = {name: given.get(name, "") for name in SECRETS}
        values |= {name: given[name].rstrip("/") for name in TEXTS if name in given}
        values |= {name: tuple(given[name].split()) for name in LISTS if name in given}
        values |= {name: _number(name, given[name]) for name in NUMBERS if name in given}
        if "data" in given:
            values["data"] = Path(given["data"])
        return cls(**values)


def origins(url: str) -> tuple[str, ...]:
    """The address and, on this machine, its twin: a browser may say localhost where a server says 127.0.0.1."""
    name = urlsplit(url).hostname
    twins = [url.replace(name, twin, 1) for twin in LOOPBACK] if name in LOOPBACK else [url]
    return tuple(dict.fromkeys([url, *twins]))


def check(settings: SandboxSettings) -> list[str]:
    """What is missing or unsafe, one sentence each; empty when all is well."""
    problems = [f"set SANDBOX_{name.upper()}" for name in SECRETS if not getattr(settings, name)]
    for name in ("url", "portal_url"):
        if urlsplit(getattr(settings, name)).scheme not in ("http", "https"):
            problems.append(f"SANDBOX_{name.upper()} must begin with http:// or https://")
    if settings.stripe_secret_key and not settings.stripe_secret_key.startswith("sk_test_"):
        problems.append("SANDBOX_STRIPE_SECRET_KEY must begin with sk_test_: a real key has no business here")
    if settings.connector_webhook_secret and not _is_webhook_secret(settings.connector_webhook_secret):
        problems.append("SANDBOX_CONNECTOR_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes in base64")
    return problems


def _is_webhook_secret(secret: str) -> bool:
    """Whether this is a symmetric secret of the Standard Webhooks specification."""
    prefix, _, body = secret.partition("_")
    try:
        return prefix == "whsec" and 24 <= len(base64.b64decode(body, validate=True)) <= 64
    except binascii.Error:
        return False


def _number(name: str, text: str) -> int:
    if not text.isdecimal():
        raise BadSettings([f"SANDBOX_{name.upper()} must be a number"])
    return int(text)
