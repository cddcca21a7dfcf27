"""``portal demo``: sets itself up, says what to try, ends cleanly, keeps its data, and says when a port is taken."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from browsing import PATIENCE_SECONDS, free_port, wait_until

from portal.demo import HOST, Ports

pytestmark = pytest.mark.anywhere


def command(folder: Path, ports: Ports, *more: str) -> list[str]:
    places = ["--port", str(ports.portal), "--sandbox-port", str(ports.sandbox), "--mail-port", str(ports.mail)]
    return [sys.executable, "-m", "portal", "demo", "--folder", str(folder), *places, *more]


@contextmanager
def demo(folder: Path, ports: Ports, *more: str) -> Iterator[str]:
    """A running demonstration and what it printed; afterwards Ctrl-C, and nothing of it is left."""
    said = folder.with_suffix(".log")
    with said.open("wb") as log:
        process = subprocess.Popen(command(folder, ports, *more), stdout=log, stderr=log, start_new_session=True)
        try:
            wait_until(lambda: process.poll() is not None or "Ctrl-C" in said.read_text("utf-8"), "the demo is ready")
            yield said.read_text("utf-8")
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(PATIENCE_SECONDS)
    assert code == 0, said.read_text("utf-8")
    assert not any(listens(port) for port in (ports.portal, ports.sandbox, ports.mail))


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def test_a_second_start_keeps_its_data_and_fresh_begins_anew(tmp_path: Path) -> None:
    folder, ports = tmp_path / "demo", Ports(free_port(), free_port(), free_port())
    with demo(folder, ports) as said:
        assert "Salma" in said
        assert httpx.get(f"http://{HOST}:{ports.portal}/ar/").status_code == 200
    keys = json.loads((folder / "secrets.json").read_text("utf-8"))
    with demo(folder, ports) as said:
        assert ": 0 definitions changed" in said
    assert json.loads((folder / "secrets.json").read_text("utf-8")) == keys
    with demo(folder, ports, "--fresh") as said:
        assert ": 0 definitions changed" not in said
    assert json.loads((folder / "secrets.json").read_text("utf-8")) != keys


def test_a_busy_port_is_said_plainly(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        ports = Ports(taken.getsockname()[1], free_port(), free_port())
        done = subprocess.run(command(tmp_path / "demo", ports), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"port {ports.portal}" in done.stderr
    assert "Traceback" not in done.stderr
