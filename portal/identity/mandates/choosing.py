"""Who is this for? Oneself, or somebody whose mandate one holds: chosen explicitly, and looked for in the registers."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from journeys.cases import letters
from portal.guards import themselves
from portal.i18n import gettext, path_of
from portal.identity import actions as sessions
from portal.identity.actions import ends_at
from portal.identity.mandates import asking, reading, visiting
from portal.identity.mandates.reading import Right
from portal.identity.views import inside
from portal.paging import after, read_key
from portal.unit import real_now
from portal.ways import desk_of
from portal.web import NotAssured, NotYours, steps, unit, who, work
from portal.who import LEVELS

bp = Blueprint("acting", __name__)

LONGEST = 100


@bp.get("/for")
def choose(lang: str) -> ResponseReturnValue:
    """Who is this for? Oneself, or somebody whose mandate one holds. A clerk begins a visit elsewhere."""
    if who().staff:
        return redirect(desk_of(who().role), 303)
    themselves(who())
    typed = letters.harmless(request.args.get("q", ""))[:LONGEST]
    session, now = unit().session, real_now()
    if typed:
        rights = reading.held_under(session, who().id, now, typed.lower().split())
    else:
        rights = reading.held(session, who().id, now, before=read_key())
    return render_template(
        "mandates/choose.html",
        rights=rights,
        typed=typed,
        more=None if typed else _more(rights),
        following=_following(),
    )


def _following() -> str:
    return inside(request.values.get("next")) or path_of("follow.dashboard")


def _more(rights: list[Right]) -> str | None:
    return after([right.mandate for right in rights], reading.MOST, "made_at")


@bp.post("/for")
def act_for(lang: str) -> ResponseReturnValue:
    """From now on this browser acts for whom was chosen. A visit at a counter ends when the clerk turns to oneself."""
    wanted, me, now = request.form.get("mandate", ""), who(), real_now()
    if not me.staff:
        themselves(me)
    chosen = None
    if wanted:
        chosen = _held(wanted)
    elif me.staff:
        unit().in_real_time().do(visiting.end_visits, me.id)
    sessions.act_for(unit().session, now, me.oneself, me.sign_in, chosen)
    home = desk_of(me.role) if me.staff else _following()
    return redirect(home, 303)


def _held(wanted: str) -> UUID:
    try:
        mandate = UUID(wanted)
    except ValueError:
        raise NotYours from None
    if not reading.holds(unit().session, who().id, mandate, real_now()):
        raise NotYours
    return mandate


@bp.get("/stay")
def stay(lang: str) -> ResponseReturnValue:
    """Notes that somebody is still here, and says until when they stay signed in."""
    return jsonify(ends=ends_at(who()).isoformat())


@bp.post("/for/look")
@steps
def look(lang: str) -> ResponseReturnValue:
    """Asks the registers whom this person may represent by law. Pressing the button is the consent (law 55-19,
    art. 24); what they say is kept with its day."""
    me = who()
    themselves(me)
    if not me.assured(LEVELS[1]):
        raise NotAssured(LEVELS[1])  # a register is asked about who somebody surely is
    new = asking.ask(work(), me.id, me.oneself)
    flash(
        gettext("The registers were asked. What they say is below.") if new else gettext("The registers know no more.")
    )
    return redirect(path_of("acting.choose", next=_following()), 303)
