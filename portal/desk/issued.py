"""The documents under the seal of an office: a supervisor may take one back. A seal is that of an administration in one
place, whichever of its offices there has issued or certified: a counter may have no supervisor of its own."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from journeys.cases.letters import is_hostile, lines
from journeys.exchange.models import Office
from portal.audit.models import Did
from portal.desk.views import office_case
from portal.i18n import gettext, path_of
from portal.identity.people import same_human
from portal.locker import revoking
from portal.locker.actions import issued_one, key_of
from portal.locker.copies import certified_one
from portal.locker.models import Document
from portal.locker.proofs.checking import Checked, Checker
from portal.locker.proofs.codes import code_of
from portal.locker.proofs.making import seal_of
from portal.locker.proofs.words import facts
from portal.locker.theirs import about
from portal.seen import refused, seen
from portal.unit import real_now
from portal.web import NotYours, TooNear, unit, who

bp = Blueprint("desk_issued", __name__)

SUPERVISOR = "supervisor"


@bp.post("/desk/requests/<reference>/documents/<uuid:document>/revoke")
def revoke(lang: str, reference: str, document: UUID) -> ResponseReturnValue:
    """Takes a document back, with a reason that its holder reads. Pressed twice, it is taken back once."""
    case = office_case(unit(), reference, lock=True)
    _supervises()
    found = issued_one(unit().session, case.id, document)
    _taken_back(found)
    return redirect(path_of("desk.one", reference=case.reference), 303)


@bp.get("/desk/documents")
def find(lang: str) -> ResponseReturnValue:
    """Asks for the number of a document under the seal of this office."""
    _supervises()
    return _page(None)


@bp.post("/desk/documents")
def found(lang: str) -> ResponseReturnValue:
    """What the document of a number says; one of a request is taken back there."""
    _supervises()
    typed = request.form.get("code", "")[:60]
    checked = _checked(typed)
    if checked.document is None or not _is_ours(checked.document):
        problem = gettext("No document under the seal of your office has this number. Check it, letter by letter.")
        return _page(None, typed, {"code": problem}), 422
    seen(unit(), who(), about(checked.document))
    return _page(checked, typed)


@bp.post("/desk/documents/<uuid:document>/revoke")
def revoke_copy(lang: str, document: UUID) -> ResponseReturnValue:
    """Takes a certified copy back, as ``revoke`` does with what was issued."""
    _supervises()
    copy = certified_one(unit().session, document)
    if not _is_ours(copy):
        refused(who(), about(copy))
        raise NotYours
    if copy.owner_id in same_human(unit().session, who().id):
        raise TooNear
    if not _taken_back(copy):
        number = code_of(key_of(unit().adapters.keyring, copy))
        return _page(_checked(number), number), 422
    return redirect(path_of("desk_issued.find"), 303)


def _supervises() -> None:
    if who().role != SUPERVISOR:
        raise NotYours


def _is_ours(document: Document) -> bool:
    """Whether it bears the seal of this office, which it shares with the others of its place."""
    return document.seal == seal_of(unit().session.get_one(Office, who().office))


def _checked(number: str) -> Checked:
    adapters = unit().adapters
    return Checker(unit().session, adapters.keyring, adapters.proof_keys, real_now()).by_code(number)


def _page(checked: Checked | None, typed: str = "", wrong: Mapping[str, str] | None = None) -> str:
    return render_template("desk/documents.html", checked=checked, typed=typed, wrong=wrong or {}, facts=facts)


def _taken_back(document: Document) -> bool:
    """The document does not count any more, when a reason is given."""
    reason = lines(request.form.get("reason", ""))[: revoking.LONGEST]
    if not reason.strip() or is_hostile(reason):
        flash(gettext("Say why the document is taken back. Whoever has it reads the reason."))
        return False
    seen(unit(), who(), about(document), Did.REVOKED)
    unit().in_real_time().do(revoking.revoke, document, reason, unit().adapters.keyring)
    flash(gettext("The document does not count any more. Whoever has it is told."))
    return True
