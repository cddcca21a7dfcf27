"""The SMS gateway: takes short messages for the portal, sends none on, and shows them on a page and as JSON."""

from __future__ import annotations

import re
import secrets
from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.sandbox.pages import page
from portal.sandbox.world import carries_token, world

area = Blueprint("sms", __name__)

KIND = "sms"
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
"""A number as the ITU recommendation E.164 writes it."""
UNKNOWN = "0000"
"""Numbers that end so are those of nobody."""
FIELDS = ("key", "to", "text")


@area.post("/sms/messages")
def send() -> ResponseReturnValue:
    """Takes ``{"key", "to", "text"}``: 202 with its id, which is the same when the same key comes again; 401, 400 for
    what is incomplete or no E.164 number, 422 for a number of nobody."""
    if not carries_token(world().settings.sms_token):
        return {"error": "a bearer token is needed"}, 401, {"WWW-Authenticate": "Bearer"}
    content = request.get_json()
    said: dict[str, Any] = {name: content.get(name) for name in FIELDS} if isinstance(content, dict) else {}
    if not said or not all(isinstance(value, str) and value for value in said.values()):
        return {"error": f"a message has {', '.join(FIELDS)}, each a text"}, 400
    if not E164.fullmatch(said["to"]):
        return {"error": "to must be an E.164 number"}, 400
    if said["to"].endswith(UNKNOWN):
        return {"error": "unknown number"}, 422
    return jsonify(id=_keep(said)), 202


@area.get("/sms/health")
def health() -> ResponseReturnValue:
    """Whether the gateway answers."""
    return jsonify(status="ok")


@area.get("/sms", strict_slashes=False)
def index() -> ResponseReturnValue:
    """The messages, newest first."""
    return page("sms.html", messages=world().store.newest(KIND))


@area.get("/sms.json")
def listing() -> ResponseReturnValue:
    """All messages, newest first; ``?to=`` keeps those for one number."""
    wanted = request.args.get("to")
    messages = world().store.newest(KIND, 1000)
    return jsonify([entry for entry in messages if wanted is None or wanted == entry["to"]])


@area.delete("/sms.json")
def forget() -> ResponseReturnValue:
    """Forgets all messages, for tests."""
    world().store.empty(KIND)
    return "", 204


@area.post("/sms/empty")
def discard() -> ResponseReturnValue:
    """Forgets all messages, from the page."""
    world().store.empty(KIND)
    return redirect(url_for("sms.index"), 303)


def _keep(said: dict[str, Any]) -> str:
    """The id of the message with this key, which is kept once."""
    store = world().store
    with store.held():
        kept: dict[str, Any] = store.get(KIND, said["key"]) or {
            "id": secrets.token_hex(6),
            "when": world().clock().strftime("%Y-%m-%d %H:%M:%S"),
            **said,
        }
        store.put(KIND, said["key"], kept)
    return str(kept["id"])
