"""Administrations by kind, with what they offer: for their index and for the page of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from journeys.catalogue.definitions import Administration, Catalogue, Service, Text
from journeys.catalogue.folding import folded
from portal import i18n
from portal.discover import sheets
from portal.i18n import gettext as _

OURSELVES = "portal"
GROUPS = {
    "local": ("commune", "local-authority"),
    "security": ("police",),
    "justice": ("court", "profession"),
    "abroad": ("consulate",),
    "money": ("tax", "customs", "treasury", "land"),
    "social": ("social", "health"),
    "government": ("government", "ministry"),
    "agencies": ("agency", "registry"),
    "schools": ("university", "training"),
    "utilities": ("utility", "company"),
    "regulators": ("regulator",),
}
OTHERS = "others"
GROUP_OF = {kind: group for group, kinds in GROUPS.items() for kind in kinds}


@dataclass(frozen=True, slots=True)
class Listed:
    """An administration of the index: how many services it offers, and how many of them can be asked for here."""

    body: Administration
    services: int
    here: int


def by_kind(catalogue: Catalogue) -> list[tuple[str, list[Listed]]]:
    """Every administration with its services, in groups of one kind, each in the order of names."""
    offered = Counter(key for one in catalogue.overview.services.values() for key in one.administrations)
    here = Counter(
        key for service in sheets.all_here(catalogue) for key in catalogue.overview.services[service].administrations
    )
    groups: dict[str, list[Listed]] = {group: [] for group in (*GROUPS, OTHERS)}
    for key, body in catalogue.administrations.items():
        if not body.is_actor and body.kind != OURSELVES:
            groups[kind_of(body)].append(Listed(body, offered[key], here[key]))
    return [(group, sorted(found, key=_name)) for group, found in groups.items() if found]


def _name(listed: Listed) -> str:
    return place(listed.body.names)


def place(names: Text) -> str:
    """Where a name stands in a list: accents and hamzas move nothing."""
    return folded(names.pick(i18n.language())[0])


def kind_of(body: Administration) -> str:
    """The group that an administration stands in."""
    return GROUP_OF.get(body.kind, OTHERS)


def group_name(group: str) -> str:
    """A group in words."""
    words = {
        "local": _("Communes and local authorities"),
        "security": _("Police and gendarmerie"),
        "justice": _("Courts, notaries and adouls"),
        "abroad": _("Consulates"),
        "money": _("Taxes, customs, Treasury and State lands"),
        "social": _("Health and social protection"),
        "government": _("Government and ministries"),
        "agencies": _("Agencies and offices"),
        "schools": _("Universities and training"),
        "utilities": _("Water, electricity, transport and post"),
        "regulators": _("Regulators and commissions"),
        OTHERS: _("Other administrations"),
    }
    return words[group]


def services_of(catalogue: Catalogue, wanted: str) -> list[Service]:
    """The services an administration offers, in the order of their names."""
    offered = catalogue.in_passing(catalogue.overview.offered_by(wanted))
    return sorted(offered, key=lambda service: place(service.names))


def below(catalogue: Catalogue, wanted: str) -> list[Administration]:
    """The administrations that belong to this one."""
    return [body for body in catalogue.administrations.values() if body.parent == wanted]
