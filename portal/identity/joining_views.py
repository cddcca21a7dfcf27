"""Two accounts of one person: signed in with one, the person shows that the other is theirs too, and agrees."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from portal.i18n import gettext, path_of
from portal.identity import joining, views
from portal.identity.events import Joined
from portal.unit import real_now
from portal.web import NotYours, adapters, steps, unit, who

bp = Blueprint("joining", __name__)


@bp.get("/account/join")
def begin(lang: str) -> ResponseReturnValue:
    """Says what joining does, and asks with which account."""
    issuers = [one.name for one in adapters().settings.issuers if one.whom == "people"]
    return render_template("account/join.html", issuers=issuers)


@bp.post("/account/join")
@steps
def leave(lang: str) -> ResponseReturnValue:
    """Sends the person to the issuer of the other account."""
    name = request.form.get("issuer", "")
    if name not in {one.name for one in adapters().settings.issuers if one.whom == "people"}:
        raise NotYours
    return views.sent_to(name, path_of("joining.consent"), join=str(who().id))


@bp.get("/account/join/consent")
def consent(lang: str) -> ResponseReturnValue:
    """Shows both accounts and asks whether they are to be one."""
    found = _shown()
    return render_template("account/join_consent.html", other=found[2], issuer=found[0])


@bp.post("/account/join/consent")
def agree(lang: str) -> ResponseReturnValue:
    """Joins them."""
    issuer, sub, _names = _shown()
    happened = unit().in_real_time().do(joining.join, who().id, issuer, sub, unit().adapters.keyring)
    session.pop(views.JOIN)
    if any(isinstance(one, Joined) and one.gone == who().id for one in happened):  # whose session this very one was
        flash(gettext("Your accounts are one now. Sign in again with your digital ID."))
        return redirect(path_of("discover.home"), 303)
    flash(gettext("Your accounts are one now."))
    return redirect(path_of("account.profile"), 303)


def _shown() -> tuple[str, str, list[str]]:
    """The other account: its issuer, what it is known by there, the names in Arabic and in Latin letters."""
    issuer, sub, names, until = session.get(views.JOIN) or ("", "", [], 0)
    if real_now().timestamp() > until:
        raise NotYours
    return issuer, sub, names
