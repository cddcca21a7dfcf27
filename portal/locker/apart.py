"""A file that a person brings is read in a process of its own: what it does to its reader ends with it.

Ten megabytes can be made to unpack into many gigabytes, or to keep a reader busy for hours; such a file takes no
memory, time or process from the pages of others. Loading what reads files takes longer than reading most of them; so
one process loads it once (``reading_room``), and each reader is a copy of it."""

from __future__ import annotations

import atexit
import base64
import io
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO

from portal.locker.memory import in_memory
from portal.locker.ports import NotReachable
from portal.locker.taken import MOST_BYTES, MOST_MB, BadFile, Taken
from portal.locker.turns import Turns, Whom

AT_ONCE, OF_EACH = 3, 6
"""Files that one web process reads at the same time, and those of one person that are here: as many as a browser asks
for at once. Who comes later is told to come again."""

WAITS = {"proof": 3.0, "preview": 5.0}
MOST_WAIT_SECONDS = 20.0
"""So long one waits for a turn; what anybody may have checked, and what is only looked at, waits for less."""

MOST_START_SECONDS = 30.0
MOST_SECONDS = 35.0  # a little longer than a reader has: it is stopped first
SHORTEST, PIECE = 0.001, 256 * 1024
MOST_ANSWER = 30_000_000  # bytes: the pages of a long scan
BEGUN, DONE, REFUSED, LENGTH = b"!", b"+", b"-", 8
"""What a reader says: that it has begun; then how long its answer is, and that, which begins with how it went."""

