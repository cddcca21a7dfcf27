"""Data of a deployment: offices with their connectors and accounts, and the officers who work there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journeys.exchange.actions import load_offices, office_at
from portal.identity.actions import load_agents
from portal.unit import Unit

WHERE = ("administration", "territory", "branch")
EACH_COURT = "court"


def load_file(unit: Unit, said: Mapping[str, Any]) -> tuple[int, int]:
    """Loads ``offices`` (administration, territory, branch, services, names, connector, account) and ``agents``
    (issuer, sub, and which office they work at). Returns how many of each. Raises KeyError, NotServed, ServedTwice.

    ``each: court`` stands for an office at every court of the published catalogue, under its name."""
    offices = [office for entry in said["offices"] for office in _spread(unit, entry)]
    unit.do(load_offices, offices)
    agents = [{**agent, "office": _office(unit, agent)} for agent in said.get("agents", [])]
    unit.do(load_agents, agents)
    return len(offices), len(agents)


def _spread(unit: Unit, entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if entry.get("each") != EACH_COURT:
        yield entry
        return
    for court in unit.adapters.shelf.current().courts.values():
        yield {**entry, "territory": court.id, "names": court.names.root}


def _office(unit: Unit, agent: Mapping[str, Any]) -> Any:
    return office_at(unit.session, **{key: agent[key] for key in WHERE if key in agent}).id
