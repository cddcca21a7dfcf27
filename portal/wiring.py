"""The one place where a process's adapters are made from its settings."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url

from journeys.catalogue.shelf import Shelf
from portal.alerts.smtp import Smtp
from portal.db import Database
from portal.identity.issuer import OpenIDConnect
from portal.keys import Keyring
from portal.locker.storage import Storage
from portal.plugins import Adapters, wire, wire_all
from portal.reactions import react
from portal.settings import Settings
from portal.unit import Work


def wired(settings: Settings, database: Database | None = None) -> Work:
    """Opens units of work over the database and the adapters that the settings name. Raises BadSettings, BadKeys."""
    database = database or _database(settings)
    return Work(database, adapters(settings, database), react)


def adapters(settings: Settings, database: Database) -> Adapters:
    """The world as the settings describe it."""
    return Adapters(
        settings=settings,
        shelf=Shelf(lambda: database.session(reading=True)),
        keyring=Keyring.parse(settings.keys),
        issuers={issuer.name: OpenIDConnect(issuer) for issuer in settings.issuers},
        provider=wire("payments.providers", settings.provider),
        connectors=wire_all("journeys.connectors", settings.connectors),
        registers=wire_all("journeys.registers", settings.registers),
        store=Storage(settings.storage_url),
        mailer=Smtp(settings.mail_url, settings.mail_from),
    )


def prepared_folder(url: str) -> None:
    """The folder of an SQLite file exists."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)


def _database(settings: Settings) -> Database:
    prepared_folder(settings.database_url)
    return Database(settings.database_url)
