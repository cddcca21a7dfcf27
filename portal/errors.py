"""ONE TABLE: problem → status and page (`portal.problems` has their words)."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, PendingRollbackError, SQLAlchemyError
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
from portal.identity.views import park
from portal.locker import errors as locker
from portal.locker import ports as locker_ports
from portal.locker.opening import NotLookedThrough
from portal.locker.turns import TooManyFiles
from portal.problems import (
    AT_WORK,
    BAD_MESSAGE,
    BEING_CHECKED,
    BROKEN,
    BUSY,
    CHANGED_PERSON,
    DIED,
    FORM_TOO_OLD,
    KEPT_BY_LAW,
    MANDATE_MOVED,
    MANDATE_OVER,
    MANY_FILES,
    NO_SUCH_LINK,
    NOT_ASKABLE,
    NOT_COVERED,
    NOT_ENOUGH,
    NOT_FOUND,
    NOT_INTACT,
    NOT_OPEN,
    NOT_PAYABLE,
    NOT_SERVED,
    NOT_THE_SAME,
    NOT_THIS_WAY,
    OUTSIDE_IS_DOWN,
    SIGN_IN_FAILED,
    SIGN_IN_REFUSED,
    SOMEBODY_WAS_FASTER,
    TOO_LARGE,
    TOO_MANY,
    TOO_MANY_ASKED,
    TOO_NEAR,
    Page,
)
from portal.ways import SEARCH, came_from, ways_on
from portal.web import (
    AtWork,
    MandateOver,
    NotAssured,
    NotCovered,
    NotPlaced,
    NotProved,
    NotSignedIn,
    NotYours,
    TooNear,
    adapters,
    catalogue,
    meet,
)

log = logging.getLogger(__name__)

ROOMS_OF_WORK = frozenset({"desk", "staff", "visits", "certifying", "passkeys", "passkey_proof"})


TABLE: dict[type[Exception], Page] = {
    NotYours: NOT_FOUND,
    cases.NotFound: NOT_FOUND,
    cases.BadReference: NOT_FOUND,
    NotPublished: NOT_FOUND,
    debts.NotKnown: NOT_FOUND,
    locker.NotFound: NOT_FOUND,
    locker.NoSuchLink: NO_SUCH_LINK,
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
    identity.ChangedPerson: CHANGED_PERSON,
    identity.NotAlive: DIED,
    identity.WrongMandate: MANDATE_MOVED,
    identity.TooManyAsked: TOO_MANY_ASKED,
    identity.NotTheSame: NOT_THE_SAME,
    AtWork: AT_WORK,
    TooNear: TOO_NEAR,
    NotCovered: NOT_COVERED,
    MandateOver: MANDATE_OVER,
    exchange_ports.NotReachable: OUTSIDE_IS_DOWN,
    exchange_ports.NotAccepted: OUTSIDE_IS_DOWN,
    exchange_ports.BadNews: BAD_MESSAGE,
    payment_ports.NotReachable: OUTSIDE_IS_DOWN,
    payment_ports.NotAccepted: OUTSIDE_IS_DOWN,
    payment_ports.BadNews: BAD_MESSAGE,
    locker_ports.NotReachable: OUTSIDE_IS_DOWN,
    TooManyFiles: MANY_FILES,
    locker_ports.NotSealed: OUTSIDE_IS_DOWN,
    keys.NotIntact: NOT_INTACT,
    NotLookedThrough: BEING_CHECKED,
    locker.NotYet: KEPT_BY_LAW,
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
    app.register_error_handler(NotAssured, _step_up)
    app.register_error_handler(NotProved, _at_work("staff.proof"))
    app.register_error_handler(NotPlaced, _at_work("staff.place"))
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


def _to_sign_in(_error: Exception) -> ResponseReturnValue:
    """To the issuer and back to here; a form that was sent waits meanwhile."""
    if request.blueprint in ROOMS_OF_WORK:
        return redirect(url_for("identity.sign_in", issuer=_of_staff(), next=_here(), lang=language()), 303)
    _keep_form()
    return redirect(url_for("identity.sign_in", next=_here(), lang=language(), level=_level_needed()), 303)


def _step_up(error: Exception) -> ResponseReturnValue:
    """Says why this service must know more surely who asks, before it sends them to their issuer."""
    meet()
    _keep_form()
    level = error.level if isinstance(error, NotAssured) else None
    issuer = g.who.issuer if g.who and g.who.issuer in adapters().issuers else None
    again = url_for("identity.sign_in", issuer=issuer, next=_here(), lang=language(), level=level)
    service = catalogue().services.get((request.view_args or {}).get("service", ""))
    page = render_template(
        "identity/step_up.html", again=again, back=came_from(), by_mail=bool(g.who and not issuer), service=service
    )
    return page, 403


def _at_work(endpoint: str) -> Callable[[Exception], ResponseReturnValue]:
    return lambda _error: redirect(url_for(endpoint, lang=language(), next=_here()), 303)


def _of_staff() -> str | None:
    return next((one.name for one in adapters().settings.issuers if one.whom == "staff"), None)


def _here() -> str:
    """Where to come back to: this page, or the one whose form was sent."""
    return request.full_path.rstrip("?") if request.method == "GET" else _where_from()


def _keep_form() -> None:
    """What was typed waits for whoever sent it; where it cannot, signing in is still the way on."""
    if request.method != "POST":
        return
    try:
        park(request.full_path.rstrip("?"))
    except (SQLAlchemyError, HTTPException) as why:  # the database is away, or too much was sent
        log.warning("a form was not kept: %s", type(why).__name__)


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
