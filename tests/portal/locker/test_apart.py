"""Files that harm who reads them are read apart: they take no memory and no time from the portal's pages."""

from __future__ import annotations

import resource
import zlib
from collections.abc import Iterator

import pytest
from files_brought import a_pdf, a_photo

from portal.locker import apart
from portal.locker.apart import MOST_MEMORY, read_apart
from portal.locker.intake import MOST_BYTES, BadFile

OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>",
)


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
    return body + b"6 0 obj\n<<%b>>\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        about,
        table,
        len(body),
    )


def flate(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    kept = packer.compress(b"5 0 <</A 1>>")
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


def refusal(content: bytes) -> str:
    with pytest.raises(BadFile) as problem:
        read_apart(content)
    return problem.value.code


def test_what_is_read_apart_is_read_the_same() -> None:
    assert read_apart(a_pdf()).media == "application/pdf"
    assert read_apart(a_photo()).media == "image/jpeg"
    assert refusal(b"") == "empty_file"
    assert refusal(b"x" * (MOST_BYTES + 1)) == "large_file"
    assert refusal(b"just words") == "unknown_file"


@pytest.mark.parametrize(("packed", "how"), [(flate(1200), b"FlateDecode"), (lzw(150), b"LZWDecode")])
def test_what_unpacks_without_end_is_refused_and_takes_little(packed: bytes, how: bytes) -> None:
    assert refusal(a_pdf_that_unpacks(packed, how)) == "damaged_file"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MOST_MEMORY


def test_what_keeps_its_reader_busy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.001)
    assert refusal(a_pdf()) == "damaged_file"


def test_a_pdf_that_unpacks_a_little_is_taken() -> None:
    assert read_apart(a_pdf_that_unpacks(flate(1), b"FlateDecode")).media == "application/pdf"
