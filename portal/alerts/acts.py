"""Whoever is represented is told of each act that somebody does for them, and by whom."""

from __future__ import annotations

from typing import Any

from portal.outbox import later
from portal.unit import Unit


def tell_represented(unit: Unit, event: Any) -> None:
    """Queues the alert when this act was done by a mandate."""
    if unit.actor.mandate is None:
        return
    kind = type(event).__name__
    told = {"event": kind, "subject": str(event.subject), "reference": event.reference, "service": event.service}
    later(unit.session, "tell_of_act", f"{kind}:{event.reference}", told | {"by": str(unit.actor.actor)})
