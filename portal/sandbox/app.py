"""The sandbox: the outside world for demos and tests, one application of several rooms.

==============================  =====================================================================================
``/``                           what this is, the people, the test cards
``/id``, ``/staff-id``          identity providers of citizens and of staff (OpenID Connect, code flow with proof key)
``/registers/<name>``           facts about people: ``civil-status``, ``population``; who represents whom: ``families``,
                                ``companies``; documents that administrations hold: ``papers``
``/stripe``, ``/pay``           card processor: the API the stripe library speaks to, and its hosted page
``/administrations/<name>``     administrations that decide: ``ompic``, ``transparency``, ``general``; with inboxes
``/mailbox``, ``/sms``          e-mail that arrived by SMTP, short messages that arrived by HTTP
``/trust``                      seals, time-stamps, and whether their certificates count
``/authenticator``              the phone app that shows one-time codes
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

from portal.sandbox import authenticator, control, home, mailbox, pages, sms
from portal.sandbox.administrations import views as administrations
from portal.sandbox.cards import page as pay
from portal.sandbox.cards import views as cards
from portal.sandbox.courier import Courier, sealed, standard_seal, stripe_seal
from portal.sandbox.issuer import logout
from portal.sandbox.issuer import server as issuer
from portal.sandbox.issuer import views as identity
from portal.sandbox.issuer.realms import REALMS
from portal.sandbox.people import People
from portal.sandbox.registers import views as registers
from portal.sandbox.registers.companies import Companies
from portal.sandbox.registers.families import Families
from portal.sandbox.registers.papers import Papers
from portal.sandbox.settings import SandboxSettings
from portal.sandbox.store import Store
from portal.sandbox.trust import views as trust
from portal.sandbox.trust.authority import Authority
from portal.sandbox.world import Clock, World, real_time

ROOMS = (home, registers, cards, pay, administrations, mailbox, sms, trust, authenticator, control)


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
    for realm in REALMS.values():
        app.register_blueprint(identity.area, name=realm.name, url_prefix=realm.path)
    for room in ROOMS:
        app.register_blueprint(room.area)
    for kind in (NotFound, BadRequest, UnsupportedMediaType, RequestEntityTooLarge):
        app.register_error_handler(kind, _wrong)
    world.courier.start()
    return app


def _world(settings: SandboxSettings, clock: Clock) -> World:
    store = Store(settings.data)
    ways = {
        "stripe": sealed(stripe_seal(settings.stripe_webhook_secret)),
        "standard": sealed(standard_seal(settings.connector_webhook_secret)),
        logout.WAY: logout.way(store, settings),
    }
    people, courier = People.read(), Courier(store, ways, settings.retry_seconds)
    families, companies = Families.read(people, store), Companies.read(people, store)
    papers = Papers.read(people, companies, store)
    authority = Authority(store, f"http://{settings.host}:{settings.port}", settings.data)
    return World(settings, store, people, families, companies, papers, clock, courier, authority)


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
