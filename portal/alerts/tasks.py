"""Send the e-mail of an alert: that there is news, never what it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.alerts import actions
from portal.alerts.models import Alert
from portal.alerts.ports import Letter, NotAccepted
from portal.alerts.states import Delivered, Kind
from portal.i18n import gettext, speaking
from portal.identity.actions import identifiers, language_of
from portal.unit import Unit, Work


def send_mail(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Prepares the letter, sends it, records how it went."""
    alert = UUID(payload["alert"])
    letter = work.transact(lambda unit: _letter(unit, alert), reading=True)
    state = Delivered.NO_ADDRESS if letter is None else _sent(work, letter)
    work.transact(lambda unit: unit.do(actions.delivered, alert, state))
    return None


def _sent(work: Work, letter: Letter) -> Delivered:
    try:
        work.adapters.mailer.send(letter)
    except NotAccepted:
        return Delivered.REFUSED
    return Delivered.SENT


def _letter(unit: Unit, alert_id: UUID) -> Letter | None:
    alert = unit.session.get_one(Alert, alert_id)
    address = identifiers(unit.session, alert.person_id, unit.adapters.keyring).get("email", "")
    if not address:
        return None
    language = language_of(unit.session, alert.person_id)
    with speaking(language):
        subject = gettext("Shubbak: you have a new message")
        text = gettext(
            "Hello,\n\nThere is news about one of your requests. To read it, sign in and open your messages:\n\n"
            "%(url)s\n\n"
            "For your safety this e-mail holds no personal information. We never ask for a password or a card number "
            "by e-mail.",
            url=f"{unit.adapters.settings.public_url}/{language}/inbox",
        )
    return Letter(str(alert_id), address, subject, text, language)


KINDS = {
    "Owed": Kind.TO_PAY,
    "Filed": Kind.FILED,
    "Taken": Kind.TAKEN,
    "Withdrawn": Kind.WITHDRAWN,
    "GivenBack": Kind.REFUNDED,
}


def tell(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Puts what has happened into the inbox of the person it concerns."""
    kind = KINDS[payload["event"]]
    _tell(work, kind, payload)
    return None


def tell_of_document(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """A decision's document lies in the locker: that is when the decision is told."""
    if payload["kind"] != "filing_receipt":
        _tell(work, Kind.REFUSED if payload["kind"] == "refusal" else Kind.GRANTED, payload)
    return None


def _tell(work: Work, kind: Kind, payload: Mapping[str, Any]) -> None:
    person, reference, service = UUID(payload["subject"]), payload["reference"], payload["service"]
    work.transact(lambda unit: unit.do(actions.tell, person, kind, reference, service))
