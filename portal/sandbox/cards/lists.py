"""Lists by cursor, and ids replaced by what they stand for (``expand``), as Stripe's API does both."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

from portal.sandbox.cards.errors import NotAccepted, missing
from portal.sandbox.cards.objects import Thing
from portal.sandbox.store import Store

KINDS = {"payment_intent": "payment_intent", "latest_charge": "charge", "charge": "charge"}
"""Fields that hold an id → the kind of thing it names."""


BOUNDS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def listing(things: Iterable[Thing], params: Thing, url: str) -> Thing:
    """One page of things (newest first) after the cursor. Raises NotAccepted for a wrong limit or cursor."""
    found, limit = [thing for thing in things if _in_time(thing, params.get("created", {}))], params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise NotAccepted("limit must be between 1 and 100", param="limit")
    if after := params.get("starting_after"):
        places = [place for place, thing in enumerate(found) if thing["id"] == after]
        if not places:
            raise missing("object", after, "starting_after")
        found = found[places[0] + 1 :]
    return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": url}


def _in_time(thing: Thing, created: int | dict[str, int]) -> bool:
    """Whether a thing was made at this second, or within these bounds."""
    if isinstance(created, int):
        return bool(thing["created"] == created)
    return all(BOUNDS[name](thing["created"], moment) for name, moment in created.items())


def expanded(store: Store, thing: Thing, paths: Iterable[str]) -> Thing:
    """The thing with each path followed. Raises NotAccepted for a path that cannot be."""
    for path in paths:
        _expand(store, thing, path)
    return thing


def _expand(store: Store, thing: Any, path: str) -> None:
    name, _, rest = path.partition(".")
    if name == "data" and thing.get("object") == "list":
        for entry in thing["data"]:
            _expand(store, entry, rest)
        return
    if name == "line_items" and thing.get("object") == "checkout.session":
        lines = store.get("lines", thing["id"])
        thing[name] = {
            "object": "list",
            "data": lines,
            "has_more": False,
            "url": f"/v1/checkout/sessions/{thing['id']}",
        }
        return
    if name not in KINDS or name not in thing:
        raise NotAccepted(f"This property cannot be expanded ({name}).", param="expand")
    if isinstance(thing[name], str):
        thing[name] = store.get(KINDS[name], thing[name])
    if rest and thing[name]:
        _expand(store, thing[name], rest)