A_PDF, A_PICTURE = b"%PDF-", (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
"""How they begin."""

ROOT = Path(__file__).resolve().parents[2]


def read_apart(file: IO[bytes], whom: Whom = None) -> Taken:
    """What this file is, as ``intake.read`` says. ``whom`` is for whom it is read, nobody where nobody has signed in.
    Raises BadFile, also when reading it takes too much, and NotReachable, of which TooManyFiles is one."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        raise BadFile("empty_file")
    if size > MOST_BYTES:
        raise BadFile("large_file", most=MOST_MB)
    return Taken(**json.loads(_apart(file, whom, "file")))


@dataclass(frozen=True, slots=True)
class Carried:
    """By what a file can be checked: the signed proof that a PDF of ours carries; else what the QR code says that is
    seen in a picture, or on the first page of a PDF that was printed and scanned. Empty where there is none."""

    token: bytes = b""
    said: str = ""


def proof_apart(file: IO[bytes]) -> Carried:
    """Raises as ``read_apart`` does."""
    if not (_starts(file, A_PDF) or is_picture(file)) or file.seek(0, os.SEEK_END) > MOST_BYTES:
        return Carried()
    token, said = json.loads(_apart(file, None, "proof"))
    return Carried(base64.b64decode(token), said)


def is_picture(file: IO[bytes]) -> bool:
    """Whether a file begins as a picture does that is looked at."""
    return _starts(file, *A_PICTURE)


def _starts(file: IO[bytes], *kinds: bytes) -> bool:
    file.seek(0)
    return file.read(max(map(len, kinds))).startswith(kinds)


def preview_apart(file: IO[bytes], whom: Whom = None) -> bytes:
    """A picture (JPEG) of what a file looks like. Raises as ``read_apart`` does."""
    return _apart(file, whom, "preview")


def marked_apart(file: IO[bytes], mark: bytes, whom: Whom = None) -> bytes:
    """The file as pictures in a PDF, with a mark (PNG) across them. Raises as ``read_apart`` does."""
    return _apart(file, whom, "marked", base64.b64encode(mark).decode())


def printed_apart(file: IO[bytes], whom: Whom = None, of: int = 1) -> list[bytes]:
    """Pictures (JPEG) of all pages, as fine as they are printed; smaller when it is one ``of`` several files that are
    to be one. Raises as ``read_apart`` does, also for a file of more pages than are printed."""
    return [base64.b64decode(page) for page in json.loads(_apart(file, whom, "printed", str(of)))]


def bound_apart(pages: Sequence[bytes], whom: Whom = None) -> bytes:
    """One PDF of such pictures. Raises as ``read_apart`` does."""
    return _apart(io.BytesIO(b"".join(len(page).to_bytes(LENGTH) + page for page in pages)), whom, "bound")


def _apart(file: IO[bytes], whom: Whom, what: str, *more: str) -> bytes:
    with turns.turn(whom, WAITS.get(what, MOST_WAIT_SECONDS)), _descriptor(file) as given, room.reader(given) as reader:
        answer = _answered(reader, what, *more)
    if answer.startswith(DONE):
        return answer[len(DONE) :]
    said = json.loads(answer.removeprefix(REFUSED))
    raise BadFile(said["code"], **said["params"])


def _answered(reader: socket.socket, *asked: str) -> bytes:
    """What a reader says, which may be anybody by now: so many bytes at most, in so much time. Raises BadFile."""
    end, heard = monotonic() + MOST_SECONDS, bytearray()
    with suppress(OSError):  # it was stopped
        reader.sendall(json.dumps(asked).encode())
        reader.shutdown(socket.SHUT_WR)
        while len(heard) <= MOST_ANSWER:
            reader.settimeout(max(end - monotonic(), SHORTEST))
            if not (piece := reader.recv(PIECE)):
                break
            heard += piece
    length, answer = heard[:LENGTH], bytes(heard[LENGTH:])
    if len(length) < LENGTH or int.from_bytes(length) != len(answer) or not answer.startswith((DONE, REFUSED)):
        raise BadFile("damaged_file")
    return answer


@contextmanager
def _descriptor(file: IO[bytes]) -> Iterator[int]:
    """The file as a process is given it: what lies on the disk does not pass through here."""
    file.seek(0, os.SEEK_END)  # so that the next step goes further than what was read ahead, to the file itself
    file.seek(0)
    try:
        yield file.fileno()
    except io.UnsupportedOperation:
        with in_memory([file.read()]) as copy:
            yield copy.fileno()


class Room:
    """The process that makes readers. It begins when the first file comes, and again after it has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def reader(self, file: int) -> Iterator[socket.socket]:
        """A reader of this file that waits to be told what is asked. Raises NotReachable."""
        for _ in range(2):  # the process ends when it had nothing to do, perhaps while it is asked
            ours, theirs = socket.socketpair()
            with ours:
                with theirs:
                    asked = self._asked(file, theirs)
                if _has_begun(ours):
                    yield ours
                    return
            self.end(asked)
        raise NotReachable("files cannot be read")

    def _asked(self, file: int, connection: socket.socket) -> subprocess.Popen[bytes]:
        """The process that was asked for a reader of this file."""
        with self._lock:
            if self._socket is None or self.process is None:
                self._socket, self.process = _begun()
            with suppress(OSError):  # it has ended: nobody will answer
                socket.send_fds(self._socket, [b"?"], [file, connection.fileno()])
            return self.process

    def end(self, asked: subprocess.Popen[bytes] | None = None) -> None:
        """Ends the process, or this one if it has not ended yet; its readers go on."""
        with self._lock:
            if self._socket is None or self.process is None or asked not in (None, self.process):
                return
            self._socket.close()
            self.process.kill()
            self.process.wait()
            self._socket = self.process = None


def _begun() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """A process that makes readers, and where it is asked for them. Raises NotReachable."""
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "portal.locker.reading_room"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env={},
            )
        except OSError as problem:
            ours.close()
            raise NotReachable("files cannot be read") from problem
    return ours, process


def _has_begun(reader: socket.socket) -> bool:
    reader.settimeout(MOST_START_SECONDS)
    try:
        return reader.recv(len(BEGUN)) == BEGUN
    except OSError:
        return False


def _forget() -> None:
    """What belongs to the parent of a process that was forked."""
    global room, turns
    room, turns = Room(), Turns(AT_ONCE, OF_EACH)


room, turns = Room(), Turns(AT_ONCE, OF_EACH)
atexit.register(lambda: room.end())
os.register_at_fork(after_in_child=_forget)
