"""Malicious code is looked for in what people bring: by a clamd, which may find some, be silent, or talk nonsense."""

from __future__ import annotations

import io
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import BaseRequestHandler, BaseServer, ThreadingMixIn, ThreadingTCPServer, UnixStreamServer
from threading import Event, Thread
from time import monotonic
from types import SimpleNamespace
from typing import Any, cast

import pikepdf
import pytest
from browsing import wait_until
from files_brought import a_pdf, saved
from twins.odd import closed_port
from twins.store import MemoryStore

from payments.columns import new_id
from portal.locker.arriving import CHUNK_BYTES, Arrived, arrive
from portal.locker.clamd import MOST_ANSWER, Clamd
from portal.locker.ports import NotReachable
from portal.locker.taken import MOST_BYTES, BadFile

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner finds, to see that it looks; in two parts, so that it does not find it here."""

QUICK = 0.3
POLL_SECONDS, PAUSE_SECONDS = 0.05, 0.02
DATA_KEY = b"k" * 32

Way = Callable[["Fake", socket.socket], None]


@dataclass
class Fake:
    """A clamd that knows one signature; ``way`` is how it behaves, a name in WAYS."""

    way: str = "good"
    url: str = ""
    heard: list[bytes] = field(default_factory=list)
    ending: Event = field(default_factory=Event)

    def scanner(self, seconds: float = 10) -> Clamd:
        return Clamd(self.url, seconds)


def _exactly(client: socket.socket, size: int) -> bytes:
    said = client.recv(size, socket.MSG_WAITALL)
    if len(said) < size:
        raise OSError("it went away")
    return said


def _command(client: socket.socket) -> bytes:
    said = b""
    while not said.endswith(b"\0"):
        said += _exactly(client, 1)
    return said[:-1]


def _content(client: socket.socket) -> bytes:
    content = b""
    while size := int.from_bytes(_exactly(client, 4)):
        content += _exactly(client, size)
    return content


def _judged(fake: Fake, client: socket.socket) -> None:
    command = _command(client)
    if command == b"zPING":
        client.sendall(b"PONG\0")
    elif command == b"zINSTREAM":
        fake.heard.append(_content(client))
        client.sendall(b"stream: Eicar-Signature FOUND\0" if EICAR in fake.heard[-1] else b"stream: OK\0")
    else:
        client.sendall(b"UNKNOWN COMMAND\0")


def _saying(answer: bytes) -> Way:
    def way(_fake: Fake, client: socket.socket) -> None:
        if _command(client) == b"zINSTREAM":
            _content(client)
        client.sendall(answer)

    return way


def _silent(fake: Fake, _client: socket.socket) -> None:
    fake.ending.wait(10)


def _dripping(fake: Fake, client: socket.socket) -> None:
    """A byte now and then, each in time: right in the end, but far too late."""
    for byte in b" " * 300 + b"stream: OK\0":
        client.sendall(bytes((byte,)))
        if fake.ending.wait(PAUSE_SECONDS):
            return


def _slow(fake: Fake, client: socket.socket) -> None:
    """Takes what it is sent, but little at a time."""
    while client.recv(CHUNK_BYTES) and not fake.ending.wait(PAUSE_SECONDS):
        pass


WAYS: dict[str, Way] = {
    "good": _judged,
    "error": _saying(b"stream: Can't allocate memory ERROR\0"),
    "too long": _saying(b"INSTREAM size limit exceeded. ERROR\0"),
    "nonsense": _saying(b"HTTP/1.1 400 Bad Request\r\n\r\n\0"),
    "not text": _saying(b"\xff\xfe\0"),
    "nothing": _saying(b"\0"),
    "another": _saying(b"other: OK\0"),
    "cut": _saying(b"stream: OK"),
    "gigantic": _saying(b"stream: " + b"x" * 100 * MOST_ANSWER + b" FOUND\0"),
    "hanging up": lambda _fake, _client: None,
    "silent": _silent,
    "dripping": _dripping,
    "slow": _slow,
}
WRONG = [way for way in WAYS if way != "good"]


class _Handler(BaseRequestHandler):
    def handle(self) -> None:
        fake: Fake = self.server.fake  # type: ignore[attr-defined]
        with suppress(OSError):  # the other side had enough
            WAYS[fake.way](fake, self.request)


class _Tcp(ThreadingTCPServer):
    daemon_threads = True
    fake: Fake


class _Unix(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True
    fake: Fake


@contextmanager
def a_clamd(path: Path | None = None) -> Iterator[Fake]:
    """A fake for as long as the block lasts: on a free port, or on a socket in the file system."""
    server: BaseServer = _Unix(str(path), _Handler) if path else _Tcp(("127.0.0.1", 0), _Handler)
    with server:
        url = f"unix://{path}" if path else f"tcp://127.0.0.1:{server.server_address[1]}"  # type: ignore[attr-defined]
        fake = server.fake = Fake(url=url)  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            fake.ending.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def clamd() -> Iterator[Fake]:
    with a_clamd() as fake:
        yield fake


def an_infected_pdf(*, packed: bool = False) -> bytes:
    """A PDF of one empty page with EICAR inside."""
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        pdf.Root.Aside = pdf.make_indirect(pikepdf.Stream(pdf, EICAR))
        return saved(pdf, compress_streams=packed)


def arrived(content: bytes, scanner: Clamd | None, store: MemoryStore, room: int = MOST_BYTES) -> Arrived:
    adapters = cast(Any, SimpleNamespace(scanner=scanner, store=store))
    return arrive(adapters, io.BytesIO(content), "documents/one", DATA_KEY, room, new_id())


def refusal(content: bytes, scanner: Clamd | None, room: int = MOST_BYTES) -> str:
    """Why a file is not taken, of which nothing is stored."""
    store = MemoryStore()
    with pytest.raises(BadFile) as problem:
        arrived(content, scanner, store, room)
    assert store.objects == {}
    return problem.value.code


def test_what_is_clean_is_clean_and_what_is_found_has_a_name(clamd: Fake) -> None:
    assert clamd.scanner().scan([b"just ", b"words"]) is None
    assert clamd.scanner().scan([EICAR]) == "Eicar-Signature"
    assert clamd.scanner().check() == "clamd: answers"


def test_all_of_a_file_is_looked_through_even_where_its_pieces_meet(clamd: Fake) -> None:
    large = b"x" * 3_000_000
    assert clamd.scanner().scan([large, EICAR[:30], EICAR[30:], large]) == "Eicar-Signature"
    assert clamd.heard == [large + EICAR + large]


def test_a_clamd_on_a_socket_of_this_machine_does_the_same(tmp_path: Path) -> None:
    with a_clamd(tmp_path / "socket") as fake:
        assert fake.scanner().scan([EICAR]) == "Eicar-Signature"
        assert fake.scanner().check() == "clamd: answers"


@pytest.mark.parametrize("way", WRONG)
def test_a_clamd_that_answers_wrongly_has_not_said_that_a_file_is_clean(clamd: Fake, way: str) -> None:
    clamd.way = way
    began = monotonic()
    with pytest.raises(NotReachable):
        clamd.scanner(QUICK).scan([b"words"])
    with pytest.raises(NotReachable):
        clamd.scanner(QUICK).check()
    assert monotonic() - began < 4


def test_a_clamd_that_takes_a_file_too_slowly_keeps_nobody_waiting(clamd: Fake) -> None:
    clamd.way = "slow"
    began = monotonic()
    with pytest.raises(NotReachable):
        clamd.scanner(QUICK).scan(b"x" * CHUNK_BYTES for _ in range(1000))
    assert monotonic() - began < 4


def test_where_no_clamd_listens_nothing_is_known(tmp_path: Path) -> None:
    for url in (f"tcp://127.0.0.1:{closed_port()}", f"unix://{tmp_path}/nobody"):
        with pytest.raises(NotReachable):
            Clamd(url).scan([b"words"])
        with pytest.raises(NotReachable):
            Clamd(url).check()


def test_a_file_that_is_clean_is_stored_as_it_came(clamd: Fake) -> None:
    store, content = MemoryStore(), a_pdf()
    assert arrived(content, clamd.scanner(), store).scan == "clean"
    assert store.get("documents/one", DATA_KEY) == content
    assert clamd.heard == [content]


def test_a_file_in_which_something_is_found_is_refused_and_not_stored(clamd: Fake) -> None:
    assert refusal(an_infected_pdf(), clamd.scanner()) == "harmful_file"


@pytest.mark.parametrize("way", ["silent", "hanging up", "error"])
def test_a_file_waits_while_its_scanner_is_silent(clamd: Fake, way: str) -> None:
    clamd.way = way
    store, content = MemoryStore(), an_infected_pdf()
    assert arrived(content, clamd.scanner(QUICK), store).scan == "waiting"
    assert store.get("documents/one", DATA_KEY) == content


def test_where_no_scanner_is_set_up_nothing_is_said_of_a_file() -> None:
    store, content = MemoryStore(), an_infected_pdf()
    assert arrived(content, None, store).scan is None
    assert store.get("documents/one", DATA_KEY) == content


def test_what_is_not_taken_anyway_is_not_looked_through(clamd: Fake) -> None:
    assert refusal(EICAR, clamd.scanner()) == "unknown_file"
    assert refusal(a_pdf(), clamd.scanner(), room=10) == "no_room"
    assert clamd.heard == []


@pytest.mark.skipif(shutil.which("clamd") is None, reason="no clamd (apt install clamav-daemon)")
def test_a_real_clamd_finds_what_every_scanner_finds(tmp_path: Path) -> None:
    with a_real_clamd(tmp_path) as scanner:
        assert scanner.scan([EICAR]) == "Eicar.UNOFFICIAL"
        assert scanner.scan([a_pdf()]) is None
        assert refusal(an_infected_pdf(), scanner) == refusal(an_infected_pdf(packed=True), scanner) == "harmful_file"
        assert arrived(a_pdf(), scanner, MemoryStore()).scan == "clean"
        assert scanner.scan(b"\0" * CHUNK_BYTES for _ in range(MOST_BYTES // CHUNK_BYTES)) is None


@contextmanager
def a_real_clamd(folder: Path) -> Iterator[Clamd]:
    """A clamd of the test's own that knows one signature, gone afterwards."""
    known, place, settings = folder / "known", folder / "socket", folder / "clamd.conf"
    known.mkdir()
    (known / "own.ndb").write_text(f"Eicar:0:*:{EICAR.hex()}\n")
    settings.write_text(
        f"LocalSocket {place}\nDatabaseDirectory {known}\nTemporaryDirectory {folder}\nForeground yes\n"
    )
    with subprocess.Popen(["clamd", "--config-file", str(settings)], stdout=subprocess.DEVNULL) as process:
        try:
            scanner = Clamd(f"unix://{place}")
            wait_until(lambda: _answers(scanner), "clamd answers")
            yield scanner
        finally:
            process.terminate()


def _answers(scanner: Clamd) -> bool:
    with suppress(NotReachable):
        return bool(scanner.check())
    return False
