"""What each official document says: the data of the templates in ``templates/documents``, checked before printing.

``paper.data()`` is what ``rendering.render(paper.template, …)`` takes: plain JSON, dates already in words.
"""

from __future__ import annotations

from datetime import date
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
    """The same words in Arabic and in French (or Latin letters, for a name). One of them may be missing, not both."""

    ar: Line = ""
    fr: Line = ""

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

    administration: Both
    authority: Both | None = None
    reference: Line
    issued_on: Day
    demo: bool = False

    def data(self) -> dict[str, Any]:
        """The content of the template."""
        return self.model_dump(mode="json")


class BirthExtract(Paper):
    """Short extract of a birth record (law 36-21). ``tifinagh_name`` stands when the record has it (art. 19)."""

    template: ClassVar[str] = "birth_extract"

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
    margin_notes: tuple[Both, ...] = ()
    officer: Both | None = None


class NegativeCertificate(Paper):
    """A company name is free, and kept for its founder until ``valid_until``."""

    template: ClassVar[str] = "neg_cert"

    granted_name: Annotated[Line, StringConstraints(min_length=1)]
    legal_form: Both
    activity: Both
    founder: Both
    certificate_no: Line
    ice: Annotated[str, StringConstraints(pattern=r"^\d{15}$")]
    valid_until: Day


class InformationAnswer(Paper):
    """Answer to a request for information (law 31-13 art. 16)."""

    template: ClassVar[str] = "information_answer"

    applicant: Both
    asked_on: Day
    question: Words
    answer: Words
    officer: Both | None = None


class InEach(Part):
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

    title: InEach
    applicant: Both
    cin: Line | None = None
    statement: InEach
    facts: tuple[Shown, ...] = ()
    officer: Both | None = None


class Refusal(Paper):
    """Refusal with its reasons and the way to contest it (law 55-19 art. 18 and 21; law 31-13 art. 18 to 21)."""

    template: ClassVar[str] = "refusal"

    applicant: Both
    service: Both
    filed_on: Day
    reason: Reason
    legal_basis: Both | None = None
    appeal: Appeal = "general"
    officer: Both | None = None


class FilingReceipt(Paper):
    """Receipt of a complete request (law 55-19 art. 10 to 12). ``filed`` lists the answers and documents given.

    ``period`` and ``last_day`` are None when the decision is given at once.
    """

    template: ClassVar[str] = "filing_receipt"

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


PAPERS: dict[str, type[Paper]] = {
    paper.template: paper
    for paper in (BirthExtract, NegativeCertificate, InformationAnswer, Certificate, Refusal, FilingReceipt)
}
