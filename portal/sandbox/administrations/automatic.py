"""Administrations that decide by themselves, and how they are told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.sandbox.administrations import cases
from portal.sandbox.administrations.cases import Case
from portal.sandbox.pages import in_all
from portal.sandbox.world import World

MODES = ("callback", "now", "poll", "refuse")
"""Decides and tells; decides in its first answer; waits for somebody at its page; refuses everything."""

Answer = tuple[dict[str, Any], int]


@dataclass(frozen=True, slots=True)
class System:
    """What one such administration says on receiving a case, and how it grants one."""

    first_answer: Callable[[World, Case], Answer]
    grant: Callable[[World, Case], None]


def mode(world: World, name: str) -> str:
    """How the administration answers now."""
    return str(world.store.get("mode", name) or MODES[0])


def set_mode(world: World, name: str, wanted: str) -> None:
    """How it answers from now on."""
    world.store.put("mode", name, wanted)


def first_answer(world: World, name: str, case: Case, grant: Callable[[World, Case], None]) -> Answer:
    """What the mode of this administration makes of a new case. In mode ``callback`` it says later, and tells once it
    is granted."""
    now = mode(world, name)
    if now == "refuse":
        cases.refuse(world, name, case, in_all(f"{name}_closed"))
    elif now != "poll":
        grant(world, case)
    if now == "callback" and case["status"] == "granted":
        cases.tell(world, name, case)
        return cases.later(world, case)
    return cases.answer(world, case)
