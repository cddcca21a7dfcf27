"""What people share with an office: its officers see it, and the people see who looked."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.audit.actions import Reader as Looks
from portal.audit.models import Basis
from portal.i18n import path_of
from portal.locker.opening import Opened, sent
from portal.locker.sharing import actions
from portal.locker.sharing.views import before_opening, viewed, with_purposes
from portal.seen import reader
from portal.unit import Unit, real_now
from portal.web import steps, unit, who, work
from portal.who import Who

bp = Blueprint("desk_shared", __name__)


def _at_office(me: Who) -> actions.Reader:
    return actions.Reader(office=me.office)


@bp.get("/desk/shared")
def received(lang: str) -> ResponseReturnValue:
    """What is shared with this office."""
    found = actions.received(unit().session, real_now(), _at_office(who()))
    return render_template("shares/received.html", found=with_purposes(unit(), found), opens="desk_shared.one")


@bp.get("/desk/shared/<uuid:share>")
def one(lang: str, share: UUID) -> ResponseReturnValue:
    """One document of them, before it is opened."""
    found = actions.received_one(unit().session, real_now(), _at_office(who()), share)
    return before_opening(unit(), *found, path_of("desk_shared.open_one", share=share))


@bp.post("/desk/shared/<uuid:share>")
@steps
def open_one(lang: str, share: UUID) -> ResponseReturnValue:
    """The document itself."""
    me = who()

    def find(unit: Unit) -> Opened:
        row, document = actions.received_one(unit.session, real_now(), _at_office(me), share)
        known = reader(me)
        return viewed(unit, row, document, Looks(known.role, Basis.SHARED, known.body, known.office))

    return sent(work().transact(find, actor=me.actor))
