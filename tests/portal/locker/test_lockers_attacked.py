"""A locker under attack: fifty uploads at once, a store that is away, a file without an end, names that lie."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import IO
from uuid import UUID

import httpx
import pytest
from files_brought import a_pdf, a_photo
from lockers import added, newest, of_owner
from scenes import entered, token_of
from twins.store import FailingStore
from world import Browser, World

from portal.locker import arriving, invariants
from portal.locker.actions import ADDED
from portal.locker.ports import NotReachable
from portal.locker.taken import Taken
from portal.look import Look

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

TOGETHER = 50


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


def is_clean(town: World) -> None:
    """In the end rows, bytes and counts agree."""
    town.ahead = timedelta(days=2)
    town.worker_runs()
    with town.work.database.session(reading=True) as session:
        for rule in (
            invariants.kept_documents_are_complete,
            invariants.documents_being_written_have_their_task,
            invariants.lockers_count_what_is_in_them,
        ):
            assert list(rule(session)) == []
    look = Look(town.work, None)
    assert list(invariants.kept_documents_have_their_bytes(look)) == []
    assert list(invariants.stored_objects_have_their_row(look)) == []


def put_in_together(town: World, browser: Browser, many: int) -> list[int]:
    """Sends so many pictures at once, each another and over a connection of its own. Returns the statuses."""
    token, gate, statuses = token_of(browser), threading.Barrier(many), list[int]()

    def send(number: int) -> None:
        with httpx.Client(base_url=town.url, cookies=browser.client.cookies, timeout=120) as client:
            gate.wait()
            files = {"files": (f"photo {number}.jpg", a_photo() + bytes([number]), "image/jpeg")}
            statuses.append(client.post("/fr/locker/add", data={"csrf_token": token}, files=files).status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def test_fifty_at_once_never_fill_a_locker_over_its_brim(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_clean(town)
    town.ahead = timedelta()
    held = kept(town)
    monkeypatch.setattr("portal.locker.keeping.MOST_FILES", held + 5)
    statuses = put_in_together(town, salma, TOGETHER)
    assert set(statuses) <= {303, 503}, statuses  # taken, told that it is full, or to come again
    full = kept(town)
    assert held < full <= held + 5  # some of those that had room may have been told to come again
    is_clean(town)
    assert kept(town) == full


def kept(town: World) -> int:
    """How many files of hers Salma's locker keeps."""
    return sum(one.origin == ADDED and one.state == "kept" for one in of_owner(town, "salma"))


def test_a_store_that_is_away_leaves_nothing_behind(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_clean(town)
    before = [one.id for one in of_owner(town, "salma")]
    with monkeypatch.context() as down:
        down.setattr(town.work.adapters.store, "put", FailingStore().put, raising=False)
        assert added(salma).status == 503
    is_clean(town)
    assert [one.id for one in of_owner(town, "salma")] == before


def test_a_file_that_meets_nobody_is_sent_again_and_the_others_are_kept(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, read = len(of_owner(town, "salma")), arriving.read_apart

    def too_many(file: IO[bytes], whom: UUID) -> Taken:
        if file.seek(0, 2) % 2:
            raise NotReachable("too many files are being read")
        return read(file, whom)

    files = {f"{number}.pdf": padded(a_pdf(), number) for number in range(4)}
    with monkeypatch.context() as busy:
        busy.setattr(arriving, "read_apart", too_many)
        page = added(salma, files, label="Le bail", issued_on="05/10/2026")
        assert page.url.endswith("/locker/add")
        assert "2 documents" in page.words
        assert page.words.count("Veuillez l’envoyer de nouveau") == 2
        assert all(f'value="{typed}"' in page.text for typed in ("Le bail", "05/10/2026"))
        assert "Le bail" not in salma.get("/fr/locker/add").text  # it is said once
        assert added(salma, {"1.pdf": files["1.pdf"]}, label="Seul").status == 503
        assert 'value="Seul"' in salma.get("/fr/locker/add").text
        page = added(salma, {"1.pdf": files["1.pdf"], "page.html": b"<html>"})
        assert "page.html" in page.words
        assert "Veuillez l’envoyer de nouveau" in page.words
    is_clean(town)
    assert len(of_owner(town, "salma")) == before + 2


def padded(pdf: bytes, odd: int) -> bytes:
    """The same, of an even or an odd length."""
    return pdf + b"\n" * ((len(pdf) + odd) % 2)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of what the parser has begun to read
def test_a_file_without_an_end_is_cut_off(salma: Browser) -> None:
    def endless() -> object:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
        for _ in range(400):
            yield bytes(1_000_000)

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    try:
        status = salma.client.post("/fr/locker/add", content=endless(), headers=headers).status_code
    except httpx.HTTPError:
        status = 413  # the server hung up before all was sent
    assert status in (400, 413)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd"),
        ("C:\\Users\\me\\bail.pdf", "bail"),
        ("fac\u202eture.fdp.exe.pdf", "ture.fdp.exe"),
        ("a" * 500 + ".pdf", "a" * 60),
        ("عقد\u200f الكراء.pdf", "عقد الكراء"),
    ],
)
def test_a_name_is_shown_without_what_it_hides(town: World, salma: Browser, name: str, shown: str) -> None:
    added(salma, {name: a_pdf()}, kind="other", label="")
    page = salma.get(f"/fr/locker/{newest(town).id}")
    assert shown in page.words
    assert "\u202e" not in page.text
    assert "etc" not in page.words.partition(shown)[0][-20:]
    answer = salma.client.get(f"/fr/locker/{newest(town).id}/file")
    assert not re.search(r"etc|%2F|\.\.|\.exe", answer.headers["Content-Disposition"])
