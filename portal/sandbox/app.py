"""The sandbox: the outside world for demos and tests, one application of several rooms.

==============================  =====================================================================================
``/``                           what this is, the people, the test cards
``/id``                         identity provider (OpenID Connect, code flow with proof key)
``/registers/<name>``           facts about people: ``civil-status``, ``population``
``/stripe``, ``/pay``           card processor: the API the stripe library speaks to, and its hosted page
``/administrations/<name>``     administrations that decide: ``ompic``, ``transparency``, ``general``; with inboxes
``/mailbox``                    e-mail that arrived by SMTP
``/control``                    levers for tests and demos
==============================  =====================================================================================

It is a process of its own, spoken to by real protocols only; no other part of the portal imports it. What it knows lies
in one SQLite file. Run it with ``python -m portal.sandbox``; `portal.sandbox.settings` lists its variables.
"""

from __future__ import annotations

import secrets

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, RequestEntityTooLarge, UnsupportedMediaType

from portal.sandbox import control, home, mailbox, pages, registers
from portal.sandbox.administrations import views as administrations
from portal.sandbox.cards import page as pay
from portal.sandbox.cards import views as cards
from portal.sandbox.courier import Courier, standard_seal, stripe_seal
from portal.sandbox.issuer import server as issuer
from portal.sandbox.issuer import views as identity
from portal.sandbox.people import People
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store
from portal.sandbox.world import Clock, World, real_time

ROOMS = (home, identity, registers, cards, pay, administrations, mailbox, control)


def create_sandbox(settings: SandboxSettings, clock: Clock = real_time) -> Flask:
    """The application. ``clock`` answers an aware UTC datetime. Its world (store and courier) is started here and is
    closed with ``app.extensions["sandbox"].close()``."""
    app = Flask(__name__)
    world = _world(settings, clock)
    app.extensions["sandbox"] = world
    # Cookies know no ports: the portal on the same host keeps its own session under another name.
    app.config.update(SESSION_COOKIE_NAME="sandbox", SESSION_COOKIE_SAMESITE="Lax", SECRET_KEY=_cookie_key(world.store))
    app.config.update(MAX_CONTENT_LENGTH=1024 * 1024)
    pages.plug(app)
    issuer.plug(app, settings)
    for room in ROOMS:
        app.register_blueprint(room.area)
    for kind in (NotFound, BadRequest, UnsupportedMediaType, RequestEntityTooLarge):
        app.register_error_handler(kind, _wrong)
    world.courier.start()
    return app


def _world(settings: SandboxSettings, clock: Clock) -> World:
    store = Store(settings.data)
    seals = {
        "stripe": stripe_seal(settings.stripe_webhook_secret),
        "standard": standard_seal(settings.connector_webhook_secret),
    }
    return World(settings, store, People.read(), clock, Courier(store, seals, settings.retry_seconds))


def _cookie_key(store: Store) -> str:
    """The key of the session cookie, kept so that a restart signs nobody out."""
    with store.held():
        key = store.get("key", "cookie") or secrets.token_hex(32)
        store.put("key", "cookie", key)
    return str(key)


def _wrong(error: HTTPException) -> ResponseReturnValue:
    """A page for people, JSON for programs."""
    wants = request.accept_mimetypes.best_match(["application/json", "text/html"])
    if error.code == 404 and wants == "text/html":
        return pages.problem("missing", 404)
    return {"error": error.name}, error.code or 500
