"""Files that harm who reads them are read apart: they take no memory and no time from the portal's pages. What is shown
of a file is made anew there: pictures, without what the file may hide."""

from __future__ import annotations

import io
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NoReturn

import pikepdf
import pytest
from bench.meter import workers
from closed_made import said_of, seen_by_others, without_rights
from files_brought import a_pdf, a_photo, saved
from PIL import Image

from portal.locker import apart
from portal.locker.apart import Carried, marked_apart, preview_apart, proof_apart, read_apart
from portal.locker.intake import MOST_SCANS
from portal.locker.ports import NotReachable
from portal.locker.reading_room import MOST_MEMORY
from portal.locker.rendering import mark
from portal.locker.taken import MOST_BYTES, BadFile
from portal.settings import ROOT

OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>",
)
WORDS = "Compte bancaire", "01/10/2026 · Shubbak"
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
TURNED_RIGHT = 6


def a_pdf_that_unpacks(packed: bytes, how: bytes) -> bytes:
    """A PDF whose object 5 lies in the stream of object 4."""
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/%b/Length %d>>\nstream\n%b\nendstream" % (how, len(packed), packed)
    body, rows = b"%PDF-1.7\n", [bytes(7)]
    for number, one in enumerate((*OBJECTS, stream), 1):
        rows.append(b"\1" + len(body).to_bytes(4, "big") + bytes(2))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    rows += [b"\2" + (4).to_bytes(4, "big") + bytes(2), b"\1" + len(body).to_bytes(4, "big") + bytes(2)]
    table = b"".join(rows)
    about = b"/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Length %d" % (len(rows), len(table))
    last = b"6 0 obj\n<<%b>>\nstream\n%b\nendstream\nendobj\n" % (about, table)
    return body + last + b"startxref\n%d\n%%%%EOF\n" % len(body)


def flate(megabytes: int, first: bytes = b"5 0 <</A 1>>") -> bytes:
    packer = zlib.compressobj(1)
    kept = packer.compress(first)
    return kept + b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()


