"""Settings: frozen, typed, read once from the environment; refuse to start when incomplete or unsafe."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from portal import proof_keys
from portal.keys import BadKeys, Keyring

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("production", "demo", "test")
CLAMD = re.compile(r"(tcp://[\w.-]+(:\d+)?|unix:///\S+)?")
PREFIX = "PORTAL_"


class BadSettings(Exception):
    """One or more settings are missing or unsafe; ``problems`` says which, one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Issuer:
    """One identity provider that vouches for people (OpenID Connect). ``whom`` it knows is ``people`` or ``staff``;
    ``levels`` says which of our levels each of its own (``acr``) stands for, where it names them otherwise."""

    name: str
    url: str
    client_id: str
    client_secret: str = field(repr=False)
    whom: str = "people"
    levels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plug:
    """An adapter of a port and its own settings: ``kind`` is the entry point's name."""

    name: str
    kind: str
    settings: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """All the portal needs to know of its surroundings. See the README for each variable and its default."""

    environment: str
    public_url: str
    database_url: str
    secret_key: str = field(repr=False)
    keys: str = field(repr=False)
    storage_url: str
    mail_url: str
    mail_from: str
    issuers: tuple[Issuer, ...]
    provider: Plug
    connectors: tuple[Plug, ...]
    registers: tuple[Plug, ...]
    companies: Plug | None
    families: Plug | None
    papers: Plug | None
    sms: Plug | None
    seals: Plug
    stamps: Plug
    trust_roots: Path
    proof_keys: str = field(repr=False)
    clamd_url: str
    email_accounts: bool
    processes: int
    threads: int
    worker_threads: int
    log_level: str
    proxies: int = 0
    drain_seconds: int = 0
    redis_url: str = field(default="", repr=False)
    limits: bool = False
    metrics_token: str = field(default="", repr=False)
    metrics_folder: Path = ROOT / "var" / "metrics"
    fail_points: Path | None = None
    fonts: Path = ROOT / "static" / "dist" / "fonts" / "ttf"

    @property
    def demo(self) -> bool:
        """Whether this is a demonstration: unverified tariffs may be charged, and every page says so."""
        return self.environment in ("demo", "test")

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by HTTPS."""
        return self.public_url.startswith("https://")

    @property
    def named(self) -> bool:
        """Whether browsers reach us by a name and not by a number: passkeys are bound to one."""
        host = urlsplit(self.public_url).hostname or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return bool(host)
        return False

    @property
    def outside_origins(self) -> tuple[str, ...]:
        """Origins a form of ours may lead to: issuers and payment pages (Chromium checks redirects after a POST)."""
        urls = [issuer.url for issuer in self.issuers]
        urls.append(self.provider.settings.get("checkout_origin", ""))
        return tuple(dict.fromkeys(origin(url) for url in urls if url))


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads ``PORTAL_…`` variables. Raises BadSettings naming every variable that is missing or unsafe."""
    return _Reader(os.environ if environ is None else environ).settings()


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def settings(self) -> Settings:
        settings = Settings(
            environment=self.one_of("ENVIRONMENT", ENVIRONMENTS, "production"),
            public_url=self.url("PUBLIC_URL").rstrip("/"),
            database_url=self.text("DATABASE_URL", "sqlite:///" + str(ROOT / "var" / "portal.sqlite")),
            secret_key=self.secret("SECRET_KEY", 32),
            keys=self.required("KEYS"),
            storage_url=self.text("STORAGE_URL", (ROOT / "var" / "documents").as_uri()),
            mail_url=self.required("MAIL_URL"),
            mail_from=self.required("MAIL_FROM"),
            issuers=self.issuers(),
            provider=self.provider(),
            connectors=self.plugs("CONNECTOR"),
            registers=self.plugs("REGISTER"),
            companies=self.one_plug("COMPANIES"),
            families=self.one_plug("FAMILIES"),
            papers=self.one_plug("PAPERS"),
            sms=self.one_plug("SMS"),
            seals=Plug("seals", "csc", {"url": self.url("SEALS_URL"), "token": self.required("SEALS_TOKEN")}),
            stamps=Plug("stamps", "rfc3161", {"url": self.url("STAMPS_URL"), "token": self.text("STAMPS_TOKEN", "")}),
            trust_roots=Path(self.required("TRUST_ROOTS")),
            proof_keys=self.required("PROOF_KEYS"),
            clamd_url=self.text("CLAMD_URL", ""),
            email_accounts=self.one_of("EMAIL_ACCOUNTS", ("on", "off"), "off") == "on",
            processes=self.number("PROCESSES", 1),
            threads=self.number("THREADS", 16),
            worker_threads=self.number("WORKER_THREADS", 4),
            log_level=self.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            proxies=self.number("PROXIES", 0, least=0),
            drain_seconds=self.number("DRAIN_SECONDS", 0, least=0),
            redis_url=self.text("REDIS_URL", ""),
            limits=self.limits(),
            metrics_token=self.secret("METRICS_TOKEN", 16) if self.text("METRICS_TOKEN", "") else "",
            metrics_folder=Path(self.text("METRICS_FOLDER", str(ROOT / "var" / "metrics"))),
            fail_points=Path(self.text("FAIL_POINTS", "")) if self.text("FAIL_POINTS", "") else None,
        )
        self.judge(settings)
        if self.problems:
            raise BadSettings(self.problems)
        return settings

    def judge(self, settings: Settings) -> None:
        for keys, parse in ((settings.keys, Keyring.parse), (settings.proof_keys, proof_keys.parse)):
            self.judge_keys(keys, parse)
        if not CLAMD.fullmatch(settings.clamd_url):
            self.problems.append(f"{PREFIX}CLAMD_URL is tcp://host:3310 or unix:///path/to/clamd.ctl")
        if settings.environment != "production":
            return
        insecure = [settings.public_url, *(issuer.url for issuer in settings.issuers)]
        some = settings.companies, settings.families, settings.papers, settings.sms, settings.seals, settings.stamps
        partners = [plug for plug in (*settings.registers, *some) if plug]
        insecure += [plug.settings.get("url", "") for plug in (*settings.connectors, *partners)]
        insecure += [settings.provider.settings.get(name, "") for name in ("api_base", "checkout_origin")]
        for url in filter(None, insecure):
            if not url.startswith("https://"):
                self.problems.append(f"{url}: production speaks https only")
        if settings.database_url.startswith("sqlite") and settings.processes > 1:
            self.problems.append(f"{PREFIX}DATABASE_URL: several processes in production need PostgreSQL")
        if settings.fail_points is not None:
            self.problems.append(f"{PREFIX}FAIL_POINTS: drills that end processes have no place in production")
        if "_test_" in settings.provider.settings.get("secret_key", ""):
            self.problems.append(f"{PREFIX}STRIPE_SECRET_KEY: a test key takes no money; production needs a live key")

    def judge_keys(self, keys: str, parse: Callable[[str], object]) -> None:
        try:
            _ = keys and parse(keys)
        except BadKeys as bad:
            self.problems.append(str(bad))

    def text(self, name: str, default: str) -> str:
        return self.environ.get(PREFIX + name, "") or default

    def required(self, name: str) -> str:
        value = self.environ.get(PREFIX + name, "")
        if not value:
            self.problems.append(f"{PREFIX}{name} is missing")
        return value

    def secret(self, name: str, least: int) -> str:
        value = self.required(name)
        if value and len(value) < least:
            self.problems.append(f"{PREFIX}{name} is too short: at least {least} characters, made at random")
        return value

    def url(self, name: str) -> str:
        value = self.required(name)
        if value and urlsplit(value).scheme not in ("http", "https"):
            self.problems.append(f"{PREFIX}{name} is not an http address")
        return value

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.problems.append(f"{PREFIX}{name} is {value!r}; it is one of {', '.join(allowed)}")
        return value

    def number(self, name: str, default: int, least: int = 1) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or int(value) < least:
            self.problems.append(f"{PREFIX}{name} is {value!r}; it is a whole number from {least} on")
            return default
        return int(value)

    def limits(self) -> bool:
        """Whether too many requests are refused; a demonstration and tests come from one address."""
        usual = "on" if self.text("ENVIRONMENT", "production") == "production" else "off"
        return self.one_of("LIMITS", ("on", "off"), usual) == "on"

    def names(self, name: str) -> list[str]:
        return [part.strip() for part in self.text(name, "").split(",") if part.strip()]

    def block(self, kind: str, name: str) -> dict[str, str]:
        """The variables PORTAL_<KIND>_<NAME>_… as a mapping of lower-case keys."""
        start = f"{PREFIX}{kind}_{name.upper().replace('-', '_')}_"
        return {key[len(start) :].lower(): value for key, value in self.environ.items() if key.startswith(start)}

    def issuers(self) -> tuple[Issuer, ...]:
        found = []
        for name in self.names("ISSUERS"):
            key = f"ISSUER_{name.upper().replace('-', '_')}"
            found.append(
                Issuer(
                    name,
                    self.url(f"{key}_URL"),
                    self.required(f"{key}_CLIENT_ID"),
                    self.required(f"{key}_CLIENT_SECRET"),
                    self.one_of(f"{key}_FOR", ("people", "staff"), "people"),
                    self.levels(f"{key}_LEVELS"),
                )
            )
        if not any(issuer.whom == "people" for issuer in found):
            self.problems.append(f"{PREFIX}ISSUERS is missing: nobody could sign in")
        return tuple(found)

    def levels(self, name: str) -> dict[str, str]:
        """``theirs=ours`` pairs, e.g. ``urn:loa:2=substantial,urn:loa:3=high``."""
        pairs = [part.rpartition("=")[::2] for part in self.names(name)]
        for theirs, ours in pairs:
            if not theirs or ours not in ("low", "substantial", "high"):
                self.problems.append(f"{PREFIX}{name} is theirs=ours pairs; ours is low, substantial or high")
        return dict(pairs)

    def provider(self) -> Plug:
        name = self.text("PROVIDER", "stripe")
        start = f"{PREFIX}{name.upper()}_"
        settings = {k[len(start) :].lower(): v for k, v in self.environ.items() if k.startswith(start)}
        if name == "stripe":
            self.required("STRIPE_SECRET_KEY")
            self.required("STRIPE_WEBHOOK_SECRET")
            settings.setdefault("api_base", "https://api.stripe.com")
            settings.setdefault("checkout_origin", "https://checkout.stripe.com")
        return Plug(name, name, settings)

    def one_plug(self, name: str) -> Plug | None:
        """PORTAL_<NAME>_URL and _TOKEN, None where they are not set."""
        if not self.text(f"{name}_URL", ""):
            return None
        settings = {"url": self.url(f"{name}_URL"), "token": self.required(f"{name}_TOKEN")}
        return Plug(name.lower(), "rest", settings)

    def plugs(self, kind: str) -> tuple[Plug, ...]:
        found = []
        for name in self.names(f"{kind}S"):
            settings = self.block(kind, name)
            found.append(Plug(name, settings.pop("kind", "rest"), settings))
        return tuple(found)
