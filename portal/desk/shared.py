"""What people share with an office: its officers see it, and the people see who looked."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.audit.actions import Reader as Looks
from portal.audit.models import Basis
from portal.i18n import path_of
from portal.locker.models import Document
from portal.locker.sharing import actions
from portal.locker.sharing.models import Share
from portal.locker.sharing.views import before_opening, listed, viewed
from portal.seen import reader
from portal.unit import Unit, real_now
from portal.web import steps, unit, who
from portal.who import Who

bp = Blueprint("desk_shared", __name__)


def _at_office(me: Who) -> actions.Reader:
    return actions.Reader(office=me.office)


@bp.get("/desk/shared")
def received(lang: str) -> ResponseReturnValue:
    """What is shared with this office."""
    return listed(unit(), _at_office(who()), "desk_shared.one")


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
    known = reader(me)

    def find(unit: Unit) -> tuple[Share, Document]:
        return actions.received_one(unit.session, real_now(), _at_office(me), share)

    return viewed(find, Looks(known.role, Basis.SHARED, known.body, known.office), me.actor)
