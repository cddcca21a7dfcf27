"""A person's documents."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.locker import actions
from portal.locker.opening import Opened, opened, sent
from portal.paging import after, read_place
from portal.unit import Unit
from portal.web import steps, unit, who, work

bp = Blueprint("locker", __name__)


@bp.get("/locker")
def mine(lang: str) -> ResponseReturnValue:
    """What lies in this person's locker, newest first."""
    documents = actions.mine(unit().session, who().id, read_place())
    return render_template("locker/mine.html", documents=documents, more=after(documents, actions.MOST, "made_at"))


@bp.get("/locker/<uuid:document>")
@steps
def open_document(lang: str, document: UUID) -> ResponseReturnValue:
    """The document itself, decrypted and checked whole."""
    owner = who().id

    def find(unit: Unit) -> Opened:
        return opened(unit, actions.for_owner(unit.session, owner, document))

    return sent(work().transact(find, reading=True))
