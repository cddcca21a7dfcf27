"""Telling the portal what has happened: events kept for whoever asks, and posted, held back or doubled on request."""

from __future__ import annotations

from typing import Any

from portal.sandbox.cards.objects import Thing, new_event
from portal.sandbox.world import World

MODES = ("normal", "hold", "duplicate")
HOOK = "/hooks/stripe"


def announce(world: World, kind: str, thing: Thing) -> None:
    """Records an event and posts it as the mode wants. The caller wakes the courier after its own answer."""
    event = new_event(kind, thing, world.stamp)
    world.store.put("event", event["id"], event)
    if mode(world) == "hold":
        world.store.put("held", event["id"], event)
        return
    for _ in range(2 if mode(world) == "duplicate" else 1):
        _post(world, event)


def mode(world: World) -> str:
    """How webhooks are sent now."""
    return str(world.store.get("mode", "cards") or "normal")


def set_mode(world: World, wanted: str) -> None:
    """Changes how webhooks are sent from now on."""
    world.store.put("mode", "cards", wanted)


def release(world: World, *, backwards: bool, times: int) -> int:
    """Posts all held events, each ``times`` times; answers how many events there were."""
    with world.store.held():
        events: list[Any] = [event for _, event in world.store.oldest("held")]
        world.store.empty("held")
        for event in reversed(events) if backwards else events:
            for _ in range(times):
                _post(world, event)
    world.courier.wake()
    return len(events)


def _post(world: World, event: Thing) -> None:
    world.courier.post(world.settings.portal_url + HOOK, event, "stripe", event["id"])
