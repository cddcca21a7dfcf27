"""The letters of the portal itself about a request: what they say."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.cases import answers as rules
from journeys.cases import content
from journeys.cases.calendar import local_day
from journeys.cases.clock import period_of
from payments.money import Money
from portal.locker import words
from portal.locker.decided import Decided, both
from portal.locker.papers import Both, FilingReceipt, Paper, Period, Reason, Refusal


def refusal(of: Decided, paid: Money | None) -> Paper:
    """The refusal: why, who decided it, how to contest it, and what becomes of the fee that was ``paid``."""
    reason = of.kept[content.OUTCOME]["reason"]
    arabic = reason.get("ar", "")
    return Refusal(
        **of.head(),
        applicant=of.applicant,
        service=both(of.service.names.root),
        filed_on=local_day(of.case.filed_at or of.moment),
        reason=Reason(ar=arabic, fr=reason.get("fr", "") or ("" if arabic else reason.get("en", ""))),
        paid=both(words.of("money", paid.minor)) if paid else None,
        appeal=of.service.appeal,
        officer=of.officer,
    )


def filing_receipt(of: Decided) -> Paper:
    """The receipt of a complete request."""
    delay = period_of(of.service, of.values)
    period = (
        None if delay.unit in (None, "immediate") else Period.model_validate({"count": delay.max, "unit": delay.unit})
    )
    return FilingReceipt(
        **of.head(),
        applicant=of.applicant,
        service=both(of.service.names.root),
        filed_at=of.case.filed_at or of.moment,
        filed=tuple(_filed(of)),
        period=period,
        last_day=of.case.last_day,
        silence="approval" if of.service.silence.effect == "approval" else "no_approval",
        appeal=of.service.appeal,
    )


def _filed(of: Decided) -> Iterator[Both]:
    """What was given: each question that was answered, and how many things of each kind."""
    for section in rules.sections(of.service, of.values):
        if section.repeats is None:
            asked = rules.asked(of.service, section.id, of.values)
            yield from (both(of.catalogue.labels(one).root) for one in asked if of.values.get(one.id) not in (None, ""))
        elif number := len(rules.things(section, of.values)):
            yield both({code: f"{title} ({number})" for code, title in section.title.root.items()})
