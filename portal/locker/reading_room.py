"""The process in which copies of itself read what strangers sent: it has loaded what reads files, and nothing else of
the portal: no settings, no keys, no connections. A copy (a fork) reads one file within limits, answers, and ends."""

from __future__ import annotations

import base64
import io
import json
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict

from portal.closed import close, gain_nothing
from portal.locker.apart import BEGUN, DONE, LENGTH, REFUSED
from portal.locker.intake import read
from portal.locker.previews import bound, marked, preview, printed
from portal.locker.proofs.cose import BadMessage
from portal.locker.proofs.printing import NoProof, attached
from portal.locker.proofs.seeing import seen
from portal.locker.taken import MOST_BYTES, BadFile

MOST_MEMORY = 700_000_000
MOST_CPU_SECONDS, MOST_SECONDS = 10, 30
SECONDS = {"proof": 2, "preview": 4}
"""Seconds of work that are done for whoever has not even signed in, and for what is looked at again and again."""

IDLE_SECONDS = 300
HERE = 0
"""The descriptor of the socket on which files are asked about."""


def _proof(content: bytes) -> bytes:
    try:
        token = attached(content) if content.startswith(b"%PDF-") else b""
    except NoProof:
        token = b""
    except BadMessage:
        raise BadFile("damaged_file") from None
    return json.dumps([base64.b64encode(token).decode(), "" if token else seen(content)]).encode()


def _printed(content: bytes, of: str) -> bytes:
    return json.dumps([base64.b64encode(page).decode() for page in printed(content, int(of))]).encode()


def _lengthy(content: bytes) -> Iterator[bytes]:
    """Pieces, each behind its length."""
    rest = io.BytesIO(content)
    while length := rest.read(LENGTH):
        yield rest.read(int.from_bytes(length))


READERS: Mapping[str, Callable[..., bytes]] = {
    "file": lambda content: json.dumps(asdict(read(content))).encode(),
    "proof": _proof,
    "preview": preview,
    "marked": lambda content, mark: marked(content, base64.b64decode(mark)),
    "printed": _printed,
    "bound": lambda content: bound(_lengthy(content)),
}


def main() -> None:
    """Makes a copy for each file, until whoever asks is gone or has not asked for a while."""
    close()  # what took over one reader shall not read the files of others
    gain_nothing()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end of whoever asks is enough
    with socket.socket(fileno=HERE) as asked:
        asked.settimeout(IDLE_SECONDS)
        while True:
            try:
                said, descriptors, *_ = socket.recv_fds(asked, 1, 2)
            except TimeoutError:
                return
            if not said:
                return
            if os.fork() == 0:
                asked.close()  # the files of others are none of its business
                _answer(*descriptors)
            for one in descriptors:
                os.close(one)
            _let_go()


def _let_go() -> None:
    """Forgets the copies that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _answer(file: int, connection: int) -> None:
    """Says that it has begun, hears what is asked, reads the file and answers; never returns."""
    try:
        os.nice(5)  # pages come first
        signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # what it says goes by its socket
        with socket.socket(fileno=connection) as asker, os.fdopen(file, "rb") as opened:
            asker.sendall(BEGUN)
            what, *more = json.loads(_heard(asker))
            seconds = SECONDS.get(what, MOST_CPU_SECONDS)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            said = _said(what, opened.read(MOST_BYTES + 1), *more)
            asker.sendall(len(said).to_bytes(LENGTH) + said)
    finally:
        os._exit(0)


def _heard(asker: socket.socket) -> bytes:
    return b"".join(iter(lambda: asker.recv(MOST_BYTES), b""))


def _said(what: str, content: bytes, *more: str) -> bytes:
    try:
        return DONE + READERS[what](content, *more)
    except BadFile as problem:
        return REFUSED + json.dumps({"code": problem.code, "params": problem.params}).encode()


if __name__ == "__main__":
    main()
