"""The inbox."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.alerts import actions
from portal.paging import after, read_place
from portal.web import catalogue, unit, who

bp = Blueprint("alerts", __name__)


@bp.get("/inbox")
def inbox(lang: str) -> ResponseReturnValue:
    """What we told this person, newest first."""
    alerts = actions.inbox(unit().session, who().id, read_place())
    return render_template(
        "alerts/inbox.html", alerts=alerts, services=catalogue().services, more=after(alerts, actions.MOST, "at")
    )


@bp.post("/inbox/read")
def read(lang: str) -> ResponseReturnValue:
    """Marks everything as read."""
    unit().do(actions.mark_read)
    return redirect(url_for("alerts.inbox", lang=lang), 303)
