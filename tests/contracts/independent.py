"""An issuer that others wrote (npm ``oidc-provider``), in a process of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from browsing import free_port
from twins.outside import BACK, CLIENT, CLIENT_SECRET

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "tests" / "twins" / "oidc_provider.mjs"
AFTER = "http://127.0.0.1:8000/fr/"


def node() -> str | None:
    """The machine's Node, or the one inside the environment."""
    inside = ROOT / ".venv" / "bin" / "node"
    return str(inside) if inside.exists() else which("node")


@contextmanager
def independent() -> Iterator[str]:
    """The issuer's address, for as long as the block lasts."""
    found, port = node(), free_port()
    assert found, "Node is missing: make assets"
    told = {"PORT": str(port), "CLIENT_ID": CLIENT, "CLIENT_SECRET": CLIENT_SECRET}
    told |= {"REDIRECT_URI": BACK, "LOGOUT_URI": AFTER}
    with subprocess.Popen(
        [found, str(SERVER)], env=os.environ | told, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
    ) as process:
        try:
            assert process.stdout is not None
            assert b"ready" in process.stdout.readline()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
