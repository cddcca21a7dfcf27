"""The inbox."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.alerts import actions
from portal.audit.actions import About
from portal.audit.models import Kind
from portal.guards import needs
from portal.paging import after, read_place
from portal.seen import seen
from portal.web import catalogue, reach, unit, who
from portal.who import RECEIVE

bp = Blueprint("alerts", __name__)


@bp.get("/inbox")
@needs(RECEIVE)
def inbox(lang: str) -> ResponseReturnValue:
    """What we told this person, newest first."""
    told = actions.inbox(unit().session, who().subject, read_place(), reach())
    seen(unit(), who(), About(who().subject, Kind.MESSAGE))
    return render_template(
        "alerts/inbox.html",
        told=told,
        services=catalogue().services,
        more=after([one.alert for one in told], actions.MOST, "at"),
    )


@bp.post("/inbox/read")
@needs(RECEIVE)
def read(lang: str) -> ResponseReturnValue:
    """Marks everything as read."""
    unit().do(actions.mark_read, reach())
    return redirect(url_for("alerts.inbox", lang=lang), 303)