def lzw(rounds: int) -> bytes:
    """Spaces, about eight megabytes a round (ISO 32000-2, 7.4.4): which no setting of the reader bounds."""
    bits = "".join(f"{code:09b}" for code in (256, *b"5 0 <</A 1>>")) + "".join(_spaces()) * rounds
    return int(bits + "0" * (-len(bits) % 8), 2).to_bytes((len(bits) + 7) // 8, "big")


def _spaces() -> Iterator[str]:
    yield f"{256:09b}{32:09b}"
    for code in range(258, 4094):
        yield f"{code:0{min(12, (code + 1).bit_length())}b}"
    yield f"{256:012b}"


def refusal(content: bytes, reader: Callable[[IO[bytes]], object] = read_apart) -> str:
    with pytest.raises(BadFile) as problem:
        reader(io.BytesIO(content))
    return problem.value.code


ALONE = """
import resource, sys
from portal.locker import apart
from portal.locker.taken import BadFile
with open(sys.argv[2], "rb") as file:
    try:
        getattr(apart, sys.argv[1])(file)
    except BadFile as problem:
        print(problem.code)
apart.room.end()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def read_alone(reader: Callable[[IO[bytes]], object], content: bytes, folder: Path) -> tuple[str, int]:
    """Why a file is refused, and how much memory its reader took at most, in bytes: of a process of its own, which has
    had no other children."""
    file = folder / "file"
    file.write_bytes(content)
    command = [sys.executable, "-c", ALONE, reader.__name__, str(file)]
    code, most = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    return code, int(most)


def the_process() -> int:
    """The id of the process that makes readers."""
    assert apart.room.process is not None
    return apart.room.process.pid


class Unread(io.FileIO):
    """A file that nobody here reads."""

    def read(self, *_: object) -> NoReturn:
        raise AssertionError("it was read")

    readall = readinto = read


def test_what_is_read_apart_is_read_the_same() -> None:
    assert read_apart(io.BytesIO(a_pdf())).media == "application/pdf"
    assert read_apart(io.BytesIO(a_photo())).media == "image/jpeg"
    assert refusal(b"") == "empty_file"
    assert refusal(b"x" * (MOST_BYTES + 1)) == "large_file"
    assert refusal(b"just words") == "unknown_file"


def test_a_file_on_the_disk_is_not_read_through_this_process(tmp_path: Path, fonts: Path) -> None:
    place = tmp_path / "photo"
    place.write_bytes(a_photo())
    with Unread(place) as file:
        assert read_apart(file) == read_apart(io.BytesIO(a_photo()))
        assert preview_apart(file) == preview_apart(io.BytesIO(a_photo()))
        assert marked_apart(file, mark(WORDS, fonts)).startswith(b"%PDF-")


@pytest.mark.parametrize("reader", [read_apart, preview_apart])
def test_a_file_of_which_something_was_read_is_read_from_its_beginning(reader: Callable[[IO[bytes]], object]) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(a_photo())
        assert reader(file) == reader(io.BytesIO(a_photo()))
        file.seek(0)
        file.read(10)
        assert reader(file) == reader(io.BytesIO(a_photo()))


@pytest.mark.parametrize(("packed", "how"), [(flate(1200), b"FlateDecode"), (lzw(150), b"LZWDecode")])
def test_what_unpacks_without_end_is_refused_and_takes_little(packed: bytes, how: bytes, tmp_path: Path) -> None:
    code, most = read_alone(read_apart, a_pdf_that_unpacks(packed, how), tmp_path)
    assert code == "damaged_file"
    assert most < MOST_MEMORY


def test_a_page_that_unpacks_without_end_is_not_drawn_and_takes_little(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        content = pikepdf.Stream(pdf, b"")
        content.write(flate(600, b"q Q"), filter=pikepdf.Name.FlateDecode)
        pdf.pages[0].Contents = pdf.make_indirect(content)
        bomb = saved(pdf)
    code, most = read_alone(preview_apart, bomb, tmp_path)
    assert code == "damaged_file"
    assert most < MOST_MEMORY


def test_what_keeps_its_reader_busy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.001)
    assert refusal(a_pdf()) == "damaged_file"


def test_what_ends_the_process_that_makes_readers_ends_no_reading() -> None:
    """It ends by itself when nothing was brought for a while, perhaps just when something is."""
    before = read_apart(io.BytesIO(a_pdf()))
    os.kill(the_process(), signal.SIGKILL)
    assert read_apart(io.BytesIO(a_photo())).media == "image/jpeg"
    assert read_apart(io.BytesIO(a_pdf())).media == before.media


def test_files_are_read_again_after_no_process_could_be_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    apart.room.end()

    def fail(*_: object, **__: object) -> NoReturn:
        raise BlockingIOError("too many processes")

    with monkeypatch.context() as full:
        full.setattr("subprocess.Popen", fail)
        with pytest.raises(NotReachable):
            read_apart(io.BytesIO(a_pdf()))
    assert read_apart(io.BytesIO(a_pdf())).media == "application/pdf"


def test_what_was_sealed_is_never_on_a_disk_in_the_clear(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert preview_apart(io.BytesIO(a_photo())).startswith(b"\xff\xd8")


@pytest.mark.parametrize("said", [b"", b"+", bytes(8) + b"x", (5).to_bytes(8) + b"+ab", (3).to_bytes(8) + b"?ab"])
def test_a_reader_that_says_nonsense_or_too_little_is_not_believed(said: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(said)
        with pytest.raises(BadFile):
            apart._answered(ours, "file")


def test_a_reader_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_ANSWER", 1000)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(bytes(2000))
        with pytest.raises(BadFile):
            apart._answered(ours, "file")


def test_a_reader_knows_nothing_of_the_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    apart.room.end()
    monkeypatch.setenv("PORTAL_KEYS", "a secret")
    begun: list[dict[str, str]] = []

    def begin(*command: Any, env: dict[str, str], **more: Any) -> subprocess.Popen[bytes]:
        begun.append(env)
        return real(*command, env=env, **more)

    real = subprocess.Popen
    with monkeypatch.context() as watched:
        watched.setattr("subprocess.Popen", begin)
        read_apart(io.BytesIO(a_pdf()))
    assert begun == [{}]


A_READER = """
import sys, tempfile
from portal.locker.apart import room
with tempfile.TemporaryFile() as file, room.reader(file.fileno()):
    print(room.process.pid, flush=True)
    sys.stdin.read()
"""


def test_what_took_over_a_reader_reads_no_other_makes_no_file_grow_and_gains_no_rights() -> None:
    begun = subprocess.Popen(without_rights("-c", A_READER), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with begun as portal:
        assert portal.stdout
        room = int(portal.stdout.readline())
        [reader] = workers(room)
        assert seen_by_others(portal.pid) is not None  # which has no keys: the portal's own keep to themselves
        for process in (room, reader):
            assert seen_by_others(process) is None
            assert said_of(process, "NoNewPrivs") == "1"
        assert said_of(reader, "Max file size", "limits").split() == ["0", "0", "bytes"]


def test_a_pdf_that_unpacks_a_little_is_taken() -> None:
    assert read_apart(io.BytesIO(a_pdf_that_unpacks(flate(1), b"FlateDecode"))).media == "application/pdf"


def test_a_file_that_is_no_pdf_or_a_pdf_of_others_carries_no_proof() -> None:
    assert [proof_apart(io.BytesIO(one)) for one in (a_photo(), a_pdf())] == [Carried(), Carried()]


def in_passes(size: tuple[int, int], times: int) -> bytes:
    """A grey picture in so many passes."""
    out = io.BytesIO()
    Image.new("L", size, 128).save(out, "JPEG", progressive=True)
    picture, scan = out.getvalue(), b"\xff\xda"
    last = picture.rindex(scan)
    return picture[:last] + picture[last:-2] * (times - picture.count(scan) + 1) + b"\xff\xd9"


def test_a_picture_that_takes_many_passes_is_no_larger_than_can_be_read_again_and_again() -> None:
    assert read_apart(io.BytesIO(in_passes((5400, 5400), 12))).media == "image/jpeg"
    assert read_apart(io.BytesIO(in_passes((2000, 2000), 99))).media == "image/jpeg"
    assert refusal(in_passes((5400, 5400), 99)) == "large_picture"


def test_a_large_picture_that_has_no_passes_is_not_taken_for_one_that_has() -> None:
    noise = Image.frombytes("RGB", (1700, 1700), random.Random(1).randbytes(1700 * 1700 * 3))
    out = io.BytesIO()
    noise.save(out, "PNG")
    assert out.getvalue().count(b"\xff\xda") > MOST_SCANS
    assert read_apart(out).media == "image/png"
