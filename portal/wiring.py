"""The one place where a process's adapters are made from its settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from journeys.catalogue.actions import current_catalogue
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.errors import NotPublished
from journeys.catalogue.shelf import Shelf
from journeys.exchange import ports as exchange
from payments import ports as payments
from portal import points, proof_keys
from portal.alerts import ports as alerts
from portal.alerts.sms import Gateway
from portal.alerts.smtp import Smtp
from portal.db import Database
from portal.identity import errors as identity
from portal.identity.issuer import OpenIDConnect
from portal.identity.registers import RestCompanies, RestFamilies
from portal.keys import Keyring
from portal.locker import ports as locker
from portal.locker.clamd import Clamd
from portal.locker.holding import RestHolder
from portal.locker.storage import Storage
from portal.locker.trust import RemoteSeals, RemoteStamps, Responders, Trust
from portal.partners import behind_door
from portal.plugins import Adapters, kind_of, wire, wire_all
from portal.reactions import react
from portal.settings import Plug, Settings
from portal.unit import Work

SHARED: list[Catalogue] = []
"""What was published when the server began."""


def wired(settings: Settings, database: Database | None = None) -> Work:
    """Opens units of work over the database and the adapters that the settings name. Raises BadSettings, BadKeys."""
    database = database or _database(settings)
    points.watch(settings.fail_points)
    return Work(database, adapters(settings, database), react)


def adapters(settings: Settings, database: Database) -> Adapters:
    """The world as the settings describe it; no partner that is slow takes more than half of the threads."""
    most = max(1, settings.threads // 2)
    return Adapters(
        settings=settings,
        shelf=Shelf(lambda: database.session(reading=True), known=SHARED[-1] if SHARED else None),
        keyring=Keyring.parse(settings.keys),
        issuers={
            issuer.name: behind_door(issuer.name, OpenIDConnect(issuer), identity.NotReachable, most)
            for issuer in settings.issuers
        },
        provider=behind_door(
            settings.provider.name, wire("payments.providers", settings.provider), payments.NotReachable, most
        ),
        connectors=_all("journeys.connectors", settings.connectors, most),
        registers=_all("journeys.registers", settings.registers, most),
        families=_one(RestFamilies, settings.families, exchange.NotReachable, most),
        companies=_one(RestCompanies, settings.companies, exchange.NotReachable, most),
        store=behind_door("store", Storage(settings.storage_url), locker.NotReachable, settings.threads),
        scanner=_scanner(settings.clamd_url, most),
        holder=_one(RestHolder, settings.papers, locker.NotReachable, most),
        mailer=behind_door("mailer", Smtp(settings.mail_url, settings.mail_from), alerts.NotReachable, most),
        messenger=_one(Gateway, settings.sms, alerts.NotReachable, most),
        trust=Trust(
            seals=_one(RemoteSeals, settings.seals, locker.NotReachable, most),
            stamps=_one(RemoteStamps, settings.stamps, locker.NotReachable, most),
            revocation=behind_door("revocation", Responders(), locker.NotReachable, most),
            roots=settings.trust_roots,
        ),
        proof_keys=proof_keys.parse(settings.proof_keys),
    )


def _one(kind: Callable[[str, str], Any], plug: Plug | None, problem: type[Exception], most: int) -> Any:
    """A partner of whom there is one, None where none is set up."""
    if plug is None:
        return None
    return behind_door(plug.name, kind(plug.settings["url"], plug.settings["token"]), problem, most)


def _scanner(url: str, most: int) -> Any:
    """The scanner for malicious code, None where none is set up."""
    return behind_door("scanner", Clamd(url), locker.NotReachable, most) if url else None


def load_code(settings: Settings) -> None:
    """Loads the code of the adapters that the settings name, and makes none. Raises BadSettings."""
    kind_of("payments.providers", settings.provider)
    for group, plugs in (("journeys.connectors", settings.connectors), ("journeys.registers", settings.registers)):
        for plug in plugs:
            kind_of(group, plug)


def share_catalogue(settings: Settings) -> None:
    """Fetches what is published, for the processes that are forked from this one: they hold it once among them until
    something new is published. Without a database, or before the first publication, each fetches it when it can."""
    database = _database(settings)
    try:
        with database.session(reading=True) as session:
            found = current_catalogue(session)
    except (NotPublished, SQLAlchemyError):
        return
    finally:
        database.dispose()  # a connection must not be used by two processes
    _ = found.overview
    SHARED.append(found)


def _all(group: str, plugs: Iterable[Plug], most: int) -> dict[str, Any]:
    return {
        name: behind_door(name, adapter, exchange.NotReachable, most)
        for name, adapter in wire_all(group, plugs).items()
    }


def prepared_folder(url: str) -> None:
    """The folder of an SQLite file exists."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)


def _database(settings: Settings) -> Database:
    prepared_folder(settings.database_url)
    return Database(settings.database_url, pool_size=settings.threads)
