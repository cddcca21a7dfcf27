"""The parts of Stripe's API that the portal uses, under ``/stripe/v1``: what the stripe library speaks to."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from stripe.params import (
    EventListParams,
    EventRetrieveParams,
    PaymentIntentRetrieveParams,
    RefundCreateParams,
    RefundListParams,
    RefundRetrieveParams,
)
from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionListParams,
    SessionRetrieveParams,
)

from portal.sandbox.cards import actions
from portal.sandbox.cards.contract import LIST, checked, only
from portal.sandbox.cards.errors import NotAccepted, missing
from portal.sandbox.cards.form import parse
from portal.sandbox.cards.lists import expanded, listing
from portal.sandbox.cards.objects import Thing
from portal.sandbox.world import world

area = Blueprint("cards", __name__, url_prefix="/stripe/v1")

SESSION_FILTERS = ("payment_intent", "status")
REFUND_FILTERS = ("payment_intent", "charge")


@area.before_request
def check_key() -> None:
    """The secret key, as bearer token or as the user name of basic authentication. Raises NotAccepted (401)."""
    sent = request.authorization
    given = (sent.token or sent.get("username") or "") if sent else ""
    if not secrets.compare_digest(given.encode(), world().settings.stripe_secret_key.encode()):
        raise NotAccepted(f"Invalid API Key provided: {given[:8]}***", status=401)


@area.errorhandler(NotAccepted)
def refused(error: NotAccepted) -> ResponseReturnValue:
    """A refusal in Stripe's shape."""
    return jsonify(error.body), error.status


@area.after_request
def named(response: Response) -> Response:
    """Each answer has a name to ask support about; messages leave once it is on its way."""
    response.headers["Request-Id"] = f"req_{secrets.token_hex(7)}"
    response.call_on_close(world().courier.wake)
    return response


@area.post("/checkout/sessions")
def create_session() -> ResponseReturnValue:
    """Opens a Checkout Session."""
    params = checked(SessionCreateParams, parse(request.form.items(multi=True)))
    return _once(lambda: _expanded(actions.open_session(world(), params), params))


@area.get("/checkout/sessions")
def list_sessions() -> ResponseReturnValue:
    """Sessions, newest first; by ``payment_intent`` or ``status``."""
    params = _asked(SessionListParams)
    keys = [session["id"] for session in world().store.newest("session", 1000)]
    found = [actions.find_session(world(), key) for key in keys]
    return _list(_matching(found, params, *SESSION_FILTERS), params, *SESSION_FILTERS)


@area.get("/checkout/sessions/<key>")
def read_session(key: str) -> ResponseReturnValue:
    """One session as it is now."""
    params = _asked(SessionRetrieveParams)
    return jsonify(_expanded(actions.find_session(world(), key), params))


@area.post("/checkout/sessions/<key>/expire")
def expire_session(key: str) -> ResponseReturnValue:
    """Ends an open session."""
    params = checked(SessionExpireParams, parse(request.form.items(multi=True)))
    return _once(lambda: _expanded(actions.expire_session(world(), key), params))


@area.get("/payment_intents/<key>")
def read_intent(key: str) -> ResponseReturnValue:
    """One payment intent."""
    return _one("payment_intent", key, PaymentIntentRetrieveParams)


@area.post("/refunds")
def create_refund() -> ResponseReturnValue:
    """Gives money back."""
    params = checked(RefundCreateParams, parse(request.form.items(multi=True)))
    return _once(lambda: _expanded(actions.refund(world(), params), params))


@area.get("/refunds")
def list_refunds() -> ResponseReturnValue:
    """Refunds, newest first; by ``payment_intent`` or ``charge``."""
    params = _asked(RefundListParams)
    found = _matching(world().store.newest("refund", 1000), params, *REFUND_FILTERS)
    return _list(found, params, *REFUND_FILTERS)


@area.get("/refunds/<key>")
def read_refund(key: str) -> ResponseReturnValue:
    """One refund."""
    return _one("refund", key, RefundRetrieveParams)


@area.get("/events")
def list_events() -> ResponseReturnValue:
    """Events, newest first; by ``type`` or ``types``."""
    params = _asked(EventListParams)
    kinds = params.get("types") or ([params["type"]] if "type" in params else [])
    events = [event for event in world().store.newest("event", 1000) if not kinds or event["type"] in kinds]
    return _list(events, params, "type", "types")


@area.get("/events/<key>")
def read_event(key: str) -> ResponseReturnValue:
    """One event."""
    return _one("event", key, EventRetrieveParams)


@area.get("/balance")
def balance() -> ResponseReturnValue:
    """What a client asks to see whether its key is right and the processor is there."""
    return jsonify(object="balance", available=[], livemode=False, pending=[])


@area.get("/account")
def account() -> ResponseReturnValue:
    """Whose key it is."""
    return jsonify(id="acct_sandbox", object="account", charges_enabled=True, country="MA", default_currency="mad")


@area.route("/<path:rest>", methods=["GET", "POST", "DELETE"])
def unknown(rest: str) -> ResponseReturnValue:
    """What Stripe has and this sandbox has not."""
    raise NotAccepted(f"Unrecognized request URL ({request.method}: /v1/{rest}).", status=404)


def _asked(params: type) -> Thing:
    return checked(params, parse(request.args.items(multi=True)))


def _one(kind: str, key: str, params: type) -> ResponseReturnValue:
    asked, found = _asked(params), world().store.get(kind, key)
    if found is None:
        raise missing(kind, key)
    return jsonify(_expanded(found, asked))


def _list(things: list[Thing], params: Thing, *filters: str) -> ResponseReturnValue:
    only(params, LIST + filters)
    found = listing(things, params, request.path.removeprefix("/stripe"))
    return jsonify(_expanded(found, params))


def _matching(things: list[Thing], params: Thing, *names: str) -> list[Thing]:
    wanted = {name: params[name] for name in names if name in params}
    return [thing for thing in things if all(thing[name] == value for name, value in wanted.items())]


def _expanded(thing: Thing, params: Thing) -> Thing:
    return expanded(world().store, thing, params.get("expand", []))


def _once(work: Callable[[], Thing]) -> ResponseReturnValue:
    """Does the work once per ``Idempotency-Key`` and gives the first answer again; a refusal is not kept.

    https://docs.stripe.com/api/idempotent_requests
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return jsonify(work())
    store, mark = world().store, _fingerprint()
    with store.held():
        kept: dict[str, Any] | None = store.get("idempotency", key)
        answer = kept or {"mark": mark, "body": work()}
        if answer["mark"] != mark:
            raise NotAccepted(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        store.put("idempotency", key, answer)
    response = jsonify(answer["body"])
    response.headers["Idempotency-Key"] = key
    if kept:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _fingerprint() -> str:
    sent = repr((request.path, sorted(request.form.items(multi=True))))
    return hashlib.sha256(sent.encode()).hexdigest()
