"""What a service's sheet states, each statement with its own provenance (law 55-19 art. 5-6)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from journeys.catalogue.form import Condition, Id
from journeys.catalogue.values import Prose, Provenance, Text, Value

FROM_PERSON = ("user", "declaration")
"""Modes of a requirement that the person brings."""

Appeal = Literal["general", "commune", "information", "support"]
"""Ways to contest a refusal or silence: law 55-19 art. 21, for communes and for others; law 31-13 art. 19 to 21; decree
2-23-1067 art. 5."""

Unit = Literal["calendar_day", "working_day", "hour", "immediate"]

CERTIFICATE = "certificate"
Paper = Literal["birth_extract", "neg_cert", "information_answer", "certificate"]
"""The papers that the portal can make: three with words of their own, and one for all other services."""


class Exemption(Value):
    """Why a paper that an administration holds is asked all the same: the public text that says so, and its date."""

    text: Text
    date: date
    source: str


class Retention(Value):
    """How many months after the end of a request the files that were attached to it are kept, by which schedule
    (law 69-99 on archives). Without one they are kept."""

    files: int = Field(ge=1)
    provenance: Provenance


class Requirement(Value):
    """A document the service needs. ``mode``: ``identity`` is met by signing in, ``exchange`` is fetched from the
    administration that holds it (law 55-19 art. 23-24), ``user`` comes from the person, ``declaration`` is sworn."""

    document: str
    issuer: str
    mode: Literal["user", "exchange", "declaration", "identity"]
    condition: str | None
    replaced_by_cnie: bool
    when: Condition | None = None
    exemption: Exemption | None = None


class Fee(Value):
    """What the sheet says of the price. ``unknown`` is never zero."""

    kind: Literal["free", "fixed", "formula", "tariff", "unknown"]
    amount_mad: int | None
    formula: Prose | None
    stamp_duty: bool
    provenance: Provenance


class Period(Value):
    """A length of time in its own unit; units are never converted. None when no period applies."""

    max: int | None
    unit: Unit | None


class Urgent(Period):
    """The shorter period that applies when a condition on the answers holds."""

    when: Condition
    provenance: Provenance


class Delay(Period):
    """The period to decide. ``legal_cap`` means that only the 60 days of law 55-19 art. 16 are known."""

    kind: Literal["specific", "legal_cap", "not_covered"]
    counting: Prose | None
    urgent: Urgent | None = None
    provenance: Provenance


class Silence(Value):
    """What silence means at the end of the period (law 55-19 art. 19-21), and what one may do then."""

    effect: Literal["approval", "rejection", "none", "not_applicable"]
    legal_basis: Prose | None
    remedy: Prose | None
    provenance: Provenance


class Validity(Value):
    """How many months a document is valid from the day it is issued, and who says so."""

    months: int = Field(ge=1, le=1200)
    provenance: Provenance


class Output(Value):
    """A document the service ends with. ``paper`` names the paper that is made here when the request is granted, under
    the condition ``when`` on the answers. A ``certificate`` says ``statement``, then ``shows`` these answers and
    decided facts, by the ids of their questions; it ends after ``valid_for``, or on the decided day that
    ``valid_until`` names, if at all.

    ``apart`` are the answers and decided facts by which two documents of this kind are about different things (the
    plate of a vehicle): one about the same takes the place of the one before it. None where each stands for itself."""

    document: str
    paper: Paper | None = None
    statement: Text | None = None
    shows: tuple[Id, ...] = ()
    apart: tuple[Id, ...] | None = None
    valid_for: Validity | None = None
    valid_until: Id | None = None
    when: Condition | None = None
    condition: str | None
    validity: Prose | None


class Digitisation(Value):
    """How far the service is online, 0 to 4: our estimate, never a published measure."""

    level: Literal[0, 1, 2, 3, 4]
    label: Literal["information", "downloadable", "interactive", "transactional_with_visit", "fully_online"]
    platform: str | None
    provenance: Provenance


class Presence(Value):
    """Whether one must come in person."""

    required: bool
    appointment: bool
    mode: Literal["none", "in_person", "in_person_by_appointment", "pick_up_only"]


class AttributeStatus(Value):
    """The provenance of a sheet's five attributes, in one word each."""

    fee: str
    delay: str
    silence: str
    documents: str
    digitisation: str


class ServiceProvenance(Value):
    """How sure we are of a service as a whole; ``confidence`` sums up the attributes."""

    sources: tuple[str, ...]
    confidence: Literal["high", "medium", "low"]
    confidence_score: float
    existence_confidence: Literal["high", "medium", "low"]


class Texts(Value):
    """Plain words for the sheet, beside the facts."""

    summary: Text | None = None
    what_you_get: Text | None = None
    who_may_ask: Text | None = None
    cost: Text | None = None
    how_long: Text | None = None
    after: Text | None = None
    good_to_know: Text | None = None


NEEDED_TEXTS = ("summary", "what_you_get", "who_may_ask", "cost", "how_long", "after")
