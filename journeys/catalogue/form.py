"""What makes a service askable: questions in sections, what they cost, who is competent."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from journeys.catalogue.values import Provenance, Text, Value

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
FieldType = Literal[
    "string", "text", "integer", "money", "date", "boolean", "choice",
    "region", "province", "commune", "court", "country", "administration", "file", "geopoint",
]  # fmt: skip
CHOSEN = frozenset({"choice", "region", "province", "commune", "court", "administration"})
NOT_ASKED = frozenset({"geopoint"})
Check = Literal[
    "libphonenumber MA",
    "e-mail address",
    "RIB key mod 97",
    "ISO 13616 mod 97 = 1",
    "15-digit number mod 97 = 0 (python-stdnum)",
]
Script = Literal["arabic", "latin", "tifinagh"]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"the pattern does not compile: {error}") from None
    return pattern


class Condition(Value):
    """Holds when the answer to ``field`` is one of ``allowed`` (written ``in`` in the files)."""

    field: Id
    allowed: tuple[str, ...] = Field(alias="in", min_length=1)


class Option(Value):
    """One thing to choose. In the files a bare value stands for an option that has no label yet."""

    value: str
    labels: Text | None = None


class FieldDefinition(Value):
    """A reusable typed field. ``partial`` dates may lack the day and the month; ``past`` forbids the future."""

    id: Id
    type: FieldType
    labels: Text
    pattern: Annotated[str, AfterValidator(_compiles)] | None = None
    check: Check | None = None
    script: Script | None = None
    partial: bool = False
    past: bool = False
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = Field(default=None, gt=0, le=10_000)
    valid: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    options_from: str | None = None
    note: str | None = None
    provenance: Provenance

    @property
    def is_code(self) -> bool:
        """Whether answers are a code, read sign by sign from the left wherever they stand (a plate, a number)."""
        return bool(self.pattern and "0-9" in self.pattern)


class FormField(Value):
    """One question of a service: which field, under which stable id (in the files it may be left out and is then the
    field), where, when and in which words.

    ``within`` names the answer that narrows the choice (a commune within a province), ``document`` the type of document
    that a file question takes."""

    field: Id
    id: Id
    required: bool
    section: str | None = None
    labels: Text | None = None
    hints: Text | None = None
    when: Condition | None = None
    options: tuple[Option, ...] = ()
    administrations: tuple[str, ...] = ()
    document: str | None = None
    within: Id | None = None
    max_length: int | None = Field(default=None, gt=0, le=10_000)
    rows: int | None = Field(default=None, gt=0, le=30)


ASKER = "asker"
"""In place of a register: what is known of whoever asks without asking anybody, from their sign-in, or from the
register that knows their company."""


class Prefill(Value):
    """Answers a register, or what is known of the asker, can give: form field id → fact id, under a condition."""

    register_: str = Field(alias="register")
    when: Condition | None = None
    facts: dict[Id, str]


class Repeats(Value):
    """How many times a section is answered, once for each thing of a kind; ``item`` is the name of one."""

    min: int = Field(default=1, ge=0, le=50)
    max: int = Field(default=20, ge=1, le=50)
    item: Text

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise ValueError("min is more than max")
        return self


class Section(Value):
    """One page of the form: one subject. With ``repeats`` it is one page for each thing of a kind."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    title: Text
    intro: Text | None = None
    when: Condition | None = None
    repeats: Repeats | None = None
    prefill: Prefill | None = None


class TariffRow(Value):
    """The price for these answers, in the order of the table's questions (written ``is`` in the files)."""

    is_: tuple[str, ...] = Field(alias="is", min_length=1)
    minor: int = Field(ge=0)


class TariffTable(Value):
    """Prices by the answers to one or several choices: a row for every combination."""

    by: tuple[Id, ...] = Field(min_length=1)
    rows: tuple[TariffRow, ...] = Field(min_length=1)

    def minor(self, answers: tuple[str, ...]) -> int:
        """The price for these answers. Raises KeyError."""
        return {row.is_: row.minor for row in self.rows}[answers]


class FeeLine(Value):
    """One line of the price in minor units, the same for everybody or by a table, ``times`` an integer answer or the
    number of things in a repeating section, under a condition; ``office`` stands for the competent office."""

    id: Id
    names: Text
    minor: int | None = Field(default=None, ge=0)
    table: TariffTable | None = None
    times: str | None = None
    when: Condition | None = None
    beneficiary: str
    tariff: Literal["sourced", "unverified"]
    source: str

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if (self.minor is None) == (self.table is None):
            raise ValueError("give either minor or table")
        return self


class FeeRule(Value):
    """How the price is computed; no lines means free."""

    currency: Literal["MAD", "EUR", "USD"] = "MAD"
    lines: tuple[FeeLine, ...]


class Bar(Value):
    """Who cannot ask: when the condition holds, ``words`` say why, and ``service`` is what to ask for instead."""

    when: Condition
    words: Text
    service: str | None = None


class OfficeRule(Value):
    """Who is competent: a kind of administration in the territory that an answer names (a place, a court, or one of the
    options of a choice), one administration for the whole country, or the administration the person chose."""

    administration: str | None = None
    territory: Id | None = None
    administration_from: Id | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.administration is None) == (self.administration_from is None):
            raise ValueError("give either administration or administration_from")
        if self.territory and self.administration is None:
            raise ValueError("a territory needs an administration")
        return self
