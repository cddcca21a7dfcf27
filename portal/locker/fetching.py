"""Fetch into a locker what administrations hold about its owner, with consent (law 55-19, art. 24)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from itertools import takewhile
from time import monotonic
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.audit.actions import About, Reader, note
from portal.audit.models import Basis, Did, Kind, Role
from portal.guards import needs
from portal.i18n import gettext, ngettext, path_of
from portal.identity import people
from portal.identity.mandates.models import Company
from portal.locker import actions, held
from portal.locker.arriving import Arrived, arrive
from portal.locker.errors import NotToday
from portal.locker.keeping import MOST_TODAY_MB
from portal.locker.ports import Held, Holder, NotHeld, NotReachable
from portal.locker.sentences import file_sentence
from portal.locker.taken import MOST_BYTES, BadFile
from portal.locker.throwing import NEVER_CAME, THROW_AWAY, look_through_later, throw_away
from portal.outbox import call_off
from portal.seen import seen, still_acts
from portal.unit import Unit
from portal.web import NotAssured, NotCovered, NotYours, adapters, catalogue, reach, steps, who, work
from portal.who import LEVELS, RECEIVE, Who

bp = Blueprint("fetching", __name__)

PURPOSE = "documents for their own locker"
MOST_SECONDS = 30.0
"""For so long documents are fetched at one press; what is left comes with the next."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Somebody agrees: who, in which language, to whom the portal turns, and the number by which their owner is known
    there."""

    me: Who
    language: str
    holder: Holder
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Coming:
    """A document that is about to come: its row, and where its bytes will lie."""

    document: UUID
    object_key: str
    data_key: bytes = field(repr=False)


Came = Arrived | BadFile | NotReachable | NotToday


@bp.get("/locker/fetch")
@needs(RECEIVE)
def form(lang: str) -> ResponseReturnValue:
    """Says who will be asked, and for what, before anybody is."""
    _holder(who())
    return render_template("locker/fetch.html")


def _holder(me: Who) -> Holder:
    """Whom to ask. Whoever acts for some services alone has no part in what belongs to none of them; and a register is
    asked about who somebody surely is. Raises NotYours where nobody can be asked, NotCovered, NotAssured."""
    holder = adapters().holder
    if holder is None:
        raise NotYours
    if reach() is not None:
        raise NotCovered(None)
    if not me.assured(LEVELS[1]):
        raise NotAssured(LEVELS[1])
    return holder


@bp.post("/locker/fetch")
@needs(RECEIVE)
@steps
def fetch(lang: str) -> ResponseReturnValue:
    """Asks what is held, and fetches what is new of it, each by itself: one that is refused keeps no other out.
    Pressing the button is the consent (law 55-19, art. 24)."""
    me = who()
    try:
        consent, new = _asked(me, lang, _holder(me))
    except NotReachable:
        flash(gettext("The register of documents does not answer at the moment. Please try again later."))
    else:
        _tell(len(new), _fetched(consent, new))
    return redirect(path_of("locker.mine"), 303)


def _asked(me: Who, lang: str, holder: Holder) -> tuple[Consent, list[Held]]:
    """What is held and new, and the number under which it is. Raises NotReachable."""

    def prepare(unit: Unit) -> list[str]:
        seen(unit, me, About(me.subject, Kind.DOCUMENT), Did.CHANGED)
        return _numbers(unit, me.subject)

    def call(numbers: list[str]) -> tuple[str, list[Held]]:
        for number in numbers:
            try:
                return number, holder.held(number, PURPOSE)
            except NotHeld:
                continue
        return "", []

    def record(unit: Unit, numbers: list[str], said: tuple[str, list[Held]]) -> tuple[Consent, list[Held]]:
        still_acts(unit, me)
        if numbers:
            asked = Reader(Role.REGISTER, Basis.CONSENT, held.NAME)
            unit.in_real_time().do(note, asked, About(me.subject, Kind.DOCUMENT))
        number, known = said
        new = held.new(unit.session, me.subject, known, unit.adapters.keyring)
        return Consent(me, lang, holder, number), new

    return work().three_steps(prepare, call, record, actor=me.actor, language=lang)


def _numbers(unit: Unit, subject: UUID) -> list[str]:
    """The numbers by which administrations know somebody; none is told that is not surely theirs."""
    company = unit.session.get(Company, subject)
    if company is not None:
        return [company.ice] if company.ice else []
    return people.sure_numbers(unit.session, subject, unit.adapters.keyring)


def _fetched(consent: Consent, new: list[Held]) -> list[Came]:
    """What came of them, in order, until it takes too long. One that does not come keeps no other out; of a partner
    that is down the door says so at once (``portal.partners``)."""
    end = monotonic() + MOST_SECONDS
    return [_one(consent, one) for one in takewhile(lambda _: monotonic() <= end, new)]


def _one(consent: Consent, wanted: Held) -> Came:
    try:
        content = consent.holder.content(consent.number, wanted, PURPOSE)
    except NotReachable as problem:
        return problem
    except NotHeld:
        return NotReachable("it was taken back meanwhile")
    try:
        return _put(consent.me, consent.language, wanted, content)
    except NotToday as problem:
        return problem


def _put(me: Who, lang: str, wanted: Held, content: bytes) -> Came:
    """Reserves its row, stores it, and puts it into the locker."""

    def prepare(unit: Unit) -> Coming:
        still_acts(unit, me)
        keyring, real = unit.adapters.keyring, unit.in_real_time()
        row = real.do(held.reserve, owner=me.subject, held=wanted, catalogue=catalogue(), keyring=keyring)
        throw_away(unit, row.id, NEVER_CAME)
        return Coming(row.id, row.object_key or "", actions.key_of(keyring, row))

    def call(coming: Coming) -> Came:
        try:
            return arrive(adapters(), BytesIO(content), coming.object_key, coming.data_key, MOST_BYTES, me.id)
        except (BadFile, NotReachable) as problem:
            return problem

    def record(unit: Unit, coming: Coming, came: Came) -> Came:
        still_acts(unit, me)
        actions.one_at_a_time(unit.session, me.subject)
        fetched_meanwhile = not held.new(unit.session, me.subject, [wanted], unit.adapters.keyring)
        if fetched_meanwhile or not isinstance(came, Arrived):
            throw_away(unit, coming.document, timedelta(0))
            return came
        kept = unit.in_real_time().do(held.keep, coming.document, came)
        call_off(unit.session, THROW_AWAY, str(kept.document))
        look_through_later(unit, actions.one(unit.session, kept.document))
        return came

    return work().three_steps(prepare, call, record, actor=me.actor, language=lang)


def _tell(wanted: int, came: list[Came]) -> None:
    kept = sum(isinstance(one, Arrived) for one in came)
    refused = sum(isinstance(one, BadFile) for one in came)
    if kept:
        flash(ngettext("%(num)s document was fetched.", "%(num)s documents were fetched.", kept))
    if refused:
        flash(
            ngettext(
                "%(num)s document was left out: its file cannot be read, or is not safe.",
                "%(num)s documents were left out: their files cannot be read, or are not safe.",
                refused,
            )
        )
    if any(isinstance(one, NotToday) for one in came):
        flash(file_sentence("full_today", {"most": MOST_TODAY_MB}))
    elif kept + refused < wanted:
        flash(gettext("Not everything could be fetched now. Please fetch again in a moment."))
    if not wanted:
        flash(gettext("Nothing new: administrations hold no other document of yours."))
