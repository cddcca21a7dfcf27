"""The page on which people pay, ``/pay/<session>``: in French or English, as Stripe's own has no Arabic."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from portal.sandbox.cards import actions
from portal.sandbox.cards.errors import NotAccepted
from portal.sandbox.cards.objects import Thing
from portal.sandbox.pages import page, problem
from portal.sandbox.world import world

area = Blueprint("pay", __name__, url_prefix="/pay")


@area.after_request
def wake(response: Response) -> Response:
    """Messages leave once the answer is on its way."""
    response.call_on_close(world().courier.wake)
    return response


@area.errorhandler(NotAccepted)
def missing(error: NotAccepted) -> ResponseReturnValue:
    """A session nobody knows."""
    return problem("missing", 404)


@area.get("/<key>")
def checkout(key: str) -> ResponseReturnValue:
    """What is to be paid, and the fields of the card; once it is over, the way on."""
    return _page(actions.find_session(world(), key))


@area.post("/<key>")
def pay(key: str) -> ResponseReturnValue:
    """Tries the card: on to the portal when it pays, else the same page with what to do next."""
    session = actions.find_session(world(), key)
    if session["status"] == "complete":
        return redirect(_next(session), 303)
    card, wrong = _digits("number"), _wrong_field()
    try:
        if wrong:
            return _page(session, 422, wrong, f"pay_wrong_{wrong}")
        outcome = actions.pay(world(), key, card)
    except actions.WrongCard:
        return _page(session, 422, "number", "pay_wrong_number")
    except actions.NotOpen:
        return _page(actions.find_session(world(), key), 409)
    if outcome.decline:
        return _page(outcome.session, 402, "", f"pay_{outcome.decline}")
    return redirect(_next(outcome.session), 303)


def _page(session: Thing, status: int = 200, wrong: str = "", message: str = "") -> ResponseReturnValue:
    typed = {name: value for name, value in request.form.items() if name != "cvc"}
    values: dict[str, Any] = {"wrong": wrong, "message": message, "typed": typed}
    lines = world().store.get("lines", session["id"])
    return page(
        "pay.html", lang=_language(session), status=status, session=session, lines=lines, next=_next(session), **values
    )


def _language(session: Thing) -> str:
    locale = (session["locale"] or "auto").split("-")[0]
    return locale if locale in ("fr", "en") else request.accept_languages.best_match(["fr", "en"]) or "en"


def _next(session: Thing) -> str:
    """Where the way goes on: the portal's page of success or of return."""
    if session["status"] == "complete":
        return str(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))
    return session["cancel_url"] or ""


def _digits(name: str) -> str:
    return re.sub(r"[\s-]", "", request.form.get(name, ""))


def _wrong_field() -> str:
    """The first field that cannot be right, empty when all may be."""
    if not re.fullmatch(r"[0-9]{12,19}", _digits("number")):
        return "number"
    if not _is_ahead(_digits("expiry")):
        return "expiry"
    return "" if re.fullmatch(r"[0-9]{3,4}", _digits("cvc")) else "cvc"


def _is_ahead(expiry: str) -> bool:
    """Whether ``MM/YY`` or ``MM/YYYY`` is a month that is not over yet."""
    match = re.fullmatch(r"(0?[1-9]|1[0-2])/?(?:20)?([0-9]{2})", expiry)
    now = world().clock()
    return match is not None and (2000 + int(match[2]), int(match[1])) >= (now.year, now.month)
