"""What the operator sees: probes that tell the truth by any name, lines and figures that are about nobody."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from alembic.script import ScriptDirectory
from databases import with_tables
from listening import listening
from requests_made import BIRTH, fill_birth, pay, reference_of, send, start
from sqlalchemy import delete, exc, text
from test_headers import HEADERS
from test_leaks import IDENTIFYING
from twins.odd import closed_port
from world import Browser, World

from portal import metrics, schema
from portal.app import create_app
from portal.cli import alembic_config
from portal.operator import Readiness, outermost
from portal.outbox import Task
from portal.unit import Unit, real_now

TOKEN = "a-token-of-the-operator"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PROBES = {"/healthz": "ok\n", "/readyz": "ready\n"}


@pytest.fixture
def measured(town: World, tmp_path: Path) -> Iterator[httpx.Client]:
    """The town with figures, and someone who may read them."""
    app = create_app(replace(town.settings, metrics_token=TOKEN, metrics_folder=tmp_path), town.work)
    with httpx.Client(transport=httpx.WSGITransport(app), base_url=town.url) as client:
        yield client
    metrics.keep(None)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, str]]]]:
    """What an operator reads from now on, at the usual level."""
    with listening(monkeypatch, "INFO") as said:
        yield lambda: [json.loads(line) for line in said.getvalue().splitlines()]


@pytest.mark.parametrize("host", ["10.2.0.7", "portal:8000", "[::1]", "nothing.example"])
def test_probes_are_answered_by_any_name_and_nothing_else_is(browser: Browser, host: str) -> None:
    for path, words in PROBES.items():
        answer = browser.client.get(path, headers={"Host": host})
        assert (answer.status_code, answer.text) == (200, words)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
    assert browser.client.get("/fr/", headers={"Host": host}, follow_redirects=False).status_code == 303
    assert browser.client.get("/healthz/", headers={"Host": host}, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("path", [*PROBES, "/metrics"])
def test_probes_are_only_read(measured: httpx.Client, path: str) -> None:
    assert measured.head(path, headers=BEARER).status_code == 200
    assert measured.head(path, headers=BEARER).content == b""
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"):
        answer = measured.request(method, path, headers=BEARER)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_figures_are_for_who_has_the_token(town: World, browser: Browser, measured: httpx.Client) -> None:
    assert browser.client.get("/metrics", headers=BEARER).status_code == 404  # the town has no token
    for said in ({}, {"Authorization": TOKEN}, {"Authorization": f"Bearer {TOKEN}x"}):
        assert measured.get("/metrics", headers=said).status_code == 401
    answer = measured.get("/metrics", headers={**BEARER, "Host": "10.2.0.7"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")


def test_a_whole_road_is_counted_and_names_nobody(
    town: World, browser: Browser, measured: httpx.Client, lines: Callable[[], list[dict[str, str]]]
) -> None:
    browser.sign_in("salma", "fr")
    start(browser, BIRTH, "fr")
    fill_birth(browser)
    send(browser)
    reference = reference_of(browser.page)
    pay(browser)
    browser.get("/fr/search?q=Salma")
    town.worker_runs()
    page, log = measured.get("/metrics", headers=BEARER).text, lines()
    for line in (
        'shubbak_requests_total{endpoint="apply.submit",method="POST",status="303"} 1.0',
        'shubbak_events_total{event="Filed"} 1.0',
        'shubbak_events_total{event="SignedIn"} 1.0',
        'shubbak_tasks_total{outcome="done",task="issue_receipt"} 1.0',
        "shubbak_outbox_due 0.0",
        "shubbak_database_up 1.0",
    ):
        assert line in page
    answered = [line for line in log if line["what"] == "answered"]
    submitted = next(line for line in answered if line["endpoint"] == "apply.submit")
    assert (submitted["method"], submitted["status"]) == ("POST", "303")
    said = page + json.dumps(log, ensure_ascii=False)
    secrets = (*IDENTIFYING, "Salma", "سلمى", "El Idrissi", reference, BIRTH, "/fr/", "127.0.0.1:")
    assert [secret for secret in secrets if secret in said] == []


def test_what_waits_is_counted(town: World, measured: httpx.Client) -> None:
    past, future = real_now() - timedelta(days=1), real_now() + timedelta(days=1)
    waiting = [("past", past, False), ("future", future, False), ("stuck", past, True)]

    def queue(unit: Unit) -> None:
        for key, due, stuck in waiting:
            unit.session.add(Task(name="tell", key=key, payload={}, due_at=due, stuck=stuck))

    town.work.transact(queue)
    page = measured.get("/metrics", headers=BEARER).text
    ours = delete(Task).where(Task.key.in_([key for key, *_ in waiting]))
    town.work.transact(lambda unit: unit.session.execute(ours))
    found = dict(line.rsplit(" ", 1) for line in page.splitlines() if line.startswith("shubbak_outbox"))
    assert (found["shubbak_outbox_due"], found["shubbak_outbox_stuck"]) == ("1.0", "1.0")
    assert float(found["shubbak_outbox_oldest_due_seconds"]) >= 86400


def ready(url: str) -> str | None:
    return Readiness(url).problem()


def test_a_database_that_is_away_is_said_at_once() -> None:
    assert ready(f"postgresql://portal@127.0.0.1:{closed_port()}/portal") == "database"


def test_a_database_that_hangs_is_said_within_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        assert ready(f"postgresql://portal@127.0.0.1:{silent.getsockname()[1]}/portal") == "database"
        assert time.monotonic() - began < 8


def test_readiness_is_a_schema_then_a_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/portal.sqlite"
    assert ready(url) == "schema"
    database = with_tables(url)
    assert ready(url) == "catalogue"
    with database.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO publication (number, published_at, channel) VALUES (1, '2026-01-01 00:00:00', 'system')")
        )
    assert ready(url) is None
    newest, known = schema.revisions()
    monkeypatch.setattr(schema, "revisions", lambda: ("a-newer-one", known | {"a-newer-one"}))
    assert ready(url) == "schema"
    monkeypatch.setattr(schema, "revisions", lambda: ("an-older-one", known - {newest} | {"an-older-one"}))
    assert ready(url) is None, "while an upgrade goes on, the old processes work on a newer schema"
    database.dispose()


def test_the_newest_migration_is_found_without_alembic() -> None:
    script = ScriptDirectory.from_config(alembic_config("sqlite://"))
    newest, known = schema.revisions()
    assert newest == script.get_current_head()
    assert known == {one.revision for one in script.walk_revisions()}


def test_many_probes_ask_the_database_once_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = [0.0], []
    probes = Readiness(f"sqlite:///{tmp_path}/none.sqlite", lambda: now[0])
    monkeypatch.setattr(Readiness, "asked", lambda *_arguments, **_more: asked.append(1))
    for moment in (0.0, 0.5, 0.9, 1.0, 1.5, 2.5):
        now[0] = moment
        assert probes.problem() is None
    assert len(asked) == 3


BUSY = {"ar": "البوابة تشهد إقبالا كبيرا", "fr": "Le portail est très sollicité", "en": "The portal is very busy"}


@pytest.mark.parametrize("lang", BUSY)
def test_while_the_database_is_away_pages_say_so(town: World, lang: str) -> None:
    gone = replace(town.settings, database_url=f"postgresql://portal@127.0.0.1:{closed_port()}/portal")
    with httpx.Client(transport=httpx.WSGITransport(create_app(gone)), base_url=town.url) as client:
        for path in (f"/{lang}/", f"/{lang}/services/{BIRTH}", f"/{lang}/dashboard"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert BUSY[lang] in answer.text
        assert client.get("/readyz").text == "not ready: database\n"
        assert client.get("/readyz").headers["Retry-After"] == "5"
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "problem",
    [
        exc.OperationalError("SELECT", {}, Exception("terminating connection due to administrator command")),
        exc.InterfaceError("SELECT", {}, Exception("connection already closed")),
        exc.TimeoutError("QueuePool limit reached"),
        exc.PendingRollbackError("Can't reconnect until invalid transaction is rolled back."),
    ],
    ids=lambda problem: type(problem).__name__,
)
def test_a_connection_that_is_lost_in_the_middle_is_503(
    browser: Browser, problem: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_arguments: object, **_more: object) -> None:
        raise problem

    browser.sign_in("salma", "fr")
    monkeypatch.setattr("portal.alerts.views.actions.inbox", lost)
    page = browser.get("/fr/inbox")
    assert (page.status, page.response.headers["Retry-After"]) == (503, "5")
    assert BUSY["fr"] in page.words


def test_what_no_page_catches_is_said_without_its_values(
    town: World, lines: Callable[[], list[dict[str, str]]]
) -> None:
    def breaks(_environ: object, _start: object) -> list[bytes]:
        raise ValueError("Salma BE123456")

    quiet = httpx.WSGITransport(outermost(breaks, town.settings), raise_app_exceptions=False)
    with httpx.Client(transport=quiet, base_url=town.url) as client:
        answer = client.get("/fr/")
    assert (answer.status_code, "Salma" in answer.text) == (500, False)
    assert "ValueError" in lines()[-1]["trace"]
    assert not any("Salma" in value for line in lines() for value in line.values())
