"""Send the e-mail of an alert: that there is news, never what it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.alerts import actions
from portal.alerts.models import Alert
from portal.alerts.ports import Letter
from portal.alerts.sending import handed_over
from portal.alerts.states import ABOUT_DOCUMENTS, ABOUT_MANDATES, Delivered, Kind
from portal.i18n import gettext, speaking
from portal.identity import contacts
from portal.identity.actions import language_of
from portal.identity.contacts import Channel
from portal.identity.mandates.reading import leaders
from portal.identity.models import Person
from portal.unit import Unit, Work, real_now


def send_mail(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Prepares the letter, sends it, records how it went."""
    alert = UUID(payload["alert"])
    letter = work.transact(lambda unit: _letter(unit, alert), reading=True)
    state = Delivered.NO_ADDRESS
    if letter is not None:
        state = Delivered.SENT if handed_over(work, letter) else Delivered.REFUSED
    work.transact(lambda unit: unit.do(actions.delivered, alert, state))
    return None


def _letter(unit: Unit, alert_id: UUID) -> Letter | None:
    alert = unit.session.get_one(Alert, alert_id)
    person = _reader_of(unit, alert.person_id)
    address = contacts.address_of(unit.session, person, Channel.MAIL, unit.adapters.keyring) if person else None
    if person is None or address is None:
        return None
    language = language_of(unit.session, person)
    base = f"{unit.adapters.settings.public_url}/{language}"
    with speaking(language):
        subject = gettext("Shubbak: you have a new message")
        if alert.kind in ABOUT_MANDATES:
            news = gettext(
                "Hello,\n\nThere is news about a mandate. To read it, sign in and open it:\n\n%(url)s\n\n",
                url=f"{base}/mandates/{alert.about}",
            )
        elif alert.kind in ABOUT_DOCUMENTS:
            news = gettext(
                "Hello,\n\nThere is news about one of your documents. To read it, sign in and open your messages:\n\n"
                "%(url)s\n\n",
                url=f"{base}/inbox",
            )
        else:
            news = gettext(
                "Hello,\n\nThere is news about one of your requests. To read it, sign in and open your messages:\n\n"
                "%(url)s\n\n",
                url=f"{base}/inbox",
            )
        text = news + gettext(
            "For your safety this e-mail holds no personal information. We never ask for a password or a card number "
            "by e-mail."
        )
    return Letter(str(alert_id), address, subject, text, language)


def _reader_of(unit: Unit, subject: UUID) -> UUID | None:
    """Who reads what a subject is told: the person while they live, or who has led the company longest."""
    person = unit.session.get(Person, subject)
    if person is not None:
        return subject if person.died_at is None else None
    return next(iter(leaders(unit.session, subject, real_now())), None)


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


RECEIPTS = ("filing_receipt", "payment_receipt")
"""Documents that come with what is told already."""


def tell_of_document(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """A decision's document lies in the locker: that is when the decision is told."""
    if payload["kind"] not in RECEIPTS:
        _tell(work, Kind.REFUSED if payload["kind"] == "refusal" else Kind.GRANTED, payload)
    return None


def _tell(work: Work, kind: Kind, payload: Mapping[str, Any]) -> None:
    person, reference, service = UUID(payload["subject"]), payload["reference"], payload["service"]
    work.transact(lambda unit: unit.do(actions.tell, person, kind, reference, service))
