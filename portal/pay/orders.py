"""An attempt as the provider is asked to open it: in the same words each time, as its key stands for them."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from payments.ports import Order
from payments.settlement import reading
from portal.unit import Unit


def order_of(unit: Unit, attempt: UUID, language: str) -> Order:
    """The order of an attempt, with the addresses to come back to. Raises NotKnown."""
    found = current_app.url_map.bind("").build("pay.back", {"lang": language, "attempt": attempt})
    back = unit.adapters.settings.public_url + found
    return reading.order_of(unit.session, attempt, back, f"{back}?cancelled=1")
