"""“I would like to ask for this online, here”: counted for what cannot be asked for here yet, without an account."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.discover import sheets
from portal.discover.actions import wish as wish_
from portal.i18n import gettext as _
from portal.web import catalogue, unit

bp = Blueprint("wishes", __name__)

KEPT = "wished"
MOST_KEPT = 20
"""Services that a session remembers: it is a cookie, so it is small."""


@bp.post("/services/<wanted>/wish")
def wish(lang: str, wanted: str) -> ResponseReturnValue:
    """Counts the wish once for each browser session, says so, and leads back to the sheet."""
    found = catalogue().services.get(wanted)
    if found is None:
        abort(404)
    if not sheets.here(found) and _from_our_page():
        _count(found.id)
    return redirect(url_for("discover.service", lang=lang, wanted=found.id), 303)


def _count(service: str) -> None:
    known = list(session.get(KEPT, ()))
    if service in known:
        flash(_("You have told us already; it counts once. To ask for it today, this page says where to go."))
        return
    unit().do(wish_, service)
    session[KEPT] = [*known[-(MOST_KEPT - 1) :], service]
    flash(
        _(
            "Thank you, it is counted, without your name. Nothing was sent to the administration: "
            "to ask for it today, this page says where to go."
        ),
        "good",
    )


def _from_our_page() -> bool:
    """Whether this form stood on a page of ours. The page is the same for everybody and holds no token; another site
    that makes a browser send it is told by the browser itself."""
    said = request.headers.get("Sec-Fetch-Site") or request.headers.get("Origin")
    return said in (None, "same-origin", "none", request.host_url.rstrip("/"))
