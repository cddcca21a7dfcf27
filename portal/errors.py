"""ONE TABLE: problem → status and page. Pages say what happened and what to do next, never how it broke inside."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, SecurityError, TooManyRequests

from journeys.cases import errors as cases
from journeys.catalogue.errors import NotPublished
from journeys.exchange import errors as exchange
from journeys.exchange import ports as exchange_ports
from payments import ports as payment_ports
from payments.debts import errors as debts
from payments.settlement import errors as settlement
from portal import keys
from portal.i18n import gettext, language
from portal.identity import errors as identity
from portal.locker import errors as locker
from portal.locker import ports as locker_ports
from portal.ways import ACCOUNT, AGAIN, BACK, HOME, PAYMENTS, SEARCH, SERVICE, SIGN_IN, came_from, ways_on
from portal.web import NotAssured, NotSignedIn, NotYours, catalogue, meet

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """A status, the words of its page, and the names of the ways on from it, the best first."""

    status: int
    title: str
    what: str
    next: str
    ways: tuple[str, ...] = (HOME, ACCOUNT)
    retry_seconds: int | None = None


_ = lazy_gettext

NOT_FOUND = Page(
    404,
    _("This page does not exist"),
    _("The address may be mistyped, or what it led to is not yours to see."),
    _("Go to the home page, or to your account, and look for it there."),
    ways=(SEARCH, HOME, ACCOUNT),
)
SOMEBODY_WAS_FASTER = Page(
    409,
    _("This has already moved on"),
    _("While this page was open, the request was changed: in another window, or by somebody else."),
    _("Nothing was lost. Open the request again to see where it is now."),
    ways=(ACCOUNT, HOME),
)
OUTSIDE_IS_DOWN = Page(
    503,
    _("A partner service does not answer at the moment"),
    _("What you have typed is saved. Nothing was paid twice."),
    _("Please try again in a few minutes."),
    retry_seconds=30,
    ways=(AGAIN, ACCOUNT, HOME),
)
BAD_MESSAGE = Page(
    400, _("This message was not accepted"), _("Its signature, age or form is wrong."), _("Check the keys.")
)
NOT_SERVED = Page(
    409,
    _("This office cannot be reached here yet"),
    _("The office that is competent for your request does not receive requests through this portal."),
    _("Your answers are kept. The service page says where to go instead."),
    ways=(SERVICE, ACCOUNT, HOME),
)
NOT_ASKABLE = Page(
    409,
    _("This service cannot be asked for online here yet"),
    _("Some of what it needs is not confirmed."),
    _("The service page says where to ask for it."),
    ways=(SERVICE, HOME, ACCOUNT),
)
SIGN_IN_FAILED = Page(
    400,
    _("Signing in did not work"),
    _(
        "The answer of the identity service did not fit our question. "
        "This happens when a page is used twice or is too old."
    ),
    _("Please sign in again. What you have typed before is saved."),
    ways=(SIGN_IN, HOME),
)
NOT_ENOUGH = Page(
    403,
    _("Your digital ID is not strong enough for this service"),
    _("This service must know more surely who you are than your digital ID can prove today."),
    _("Ask your identity service how to raise its level, then come back. What you have typed before is saved."),
    ways=(ACCOUNT, HOME),
)
SIGN_IN_REFUSED = Page(
    403,
    _("You did not sign in"),
    _("You, or the identity service, stopped the sign-in."),
    _("You can try again whenever you like."),
    ways=(SIGN_IN, HOME),
)
FORM_TOO_OLD = Page(
    400,
    _("This page was open for too long"),
    _("For your safety, forms are valid for a limited time only."),
    _("Go back, reload the page, and send it again."),
    ways=(BACK, HOME),
)
TOO_LARGE = Page(
    413,
    _("This is too large"),
    _("What was sent is larger than we take."),
    _("Please send less at once."),
    ways=(BACK, HOME, ACCOUNT),
)
BROKEN = Page(
    500,
    _("Something went wrong on our side"),
    _("What you sent before is saved."),
    _("Please try again. If it happens again, write to us with the time it happened."),
    ways=(AGAIN, HOME, ACCOUNT),
)
BUSY = Page(
    503,
    _("The portal is very busy"),
    _("Nothing was lost."),
    _("Please try again in a moment."),
    retry_seconds=5,
    ways=(AGAIN, HOME),
)
TOO_MANY = Page(
    429,
    _("Too many attempts in a short time"),
    _("More came from your connection, or from your account, than one person usually sends. Nothing was lost."),
    _("Please wait a minute, then try again."),
    retry_seconds=60,
    ways=(AGAIN, HOME),
)
NOT_INTACT = Page(
    500,
    _("This document cannot be opened"),
    _("Its content does not pass our integrity check, so we do not show it."),
    _("We have been told. Please come back later."),
)
NOT_OPEN = Page(
    403,
    _("You may not open this page"),
    _("It is kept for other people."),
    _("Go to the home page, or to your account."),
)
NOT_THIS_WAY = Page(
    405,
    _("This page cannot be opened this way"),
    _("This happens when the address of a form was kept or typed, or when a form was sent to the wrong place."),
    _("Nothing was lost. Begin again where the form was."),
    ways=(BACK, HOME, ACCOUNT),
)
NOT_PAYABLE = Page(
    409,
    _("This cannot be paid now"),
    _("The amount is no longer owed, or the request was changed."),
    _("Open your payments to see what is owed."),
    ways=(PAYMENTS, HOME),
)

TABLE: dict[type[Exception], Page] = {
    NotYours: NOT_FOUND,
    cases.NotFound: NOT_FOUND,
    cases.BadReference: NOT_FOUND,
    NotPublished: NOT_FOUND,
    debts.NotKnown: NOT_FOUND,
    locker.NotFound: NOT_FOUND,
    identity.NotKnown: NOT_FOUND,
    cases.WrongMove: SOMEBODY_WAS_FASTER,
    debts.WrongMove: SOMEBODY_WAS_FASTER,
    cases.NotAskable: NOT_ASKABLE,
    exchange.NotServed: NOT_SERVED,
    settlement.NotPayable: NOT_PAYABLE,
    identity.WrongAnswer: SIGN_IN_FAILED,
    identity.NotAllowed: SIGN_IN_REFUSED,
    identity.NotEnough: NOT_ENOUGH,
    identity.NotReachable: OUTSIDE_IS_DOWN,
    exchange_ports.NotReachable: OUTSIDE_IS_DOWN,
    exchange_ports.BadNews: BAD_MESSAGE,
    payment_ports.NotReachable: OUTSIDE_IS_DOWN,
    payment_ports.NotAccepted: OUTSIDE_IS_DOWN,
    payment_ports.BadNews: BAD_MESSAGE,
    locker_ports.NotReachable: OUTSIDE_IS_DOWN,
    keys.NotIntact: NOT_INTACT,
    locker_ports.NotFound: NOT_INTACT,
    OperationalError: BUSY,
    InterfaceError: BUSY,
    PendingRollbackError: BUSY,
    NoConnectionFree: BUSY,
    TooManyRequests: TOO_MANY,
    CSRFError: FORM_TOO_OLD,
}

STATUSES: dict[int, Page] = {
    page.status: page for page in (NOT_OPEN, NOT_FOUND, NOT_THIS_WAY, TOO_LARGE, TOO_MANY, BROKEN, BUSY)
}


def init(app: Flask) -> None:
    """Every problem of the table, and every other, gets its page."""
    for problem, page in TABLE.items():
        app.register_error_handler(problem, _handler(page))
    app.register_error_handler(NotSignedIn, _to_sign_in)
    app.register_error_handler(NotAssured, _to_sign_in)
    app.register_error_handler(SecurityError, _under_another_name)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _handler(page: Page) -> Callable[[Exception], ResponseReturnValue]:
    def handle(error: Exception) -> ResponseReturnValue:
        if page.status >= 500:
            log.warning("problem", exc_info=error, extra={"endpoint": request.endpoint})
        return shown(page)

    return handle


def shown(page: Page) -> Response:
    """The page in the reader's language, with the ways that are open to them."""
    if page.status < 500:  # what broke the page may break this too
        meet()
    body = render_template("errors/problem.html", page=page, ways=ways_on(page.ways), searching=SEARCH in page.ways)
    response = Response(body, page.status)
    if page.retry_seconds is not None:
        response.headers["Retry-After"] = str(page.retry_seconds)
    return response


