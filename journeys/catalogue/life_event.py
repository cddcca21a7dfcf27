"""A life event: services in order, with conditions and dependencies."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from journeys.catalogue.form import Id
from journeys.catalogue.values import Audience, Text, Value, Versioned

LAST = 1_000_000
"""The place of what has no prominence."""

ABROAD = frozenset(("abroad", "non-resident"))


class Dependency(Value):
    """A step that comes first, and the document that it brings."""

    step: str
    document: str | None


class Step(Value):
    """One service of a life event. ``when`` is a condition of the life event; an optional step whose document the
    person already holds falls away."""

    order: int
    service: str
    administration: str
    when: str | None
    optional: bool
    depends_on: tuple[Dependency, ...]


class LifeEventProvenance(Value):
    """Life events are composed by us, not official."""

    steps: str
    status: str


class LifeEvent(Versioned):
    """A moment in a person's or a company's life: the services it needs, in order, and on which conditions.

    ``icon`` names a drawing of the portal, ``prominence`` the place among what people look for most: 1 comes first,
    what has none comes last."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")
    kind: Literal["citizen", "business"]
    names: Text
    icon: Id | None = None
    prominence: int | None = Field(default=None, ge=1)
    audience: tuple[Audience, ...] = Field(min_length=1)
    trigger: str
    conditions: dict[Id, Text]
    steps: tuple[Step, ...] = Field(min_length=1)
    administrations: tuple[str, ...]
    provenance: LifeEventProvenance

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands among all: people's first, then companies', then what is for people abroad alone; what is
        looked for most in front."""
        part = 1 if self.kind == "business" else 2 if ABROAD.issuperset(self.audience) else 0
        return part, self.prominence or LAST
