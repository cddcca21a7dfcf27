"""What the operator's tools ask: does the process answer, may it be given work, what has it measured; and one line in
the log for each request.

These pages are answered before Flask: probes come by address or by a service's name, which no browser may use, and
neither a session nor a page's transaction belongs to them.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import metrics, schema
from portal.db import make_probe
from portal.logs import request_id
from portal.outbox import Task
from portal.security import ALWAYS
from portal.serving import stopping
from portal.settings import Settings
from portal.unit import real_now

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from prometheus_client.metrics_core import Metric

FRESH_SECONDS = 1.0
MOST_COUNTED = 10_000
GOOD_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
ENDPOINT = "portal.endpoint"

log = logging.getLogger(__name__)


def init(app: Flask, settings: Settings) -> None:
    """Wraps ``app``: a line and times for each request. Called before whatever may refuse one, to know its name."""

    @app.before_request
    def named() -> None:
        request.environ[ENDPOINT] = request.endpoint or ""

    metrics.keep(settings.metrics_folder if settings.metrics_token else None)
    app.wsgi_app = Watch(app.wsgi_app, trusting=settings.proxies > 0)  # type: ignore[method-assign]


def outermost(inner: WSGIApplication, settings: Settings) -> WSGIApplication:
    """The operator's pages, and the visitor's address and scheme as told by as many proxies as there are."""
    outer: WSGIApplication = Pages(inner, settings)
    if settings.proxies:
        many = settings.proxies
        outer = ProxyFix(outer, x_for=many, x_proto=many, x_host=many)
    return Last(outer)


class Last:
    """What no error handler met is said in our log, without values, and answered in a line: the server would log it
    with all it carries."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return self._inner(environ, start_response)
        except Exception as error:
            log.error("unexpected problem", exc_info=error)
            status, body, kind = _plain("500 Internal Server Error", "Something went wrong on our side.")
            headers = [*HEADERS, ("Content-Type", kind), ("Content-Length", str(len(body)))]
            start_response(status, headers, sys.exc_info())
            return [body]


class Watch:
    """Gives each request an id, which its log lines and its answer carry, and writes one line when it is answered."""

    def __init__(self, inner: WSGIApplication, *, trusting: bool) -> None:
        self._inner = inner
        self._trusting = trusting

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        name, began, met = self._name(environ), time.perf_counter(), [500]

        def start(status: str, headers: list[tuple[str, str]], problem: Any = None) -> Any:
            met[0] = int(status[:3])
            return start_response(status, [*headers, ("X-Request-ID", name)], problem)

        token = request_id.set(name)
        try:
            return self._inner(environ, start)
        finally:
            _noted(environ, met[0], time.perf_counter() - began)
            request_id.reset(token)

    def _name(self, environ: WSGIEnvironment) -> str:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        return given if self._trusting and GOOD_ID.fullmatch(given) else secrets.token_hex(8)


def _noted(environ: WSGIEnvironment, status: int, seconds: float) -> None:
    endpoint, method = environ.get(ENDPOINT) or "none", metrics.known(environ["REQUEST_METHOD"])
    metrics.answered(endpoint, method, status, seconds)
    said = {"endpoint": endpoint, "method": method, "status": status, "ms": round(seconds * 1000, 1)}
    log.info("answered", extra=said)


