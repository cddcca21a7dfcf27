"""On which side of a mandate somebody is, what they may do with it, and doing it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from journeys.cases import letters
from portal.i18n import gettext, path_of
from portal.identity.errors import LastOne, WrongMandate
from portal.identity.mandates import actions, reading
from portal.identity.mandates.models import Mandate
from portal.identity.mandates.states import DERIVED, OPEN, Origin, State, Verb
from portal.identity.mandates.terms import LONGEST
from portal.unit import real_now
from portal.web import NotYours, unit, who

bp = Blueprint("answering", __name__)


def side_of(row: Mandate) -> str | None:
    """On which side of a mandate this person is; None when they have no part in it."""
    me = who().id
    if row.acting_id == me:
        return "acting"
    if row.represented_id == me:
        return "represented"
    if row.company and row.represented_id and reading.leading(unit().session, me, row.represented_id, real_now()):
        return "represented"
    unanswered = None in (row.acting_id, row.represented_id)  # whoever was told of it reads too how it ended
    return "invited" if unanswered and row.invited in reading.marks(unit().session, me) else None


def may(row: Mandate, side: str) -> list[str]:
    """What one may do with a mandate from one's side of it."""
    derived = row.origin in DERIVED
    if row.state == State.OFFERED:
        invited = ["accept", "decline"] if row.company else ["accept", "decline", "block"]
        return {"invited": invited, "represented": ["take-back"]}.get(side, [])
    if row.state == State.REQUESTED:
        return {"acting": ["take-back"]}.get(side, ["accept", "decline", "block"])
    if row.state != State.ACTIVE or (derived and side == "represented") or row.origin == Origin.CIVIL:
        return []
    if side == "represented" and not _may_revoke(row):
        return []
    return ["give-up"] if side == "acting" else ["revoke"]


def _may_revoke(row: Mandate) -> bool:
    leads = _leads(row)
    return leads is None or leads.origin == Origin.COMMERCIAL or actions.is_within(actions.terms_of(row), leads)


@bp.post("/mandates/<uuid:mandate>/<what>")
def answer(lang: str, mandate: UUID, what: str) -> ResponseReturnValue:
    """Does one thing with a mandate; done twice, or after the other side was faster, it shows where it stands."""
    row = unit().session.get(Mandate, mandate, with_for_update=True)
    side = side_of(row) if row else None
    if row is None or side is None:
        raise NotYours
    if what in may(row, side):
        try:
            DOES[what](row, letters.harmless(request.form.get("reason", ""))[:LONGEST])
        except LastOne:
            flash(gettext("You are the last who can act for this company. Let somebody else in first."))
        except WrongMandate:
            flash(gettext("This mandate has moved on meanwhile. This is where it stands."))
    return redirect(path_of("mandates.one", mandate=mandate), 303)


def _moves(verb: Verb) -> Callable[[Mandate, str], object]:
    return lambda row, reason: unit().in_real_time().do(actions.move, row, verb, reason)


def _leads(row: Mandate) -> Mandate | None:
    """By what this person answers for a company; None when it is their own right."""
    if not row.company or row.represented_id is None:
        return None
    return reading.leading(unit().session, who().id, row.represented_id, real_now())


def _block(row: Mandate, _reason: str) -> None:
    offered = row.state == State.OFFERED
    by, whom = (who().id, row.represented_id) if offered else (row.represented_id or who().id, row.acting_id)
    if whom is None:
        raise WrongMandate("nobody to block")
    unit().in_real_time().do(actions.block, by, whom)
    if row.state in OPEN:  # sent to an address, it was nobody's yet
        unit().in_real_time().do(actions.move, row, Verb.DECLINE)


DOES: dict[str, Callable[[Mandate, str], object]] = {
    "accept": lambda row, _reason: unit().in_real_time().do(actions.accept, row, who().id, _leads(row)),
    "decline": _moves(Verb.DECLINE),
    "take-back": _moves(Verb.TAKE_BACK),
    "revoke": lambda row, reason: unit().in_real_time().do(actions.revoke, row, reason, _leads(row)),
    "give-up": lambda row, reason: unit().in_real_time().do(actions.give_up, row, reason),
    "block": _block,
}
