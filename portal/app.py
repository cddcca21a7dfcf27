"""The factory: all that is plugged in, in order, a line each; who may enter stands beside each blueprint."""

from __future__ import annotations

import logging
from datetime import timedelta
from operator import attrgetter
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from whitenoise import WhiteNoise

from journeys.catalogue.form_checks import MOST_FILES
from portal import compression, errors, limits, operator, security, templating
from portal.alerts import actions as alerts
from portal.alerts import views as alerts_views
from portal.apply import export, filling
from portal.apply import follow as follow_views
from portal.apply import hooks as apply_hooks
from portal.apply import views as apply_views
from portal.audit import views as audit_views
from portal.desk import issued as desk_issued
from portal.desk import shared as desk_shared
from portal.desk import views as desk_views
from portal.discover import finding as discover_finding
from portal.discover import history as discover_history
from portal.discover import search as discover_search
from portal.discover import views as discover_views
from portal.discover import wishes as discover_wishes
from portal.guards import READING, agents, at_work, clerks, everyone, on_behalf, proved, signed_in, themselves
from portal.i18n import language
from portal.identity import account, joining_views, looked, mail_account
from portal.identity import views as identity_views
from portal.identity.actions import ends_at, keep_alive, recogniser
from portal.identity.mandates import answering, company_views, visits
from portal.identity.mandates import choosing as acting_views
from portal.identity.mandates import views as mandate_views
from portal.identity.staff import key_views
from portal.identity.staff import views as staff_views
from portal.locker import adding, certifying, exporting, fetching, mentioned
from portal.locker import views as locker_views
from portal.locker.adding import MOST_AT_ONCE
from portal.locker.proofs import views as proof_views
from portal.locker.sharing import views as share_views
from portal.locker.taken import MOST_BYTES
from portal.pay import views as pay_views
from portal.settings import ROOT, Settings, load
from portal.unit import Work, real_now
from portal.web import Guard, NotSignedIn, Portal
from portal.who import Who
from portal.wiring import wired

LONGEST_FORM = 1_000_000
WITH_FILES = {"filling.attach": MOST_FILES, "adding.add": MOST_AT_ONCE, "certifying.certify": 1, "proofs.by_file": 1}
"""Views that files are sent to, and how many of them at most."""
LONGEST_UPLOAD = max(WITH_FILES.values()) * MOST_BYTES + LONGEST_FORM
FOR_ANYBODY = ("proofs.by_file",)
MOST_PARTS = 400

log = logging.getLogger(__name__)

# area's blueprint, where it lives, who may enter
AREAS = (
    (discover_views.bp, "/<lang>", everyone),
    (discover_history.bp, "/<lang>", everyone),
    (discover_search.bp, "/<lang>", everyone),
    (discover_wishes.bp, "/<lang>", everyone),
    (discover_finding.bp, "", everyone),
    (audit_views.bp, "/<lang>", everyone),
    (audit_views.plain, "", everyone),
    (looked.bp, "/<lang>", themselves),
    (identity_views.bp, "", everyone),
    (mail_account.bp, "", everyone),
    (account.bp, "/<lang>", themselves),
    (joining_views.bp, "/<lang>", themselves),
    (acting_views.bp, "/<lang>", signed_in),
    (mandate_views.bp, "/<lang>", themselves),
    (answering.bp, "/<lang>", themselves),
    (company_views.bp, "/<lang>", themselves),
    (visits.own, "/<lang>", themselves),
    (visits.bp, "/<lang>", clerks),
    (certifying.bp, "/<lang>", clerks),
    (staff_views.bp, "/<lang>", at_work),
    (key_views.bp, "/<lang>", proved),
    (key_views.asking, "/<lang>", at_work),
    (apply_views.bp, "/<lang>", on_behalf),
    (filling.bp, "/<lang>", on_behalf),
    (follow_views.bp, "/<lang>", on_behalf),
    (export.bp, "/<lang>", themselves),
    (pay_views.bp, "/<lang>", on_behalf),
    (locker_views.bp, "/<lang>", on_behalf),
    (adding.bp, "/<lang>", on_behalf),
    (fetching.bp, "/<lang>", on_behalf),
    (exporting.bp, "/<lang>", on_behalf),
    (share_views.bp, "/<lang>", on_behalf),
    (share_views.links, "/<lang>", everyone),
    (proof_views.bp, "/<lang>", everyone),
    (proof_views.plain, "", everyone),
    (alerts_views.bp, "/<lang>", on_behalf),
    (desk_views.bp, "/<lang>", agents),
    (desk_shared.bp, "/<lang>", agents),
    (desk_issued.bp, "/<lang>", agents),
    (pay_views.hooks, "", everyone),
    (apply_hooks.bp, "", everyone),
)
HOOKS = (pay_views.hooks, apply_hooks.bp, identity_views.back_channel)
# Forms of pages that are made once for everybody: both ask the browser whose page they came from.
WITHOUT_TOKEN = (discover_views.answer, discover_wishes.bp)