class Pages:
    """``/healthz``, ``/readyz`` and ``/metrics``, by whatever name this server was reached."""

    def __init__(self, inner: WSGIApplication, settings: Settings) -> None:
        self._inner = inner
        self._token = settings.metrics_token
        self._readiness = Readiness(settings.database_url)
        self._answers: dict[str, Callable[[WSGIEnvironment], tuple[str, bytes, str]]] = {
            "/healthz": lambda _environ: _plain("200 OK", "ok"),
            "/readyz": lambda _environ: self._ready(),
            "/metrics": self._metrics,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answers.get(environ.get("PATH_INFO", ""))
        if answer is None:
            return self._inner(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            start_response("405 Method Not Allowed", [*HEADERS, ("Allow", "GET, HEAD"), ("Content-Length", "0")])
            return []
        status, body, kind = answer(environ)
        more = [("Retry-After", "5")] if status.startswith("503") else []
        start_response(status, [*HEADERS, *more, ("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _ready(self) -> tuple[str, bytes, str]:
        problem = self._readiness.problem()
        return _plain("503 Service Unavailable", f"not ready: {problem}") if problem else _plain("200 OK", "ready")

    def _metrics(self, environ: WSGIEnvironment) -> tuple[str, bytes, str]:
        if not self._token:
            return _plain("404 Not Found", "not found")
        said = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace")
        if not hmac.compare_digest(said, f"Bearer {self._token}".encode()):
            return _plain("401 Unauthorized", "a token is needed")
        page = metrics.page(Gauges(self._readiness))
        return ("200 OK", *page) if page else _plain("503 Service Unavailable", "nothing is measured, see the log")


HEADERS = [*ALWAYS.items(), ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")]
HEADERS += [("Cache-Control", "no-store")]


def _plain(status: str, words: str) -> tuple[str, bytes, str]:
    return status, f"{words}\n".encode(), "text/plain; charset=utf-8"


class Readiness:
    """Whether this process may be given work. It asks the database on a connection of its own, which waits for no page,
    and gives up within seconds; many who ask at once share one answer."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = make_probe(url)
        self._clock = clock
        self._asking = threading.Lock()
        self._asked_at = float("-inf")
        self._problem: str | None = None
        self._complete = False

    def problem(self) -> str | None:
        """Why not: ``stopping``, ``database``, ``schema`` or ``catalogue``; None when ready."""
        if stopping():
            return "stopping"
        with self._asking:
            if self._clock() - self._asked_at >= FRESH_SECONDS:
                self._look()
            return self._problem

    def _look(self) -> None:
        before, self._problem = self._problem, self.asked(self._judge, otherwise="database")
        self._asked_at = self._clock()
        if self._problem not in (None, before):
            log.warning("not ready", extra={"problem": self._problem})

    def asked(self, question: Callable[[Connection], Any], otherwise: Any) -> Any:
        """What the database answers, or ``otherwise`` when it does not."""
        try:
            with self._engine.connect() as connection:
                return question(connection)
        except SQLAlchemyError:
            return otherwise

    def _judge(self, connection: Connection) -> str | None:
        if self._complete:
            connection.execute(text("SELECT 1"))
            return None
        if not schema.is_new_enough(connection):
            return "schema"
        if connection.scalar(text("SELECT number FROM publication LIMIT 1")) is None:
            return "catalogue"
        self._complete = True  # neither goes away again
        return None


class Gauges:
    """How much waits in the outbox, counted when somebody looks, and never further than MOST_COUNTED."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    def collect(self) -> Iterator[Metric]:
        """The gauges; without those of the database when it does not answer."""
        from prometheus_client.core import GaugeMetricFamily

        waiting = self._readiness.asked(_waiting, otherwise=None)
        yield GaugeMetricFamily("shubbak_database_up", "Whether the database answers", value=waiting is not None)
        for name, what, value in waiting or ():
            yield GaugeMetricFamily(f"shubbak_outbox_{name}", what, value=value)


def _waiting(connection: Connection) -> list[tuple[str, str, float]]:
    now = real_now()
    undone = select(Task.due_at).where(Task.done_at.is_(None))
    due = undone.where(Task.stuck.is_(False), Task.due_at <= now)
    oldest = connection.scalar(due.order_by(Task.due_at).limit(1))
    return [
        ("due", "Tasks that are due", _count(connection, due)),
        ("oldest_due_seconds", "How long the oldest due task has waited", _age(now, oldest)),
        ("stuck", "Tasks that wait for a person", _count(connection, undone.where(Task.stuck.is_(True)))),
    ]


def _count(connection: Connection, rows: Any) -> int:
    return connection.scalar(select(func.count()).select_from(rows.limit(MOST_COUNTED).subquery())) or 0


def _age(now: datetime, oldest: datetime | None) -> float:
    return (now - oldest if oldest else timedelta()).total_seconds()
