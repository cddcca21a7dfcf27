"""The documents that an office has issued: a supervisor may take one back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from journeys.cases.letters import is_hostile, lines
from portal.audit.actions import About
from portal.audit.models import Did, Kind
from portal.desk.views import office_case
from portal.i18n import gettext, path_of
from portal.locker import revoking
from portal.locker.actions import issued_one
from portal.seen import seen
from portal.web import NotYours, unit, who

bp = Blueprint("desk_issued", __name__)

SUPERVISOR = "supervisor"


@bp.post("/desk/requests/<reference>/documents/<uuid:document>/revoke")
def revoke(lang: str, reference: str, document: UUID) -> ResponseReturnValue:
    """Takes a document back, with a reason that its holder reads. Pressed twice, it is taken back once."""
    case = office_case(unit(), reference, lock=True)
    if who().role != SUPERVISOR:
        raise NotYours
    found = issued_one(unit().session, case.id, document)
    reason = lines(request.form.get("reason", ""))[: revoking.LONGEST]
    if not reason.strip() or is_hostile(reason):
        flash(gettext("Say why the document is taken back. Whoever has it reads the reason."))
    else:
        about = About(case.subject_id, Kind.DOCUMENT, case.id, case.reference, case.service, found.id)
        seen(unit(), who(), about, Did.CHANGED)
        unit().in_real_time().do(revoking.revoke, found, reason, unit().adapters.keyring)
        flash(gettext("The document does not count any more. Whoever has it is told."))
    return redirect(path_of("desk.one", reference=case.reference), 303)
