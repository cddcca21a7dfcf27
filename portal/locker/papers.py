"""What each official document says: the data of the templates in ``templates/documents``, checked before printing.

``paper.data()`` is what ``rendering.render(paper.template, …)`` takes: plain JSON, dates already in words.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from journeys.catalogue.sheet import Appeal
from portal.locker import dates
from portal.locker.lettering import quotable

LONGEST_FACT, MOST_FACTS = 60, 3
PARTIAL_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def _known_date(value: str) -> str:
    dates.partial_day(value)
    return value


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(quotable)]
Day = Annotated[date, PlainSerializer(dates.day)]
Moment = Annotated[AwareDatetime, PlainSerializer(dates.moment)]
PartialDay = Annotated[
    str, StringConstraints(pattern=PARTIAL_DATE), AfterValidator(_known_date), PlainSerializer(dates.partial_day)
]


class Part(BaseModel):
    """A frozen part of a document; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Both(Part):
    """The same words in Arabic and in French (or Latin letters, for a name), one of which may be missing, not both; and
    in Tifinagh where that text exists."""

    ar: Line = ""
    fr: Line = ""
    zgh: Line = ""

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if not (self.ar or self.fr):
            raise ValueError("neither Arabic nor French words were given")
        return self


class Reason(Part):
    """Why a request was refused: long text in Arabic, in French or in both (law 55-19 art. 18)."""

    ar: Annotated[str, AfterValidator(quotable)] = ""
    fr: Annotated[str, AfterValidator(quotable)] = ""

    @model_validator(mode="after")
    def _given(self) -> Self:
        if not (self.ar.strip() or self.fr.strip()):
            raise ValueError("a refusal carries its reasons (law 55-19 art. 18)")
        return self


class Period(Part):
    """A statutory period in days, working days or hours."""

    count: Annotated[int, Field(ge=1)]
    unit: Literal["calendar_day", "working_day", "hour"] = "calendar_day"


class Paper(Part):
    """What every document carries. ``authority`` stands above the administration (a ministry, a province)."""

    template: ClassVar[str]
    proves: ClassVar[tuple[str, ...]]
    """The parts that its signed proof repeats, to be compared with the page."""

    administration: Both
    authority: Both | None = None
    reference: Line
    issued_on: Day
    demo: bool = False

    def data(self) -> dict[str, Any]:
        """The content of the template."""
        return self.model_dump(mode="json")

    def facts(self) -> dict[str, str | list[str]]:
        """What the signed proof says, short enough for a QR code."""
        found = {name: _fact(getattr(self, name)) for name in ("reference", "issued_on", *self.proves)}
        found["administration"] = shortened(self.administration.fr or self.administration.ar)
        return {name: fact for name, fact in found.items() if fact}

    @property
    def ends(self) -> date | None:
        """The last day on which it is valid, None when it does not end."""
        return None


def _fact(value: Any) -> str | list[str]:
    if isinstance(value, Both):
        both = [shortened(words) for words in (value.ar, value.fr) if words]
        return both if len(set(both)) > 1 else both[0]
    if isinstance(value, datetime):
        return value.astimezone(dates.CASABLANCA).isoformat(" ", "minutes")[:16]
    return shortened("" if value is None else str(value))


def shortened(words: str) -> str:
    return words if len(words) <= LONGEST_FACT else f"{words[: LONGEST_FACT - 1]}…"


class BirthExtract(Paper):
    """Short extract of a birth record (law 36-21). ``tifinagh_name`` stands when the record has it (art. 19). One file
    serves as well as all the ``copies`` that were paid for."""

    template: ClassVar[str] = "birth_extract"
    proves: ClassVar[tuple[str, ...]] = ("full_name", "born_on", "act_no", "act_year")

    office: Both
    act_no: Line
    act_year: Annotated[int, Field(ge=1800, le=2200)]
    full_name: Both
    tifinagh_name: Line | None = None
    sex: Literal["F", "M"]
    born_on: PartialDay
    born_at: Both
    father: Both
    mother: Both
    copies: Annotated[int, Field(ge=1)] | None = None
    officer: Both | None = None


