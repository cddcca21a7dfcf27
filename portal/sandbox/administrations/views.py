"""The administrations under ``/administrations/<name>``: cases by REST for the portal, an inbox page for people."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.administrations import automatic, cases, general, ompic
from portal.sandbox.administrations.automatic import System
from portal.sandbox.administrations.cases import PREFIXES, Case
from portal.sandbox.administrations.dossier import Dossier, NotReadable, read
from portal.sandbox.pages import LANGUAGES, page
from portal.sandbox.world import carries_token, world

MOST_BYTES = 10_000_000

area = Blueprint("administrations", __name__, url_prefix="/administrations")

SYSTEMS = {
    ompic.NAME: System(ompic.first_answer, ompic.grant_name),
    general.NAME: System(general.first_answer, general.grant),
}
"""Administrations that decide by themselves; in the others somebody writes the answer."""


@area.url_value_preprocessor
def known(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Only administrations that exist: 404 for any other name."""
    if values and values.get("name") not in PREFIXES:
        abort(404)


@area.after_request
def wake(response: Response) -> Response:
    """Messages leave once the answer is on its way."""
    response.call_on_close(world().courier.wake)
    return response


@area.get("/<name>/health")
def health(name: str) -> ResponseReturnValue:
    """Whether the administration answers, and, when a token is shown, whether it is the right one."""
    if "Authorization" in request.headers and not carries_token(world().settings.connector_token):
        return _stranger()
    return jsonify(status="ok", administration=name)


@area.post("/<name>/cases")
def receive(name: str) -> ResponseReturnValue:
    """Takes a case: 200 decided, 202 later, 400 without a key, 401, 422 for a dossier that cannot be taken."""
    if not carries_token(world().settings.connector_token):
        return _stranger()
    key = request.headers.get("Idempotency-Key")
    if not key:
        return {"error": "the header Idempotency-Key is missing"}, 400
    try:
        dossier = _dossier(name, key)
        with world().store.held():
            case, new = cases.take(world(), name, dossier)
            return _first_answer(name, case) if new else cases.answer(world(), case)
    except NotReadable as error:
        return {"error": f"cannot be taken: {error}"}, 422
    except cases.WrongKey:
        return {"error": "this key came before with another dossier"}, 422


@area.put("/<name>/attachments/<key>")
def attach(name: str, key: str) -> ResponseReturnValue:
    """Takes a file of a case to come; the same file again is no other. 422 when it is not what its digest says."""
    if not carries_token(world().settings.connector_token):
        return _stranger()
    request.max_content_length = MOST_BYTES
    content = request.get_data()
    if hashlib.sha256(content).hexdigest() != request.headers.get("X-Content-SHA256"):
        return {"error": "these bytes are not those of the digest"}, 422
    about = {"media": request.mimetype, "size": len(content), "sha256": request.headers["X-Content-SHA256"]}
    world().store.put(f"attachment:{name}", key, about)
    return jsonify(id=key, size=len(content))


@area.get("/<name>/cases/<reference>")
def state(name: str, reference: str) -> ResponseReturnValue:
    """What has become of a case; 404 for a reference nobody gave."""
    if not carries_token(world().settings.connector_token):
        return _stranger()
    case = cases.find(world(), name, reference)
    return cases.answer(world(), case) if case else ({"error": "no such case"}, 404)


@area.get("/<name>/")
def inbox(name: str) -> ResponseReturnValue:
    """The cases that came in, newest first, with a decision to make where one is open."""
    return _inbox(name)


@area.post("/<name>/cases/<reference>/decision")
def decide(name: str, reference: str) -> ResponseReturnValue:
    """Somebody answers or refuses on the page."""
    grants, text = request.form.get("decision") == "grant", request.form.get("text", "").strip()
    if not text and (name not in SYSTEMS or not grants):
        return _inbox(name, 422, {"reference": reference, "text": "inbox_empty_text"})
    with world().store.held():
        case = cases.find(world(), name, reference) or abort(404)
        if case["status"] == "open":
            _decide(name, case, grants, text)
    return redirect(url_for("administrations.inbox", name=name, _anchor=reference), 303)


def _dossier(name: str, key: str) -> Dossier:
    dossier = read(request.get_json(silent=True))
    if dossier.key != key:
        raise NotReadable("key differs from Idempotency-Key")
    for one in dossier.attachments:
        if (world().store.get(f"attachment:{name}", one.id) or {}).get("sha256") != one.sha256:
            raise NotReadable(f"attachments.{one.id}")
    if name == ompic.NAME:
        ompic.check(dossier)
    return dossier


def _first_answer(name: str, case: Case) -> ResponseReturnValue:
    return SYSTEMS[name].first_answer(world(), case) if name in SYSTEMS else cases.later(world(), case)


def _decide(name: str, case: Case, grants: bool, text: str) -> None:
    """A refusal is written in one language: it is all the officer wrote. Who gave an address is told."""
    if not grants:
        cases.refuse(world(), name, case, dict.fromkeys(LANGUAGES, text))
    elif name in SYSTEMS:
        SYSTEMS[name].grant(world(), case)
    else:
        cases.grant(world(), name, case, {"answer_text": text})
    if case["dossier"]["callback_url"] and not (name in SYSTEMS and automatic.mode(world(), name) == "poll"):
        cases.tell(world(), name, case)


def _inbox(name: str, status: int = 200, problem: dict[str, str] | None = None) -> ResponseReturnValue:
    found = cases.received(world(), name)
    return page("inbox.html", status=status, name=name, cases=found, writes=name not in SYSTEMS, problem=problem)


def _stranger() -> ResponseReturnValue:
    return {"error": "a bearer token is needed"}, 401, {"WWW-Authenticate": "Bearer"}
