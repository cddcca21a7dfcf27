"""A clerk compares a scan with the paper original that a citizen has brought, and puts a certified copy into their
locker (decree 2-22-048, art. 5 and 7). Nobody needs one for a request, unless they are told why, once (law 55-19,
art. 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from journeys.exchange.models import Office
from portal.audit.actions import About
from portal.audit.models import Did, Kind
from portal.guards import needs, on_behalf
from portal.i18n import casablanca_day, gettext, path_of
from portal.identity import people
from portal.identity.mandates.models import Mandate
from portal.locker import actions, copies
from portal.locker.apart import printed_apart, read_apart
from portal.locker.arriving import looked_through
from portal.locker.decided import both
from portal.locker.describing import types
from portal.locker.lettering import quotable
from portal.locker.papers import Both, CertifiedCopy
from portal.locker.proofs.codes import code_of
from portal.locker.proofs.making import seal_of
from portal.locker.sentences import file_sentence
from portal.locker.taken import MOST_MB, MOST_PRINTED, BadFile
from portal.locker.throwing import NEVER_CAME, THROW_AWAY, throw_away
from portal.locker.writing import Reserved, Written, to_write, write
from portal.outbox import call_off
from portal.seen import seen, still_acts
from portal.unit import Unit
from portal.web import NotYours, adapters, catalogue, steps, who, work
from portal.who import FILL, Acting, Who

bp = Blueprint("certifying", __name__)


@bp.get("/desk/visits/certify")
@needs(FILL)
def form(lang: str) -> ResponseReturnValue:
    """Asks for the scan, while a visit goes on."""
    if _visited(who()) is None:
        return redirect(path_of("visits.begin"), 303)
    return _shown({})


def _visited(me: Who) -> Acting | None:
    """By which right this clerk helps somebody now; None where nobody stands at their counter. Raises MandateOver when
    the visit has ended by itself."""
    if me.acting is not None:
        on_behalf(me)
    return me.acting


def _shown(wrong: dict[str, str]) -> ResponseReturnValue:
    offered = [(heading, some) for heading, some in types(catalogue()) if heading]
    typed, most = request.form.to_dict(), {"most": MOST_PRINTED, "most_mb": MOST_MB}
    page = render_template("visits/certify.html", typed=typed, wrong=wrong, types=offered, **most)
    return page, 422 if wrong else 200


@bp.post("/desk/visits/certify")
@needs(FILL)
@steps
def certify(lang: str) -> ResponseReturnValue:
    """Makes the copy of what was scanned, and keeps nothing else of it."""
    me, kind, scan = who(), request.form.get("kind", ""), request.files.get("scan")
    visit = _visited(me)
    if visit is None:
        return redirect(path_of("visits.begin"), 303)
    wrong = {} if scan else {"scan": gettext("No file is chosen yet. Please choose one.")}  # in the order of the page
    if kind not in catalogue().documents:
        wrong["kind"] = gettext("Choose a type from the list.")
    if "compared" not in request.form:
        wrong["compared"] = gettext("Compare each page with the paper original first, and tick the box.")
    scanned: Scanned | None = None
    if scan and not wrong:
        try:
            scanned = _scanned(scan.stream, me.id)
        except BadFile as problem:
            wrong["scan"] = file_sentence(problem.code, problem.params)
    if wrong or scanned is None:
        return work().transact(lambda _unit: _shown(wrong), actor=me.actor, reading=True)

    def prepare(unit: Unit) -> Reserved:
        return _reserved(unit, me, visit, kind, scanned)

    def call(reserved: Reserved) -> Written:
        return write(adapters(), reserved)

    def record(unit: Unit, reserved: Reserved, written: Written) -> ResponseReturnValue:
        still_acts(unit, me)
        kept = reserved.document, written.size, written.digest, written.proof
        unit.in_real_time().do(copies.keep_certified, *kept)
        call_off(unit.session, THROW_AWAY, str(reserved.document))
        seen(unit, me, About(me.subject, Kind.DOCUMENT, document=reserved.document), Did.ADDED)
        flash(gettext("The certified copy lies in their locker. Look at it together."), "good")
        return redirect(path_of("locker.page", document=reserved.document), 303)

    return work().three_steps(prepare, call, record, actor=me.actor, language=lang)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was scanned: its SHA-256, and its pages as pictures."""

    digest: str
    pages: list[bytes]


def _scanned(scan: IO[bytes], whom: UUID) -> Scanned:
    """Raises BadFile, and NotReachable."""
    taken = read_apart(scan, whom)
    looked_through(adapters(), scan)  # a scanner that is silent holds nobody up: nothing of the file itself is kept
    return Scanned(taken.digest, printed_apart(scan, whom))


def _reserved(unit: Unit, me: Who, visit: Acting, kind: str, scanned: Scanned) -> Reserved:
    """The copy that is to be made, and the task that throws it away should it never be. Of the same scan there is one
    copy in a visit. Raises NotYours for a clerk who would certify for themselves."""
    unit.session.get_one(Mandate, visit.mandate, with_for_update=True)  # who presses twice has one copy made
    if me.office is None or visit.subject in people.same_human(unit.session, me.id):
        raise NotYours
    office, keyring = unit.session.get_one(Office, me.office), unit.adapters.keyring
    names = catalogue().documents[kind].names.root
    real = unit.in_real_time()
    document = real.do(
        copies.certify,
        owner=visit.subject,
        kind=kind,
        names=names,
        issuer=office.names,
        seal=seal_of(office),
        issued_on=casablanca_day(real.moment),
        same=f"{visit.mandate} {kind} {scanned.digest}",
        keyring=keyring,
    )
    throw_away(unit, document.id, NEVER_CAME)
    paper = CertifiedCopy(
        administration=both(office.names),
        reference=code_of(actions.key_of(keyring, document)),
        issued_on=casablanca_day(real.moment),
        demo=unit.adapters.settings.demo,
        copied=both(names),
        shown_by=_name(visit),
        certified_at=real.moment,
        pages=len(scanned.pages),
        officer=_name(me),
    )
    return to_write(unit.adapters, document, paper, scanned.pages)


def _name(person: Who | Acting) -> Both:
    return Both(ar=quotable(person.name_ar), fr=quotable(person.name_lat))
