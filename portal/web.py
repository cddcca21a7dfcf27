"""What views share: the unit of work of this request, who is here, the catalogue, and the guards' vocabulary."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, current_app, g, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from journeys.catalogue.definitions import Catalogue
from portal import points
from portal.i18n import language
from portal.unit import Unit, Work
from portal.who import Who

if TYPE_CHECKING:
    from portal.plugins import Adapters

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])
Guard = Callable[[Who | None], None]

READS, WRITES, STEPS = "reads", "writes", "steps"


class NotSignedIn(Exception):
    """This page needs to know who asks."""


class NotAssured(Exception):
    """This page needs to know more surely who asks: ``level`` is what it needs."""

    def __init__(self, level: str) -> None:
        self.level = level
        super().__init__(level)


class NotYours(Exception):
    """What belongs to another, or to another role, is not found."""


class NotCovered(Exception):
    """The mandate by which one acts does not cover this: ``scope`` is the one it lacks, None when this service is not
    within its reach."""

    def __init__(self, scope: str | None) -> None:
        self.scope = scope
        super().__init__(scope or "reach")


class MandateOver(Exception):
    """The mandate by which this browser acts has ended: nothing is done until the person says for whom they act."""


class TooNear(Exception):
    """An officer is to decide what concerns themselves, or somebody they act for, or who acts for them."""


class AtWork(Exception):
    """Somebody signed in for their work comes to the pages of citizens."""


class NotPlaced(Exception):
    """Somebody at work has not said at which of their offices, or has none any more."""


class NotProved(Exception):
    """Somebody at work has not given their second proof yet."""


def steps(view: View) -> View:
    """Marks a view that opens its own transactions, because it calls the world between them."""
    view.mode = STEPS  # type: ignore[attr-defined]
    return view


def writes(view: View) -> View:
    """Marks a view that leaves something behind although it is asked for by reading."""
    view.mode = WRITES  # type: ignore[attr-defined]
    return view


def unit() -> Unit:
    """This request's unit of work."""
    found: Unit = g.unit
    return found


def work() -> Work:
    """The process's way to open units."""
    found: Work = current_app.extensions["portal.work"]
    return found


def adapters() -> Adapters:
    """The world as wired."""
    return work().adapters


def catalogue() -> Catalogue:
    """The published catalogue, from memory."""
    return adapters().shelf.current()


def who() -> Who:
    """Who is signed in. Raises NotSignedIn."""
    if g.who is None:
        raise NotSignedIn
    found: Who = g.who
    return found


def reach() -> list[str] | None:
    """The services that this person's mandate reaches, None for all of them."""
    right = who().acting
    if right is None or (right.services is None and right.administrations is None):
        return None
    found = set(right.services or ())
    for administration in right.administrations or ():
        found.update(catalogue().overview.offered_by(administration))
    return sorted(found)


def meet() -> None:
    """Learns who is here where no view ran that would have: a page that says what is wrong greets them too. Nobody is
    here when the database does not answer."""
    if g.get("who") is not None or "_user_id" not in session:
        return
    try:
        work().transact(_recognise, reading=True)
    except SQLAlchemyError:
        log.warning("an error page does not know who reads it", exc_info=True)


def _recognise(found: Unit) -> None:
    g.unit = found
    g.who = current_user._get_current_object() if current_user.is_authenticated else None


def keep_if_refused(body: Callable[[Unit], Any]) -> None:
    """What must survive when this request fails: written after the rollback, in a transaction of its own."""
    g.kept.append(body)


class Portal(Flask):
    """Flask, with one transaction around each view: committed inside error handling, run again when a race was lost."""

    guards: dict[str, Guard]

    def dispatch_request(self) -> ResponseReturnValue:
        with points.doing(request.endpoint or "nowhere"):
            return self._dispatched()

    def _dispatched(self) -> ResponseReturnValue:
        if request.routing_exception is not None or request.endpoint is None:
            return super().dispatch_request()
        guard = self.guards.get((request.blueprint or "").partition(".")[0], _closed)
        mode = getattr(self.view_functions[request.endpoint], "mode", READS if request.method in SAFE else WRITES)
        try:
            if mode == STEPS:
                work().transact(lambda found: self._enter(found, guard), reading=True)
                g.unit = None
                return super().dispatch_request()
            return work().transact(lambda found: self._whole(found, guard), reading=mode == READS)
        except Exception:
            self._keep()
            raise

    def _keep(self) -> None:
        for body in g.kept:
            try:
                work().transact(body, actor=g.who.actor if g.who else None)
            except Exception:  # what went wrong first is what the person is told
                log.warning("what should survive a refusal was not kept", exc_info=True)

    def _enter(self, found: Unit, guard: Guard) -> None:
        g.unit, g.kept = found, []  # a unit that runs again begins with nothing kept
        found.language = language()
        _recognise(found)
        if g.who is not None:
            found.actor = g.who.actor
        guard(g.who)

    def _whole(self, found: Unit, guard: Guard) -> ResponseReturnValue:
        self._enter(found, guard)
        return self.make_response(super().dispatch_request())


SAFE = ("GET", "HEAD", "OPTIONS")


def _closed(_who: Who | None) -> None:
    raise NotYours
