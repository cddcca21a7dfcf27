"""From a granted case to its papers: which document, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from journeys.cases.calendar import local_day, months_after
from journeys.cases.conditions import holds
from journeys.catalogue.definitions import Output, Text
from journeys.catalogue.sheet import CERTIFICATE
from portal.locker.decided import Decided, both
from portal.locker.lettering import unshown
from portal.locker.papers import (
    BirthExtract,
    Both,
    Certificate,
    InEach,
    InformationAnswer,
    NegativeCertificate,
    Paper,
    Shown,
)

NOBODY = "—"


def birth_extract(of: Decided) -> Paper:
    """The extract as the officer certified it."""
    facts = of.facts
    commune = of.catalogue.communes[facts["birth_place"]]
    return BirthExtract(
        **of.head(),
        office=both(of.office.names),
        act_no=str(facts["act_no"]),
        act_year=int(facts["act_year"]),
        full_name=Both(ar=facts["fullname_ar"], fr=facts["fullname_lat"]),
        tifinagh_name=facts.get("fullname_tfng") or None,
        sex=facts["sex"],
        born_on=facts["birth_date"],
        born_at=both(commune.names.root),
        father=_parent(facts, "father"),
        mother=_parent(facts, "mother"),
        copies=of.values.get("copies"),
        officer=of.officer,
    )


def _parent(facts: Mapping[str, Any], which: str) -> Both:
    """A parent's name; a dash where the record has none."""
    names = {lang: facts.get(f"{which}_name_{part}") or "" for lang, part in (("ar", "ar"), ("fr", "lat"))}
    return Both(**names) if any(names.values()) else Both(ar=NOBODY, fr=NOBODY)


def negative_certificate(of: Decided) -> Paper:
    """The certificate with what the register of names granted."""
    facts, values = of.facts, of.values
    return NegativeCertificate(
        **of.head(),
        granted_name=facts["granted_name"],
        legal_form=of.in_words(of.field("legal_form"), values["legal_form"]),
        activity=of.in_words(of.field("activity"), values["activity"]),
        founder=of.applicant,
        certificate_no=facts["certificate_no"],
        ice=facts["ice"],
        valid_until=facts["valid_until"],
    )


def information_answer(of: Decided) -> Paper:
    """The administration's answer beside the question."""
    asked = of.case.filed_at or of.moment
    return InformationAnswer(
        **of.head(),
        applicant=of.applicant,
        asked_on=local_day(asked),
        question=f"{of.values['subject']}\n\n{of.values['text']}",
        answer=str(of.facts["answer_text"]),
        officer=of.officer,
    )


def certificate(of: Decided, output: Output) -> Paper:
    """The document of a service that has no paper of its own."""
    if output.statement is None:
        raise LookupError(f"{of.service.id} does not say what {output.document} certifies")
    return Certificate(
        **of.head(),
        title=in_each(of.catalogue.documents[output.document].names),
        applicant=of.applicant,
        cin=of.subject.get("cin"),
        statement=in_each(output.statement),
        shows=tuple(fact for key in output.shows for fact in _shown(of, key)),
        officer=of.officer,
        valid_until=_last_day(of, output),
    )


def _last_day(of: Decided, output: Output) -> Any:
    """The day after which a certificate issued now has ended: as decided, or after its months, which serve a
    demonstration only where no source confirms them."""
    if output.valid_until:
        return of.facts[output.valid_until]
    said = output.valid_for
    return months_after(of.today, said.months) if said and (said.provenance.sourced or of.demo) else None


def _shown(of: Decided, key: str) -> Iterator[Shown]:
    """What was decided under this id, else what was answered; nothing where nothing was."""
    decided = {field.id: field for field in of.service.decision}
    field, values = (decided[key], of.facts) if key in decided else (of.field(key), of.values)
    value = values[key] if field.required and key in decided else values.get(key)
    if value not in (None, ""):
        yield Shown(label=in_each(of.catalogue.labels(field)), value=of.in_words(field, value, values))


def in_each(text: Text) -> InEach:
    return InEach(ar=text.root.get("ar", ""), fr=text.root.get("fr", ""), zgh=text.root.get("zgh", ""))


def outputs(of: Decided) -> list[tuple[str, Paper]]:
    """The documents that a granted request produces here, by kind. Raises LookupError, TypeError or ValueError when the
    facts it was granted with do not make them, or hold what no document can show."""
    made = [(kind, paper_of(of, kind)) for kind in due(of)]
    if any(unshown(paper.data()) for _, paper in made):
        raise ValueError("characters that no document can show")
    return made


def due(of: Decided) -> dict[str, Output]:
    """What a granted request ends with here, by kind: the papers whose condition holds; of two alike the first."""
    found: dict[str, Output] = {}
    for output in of.service.outputs:
        if output.paper and holds(output.when, of.values):
            found.setdefault(output.document, output)
    return found


def about(of: Decided, kind: str) -> str | None:
    """What a document is about, in the same words for each that is about the same; None for one that stands for
    itself."""
    output = due(of).get(kind)
    if output is None or output.apart is None:
        return None
    known = {**of.values, **of.facts}
    return "\n".join([kind, *(str(known.get(key, "")).strip().casefold() for key in output.apart)])


def paper_of(of: Decided, kind: str) -> Paper:
    """The paper of this kind that a granted request ends with. Raises LookupError, TypeError or ValueError."""
    output = due(of)[kind]
    return certificate(of, output) if output.paper == CERTIFICATE else OWN_PAPERS[output.paper or ""](of)


OWN_PAPERS: Mapping[str, Callable[[Decided], Paper]] = {
    "birth_extract": birth_extract,
    "neg_cert": negative_certificate,
    "information_answer": information_answer,
}
