"""A PostgreSQL cluster of the drill's own in a temporary folder: it may be stopped at will and harms nobody."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from browsing import free_port

NOBODY_RUNS_AS_ROOT = ("postgres", "nobody")
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
full_page_writes = off
max_connections = 200
shared_buffers = 64MB
log_min_messages = fatal
"""


class NotInstalled(Exception):
    """This machine has no PostgreSQL server programs."""


def programs() -> Path:
    """The folder with initdb and pg_ctl. Raises NotInstalled."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    if path is None:
        raise NotInstalled("no PostgreSQL server programs (initdb) on this machine")
    return Path(path).resolve().parent


class Cluster:
    """One server: ``start``, ``stop`` (``immediate`` as a crash), and the address of its database."""

    def __init__(self, folder: Path) -> None:
        self._bin, self._data, self.port = programs(), folder / "cluster", free_port()
        self._user = _unprivileged()
        self._data.mkdir(parents=True)
        if self._user:
            shutil.chown(self._data, self._user)
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        (self._data / "postgresql.auto.conf").write_text(f"port = {self.port}\n{SETTINGS}", "utf-8")

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        self._run("pg_ctl", "start", "-w", "-t", "60", "-l", str(self._data / "server.log"))

    def stop(self, how: str = "fast") -> None:
        """Stops the server: ``fast`` breaks connections off, ``immediate`` does so without a shutdown, as a crash."""
        self._run("pg_ctl", "stop", "-m", how, "-w", "-t", "60")

    def url(self, name: str = "shubbak") -> str:
        """The address of a database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._bin / program), "-D", str(self._data), *arguments],
            check=True, user=self._user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: who runs it then."""
    if os.geteuid() != 0:
        return None
    for name in NOBODY_RUNS_AS_ROOT:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NotInstalled("no unprivileged user to run PostgreSQL as")


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A running cluster, gone afterwards. Raises NotInstalled."""
    own = Cluster(folder)
    own.start()
    try:
        yield own
    finally:
        own.stop("immediate")
