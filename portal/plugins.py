"""Adapters found through entry points and made from settings: nobody imports them by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

from journeys.catalogue.shelf import Shelf
from journeys.exchange.ports import Connector, Register
from payments.ports import Provider
from portal.alerts.ports import Mailer, Messenger
from portal.identity.issuer import OpenIDConnect
from portal.identity.ports import Companies, Families
from portal.keys import Keyring
from portal.locker.ports import Holder, Scanner, Store
from portal.locker.trust import Trust
from portal.proof_keys import ProofKeys
from portal.settings import BadSettings, Plug, Settings


@dataclass(frozen=True, slots=True)
class Adapters:
    """The world as this process reaches it."""

    settings: Settings
    shelf: Shelf
    keyring: Keyring
    issuers: Mapping[str, OpenIDConnect]
    provider: Provider
    connectors: Mapping[str, Connector]
    registers: Mapping[str, Register]
    families: Families | None
    companies: Companies | None
    store: Store
    scanner: Scanner | None
    holder: Holder | None
    mailer: Mailer
    messenger: Messenger | None
    trust: Trust
    proof_keys: ProofKeys


def wire(group: str, plug: Plug) -> Any:
    """The adapter of ``group`` that ``plug.kind`` names, made from its settings. Raises BadSettings."""
    try:
        return kind_of(group, plug).from_settings({**plug.settings, "name": plug.name})
    except KeyError as missing:
        raise BadSettings([f"{plug.name}: the setting {missing} is missing"]) from None


def kind_of(group: str, plug: Plug) -> Any:
    """The class of the adapter that ``plug.kind`` names. Raises BadSettings."""
    found = entry_points(group=group, name=plug.kind)
    if not found:
        raise BadSettings([f"{plug.name}: no adapter {plug.kind!r} is installed for {group}"])
    return next(iter(found)).load()


def wire_all(group: str, plugs: Iterable[Plug]) -> dict[str, Any]:
    """Adapters by name."""
    return {plug.name: wire(group, plug) for plug in plugs}
