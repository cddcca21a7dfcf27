"""What documents cost: made, sealed, put in, checked; and what memory it takes to put them in and to read them."""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from statistics import median, quantiles

import httpx
from bench.client import Client
from bench.meter import forget_peak, peak_megabytes, pss_megabytes, workers
from bench.town import Program, Town
from PIL import Image
from sqlalchemy import select

from payments.columns import new_id
from portal.keys import KEY_BYTES
from portal.locker.actions import context
from portal.locker.examples import example
from portal.locker.models import Document
from portal.locker.proofs import codes
from portal.locker.proofs.making import proof_of
from portal.locker.proofs.printing import on_paper
from portal.locker.rendering import render
from portal.unit import Unit, Work

KIND, SEAL = "birth_extract", "commune/c-04421-02"
UNSEALED, SEALED = "document, unsealed", "document, sealed"
UPLOAD = "upload, times the bare writing"
UPLOAD_PEAK, DOWNLOAD_PEAK = (
    f"peak memory of {what} of 9.5 MB rather than 1 MB, MB more" for what in ("uploads", "downloads")
)
TARGETS = {
    f"{UNSEALED}, CPU-ms": 1000 / 7,
    f"{SEALED}, CPU-ms": 1000 / 5,
    UPLOAD: 2.0,
    UPLOAD_PEAK: 12.0,
    DOWNLOAD_PEAK: 12.0,
}
MANY, UPLOADS = 20, 6
Numbers = dict[str, float]


def numbers(here: Town, web: Program, cookies: Mapping[str, str], say: Callable[[str], None]) -> Numbers:
    """Documents made here, by the trust services of the sandbox; uploads by the web server that runs."""
    work = here.work()
    try:
        say("documents")
        found = _made(work)
        say("uploads")
        return found | _uploaded(here, web, work, cookies)
    finally:
        work.database.dispose()


def _made(work: Work) -> Numbers:
    adapters, moment = work.adapters, datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
    paper = example(KIND)

    def unsealed() -> bytes:
        key = os.urandom(KEY_BYTES)
        document = Document(id=new_id(), kind=KIND, proof_list="2026-10", proof_place=7, made_at=moment)
        proof = proof_of(document, paper, key, adapters.settings.public_url)
        paged = on_paper(adapters.settings.public_url, proof.code, proof.signed(adapters.proof_keys))
        return render(KIND, paper.data() | {"proof": paged}, moment=moment, fonts=adapters.settings.fonts)

    return _timed(UNSEALED, unsealed) | _timed(SEALED, lambda: adapters.trust.sealed(unsealed(), SEAL))


def _timed(name: str, make: Callable[[], bytes]) -> Numbers:
    make()
    spent, took = [], []
    for _ in range(MANY):
        cpu, wall = time.process_time(), time.perf_counter()
        make()
        spent.append(time.process_time() - cpu)
        took.append(time.perf_counter() - wall)
    return {f"{name}, CPU-ms": 1000 * median(spent), f"{name}, p95, ms": 1000 * quantiles(took, n=20)[-1]}


def _uploaded(here: Town, web: Program, work: Work, cookies: Mapping[str, str]) -> Numbers:
    """How many times as long it takes to put large pictures into a locker as to write their bytes encrypted, and how
    much more memory the web process has at once while it takes large ones in than small ones, and while it sends them.
    """
    large, small = _picture(9_500_000), _picture(1_000_000)
    client = Client(here.url, cookies)
    _send(here.url, client, small, 2)
    pid = max(workers(web.process.pid), key=pss_megabytes)
    with_small = _peak(pid, lambda: _send(here.url, client, small, UPLOADS))
    read_small = _peak(pid, lambda: _read(client))
    began = time.perf_counter()
    with_large = _peak(pid, lambda: _send(here.url, client, large, UPLOADS))
    took = time.perf_counter() - began
    read_large = _peak(pid, lambda: _read(client))
    began = time.perf_counter()
    for number in range(UPLOADS):
        work.adapters.store.put(f"check/bench-{number}", large, os.urandom(KEY_BYTES))
    bare = time.perf_counter() - began
    for number in range(UPLOADS):
        work.adapters.store.delete(f"check/bench-{number}")
    return {UPLOAD: took / bare, UPLOAD_PEAK: with_large - with_small, DOWNLOAD_PEAK: read_large - read_small}


def _peak(pid: int, do: Callable[[], None]) -> float:
    forget_peak(pid)
    do()
    return peak_megabytes(pid)


def _picture(size: int) -> bytes:
    """A JPEG of about so many bytes, which no camera would make smaller."""
    side = 400
    while True:
        made = io.BytesIO()
        Image.frombytes("L", (side, side), os.urandom(side * side)).save(made, "JPEG", quality=90)
        if len(made.getvalue()) >= 0.9 * size:
            return made.getvalue()
        side = int(side * 1.1)


def _send(url: str, client: Client, content: bytes, many: int) -> None:
    page = client.get("/fr/locker/add").body.decode()
    said = {
        "csrf_token": page.partition('name="csrf_token" value="')[2].partition('"')[0],
        "label": os.urandom(8).hex(),
    }
    files = [("files", (f"{number}.jpg", content, "image/jpeg")) for number in range(many)]
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
    answer = httpx.post(f"{url}/fr/locker/add", data=said, files=files, headers=cookies, timeout=60)
    assert answer.status_code == 303, answer.text[:300]
    assert answer.headers["Location"].endswith("/locker"), answer.headers


def _read(client: Client) -> None:
    """Downloads what came last into the locker."""
    newest = re.findall(rb'class="offer" href="(/fr/locker/[0-9a-f-]{36})"', client.get("/fr/locker").body)[:UPLOADS]
    assert len(newest) == UPLOADS, newest
    for path in newest:
        client.get(f"{path.decode()}/file")


def code_of(work: Work, reference: str) -> str:
    """The number of the receipt of a request, as it stands on the paper."""
    query = select(Document).where(Document.reference == reference, Document.kind == "filing_receipt")

    def find(unit: Unit) -> str:
        document = unit.session.scalars(query).one()
        return codes.code_of(unit.adapters.keyring.unwrap(document.data_key, context(document.id)))

    return work.transact(find, reading=True)
