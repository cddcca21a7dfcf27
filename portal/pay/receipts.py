"""The receipt of a payment as a document: made when the request that was paid for is filed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from payments.settlement import reading
from portal.locker import words
from portal.locker.decided import Decided, both
from portal.locker.papers import Both, Paid, Paper, PaymentReceipt
from portal.locker.tasks import issue
from portal.unit import Unit, Work

KIND = "payment_receipt"


def issue_payment_receipt(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """The receipt of what was paid for a request; none where nothing was."""
    issue(work, UUID(payload["case_id"]), KIND, _receipt)
    return None


def _receipt(unit: Unit, of: Decided) -> Paper | None:
    owed = reading.debts_of(unit.session, [of.case.id]).get(of.case.id)
    if owed is None or owed.paid_at is None:
        return None
    paid = reading.paid_receipt(unit.session, owed.id)
    return PaymentReceipt(
        **of.head(),
        applicant=of.applicant,
        service=both(of.service.names.root),
        number=paid.number,
        paid_at=paid.paid_at,
        lines=tuple(Paid(what=both(line["names"]), amount=_amount(line["minor"])) for line in paid.lines),
        total=_amount(paid.amount.minor),
    )


def _amount(minor: int) -> Both:
    return both(words.of("money", minor))
