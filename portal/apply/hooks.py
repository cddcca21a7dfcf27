"""Messages from administrations' systems."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from journeys.exchange.actions import about
from portal.outbox import later
from portal.unit import Unit
from portal.web import NotYours, adapters, steps, work

bp = Blueprint("apply_hooks", __name__)

LONGEST_NEWS = 64_000
TRY_AGAIN_SECONDS = "5"


@bp.post("/hooks/connectors/<name>")
@steps
def news(name: str) -> ResponseReturnValue:
    """A hint that a request was decided: verified, then the administration itself is asked by a task.

    A message that overtakes our own record of the hand-over is asked to come again."""
    connector = adapters().connectors.get(name)
    if connector is None:
        raise NotYours
    theirs = connector.read_news(dict(request.headers), request.stream.read(LONGEST_NEWS + 1))

    def note(unit: Unit) -> bool:
        case_id = about(unit.session, name, theirs)
        if case_id is None:
            return False
        later(unit.session, "ask_connector", str(case_id), {"case_id": str(case_id)}, again=True)
        return True

    if work().transact(note):
        return Response(status=204)
    return Response(status=503, headers={"Retry-After": TRY_AGAIN_SECONDS})
