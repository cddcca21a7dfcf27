"""Levers for tests and demos under ``/control``, in JSON: how cards and administrations behave, what they hold."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from portal.sandbox.administrations import automatic
from portal.sandbox.administrations.views import SYSTEMS
from portal.sandbox.cards import actions, events
from portal.sandbox.cards.errors import NotAccepted
from portal.sandbox.world import world

area = Blueprint("control", __name__, url_prefix="/control")


@area.after_request
def wake(response: Response) -> Response:
    """Messages leave once the answer is on its way."""
    response.call_on_close(world().courier.wake)
    return response


@area.errorhandler(NotAccepted)
def refused(error: NotAccepted) -> ResponseReturnValue:
    """A session nobody knows."""
    return {"error": str(error)}, error.status


@area.post("/cards")
def cards() -> ResponseReturnValue:
    """``{"webhooks": "normal" | "hold" | "duplicate"}``: how news of payments is sent from now on."""
    wanted = _given().get("webhooks")
    if wanted not in events.MODES:
        return _unknown("webhooks", events.MODES)
    events.set_mode(world(), wanted)
    return jsonify(webhooks=wanted)


@area.post("/cards/release")
def release() -> ResponseReturnValue:
    """Sends all news held back, ``{"order": "reverse", "times": 2}`` at will."""
    order, times = _given().get("order", "kept"), _given().get("times", 1)
    if order not in ("kept", "reverse"):
        return _unknown("order", ("kept", "reverse"))
    if not isinstance(times, int) or not 1 <= times <= 10:
        return {"error": "times must be a number from 1 to 10"}, 400
    return jsonify(released=events.release(world(), backwards=order == "reverse", times=times))


@area.get("/cards/sessions")
def sessions() -> ResponseReturnValue:
    """All sessions as they are now, newest first."""
    keys = [session["id"] for session in world().store.newest("session", 1000)]
    return jsonify([actions.find_session(world(), key) for key in keys])


@area.post("/cards/sessions/<key>/settle")
def settle(key: str) -> ResponseReturnValue:
    """``{"card": "4242…"}`` pays an open session without its page, or ends the processing of one that came late."""
    settled = actions.end_processing if actions.is_processing(world(), key) else actions.pay
    try:
        outcome = settled(world(), key, str(_given().get("card", "")))
    except actions.WrongCard:
        return _unknown("card", tuple(actions.CARDS))
    except actions.NotOpen as error:
        return {"error": f"the session is {error}"}, 409
    return (jsonify(outcome.session), 200) if not outcome.decline else ({"error": outcome.decline}, 402)


@area.post("/cards/sessions/<key>/process")
def process(key: str) -> ResponseReturnValue:
    """The payer is done with an open session, the bank is not: ``settle`` says later what became of it."""
    try:
        return jsonify(actions.process(world(), key))
    except actions.NotOpen as error:
        return {"error": f"the session is {error}"}, 409


@area.post("/administrations/<name>")
def administration(name: str) -> ResponseReturnValue:
    """``{"mode": "callback" | "now" | "poll" | "refuse"}``: how one that decides by itself answers from now on."""
    wanted = _given().get("mode")
    if name not in SYSTEMS:
        abort(404)
    if wanted not in automatic.MODES:
        return _unknown("mode", automatic.MODES)
    automatic.set_mode(world(), name, wanted)
    return jsonify(mode=wanted)


def _given() -> dict[str, Any]:
    """The JSON object sent; the content type must say so, which no foreign page's form can."""
    content = request.get_json() if request.data else {}
    return content if isinstance(content, dict) else {}


def _unknown(name: str, known: tuple[str, ...]) -> ResponseReturnValue:
    return {"error": f"{name} must be one of: {', '.join(known)}"}, 400
