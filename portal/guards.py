"""Who may enter: the guards that stand beside each blueprint, and the scope of a mandate that a view needs."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, request

from portal.audit.actions import About
from portal.audit.models import Kind
from portal.seen import refused
from portal.web import (
    SAFE,
    AtWork,
    MandateOver,
    NotAssured,
    NotCovered,
    NotPlaced,
    NotProved,
    NotSignedIn,
    NotYours,
    View,
)
from portal.who import FILL, SEE, Who

ASSISTED, CLERK = "assisted", "clerk"
DECIDING = frozenset({"agent", "supervisor"})
READING = DECIDING | {"auditor"}


def everyone(_who: Who | None) -> None:
    """Guard: anybody may enter."""


def signed_in(who: Who | None) -> None:
    """Guard: people who signed in."""
    if who is None:
        raise NotSignedIn


def themselves(who: Who | None) -> None:
    """Guard: citizens in their own account, whomever they act for; who has a digital ID, signed in with one."""
    signed_in(who)
    if who is None:
        return
    if who.staff:
        raise AtWork
    if not who.assured(who.least):
        raise NotAssured(who.least)


def on_behalf(who: Who | None) -> None:
    """Guard: citizens, for themselves or for somebody whose mandate covers what this view does."""
    signed_in(who)
    right = who.acting if who else None
    if who is not None and who.staff and not _assists(who):
        raise AtWork
    if who is None or right is None:
        return
    lacking = [scope for scope in wanted_scopes() if scope not in right.scopes]
    if right.over or lacking:
        refused(who, About(right.subject, Kind.REQUEST))
        raise MandateOver if right.over else NotCovered(lacking[0])


def _assists(who: Who) -> bool:
    """Whether somebody at work acts for a citizen who stands at their counter."""
    right = who.acting
    if right is None or right.origin != ASSISTED or who.proved_at is None:
        return False
    return who.role == CLERK and who.office == right.office


def wanted_scopes() -> tuple[str, ...]:
    """The scopes that this request needs: its view's own, else to see by reading and to fill by sending."""
    view = current_app.view_functions[request.endpoint or ""]
    usual = SEE if request.method in SAFE else FILL
    found: tuple[str, ...] = getattr(view, "scopes", (usual,))
    return found


def needs(*scopes: str) -> Callable[[View], View]:
    """Marks a view that takes other scopes of a mandate than its method says."""

    def marked(view: View) -> View:
        view.scopes = scopes  # type: ignore[attr-defined]
        return view

    return marked


def at_work(who: Who | None) -> None:
    """Guard: people who signed in at a staff issuer, before their second proof."""
    signed_in(who)
    if who is not None and not who.staff:
        raise NotYours


def proved(who: Who | None) -> None:
    """Guard: people at work at an office, who gave their second proof; for everyone else the desk does not exist."""
    at_work(who)
    if who is None or who.office is None:
        raise NotPlaced
    if who.proved_at is None:
        raise NotProved


def agents(who: Who | None) -> None:
    """Guard: officers who decide; those who look at everything may read and change nothing."""
    proved(who)
    allowed = READING if request.method in SAFE else DECIDING
    if who is None or who.role not in allowed:
        raise NotYours


def clerks(who: Who | None) -> None:
    """Guard: those who help citizens at a counter."""
    proved(who)
    if who is None or who.role != CLERK:
        raise NotYours
