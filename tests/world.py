"""The whole world in one process: sandbox and portal on real sockets, with a browser that has no screen."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
from at_work import code_of
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from journeys.catalogue.actions import publish
from journeys.catalogue.definitions import Catalogue
from portal.app import create_app
from portal.db import Database
from portal.demo import Ports, environment
from portal.deployment import load_file
from portal.outbox import Task, run_one
from portal.sandbox.serve import Running, running
from portal.sandbox.settings import SandboxSettings
from portal.settings import Settings, load
from portal.tasks import TASKS
from portal.unit import Work
from portal.wiring import wired

PATIENCE_SECONDS = 20
MOST_TASKS = 1000
NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Whom a browser believes: it speaks plainly with this machine alone, and to read the world's authorities takes longer
than a page."""

OUTSIDE = httpx.Client(timeout=30, verify=NOBODY, limits=httpx.Limits(max_keepalive_connections=0))
"""How tests themselves speak with the sandbox and the portal's hooks."""

AT_WORK = ("agent-", "supervisor-", "clerk-", "auditor", "operator")
"""How the names of demo people begin who sign in at the staff issuer."""


@dataclass
class World:
    """A portal that talks to a sandbox by the real protocols. ``later`` moves the worker's clock."""

    app: Flask
    work: Work
    sandbox: Running
    settings: Settings
    ahead: timedelta = field(default=timedelta())

    @property
    def url(self) -> str:
        """Where the portal answers."""
        return self.settings.public_url

    def browser(self) -> Browser:
        """A fresh browser."""
        return Browser(self)

    def worker_runs(self) -> int:
        """Does every due task and delivers every message, until nothing is left to do. Returns how many tasks."""
        done, until = 0, monotonic() + PATIENCE_SECONDS  # since the last thing that was done
        pause = threading.Event()
        with self.app.app_context():
            while monotonic() < until:
                waiting = self.sandbox.world.store.oldest("post")  # first: a message leaves its task behind
                if run_one(self.work, TASKS, self._now):
                    done, until = done + 1, monotonic() + PATIENCE_SECONDS
                    assert done < MOST_TASKS, "the world does not come to rest"
                elif not waiting:
                    self._no_task_failed()
                    return done
                else:
                    self.sandbox.world.courier.wake()
                    pause.wait(0.01)
        raise AssertionError("the world does not come to rest")

    def _no_task_failed(self) -> None:
        with self.work.database.session(reading=True) as session:
            failing = session.execute(select(Task.name, Task.problem).where(Task.problem.is_not(None))).all()
        assert not failing, failing

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def control(self, path: str, **said: Any) -> Any:
        """Pulls a lever of the sandbox."""
        return OUTSIDE.post(f"{self.sandbox.settings.url}/control/{path}", json=said).raise_for_status().json()

    def staff_code(self, sub: str) -> str:
        """A code that counts now for somebody at work."""
        with self.work.database.session() as session:
            return code_of(session, self.work.adapters.keyring, sub)

    def letters(self) -> list[dict[str, Any]]:
        """What lies in the sandbox's mailbox."""
        found: list[dict[str, Any]] = OUTSIDE.get(f"{self.sandbox.settings.url}/mailbox.json").json()
        return found

    def notes(self) -> list[dict[str, Any]]:
        """The short messages that reached the sandbox's gateway."""
        found: list[dict[str, Any]] = OUTSIDE.get(f"{self.sandbox.settings.url}/sms.json").json()
        return found


@dataclass
class Page:
    """What a browser shows."""

    response: httpx.Response

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return self.response.text

    @property
    def url(self) -> str:
        return str(self.response.url)

    @property
    def words(self) -> str:
        """What a reader reads, without tags."""
        body = re.sub(r"(?s)<(script|style|head|svg).*?</\1>", " ", self.text)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", body)))

    def token(self) -> str:
        """The form's CSRF token."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.text)
        assert found, f"no form on {self.url}: {self.words[:300]}"
        return found.group(1)

    def action(self, part: str) -> str:
        """The address of the form whose address contains ``part``."""
        found = [unescape(url) for url in re.findall(r'<form[^>]*action="([^"]*)"', self.text) if part in url]
        assert found, f"no form to {part} on {self.url}: {self.words[:300]}"
        return found[0]

    def hidden(self, name: str) -> str:
        """A hidden field's value."""
        found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', self.text)
        assert found, name
        return unescape(found.group(1))

    def link(self, part: str) -> str:
        """The first link whose address contains ``part``."""
        found = [unescape(url) for url in re.findall(r'<a[^>]*href="([^"]*)"', self.text) if part in url]
        assert found, f"no link to {part} on {self.url}"
        return found[0]


