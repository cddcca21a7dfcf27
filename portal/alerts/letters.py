"""Letters that bring something at once: a code, a word for the second proof, an invitation to act for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.alerts.ports import Letter, Note
from portal.alerts.sending import handed_over
from portal.i18n import gettext, speaking
from portal.identity import codes
from portal.identity.contacts import Channel
from portal.identity.mandates import reading
from portal.identity.mandates.models import Invitation
from portal.identity.mandates.states import OPEN
from portal.identity.models import Contact
from portal.identity.staff import actions as staff
from portal.unit import Unit, Work


def send_code(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Sends a code to the address it was made for; an address that turns it away is noted for its owner."""
    code = UUID(payload["code"])
    told = work.transact(lambda unit: codes.told_with(unit.session, code, unit.adapters.keyring), reading=True)
    if told is None:
        return None
    handed_over(work, _bringing(str(code), told))
    return None


def _bringing(key: str, told: Mapping[str, str]) -> Letter | Note:
    with speaking(told["language"]):
        text = gettext(
            "Your code for Shubbak is %(code)s. It serves once, for ten minutes. We never ask for it by telephone.",
            code=told["code"],
        )
        subject = gettext("Shubbak: your code")
    if told["channel"] == Channel.MAIL:
        return Letter(key, told["to"], subject, text + "\n", told["language"])
    return Note(key, told["to"], text)


def send_word(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Sends somebody at work the word with which they set up their second proof."""
    enrolment = UUID(payload["enrolment"])
    told = work.transact(lambda unit: staff.told_with(unit.session, enrolment, unit.adapters.keyring), reading=True)
    if told is None:
        return None
    with speaking("fr"):
        text = gettext(
            "Hello,\n\nYou can now work at the desk of Shubbak. Sign in at %(url)s. The first time you set up a code "
            "generator on your telephone, and type this word: %(word)s\n\nIt serves once, within seven days. Tell it "
            "to nobody.",
            url=f"{work.adapters.settings.public_url}/fr/desk",
            word=told["word"],
        )
        letter = Letter(str(enrolment), told["mail"], gettext("Shubbak: your access to the desk"), text + "\n", "fr")
    handed_over(work, letter)
    return None


def send_invitation(work: Work, payload: Mapping[str, Any]) -> datetime | None:
    """Tells an address that somebody wants to act for its owner, or offers to be acted for; never who they are."""
    mandate = UUID(payload["mandate"])
    letter = work.transact(lambda unit: _invitation(unit, mandate), reading=True)
    if letter is not None:
        handed_over(work, letter)
    return None


def _invitation(unit: Unit, mandate: UUID) -> Letter | None:
    invitation, right = unit.session.get(Invitation, mandate), reading.one(unit.session, mandate)
    if invitation is None or right is None or right.mandate.state not in OPEN:
        return None
    theirs = select(Contact.person_id).where(Contact.fingerprint == right.mandate.invited)
    if reading.who_blocked(unit.session, right.mandate) & set(unit.session.scalars(theirs)):
        return None
    keyring, bound = unit.adapters.keyring, f"invitation:{mandate}"
    address = keyring.disclose(invitation.data_key, invitation.sealed, bound).decode()
    with speaking(invitation.language):
        text = gettext(
            "Hello,\n\nA mandate on Shubbak waits for your answer. Sign in, add this e-mail address to your account if "
            "it is not there yet, and open your mandates:\n\n%(url)s\n\nIf you expect nothing of the kind, do nothing: "
            "it runs out by itself.",
            url=f"{unit.adapters.settings.public_url}/{invitation.language}/mandates",
        )
        return Letter(
            f"m-{mandate}", address, gettext("Shubbak: a mandate waits for you"), text + "\n", invitation.language
        )