def create_app(settings: Settings | None = None, work: Work | None = None) -> Flask:
    """The portal as one WSGI application. Raises BadSettings."""
    settings = settings or load()
    app = Portal("portal", template_folder=str(ROOT / "templates"), static_folder=None)
    _configure(app, settings)
    work = app.extensions["portal.work"] = work or wired(settings)
    work.adapters.shelf.prepare(attrgetter("overview"))  # else the first who searches would wait for it
    operator.init(app, settings)
    templating.init(app)
    app.jinja_env.globals.update(unread=lambda: g.get("unread", 0), alternates=discover_finding.alternates)
    app.jinja_env.globals.update(reminded_of=mentioned.reminded_of, looked_at=mentioned.looked_at)
    app.jinja_env.globals.update(
        may=lambda scope: g.who.may(scope),
        session_ends=lambda: ends_at(g.who),
        passkeys_here=lambda: settings.named,
        desk_roles=READING,
    )
    security.init(app, settings)
    compression.init(app)
    _sign_in_state(app)
    limits.init(app, settings)
    _room_for_files(app)
    csrf = CSRFProtect(app)
    app.guards = _register(app)
    for view in (*HOOKS, *WITHOUT_TOKEN):
        csrf.exempt(view)
    errors.init(app)
    _front(app)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(ROOT / "static" / "dist"),
        prefix="static/dist",
        max_age=31536000,
        allow_all_origins=False,
        add_headers_function=security.on_files,
    )
    app.wsgi_app = operator.outermost(app.wsgi_app, settings)  # type: ignore[method-assign,assignment]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=[urlsplit(settings.public_url).hostname],
        SESSION_COOKIE_NAME="__Host-shubbak" if settings.secure else "shubbak",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=LONGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LONGEST_FORM,
        MAX_FORM_PARTS=MOST_PARTS,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure,
        DEMO=settings.demo,
        PORTAL=settings,
    )


def _room_for_files(app: Flask) -> None:
    """Where files are sent, a request may be long; nothing of it is read for who did not sign in."""

    @app.before_request
    def room() -> None:
        most = WITH_FILES.get(request.endpoint or "", 0)
        if most and "_user_id" not in session and request.endpoint not in FOR_ANYBODY:
            raise NotSignedIn
        if most:
            request.max_content_length = most * MOST_BYTES + LONGEST_FORM


def _register(app: Flask) -> dict[str, Guard]:
    for blueprint, prefix, _guard in AREAS:
        app.register_blueprint(blueprint, url_prefix=prefix or None)
    guards: dict[str, Guard] = {blueprint.name: guard for blueprint, _prefix, guard in AREAS}
    return guards | {"": everyone}


def _sign_in_state(app: Flask) -> None:
    manager = LoginManager(app, add_context_processor=False)  # error pages have no unit of work to ask
    manager.session_protection = None
    recognise = recogniser(about=alerts.unread)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def by_token(token: str) -> Who | None:
        found = recognise(g.unit.session, token, real_now())
        if found is None:
            return None
        who, g.unread = found
        return who

    @app.before_request
    def nobody_yet() -> None:
        g.who, g.unread, g.kept, g.unit = None, 0, [], None

    @app.after_request
    def still_here(response: Response) -> Response:
        who: Who | None = g.get("who")
        if who is not None and who.seen_long_ago(real_now()):
            work = cast(Work, app.extensions["portal.work"])
            try:
                work.transact(lambda unit: keep_alive(unit.session, real_now(), who.sign_in))
            except SQLAlchemyError:  # the answer is made, and what it says is committed
                log.warning("a sign-in was not kept alive", exc_info=True)
        return response


def _front(app: Flask) -> None:
    @app.get("/")
    def root() -> ResponseReturnValue:
        """Chooses the language."""
        return redirect(url_for("discover.home", lang=language()), 302)
