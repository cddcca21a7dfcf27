"""An app with the public pages and nothing behind them but a catalogue."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace

from flask import Flask, g
from sqlalchemy import StaticPool, create_engine
from sqlalchemy.orm import Session

from journeys.base import Base
from journeys.catalogue.definitions import Catalogue
from portal import errors, templating
from portal.discover import finding, history, wishes
from portal.discover.search import bp as search
from portal.discover.views import bp

PUBLIC = "https://portal.example.ma"
MOMENT = datetime(2026, 10, 5, 9, tzinfo=UTC)
ELSEWHERE = (
    ("audit.roots", "/<lang>/access-roots", "GET"),
    ("proofs.ask", "/<lang>/verify", "GET"),
    ("identity.sign_in", "/sign-in", "GET"),
    ("identity.sign_out", "/sign-out", "POST"),
    ("follow.dashboard", "/<lang>/dashboard", "GET"),
    ("apply.start", "/<lang>/services/<service>/start", "GET"),
    ("locker.mine", "/<lang>/locker", "GET"),
    ("pay.mine", "/<lang>/payments", "GET"),
    ("alerts.inbox", "/<lang>/inbox", "GET"),
    ("desk.queue", "/<lang>/desk", "GET"),
    ("acting.choose", "/<lang>/for", "GET"),
    ("acting.stay", "/<lang>/stay", "GET"),
    ("account.profile", "/<lang>/account", "GET"),
)


@cache
def nothing_happened() -> Session:
    """A database in which nobody has published or asked for anything."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    return Session(engine)


def front(shown: Catalogue, *, demo: bool = True, session: Session | None = None) -> Flask:
    """An app that shows ``shown`` and what happened in ``session``; the rest of the portal is addresses only."""
    app = Flask("portal", static_folder=None)
    app.config.update(SECRET_KEY="test", DEMO=demo, WTF_CSRF_ENABLED=False, PORTAL=SimpleNamespace(public_url=PUBLIC))
    templating.init(app)
    app.jinja_env.globals.update(csrf_token=lambda: "token", unread=lambda: 2, alternates=finding.alternates)
    app.jinja_env.globals.update(session_ends=lambda: MOMENT, passkeys_here=lambda: False, may=lambda _scope: True)
    app.extensions["portal.work"] = SimpleNamespace(
        adapters=SimpleNamespace(shelf=SimpleNamespace(current=lambda: shown))
    )
    for area in (bp, search, history.bp, wishes.bp):
        app.register_blueprint(area, url_prefix="/<lang>")
    app.register_blueprint(finding.bp)
    for endpoint, rule, method in ELSEWHERE:
        app.add_url_rule(rule, endpoint, lambda **_values: "", methods=[method])
    unit = SimpleNamespace(moment=MOMENT, session=session or nothing_happened())
    app.before_request(lambda: setattr(g, "unit", unit))
    app.register_error_handler(404, lambda _error: errors.shown(errors.NOT_FOUND))
    return app
