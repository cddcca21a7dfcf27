"""Data of a deployment: offices with their connectors and accounts, and the officers who work there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from journeys.exchange.actions import competent_office, load_offices
from portal.identity.actions import load_agents
from portal.unit import Unit


def load_file(unit: Unit, said: Mapping[str, Any]) -> tuple[int, int]:
    """Loads ``offices`` (administration, territory, names, connector, account) and ``agents`` (issuer, sub,
    administration, territory). Returns how many of each. Raises KeyError, NotServed."""
    unit.do(load_offices, said["offices"])
    agents = [
        {**agent, "office": competent_office(unit.session, agent["administration"], agent.get("territory", "")).id}
        for agent in said.get("agents", [])
    ]
    unit.do(load_agents, agents)
    return len(said["offices"]), len(agents)