class Browser:
    """Follows redirects and keeps cookies, as a browser does; scripts do not run."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = httpx.Client(base_url=world.url, follow_redirects=True, timeout=30, verify=NOBODY)
        self.issuers = {"people": "national", "staff": "staff"}
        self.page: Page

    def get(self, url: str, **more: Any) -> Page:
        self.page = Page(self.client.get(url, **more))
        return self.page

    def post(self, url: str, data: dict[str, str] | None = None, **more: Any) -> Page:
        """Posts with the token of the page at hand."""
        self.page = Page(self.client.post(url, data={"csrf_token": self.page.token(), **(data or {})}, **more))
        return self.page

    def submit(self, part: str, data: dict[str, str] | None = None) -> Page:
        """Sends the form at hand whose address contains ``part``."""
        return self.post(self.page.action(part), data)

    def sign_in(self, person: str, lang: str = "ar", level: str = "", *, staff: bool = False) -> Page:
        """Signs in as a demo person at the sandbox's pages; people at work also give their second proof."""
        staff = staff or person.startswith(AT_WORK)
        issuer, home = (self.issuers["staff"], "desk") if staff else (self.issuers["people"], "dashboard")
        asked = {"issuer": issuer, "next": f"/{lang}/{home}", "lang": lang} | ({"level": level} if level else {})
        self.get("/sign-in", params=asked)
        self.sandbox_form({"person": f"{'staff' if staff else 'ma'}-{person}"})
        self.sandbox_form({"decision": "share"})
        return self._prove(f"staff-{person}", lang) if staff else self.page

    def _prove(self, sub: str, lang: str) -> Page:
        code = self.world.staff_code(sub)
        self.get(f"/{lang}/desk/proof", params={"next": f"/{lang}/desk"})
        return self.submit("/desk/proof", {"code": code})

    def sandbox_form(self, data: dict[str, str]) -> Page:
        """Sends the first form of the sandbox's page at hand, with its hidden fields."""
        form = re.search(r"(?s)<form([^>]*)>(.*?)</form>", self.page.text)
        assert form, f"no form on {self.page.url}: {self.page.words[:300]}"
        action = re.search(r'action="([^"]*)"', form[1])
        target = httpx.URL(self.page.url).join(unescape(action[1]) if action else "")
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[2])
        values = {unescape(name): unescape(value) for name, value in hidden} | data
        if 'method="get"' in form[1]:
            return self.get(str(target), params=values)
        self.page = Page(self.client.post(target, data=values))
        return self.page


@contextmanager
def world(database: Database, database_url: str, folder: Path, catalogue: Catalogue, **changes: str) -> Iterator[World]:
    """Starts sandbox and portal on free ports, with the demo's deployment loaded."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    port = server.port
    base = environment(folder, Ports(port))
    sandbox_settings = SandboxSettings.read(base | {"SANDBOX_PORT": "0", "SANDBOX_SMTP_PORT": "0", "SANDBOX_URL": ""})
    sandbox_settings = replace(sandbox_settings, retry_seconds=(0.05,) * 40, ask_again_seconds=1)
    with running(sandbox_settings) as sandbox:
        ports = environment(folder, Ports(port, sandbox.settings.port, sandbox.settings.smtp_port))
        ports |= {"PORTAL_ENVIRONMENT": "test", "PORTAL_DATABASE_URL": database_url}
        ports |= {name: value.replace("{port}", str(port)) for name, value in changes.items()}
        settings = load(ports)
        work = wired(settings, database)
        work.transact(lambda unit: unit.do(publish, catalogue))
        deploy(work)
        app = create_app(settings, work)
        server.app = app
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield World(app, work, sandbox, settings)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def deploy(work: Work) -> None:
    """Loads the demonstration's offices and officers."""
    import yaml

    from portal.demo import DEPLOYMENT

    said = yaml.safe_load(DEPLOYMENT.read_text("utf-8"))
    work.transact(lambda unit: load_file(unit, said))
