"""Runs the sandbox: the web server and the SMTP listener, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import dataclasses
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from threading import Event, Thread

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.sandbox.app import create_sandbox
from portal.sandbox.mailbox import Listener, Postbox
from portal.sandbox.settings import BadSettings, SandboxSettings
from portal.sandbox.world import Clock, World, real_time

POLL_SECONDS = 0.05
"""How soon the web server notices that it shall stop."""


@dataclasses.dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that is up: its application and the settings it really has (ports and address found out)."""

    app: Flask
    settings: SandboxSettings

    @property
    def world(self) -> World:
        """What its rooms share."""
        found: World = self.app.extensions["sandbox"]
        return found


class Quiet(WSGIRequestHandler):
    """Writes no access log: addresses here carry national card numbers and one-time codes."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the rooms show on their pages what was asked of them."""


@contextmanager
def running(settings: SandboxSettings, clock: Clock = real_time) -> Iterator[Running]:
    """A sandbox in threads of this process for as long as the block lasts. Port 0 takes a free one and, for the web
    port, makes the address fit. Raises OSError when a port is taken."""
    with socket.create_server((settings.host, settings.port)) as door:
        actual = _with_ports(settings, door.getsockname()[1])
        app = create_sandbox(actual, clock)
        world: World = app.extensions["sandbox"]
        try:
            server = make_server(actual.host, actual.port, app, threaded=True, request_handler=Quiet, fd=door.fileno())
            with serving(server), _listening(world) as smtp_port:
                yield Running(app, dataclasses.replace(actual, smtp_port=smtp_port))
        finally:
            world.close()


def main() -> None:
    """The process: settings from the environment, then serves until it is told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    try:
        settings = SandboxSettings.read(os.environ)
    except BadSettings as error:
        sys.exit(f"The sandbox cannot start:\n{error}")
    stop = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with running(settings) as sandbox:
        actual = sandbox.settings
        logging.info("sandbox at %s, SMTP on %s:%s", actual.url, actual.host, actual.smtp_port)
        stop.wait()


def _with_ports(settings: SandboxSettings, port: int) -> SandboxSettings:
    if settings.port:
        return settings
    return dataclasses.replace(settings, port=port, url=f"http://localhost:{port}")


@contextmanager
def serving(server: BaseServer) -> Iterator[None]:
    """This server answers, in a thread of this process, for as long as the block lasts."""
    thread = Thread(target=server.serve_forever, args=(POLL_SECONDS,), name="sandbox", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def _listening(world: World) -> Iterator[int]:
    listener = Listener(Postbox(world.store, world.clock), world.settings.host, world.settings.smtp_port)
    listener.start()
    try:
        yield listener.port
    finally:
        listener.stop()