class NegativeCertificate(Paper):
    """A company name is free, and kept for its founder until ``valid_until``."""

    template: ClassVar[str] = "neg_cert"
    proves: ClassVar[tuple[str, ...]] = ("granted_name", "certificate_no", "ice", "founder", "valid_until")

    granted_name: Annotated[Line, StringConstraints(min_length=1)]
    legal_form: Both
    activity: Both
    founder: Both
    certificate_no: Line
    ice: Annotated[str, StringConstraints(pattern=r"^\d{15}$")]
    valid_until: Day

    @property
    def ends(self) -> date | None:
        """As granted."""
        return self.valid_until


class InformationAnswer(Paper):
    """Answer to a request for information (law 31-13 art. 16)."""

    template: ClassVar[str] = "information_answer"
    proves: ClassVar[tuple[str, ...]] = ("applicant", "asked_on")

    applicant: Both
    asked_on: Day
    question: Words
    answer: Words
    officer: Both | None = None


class InEach(Both):
    """The same words in Arabic and in French, neither of which may be missing."""

    ar: Words
    fr: Words


class Shown(Part):
    """One fact of a certificate under its label."""

    label: InEach
    value: Both


class Certificate(Paper):
    """The document of any service that needs no words of its own: what is certified, for whom, and the facts."""

    template: ClassVar[str] = "certificate"
    proves: ClassVar[tuple[str, ...]] = ("title", "applicant", "cin", "valid_until")

    title: InEach
    applicant: Both
    cin: Line | None = None
    statement: InEach
    shows: tuple[Shown, ...] = ()
    officer: Both | None = None
    valid_until: Day | None = None

    def facts(self) -> dict[str, str | list[str]]:
        """Its first facts too, under their labels."""
        return super().facts() | {shortened(one.label.fr): _fact(one.value) for one in self.shows[:MOST_FACTS]}

    @property
    def ends(self) -> date | None:
        """As its service says."""
        return self.valid_until


class Refusal(Paper):
    """Refusal with its reasons and the way to contest it (law 55-19 art. 18 and 21; law 31-13 art. 18 to 21). ``paid``
    is the fee that its examination has used up; ``officer`` is None where an administration's system decided."""

    template: ClassVar[str] = "refusal"
    proves: ClassVar[tuple[str, ...]] = ("service", "applicant", "filed_on")

    applicant: Both
    service: Both
    filed_on: Day
    reason: Reason
    legal_basis: Both | None = None
    paid: Both | None = None
    appeal: Appeal = "general"
    officer: Both | None = None


class FilingReceipt(Paper):
    """Receipt of a complete request (law 55-19 art. 10 to 12). ``filed`` lists the answers and documents given.

    ``period`` and ``last_day`` are None when the decision is given at once.
    """

    template: ClassVar[str] = "filing_receipt"
    proves: ClassVar[tuple[str, ...]] = ("service", "applicant", "filed_at", "last_day")

    applicant: Both
    service: Both
    filed_at: Moment
    filed: tuple[Both, ...]
    period: Period | None = None
    last_day: Day | None = None
    silence: Literal["approval", "no_approval"] = "no_approval"
    appeal: Appeal = "general"

    def data(self) -> dict[str, Any]:
        """The content of the template, the period in words."""
        words = dates.period(self.period.count, self.period.unit) if self.period else None
        return {**super().data(), "period": words}


class Paid(Part):
    """A line of a payment receipt: what was paid for, and how much, in words."""

    what: Both
    amount: Both


class PaymentReceipt(Paper):
    """Receipt of a payment. ``number`` is that of the receipt, ``total`` the sum of its ``lines``."""

    template: ClassVar[str] = "payment_receipt"
    proves: ClassVar[tuple[str, ...]] = ("applicant", "number", "total", "paid_at")

    applicant: Both
    service: Both
    number: Line
    paid_at: Moment
    lines: tuple[Paid, ...]
    total: Both


class CertifiedCopy(Paper):
    """An office compared the pages that follow with the paper original (decree 2-22-048; art. 5 and 7: also as a file,
    out of what its user has deposited). ``reference`` is its own number: it belongs to no request."""

    template: ClassVar[str] = "certified_copy"
    proves: ClassVar[tuple[str, ...]] = ("copied", "shown_by", "pages")

    copied: Both
    shown_by: Both
    certified_at: Moment
    pages: Annotated[int, Field(ge=1)]
    officer: Both


REQUESTED = BirthExtract, NegativeCertificate, InformationAnswer, Certificate
PAPERS: dict[str, type[Paper]] = {
    paper.template: paper for paper in (*REQUESTED, Refusal, FilingReceipt, PaymentReceipt, CertifiedCopy)
}
