"""What services refer to: administrations, documents, sources, places, courts and holidays."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import Field

from journeys.catalogue.values import Prose, Provenance, Text, Value


class Platform(Value):
    """A web site of an administration."""

    name: str
    url: str | None
    what: Prose


class Administration(Value):
    """A kind of body that decides (commune, court …) or a single national one; also the kinds of actor that issue
    documents without being an administration (``kind`` is then ``actor``)."""

    id: str
    kind: str
    names: Text
    parent: str | None
    platforms: tuple[Platform, ...]
    provenance: dict[Literal["existence", "platform_urls"], Provenance]

    @property
    def is_actor(self) -> bool:
        """Whether it only issues papers: nobody looks for it, and it offers nothing."""
        return self.kind == "actor"


class OnceOnly(Value):
    """Whether a document may be asked of a person at all (law 55-19 art. 4(8), 23, 24; law 04-20 art. 11)."""

    held_by_administration: bool
    replaced_by_cnie: bool
    legal_basis: tuple[str, ...]


class DocumentType(Value):
    """A kind of document: who issues it, which services end with it, and the one of them that renews it or gives it
    anew to whoever has one already. ``identity`` is one that says who somebody is: a copy of it that others are shown
    says what for and when. ``prominence`` is its place among those that most people have: 1 comes first, what has none
    is found by its name."""

    id: str
    names: Text
    issuer: str
    issued_by_services: tuple[str, ...]
    renewed_by: str | None = None
    identity: bool = False
    prominence: int | None = Field(default=None, ge=1)
    once_only: OnceOnly
    validity: Prose | None
    provenance: Provenance


class Situation(Value):
    """Something about a person or a request that decides whether a paper, a step or an output applies.

    ``kind`` says who knows: the person (``asked``), the portal or a register (``derived``), an officer (``agent``), or
    what became of the request (``outcome``). Only what is asked becomes a question."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    kind: Literal["asked", "derived", "agent", "outcome"]
    labels: Text
    note: str | None = None


class Source(Value):
    """Where statements come from. ``general-knowledge`` means not verified. ``title`` is English, ``names`` say it in
    other languages."""

    id: str
    kind: str
    title: str
    names: Text | None = None
    url: str | None
    note: str

    @property
    def said(self) -> Text:
        """The title in every language it is known in."""
        return Text({**(self.names.root if self.names else {}), "en": self.title})


class Named(Value):
    """Something that has an Arabic name always and a French name when one is known."""

    ar: str
    fr: str | None = None

    @cached_property
    def names(self) -> Text:
        """The names, without the languages that are not known."""
        return Text({"ar": self.ar, "fr": self.fr} if self.fr else {"ar": self.ar})


class Region(Named):
    """One of the 12 regions; ``code`` is the HCP code."""

    code: str
    slug: str


class Province(Named):
    """A province or prefecture; ``code`` is the HCP code, ``region`` the code of its region."""

    code: str
    region: str
    kind: Literal["province", "prefecture"]


class Commune(Named):
    """A commune or an arrondissement. ``id`` is ours; ``fr_match`` says how the French name was found, ``in_decree``
    whether the Arabic one stands in decree 2-15-402."""

    id: str
    province: str
    kind: Literal["commune", "arrondissement"]
    fr_match: Literal["exact", "fuzzy", "GK", ""]
    urban_rural: Literal["urban", "rural", ""]
    in_decree: Literal["yes", "no", "n/a"]


class Court(Named):
    """A court that keeps the trade register."""

    id: str
    kind: Literal["commercial_first_instance", "first_instance"]


class Holiday(Value):
    """A day on which administrations are closed. For a feast that waits for the crescent ``date`` is the later day
    of ``window``, so that a promise made to a person is never too early."""

    id: str
    date: date
    kind: Literal["fixed", "hijri", "ad_hoc"]
    names: Text
    source: str
    status: Literal["sourced", "estimated", "unverified"]
    weekday: str
    hijri: str | None = None
    umm_al_qura: str | None = None
    window: tuple[str, ...] = ()
    scope: str | None = None
