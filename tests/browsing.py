"""A real browser on a real town: the demonstration's three processes on ports of their own, driven as people do."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import randrange

import httpx
import pytest
from at_work import code_of
from playwright.sync_api import Browser, Page, sync_playwright

from portal.db import Database
from portal.demo import HOST, Ports, environment, prepare
from portal.keys import Keyring

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_SECONDS = 60
PORTS = 15_000, 32_000


@dataclass(frozen=True)
class Town:
    """Where portal and sandbox answer."""

    portal: str
    sandbox: str
    folder: Path

    def staff_code(self, sub: str) -> str:
        """A code that counts now for somebody at work."""
        known = environment(self.folder)
        database = Database(known["PORTAL_DATABASE_URL"])
        try:
            with database.session() as session:
                return code_of(session, Keyring.parse(known["PORTAL_KEYS"]), sub)
        finally:
            database.dispose()


def free_port() -> int:
    """A port nobody uses now, below those that outgoing connections take: while its server is down, a client that tries
    again and again would meet itself there one day."""
    while True:
        port = randrange(*PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Portal, worker and sandbox as ``make demo`` runs them."""
    folder = tmp_path_factory.mktemp("demo")
    portal_port, sandbox_port, mail_port = free_port(), free_port(), free_port()
    settings = os.environ | environment(folder, Ports(portal_port, sandbox_port, mail_port))
    settings |= {"SANDBOX_ASK_AGAIN_SECONDS": "1"}
    prepare(settings)
    commands = {
        "sandbox": ["sandbox"],
        "serve": ["serve", "--port", str(portal_port)],
        "worker": ["worker"],
    }
    logs = {name: (folder / f"{name}.log").open("wb") for name in commands}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "portal", *command], env=settings, stderr=logs[name], stdout=logs[name],
            start_new_session=True,
        )
        for name, command in commands.items()
    ]  # fmt: skip
    found = Town(f"http://{HOST}:{portal_port}", f"http://localhost:{sandbox_port}", folder)
    try:
        for url in (f"{found.portal}/readyz", f"http://{HOST}:{sandbox_port}/"):
            wait_until(lambda url=url: answers(url), f"{url} answers")  # type: ignore[misc]
        yield found
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(20) for process in running]
        for log in logs.values():
            log.close()
    assert set(codes) <= {0, -signal.SIGTERM}


def answers(url: str) -> bool:
    """Whether a server is up."""
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Waits for what another process brings about."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > until:
            raise AssertionError(f"never: {what}")
        time.sleep(0.1)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own browser."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("no browser: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def person(chromium: Browser) -> Iterator[Callable[[str, int], Page]]:
    """Opens a browser for someone: their language and the width of their screen."""
    contexts = []

    def open_page(language: str, width: int) -> Page:
        locale = {"ar": "ar-MA", "fr": "fr-MA", "en": "en-GB"}[language]
        context = chromium.new_context(locale=locale, viewport={"width": width, "height": 800})
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
