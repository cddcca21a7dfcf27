"""What a proof says, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from portal.i18n import gettext as _
from portal.i18n import language
from portal.locker.proofs.proof import Fact, Proof

LEFT_OUT = ("administration", "title", "copied")
"""Said above the facts."""


def facts(proof: Proof) -> Iterator[tuple[str, Markup]]:
    """The label and the value of each fact, in the order of the labels; what has none names itself."""
    known = labels()
    ordered = [name for name in known if name in proof.facts] + [name for name in proof.facts if name not in known]
    for name in ordered:
        if name not in LEFT_OUT and proof.facts[name] != proof.code:
            yield known.get(name, name), _said(proof.facts[name])


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
        "pages": _("Pages"),
    }


def _said(fact: Fact) -> Markup:
    if isinstance(fact, str):
        return Markup("<bdi>{}</bdi>").format(fact)
    arabic, latin = (fact[0], fact[-1])
    first, second = (arabic, latin) if language() == "ar" else (latin, arabic)
    return Markup("<bdi>{}</bdi><br><bdi>{}</bdi>").format(first, second)
