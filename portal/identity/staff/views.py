"""People at work: where they work today, and the second proof that they give."""

from __future__ import annotations

from io import BytesIO

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from journeys.exchange.models import Office
from portal.i18n import path_of
from portal.identity.errors import WrongCode
from portal.identity.staff import actions
from portal.identity.views import inside
from portal.unit import real_now
from portal.ways import desk_of
from portal.web import unit, who, writes

bp = Blueprint("staff", __name__)

LONGEST = 80


def following(role: str | None = None) -> str:
    """Where somebody at work wanted to go, else where their role works."""
    home, wanted = desk_of(role or who().role), inside(request.values.get("next"))
    return wanted if wanted and wanted != path_of("desk.queue") else home


@bp.get("/desk/place")
def place(lang: str) -> ResponseReturnValue:
    """The offices where this person works, to choose from."""
    return _places()


def _places() -> str:
    found = actions.places(unit().session, who().id, who().issuer)
    offices = {agent.id: unit().session.get_one(Office, agent.office_id) for agent in found}
    return render_template("staff/place.html", places=found, offices=offices, following=following())


@bp.post("/desk/place")
def work_at(lang: str) -> ResponseReturnValue:
    """Works at this office from now on, in this browser."""
    chosen = request.form.get("place", "")
    for agent in actions.places(unit().session, who().id, who().issuer):
        if str(agent.id) == chosen:
            unit().do(actions.work_at, who().sign_in, agent.id)
            onwards = following(agent.role)
            if who().proved_at is None:
                return redirect(url_for("staff.proof", lang=lang, next=onwards), 303)
            return redirect(onwards, 303)
    return _places(), 422


@bp.get("/desk/proof")
@writes
def proof(lang: str) -> ResponseReturnValue:
    """Asks for the second proof; who has none yet sets one up."""
    return _page()


def _page(problem: bool = False) -> ResponseReturnValue:
    status = 422 if problem else 200
    proofs = {factor.kind for factor in actions.proven(unit().session, who().id)}
    if proofs:
        key = actions.PASSKEY in proofs
        return render_template("staff/proof.html", problem=problem, following=following(), passkey=key), status
    return render_template("staff/set_up.html", problem=problem, following=following(), word=""), status


def _shown(word: str, secret: str | None, *, problem: bool = False) -> ResponseReturnValue:
    if secret is None:  # begun before the word was given anew
        return _page(problem=True)
    picture = _picture(actions.uri_of(secret, who().name_lat))
    page = render_template(
        "staff/set_up.html", problem=problem, following=following(), word=word, secret=secret, picture=picture
    )
    return page, 422 if problem else 200


def _picture(uri: str) -> Markup:
    drawn = BytesIO()
    segno.make(uri, error="m").save(drawn, kind="svg", scale=4, border=2, xmldecl=False, svgns=True, nl=False)
    return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn here


@bp.post("/desk/proof")
def prove(lang: str) -> ResponseReturnValue:
    """Takes the code of the generator; each serves once."""
    me, keyring = who(), unit().adapters.keyring
    code = request.form.get("code", "")[:LONGEST]
    if not actions.prove(unit().session, real_now(), me.oneself, me.id, code, keyring):
        return _page(problem=True)
    unit().in_real_time().do(actions.proved, me.sign_in)
    return redirect(following(), 303)


@bp.post("/desk/proof/set-up")
def set_up(lang: str) -> ResponseReturnValue:
    """Takes the word that came with the role, shows whoever has it what their generator reads, and takes its first
    code."""
    me, keyring, session, now = who(), unit().adapters.keyring, unit().session, real_now()
    word, code = (request.form.get(name, "")[:LONGEST] for name in ("word", "code"))
    if actions.proven(session, me.id):
        return redirect(url_for("staff.proof", lang=lang, next=following()), 303)
    try:
        actions.check_word(session, now, me.id, me.issuer, word)
    except WrongCode:
        return _page(problem=True)
    if not code:
        return _shown(word, actions.begin_generator(session, now, me.oneself, me.id, keyring))
    try:
        with session.begin_nested():
            unit().in_real_time().do(actions.finish_generator, me.id, me.issuer, word, code, keyring)
    except WrongCode:
        return _shown(word, actions.begun_generator(session, me.id, keyring), problem=True)
    unit().in_real_time().do(actions.proved, me.sign_in)
    return redirect(following(), 303)
