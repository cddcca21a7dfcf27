"""METADATA of the whole house: every table that migrations must know."""

from __future__ import annotations

import journeys.base
import journeys.cases.models
import journeys.catalogue.models
import journeys.exchange.models
import payments.base
import payments.debts.models
import payments.ledger.models
import payments.settlement.models
import portal.alerts.models
import portal.audit.models
import portal.base
import portal.discover.models
import portal.identity.mandates.models
import portal.identity.models
import portal.identity.staff.models
import portal.locker.models
import portal.locker.sharing.models
import portal.marks
import portal.outbox

METADATA = (journeys.base.Base.metadata, payments.base.Base.metadata, portal.base.Base.metadata)
