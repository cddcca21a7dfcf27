"""Data of a deployment: offices with their connectors and accounts, and the officers who work there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from journeys.catalogue.definitions import Catalogue, Text
from journeys.exchange.actions import load_offices, office_at
from portal.identity.staff.actions import load_agents
from portal.unit import Unit

WHERE = ("administration", "territory", "branch")
EACH_COURT = "court"


def load_file(unit: Unit, said: Mapping[str, Any]) -> tuple[int, int]:
    """Loads ``offices`` (administration, territory, branch, services, names, connector, account) and ``agents``
    (issuer, sub, role, mail, and which office they work at). Returns how many of each. Raises KeyError, NotServed,
    ServedTwice.

    ``each: court`` stands for an office at every court of the published catalogue, ``each: service.question`` for one
    at everything that this choice offers, under its name or what ``names`` makes of ``{name}``."""
    offices = [office for entry in said["offices"] for office in _spread(unit, entry)]
    unit.do(load_offices, offices)
    agents = [{**agent, "office": _office(unit, agent)} for agent in said.get("agents", [])]
    unit.in_real_time().do(load_agents, agents, unit.adapters.keyring)
    return len(offices), len(agents)


def _spread(unit: Unit, entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "each" not in entry:
        yield entry
        return
    patterns = entry.get("names", {})
    for territory, name in _every(unit.adapters.shelf.current(), entry["each"]):
        names = {code: patterns.get(code, "{name}").format(name=words) for code, words in name.root.items()}
        yield {**entry, "territory": territory, "names": names}


def _every(catalogue: Catalogue, what: str) -> Iterable[tuple[str, Text]]:
    if what == EACH_COURT:
        return ((court.id, court.names) for court in catalogue.courts.values())
    service, _, question = what.partition(".")
    return catalogue.options(catalogue.service(service).field(question), {})


def _office(unit: Unit, agent: Mapping[str, Any]) -> Any:
    return office_at(unit.session, **{key: agent[key] for key in WHERE if key in agent}).id
