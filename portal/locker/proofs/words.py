"""What a proof says, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from babel.dates import format_date
from markupsafe import Markup

from journeys.catalogue.definitions import Text
from portal.i18n import LANGUAGES, language
from portal.i18n import gettext as _
from portal.locker.dates import CASABLANCA
from portal.locker.proofs.proof import Fact, Proof
from portal.templating import day, moment, text

LEFT_OUT = ("administration", "title", "copied")
"""Said above the facts."""
DAYS = ("issued_on", "born_on", "valid_until", "asked_on", "filed_on", "last_day")
MOMENTS = ("filed_at", "paid_at")


def facts(proof: Proof, named: Callable[[], Mapping[str, Text]] = dict) -> Iterator[tuple[str, Markup]]:
    """The label and the value of each fact, in the order of the labels; what has none is called as ``named``
    says, which is asked then alone, else names itself."""
    known = labels()
    ordered = [name for name in known if name in proof.facts] + [name for name in proof.facts if name not in known]
    for name in ordered:
        if name not in LEFT_OUT and proof.facts[name] != proof.code:
            yield known.get(name) or text(named().get(name)) or name, _told(name, proof.facts[name])


def labels() -> dict[str, str]:
    """What the reader's language calls each part of a paper that is proved."""
    return {
        "reference": _("Reference"),
        "issued_on": _("Issued on"),
        "full_name": _("Name"),
        "applicant": _("Applicant"),
        "founder": _("Applicant"),
        "born_on": _("Date of birth"),
        "act_no": _("Record number"),
        "act_year": _("Year of the record"),
        "granted_name": _("Company name"),
        "certificate_no": _("Certificate number"),
        "ice": _("ICE"),
        "cin": _("National card number"),
        "valid_until": _("Valid until"),
        "asked_on": _("Asked on"),
        "service": _("Service"),
        "filed_on": _("Filed on"),
        "filed_at": _("Filed on"),
        "last_day": _("Last day for an answer"),
        "number": _("Receipt number"),
        "total": _("Total"),
        "paid_at": _("Paid on"),
        "shown_by": _("Original shown by"),
        "pages": _("Number of pages"),
    }


def _told(name: str, fact: Fact) -> Markup:
    """Dates with the names of their months, as they stand on the paper; what is none is said as it is."""
    try:
        if name in DAYS and isinstance(fact, str):
            return _day(fact)
        if name in MOMENTS and isinstance(fact, str):
            return moment(datetime.fromisoformat(fact).replace(tzinfo=CASABLANCA))
    except ValueError:
        pass
    return _said(fact)


def _day(fact: str) -> Markup:
    """Of an old record the year may be all that is known, or the year and the month."""
    if len(fact) == len("1950-07"):
        return _said(format_date(date.fromisoformat(f"{fact}-01"), "MMMM y", locale=LANGUAGES[language()].locale))
    return day(date.fromisoformat(fact))


def _said(fact: Fact) -> Markup:
    if isinstance(fact, str):
        return Markup("<bdi>{}</bdi>").format(fact)
    arabic, latin = (fact[0], fact[-1])
    first, second = (arabic, latin) if language() == "ar" else (latin, arabic)
    return Markup("<bdi>{}</bdi><br><bdi>{}</bdi>").format(first, second)