def _to_sign_in(error: Exception) -> ResponseReturnValue:
    following = request.full_path.rstrip("?") if request.method == "GET" else _where_from()
    level = error.level if isinstance(error, NotAssured) else _level_needed()
    return redirect(url_for("identity.sign_in", next=following, lang=language(), level=level), 303)


def _under_another_name(_error: Exception) -> ResponseReturnValue:
    """A Host header that is not ours: no page can be made for it, and none of its words are used."""
    return redirect(current_app.config["PORTAL"].public_url, 303)


def _level_needed() -> str | None:
    """The level of the service whose page this is, so that nobody is asked to sign in twice."""
    service = catalogue().services.get((request.view_args or {}).get("service", ""))
    return service.assurance if service else None


def _where_from() -> str:
    """The page a form was sent from, when it is ours."""
    return came_from() or url_for("follow.dashboard", lang=language())


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error.get_response()
    response = shown(_behind(error) or STATUSES.get(code) or _strange(code))
    if code == 405:
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return response


def _strange(code: int) -> Page:
    said = gettext("The address or the form was not used as intended.")
    return Page(code, gettext("This cannot be done this way"), said, NOT_FOUND.next)


def _behind(error: HTTPException) -> Page | None:
    """The page of the problem that became a plain 500, because it came up while another was handled."""
    kinds = type(getattr(error, "original_exception", None)).__mro__
    return next((TABLE[kind] for kind in kinds if kind in TABLE), None)


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("unexpected problem", exc_info=error, extra={"endpoint": request.endpoint})
    return shown(BROKEN)
