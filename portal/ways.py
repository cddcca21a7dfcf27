"""Ways on from an error page: where a person can go who cannot stay. Each is offered only where it leads somewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import g, request, url_for

from portal.guards import CLERK, READING
from portal.i18n import gettext as _
from portal.i18n import language, path_of
from portal.web import catalogue

HOME, ACCOUNT, PAYMENTS, SIGN_IN, SERVICE = "home", "account", "payments", "sign-in", "service"
AGAIN, BACK, SEARCH, FOR, MANDATES, DESK = "again", "back", "search", "for", "mandates", "desk"


@dataclass(frozen=True, slots=True)
class Way:
    """Where it leads, in words and as an address."""

    words: str
    url: str


def ways_on(names: Iterable[str]) -> list[Way]:
    """The ways of these names that are open now, in their order. The search is a field of the page, not a link."""
    found = (WAYS[name]() for name in names if name != SEARCH)
    return [way for way in found if way is not None]


def came_from() -> str | None:
    """The page that led here, when it is one of ours."""
    if request.referrer and request.referrer.startswith(request.host_url):
        return "/" + request.referrer.removeprefix(request.host_url).lstrip("/")
    return None


def desk_of(role: str | None) -> str:
    """Where somebody of this role works."""
    return path_of("visits.begin" if role == CLERK else "desk.queue" if role in READING else "staff.place")


def _citizen() -> bool:
    who = g.get("who")
    return who is not None and (not who.staff or who.acting is not None)


def _desk() -> Way | None:
    who = g.get("who")
    return Way(_("To my desk"), desk_of(who.role)) if who is not None and who.staff else None


def _home() -> Way:
    return Way(_("Go to the home page"), path_of("discover.home"))


def _account() -> Way | None:
    return Way(_("My account"), path_of("follow.dashboard")) if _citizen() else _desk()


def _payments() -> Way | None:
    return Way(_("Payments"), path_of("pay.mine")) if _citizen() else None


def _for() -> Way | None:
    return Way(_("Say for whom you act"), path_of("acting.choose")) if g.get("who") else None


def _mandates() -> Way | None:
    return Way(_("My mandates"), path_of("mandates.mine")) if _citizen() else None


def _sign_in() -> Way:
    return Way(_("Sign in"), url_for("identity.sign_in", next=path_of("follow.dashboard"), lang=language()))


def _service() -> Way | None:
    wanted = (request.view_args or {}).get("service", "")
    if wanted not in catalogue().services:
        return None
    return Way(_("See the service page"), path_of("discover.service", wanted=wanted))


def _again() -> Way | None:
    if request.method != "GET":
        return None
    if request.blueprint == "identity":  # its addresses are good for once
        return _sign_in()
    return Way(_("Try again"), "/" + request.full_path.lstrip("/").rstrip("?"))


def _back() -> Way | None:
    before = came_from()
    return Way(_("Back to the page before"), before) if before else None


WAYS: dict[str, Callable[[], Way | None]] = {
    HOME: _home,
    ACCOUNT: _account,
    PAYMENTS: _payments,
    SIGN_IN: _sign_in,
    SERVICE: _service,
    AGAIN: _again,
    BACK: _back,
    FOR: _for,
    MANDATES: _mandates,
    DESK: _desk,
}
