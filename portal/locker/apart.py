"""A file that a person brings is read in a process of its own: what it does to its reader ends with it.

Ten megabytes can be made to unpack into many gigabytes, or to keep a reader busy for hours; such a file takes no
memory, time or process from the pages of others."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from portal.locker.intake import MOST_BYTES, BadFile, Taken, read
from portal.locker.ports import NotReachable

MOST_MEMORY = 700_000_000
MOST_CPU_SECONDS, MOST_SECONDS = 10, 30
AT_ONCE = threading.BoundedSemaphore(2)
"""Readers of one web process at the same time; who comes later waits for a moment, and then is told to come again."""

MOST_WAIT_SECONDS = 20.0

ROOT = Path(__file__).resolve().parents[2]


def read_apart(content: bytes) -> Taken:
    """What this file is, as ``intake.read`` says. Raises BadFile, also when reading it takes too much, and NotReachable
    when too many files are being read."""
    if not content or len(content) > MOST_BYTES:
        return read(content)
    if not AT_ONCE.acquire(timeout=MOST_WAIT_SECONDS):
        raise NotReachable("too many files are being read")
    command = [sys.executable, "-m", "portal.locker.apart"]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=content, capture_output=True, timeout=MOST_SECONDS, check=False, cwd=ROOT, env={}
        )
        said = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise BadFile("damaged_file") from None
    finally:
        AT_ONCE.release()
    if "code" in said:
        raise BadFile(said["code"], **said["params"])
    return Taken(**said)


def main() -> None:
    """Reads the file that comes in, within limits, and says what it is."""
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    os.nice(5)  # pages come first
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        said = asdict(read(content))
    except BadFile as problem:
        said = {"code": problem.code, "params": problem.params}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
