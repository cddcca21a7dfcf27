"""Levers for tests and demos under ``/control``, in JSON: how cards and administrations behave, what they and the
registers hold, and who is signed out by the issuers."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import TypeAdapter, ValidationError

from portal.sandbox.administrations import automatic
from portal.sandbox.administrations.views import SYSTEMS
from portal.sandbox.cards import actions, events
from portal.sandbox.cards.errors import NotAccepted
from portal.sandbox.issuer import logout
from portal.sandbox.issuer.realms import REALMS
from portal.sandbox.people import Part
from portal.sandbox.registers.companies import Representative
from portal.sandbox.registers.families import Represented
from portal.sandbox.world import world

area = Blueprint("control", __name__, url_prefix="/control")

SomePart = TypeVar("SomePart", bound=Part)


class NotUnderstood(Exception):
    """What a lever was given is not what it takes."""


@area.after_request
def wake(response: Response) -> Response:
    """Messages leave once the answer is on its way."""
    response.call_on_close(world().courier.wake)
    return response


@area.errorhandler(NotAccepted)
def refused(error: NotAccepted) -> ResponseReturnValue:
    """A session nobody knows."""
    return {"error": str(error)}, error.status


@area.errorhandler(NotUnderstood)
def not_understood(error: NotUnderstood) -> ResponseReturnValue:
    """Says what is wrong with it."""
    return {"error": str(error)}, 400


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


@area.post("/issuer/<name>/logout")
def sign_out(name: str) -> ResponseReturnValue:
    """``{"sub": …}``: ends all sessions of this person at an issuer and tells the portal of each."""
    if name not in REALMS:
        abort(404)
    return jsonify(ended=logout.end_everywhere(world(), REALMS[name], str(_given().get("sub", ""))))


@area.post("/registers/companies/<ice>/representatives")
def representatives(ice: str) -> ResponseReturnValue:
    """``{"representatives": […]}``: who represents a company from now on; ``{"reset": true}`` undoes it."""
    held = world().companies
    company = held.by_ice(ice) or abort(404)
    if _given().get("reset") is True:
        held.reset(company)
    else:
        held.replace(company, _listed("representatives", Representative))
    return jsonify(held.told(company))


@area.post("/registers/families/<identifier>")
def family(identifier: str) -> ResponseReturnValue:
    """``{"represents": […]}``: whom somebody represents by law from now on; ``{"reset": true}`` undoes it."""
    held = world().families
    human = world().people.by_identifier(identifier) or abort(404)
    if _given().get("reset") is True:
        held.reset(human)
    else:
        held.replace(human, _listed("represents", Represented))
    return jsonify(represents=held.represented(human, world().today))


@area.post("/registers/papers/<key>")
def papers(key: str) -> ResponseReturnValue:
    """``{}`` issues a document anew, so that what is held is another; ``{"reset": true}`` undoes it."""
    held = world().papers
    one = held.by_key(key) or abort(404)
    if _given().get("reset") is True:
        held.reset(one)
    else:
        held.renew(one, world().today)
    return jsonify(held.told(one))


def _listed(name: str, kind: type[SomePart]) -> list[SomePart]:
    """The list of this name that was sent. Raises NotUnderstood."""
    try:
        return TypeAdapter(list[kind]).validate_python(_given().get(name))  # type: ignore[valid-type]
    except ValidationError as error:
        first = error.errors()[0]
        raise NotUnderstood(f"{'.'.join(str(part) for part in (name, *first['loc']))}: {first['msg']}") from error


def _given() -> dict[str, Any]:
    """The JSON object sent; the content type must say so, which no foreign page's form can."""
    content = request.get_json() if request.data else {}
    return content if isinstance(content, dict) else {}


def _unknown(name: str, known: tuple[str, ...]) -> ResponseReturnValue:
    return {"error": f"{name} must be one of: {', '.join(known)}"}, 400
