"""A file that a person brings is read in a process of its own: what it does to its reader ends with it.

Ten megabytes can be made to unpack into many gigabytes, or to keep a reader busy for hours; such a file takes no
memory, time or process from the pages of others."""

from __future__ import annotations

import base64
import io
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from portal.locker.intake import MOST_BYTES, MOST_MB, BadFile, Taken, read
from portal.locker.ports import NotReachable

MOST_MEMORY = 700_000_000
MOST_CPU_SECONDS, MOST_SECONDS = 10, 30
AT_ONCE = threading.BoundedSemaphore(2)
"""Readers of one web process at the same time; who comes later waits for a moment, and then is told to come again."""

MOST_WAIT_SECONDS = 20.0
REFUSED = 3
WORDS = "WORDS"
"""Where a reader finds what is not for its command line, which everybody on this machine may read."""

ROOT = Path(__file__).resolve().parents[2]


def read_apart(file: IO[bytes]) -> Taken:
    """What this file is, as ``intake.read`` says. Raises BadFile, also when reading it takes too much, and NotReachable
    when too many files are being read."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        raise BadFile("empty_file")
    if size > MOST_BYTES:
        raise BadFile("large_file", most=MOST_MB)
    return Taken(**json.loads(_apart("file", file)))


def proof_apart(file: IO[bytes]) -> bytes | None:
    """The signed proof that a PDF carries, None for a file that has none. Raises as ``read_apart`` does."""
    file.seek(0)
    if file.read(5) != b"%PDF-" or file.seek(0, os.SEEK_END) > MOST_BYTES:
        return None
    return _apart("proof", file) or None


def preview_apart(file: IO[bytes]) -> bytes:
    """A picture (JPEG) of what a file looks like. Raises as ``read_apart`` does."""
    return _apart("preview", file)


def marked_apart(file: IO[bytes], words: str, fonts: Path) -> bytes:
    """The file as pictures in a PDF, with these words across them. Raises as ``read_apart`` does."""
    return _apart("marked", file, str(fonts), words=words)


def printed_apart(file: IO[bytes]) -> list[bytes]:
    """Pictures (JPEG) of all pages, as fine as they are printed. Raises as ``read_apart`` does, also for a file of more
    pages than are printed."""
    return [base64.b64decode(page) for page in json.loads(_apart("printed", file))]


def _apart(what: str, file: IO[bytes], *more: str, words: str = "") -> bytes:
    if not AT_ONCE.acquire(timeout=MOST_WAIT_SECONDS):
        raise NotReachable("too many files are being read")
    command = [sys.executable, "-m", "portal.locker.apart", what, *more]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            **_given(file),
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
            cwd=ROOT,
            env={WORDS: words},
        )
    except subprocess.TimeoutExpired:
        raise BadFile("damaged_file") from None
    finally:
        AT_ONCE.release()
    if done.returncode == REFUSED:
        said = json.loads(done.stdout)
        raise BadFile(said["code"], **said["params"])
    if done.returncode:
        raise BadFile("damaged_file")
    made: bytes = done.stdout
    return made


def _given(file: IO[bytes]) -> dict[str, Any]:
    """The file as a process is given it: what lies on the disk does not pass through here."""
    file.seek(0, os.SEEK_END)  # so that the next step goes further than what was read ahead, to the file itself
    file.seek(0)
    try:
        return {"stdin": file.fileno()}
    except io.UnsupportedOperation:
        return {"input": file.read()}


def _proof(content: bytes) -> bytes:
    from portal.locker.proofs.cose import BadMessage
    from portal.locker.proofs.printing import NoProof, attached

    try:
        return attached(content)
    except NoProof:
        return b""
    except BadMessage:
        raise BadFile("damaged_file") from None


def _preview(content: bytes) -> bytes:
    from portal.locker.previews import preview

    return preview(content)


def _marked(content: bytes, fonts: str) -> bytes:
    from portal.locker.previews import marked

    return marked(content, os.environ[WORDS], Path(fonts))


def _printed(content: bytes) -> bytes:
    from portal.locker.previews import printed

    return json.dumps([base64.b64encode(page).decode() for page in printed(content)]).encode()


READERS: Mapping[str, Callable[..., bytes]] = {
    "file": lambda content: json.dumps(asdict(read(content))).encode(),
    "proof": _proof,
    "preview": _preview,
    "marked": _marked,
    "printed": _printed,
}


def main() -> None:
    """Reads the file that comes in, within limits, and says what it is, or what it proves."""
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    os.nice(5)  # pages come first
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sys.stdout.buffer.write(READERS[sys.argv[1]](content, *sys.argv[2:]))
    except BadFile as problem:
        sys.stdout.write(json.dumps({"code": problem.code, "params": problem.params}))
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
