"""The documents that administrations hold about people and companies: a list, and each as a PDF that is made of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import typst
import yaml
from pydantic import Field, TypeAdapter, model_validator

from portal.sandbox.people import Part, People, Texts
from portal.sandbox.registers.companies import Companies
from portal.sandbox.store import Store

NAME = "papers"
RENEWED = "paper"
"""Under this kind the store keeps how often a document was issued, and on which day the last time."""

SHEET = """
#let paper = json(bytes(sys.inputs.paper))
#set document(title: paper.title)
#set page(margin: 3cm)
#set text(font: "Libertinus Serif", lang: "fr", size: 12pt)
#text(size: 10pt, paper.issuer)
#v(2cm)
#heading(paper.title)
#v(1cm)
#strong(paper.owner)
#for line in paper.says [#par(line)]
#v(1cm)
Délivré le #paper.issued_on.
#if paper.valid_until != none [Valable jusqu’au #paper.valid_until.]
#if paper.edition > 0 [Édition #paper.edition.]
#v(1fr)
Document d’essai, sans valeur.
"""


class Paper(Part):
    """A document: its type in the catalogue, who issued it, and what stands on it, in French."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    kind: str
    issuer: Texts
    title: str
    issued_on: date
    valid_until: date | None = None
    says: tuple[str, ...]


class Entry(Part):
    """What is held about a demo ``person``, named by their id, or about a ``company``, named by its ICE."""

    person: str | None = None
    company: str | None = None
    papers: tuple[Paper, ...]

    @model_validator(mode="after")
    def somebody(self) -> Self:
        """It is about one of the two."""
        if (self.person is None) == (self.company is None):
            raise ValueError("either person or company is needed")
        return self


@dataclass(frozen=True, slots=True)
class Owned:
    """A document, and what stands on it of whom it is about."""

    paper: Paper
    owner: str


class Papers:
    """All documents, by whom they are about; what a lever did to one lies in the store."""

    def __init__(self, people: People, companies: Companies, entries: Sequence[Entry], store: Store) -> None:
        self._people, self._companies, self._store = people, companies, store
        self._held = {entry.person or entry.company: list(self._owned(entry)) for entry in entries}

    @classmethod
    def read(cls, people: People, companies: Companies, store: Store) -> Papers:
        """The documents of the file beside this module."""
        text = Path(__file__).with_name("papers.yaml").read_text(encoding="utf-8")
        return cls(people, companies, TypeAdapter(list[Entry]).validate_python(yaml.safe_load(text)), store)

    def _owned(self, entry: Entry) -> list[Owned]:
        person, company = self._people.by_id(entry.person or ""), self._companies.by_ice(entry.company or "")
        owner = person.name if person else company.name_lat if company else ""
        if not owner:
            raise ValueError(f"papers.yaml names {entry.person or entry.company}, whom no other file does")
        return [Owned(paper, owner) for paper in entry.papers]

    def of(self, number: str) -> list[Owned] | None:
        """What is held about the person or the company with this number; None when nobody is known under it."""
        person, company = self._people.by_identifier(number), self._companies.by_ice(number)
        if person is None and company is None:
            return None
        return self._held.get(person.id if person else company.ice if company else "", [])

    def by_key(self, key: str) -> Owned | None:
        """The document with this id."""
        return next((one for some in self._held.values() for one in some if one.paper.id == key), None)

    def renew(self, one: Owned, today: date) -> None:
        """Issues a document anew, on this day."""
        before = self._store.get(RENEWED, one.paper.id) or {"edition": 1}
        said = {"edition": before["edition"] + 1, "issued_on": today.isoformat()}
        self._store.put(RENEWED, one.paper.id, said)

    def reset(self, one: Owned) -> None:
        """Undoes ``renew``."""
        self._store.pop(RENEWED, one.paper.id)

    def told(self, one: Owned) -> dict[str, Any]:
        """A document as the register tells it."""
        said = one.paper.model_dump(mode="json", exclude={"title", "says"}) | self._renewed(one)
        return {name: said[name] for name in said if name != "edition"} | {"sha256": _digest(self.pdf(one))}

    def pdf(self, one: Owned) -> bytes:
        """The document itself; the same bytes each time, until it is issued anew."""
        said = one.paper.model_dump(mode="json") | {"edition": 0} | self._renewed(one)
        said |= {"owner": one.owner, "issuer": one.paper.issuer["fr"]}
        return _printed(json.dumps(said, sort_keys=True))

    def _renewed(self, one: Owned) -> dict[str, Any]:
        return self._store.get(RENEWED, one.paper.id) or {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=64)
def _printed(said: str) -> bytes:
    issued = datetime.combine(date.fromisoformat(json.loads(said)["issued_on"]), time(9), UTC)
    compiler = typst.Compiler(
        SHEET.encode(), font_paths=typst.Fonts(include_system_fonts=False), sys_inputs={"paper": said}
    )
    pdf = compiler.compile(format="pdf", timestamp=issued)
    if not isinstance(pdf, bytes):
        raise TypeError("the typesetter gave no file")
    return pdf
