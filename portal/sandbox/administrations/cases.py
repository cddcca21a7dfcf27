"""Cases as an administration keeps them, and the message that tells the portal of a decision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from portal.sandbox.administrations.dossier import Dossier
from portal.sandbox.world import World

Case = dict[str, Any]
PREFIXES = {"ompic": "OMPIC", "transparency": "DAI", "general": "ADM"}
"""The administrations of the sandbox and how their references begin."""


class WrongKey(Exception):
    """A key that came before with another dossier."""


class NotOpen(Exception):
    """The case is decided already."""


def take(world: World, name: str, dossier: Dossier) -> tuple[Case, bool]:
    """The case of a dossier and whether it is new: the same key again is the same case. Raises WrongKey."""
    mark = _mark(dossier)
    known = world.store.get("case_key", f"{name}:{dossier.key}")
    if known and known["mark"] != mark:
        raise WrongKey(dossier.key)
    if known:
        return find(world, name, known["reference"]) or {}, False
    case = _new(world, name, dossier)
    world.store.put("case_key", f"{name}:{dossier.key}", {"mark": mark, "reference": case["reference"]})
    _keep(world, name, case)
    return case, True


def _mark(dossier: Dossier) -> str:
    """What is asked and by whom. A portal restored from a backup files once more what was filed after it, later."""
    asked = dossier.model_dump(mode="json", exclude={"filed_at", "callback_url"})
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def find(world: World, name: str, reference: str) -> Case | None:
    """The case with this reference of the administration."""
    found: Case | None = world.store.get(f"case:{name}", reference)
    return found


def received(world: World, name: str) -> list[Case]:
    """The last cases, newest first."""
    return world.store.newest(f"case:{name}", 50)


def grant(world: World, name: str, case: Case, facts: Mapping[str, Any]) -> None:
    """Decides for the person. Raises NotOpen."""
    _decide(world, name, case, {"status": "granted", "facts": dict(facts)})


def refuse(world: World, name: str, case: Case, reason: Mapping[str, str]) -> None:
    """Decides against the person, with the reason in three languages. Raises NotOpen."""
    _decide(world, name, case, {"status": "refused", "reason": dict(reason)})


def tell(world: World, name: str, case: Case) -> None:
    """Posts the news that a case is decided; what was decided has to be asked. The caller wakes the courier."""
    url = case["dossier"]["callback_url"] or f"{world.settings.portal_url}/hooks/connectors/{name}"
    content = {"type": "case.decided", "reference": case["reference"], "your_reference": case["dossier"]["reference"]}
    world.courier.post(url, content, "standard")


def answer(world: World, case: Case) -> tuple[dict[str, Any], int]:
    """What is told of a case now: granted with facts, refused with a reason, or later."""
    if case["status"] == "granted":
        return {"status": "granted", "reference": case["reference"], "facts": case["facts"]}, 200
    if case["status"] == "refused":
        return {"status": "refused", "reference": case["reference"], "reason": case["reason"]}, 200
    return later(world, case)


def later(world: World, case: Case) -> tuple[dict[str, Any], int]:
    """The answer that there is none yet."""
    pause = world.settings.ask_again_seconds
    return {"status": "later", "reference": case["reference"], "ask_again_in": pause}, 202


def _new(world: World, name: str, dossier: Dossier) -> Case:
    now = world.clock()
    number = world.store.next_number(f"{name}:{now.year}")
    return {
        "reference": f"{PREFIXES[name]}-{now.year}-{number:06d}",
        "dossier": dossier.model_dump(mode="json"),
        "received_at": now.strftime("%Y-%m-%d %H:%M"),
        "status": "open",
        "facts": {},
        "reason": {},
    }


def _decide(world: World, name: str, case: Case, decision: Mapping[str, Any]) -> None:
    if case["status"] != "open":
        raise NotOpen(case["reference"])
    case |= decision
    _keep(world, name, case)


def _keep(world: World, name: str, case: Case) -> None:
    world.store.put(f"case:{name}", case["reference"], case)
