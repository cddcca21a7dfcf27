"""A person's documents."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from portal.locker import actions
from portal.paging import after, read_place
from portal.unit import Unit
from portal.web import adapters, steps, unit, who, work

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

    def find(unit: Unit) -> tuple[str, bytes, str]:
        found = actions.for_owner(unit.session, owner, document)
        data_key = unit.adapters.keyring.unwrap(found.data_key, actions.context(found.id))
        return found.object_key or "", data_key, f"{found.kind}-{found.reference}.pdf"

    key, data_key, name = work().transact(find, reading=True)
    content = adapters().store.get(key, data_key)
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
