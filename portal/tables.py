"""METADATA of the whole house: every table that migrations must know."""

from __future__ import annotations

import importlib
from importlib.util import find_spec

from sqlalchemy import MetaData

import journeys.base
import payments.base
import portal.base

ROOMS = (
    "journeys.catalogue",
    "journeys.cases",
    "journeys.exchange",
    "payments.debts",
    "payments.ledger",
    "payments.settlement",
    "portal.identity",
    "portal.alerts",
    "portal.locker",
)

for _room in ROOMS:
    if find_spec(f"{_room}.models"):
        importlib.import_module(f"{_room}.models")

METADATA: tuple[MetaData, ...] = (
    journeys.base.Base.metadata,
    payments.base.Base.metadata,
    portal.base.Base.metadata,
)
