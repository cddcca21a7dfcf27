"""What lies in a folder or on an S3 server, and what becomes of it when the server fails."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import httpx
import pytest
from twins.odd import WAYS, Odd, closed_port, odd_server
from twins.s3 import SECRET, SIGNED, Line, in_bucket, line_to, new_bucket, s3_server

from portal.keys import NotIntact
from portal.locker.ports import NotFound, NotOverwritten, NotReachable
from portal.locker.storage import Storage

KEY = b"k" * 32
LARGE = os.urandom(4_000_000)
QUICK_SECONDS, BUSY_SECONDS = 0.3, 3
"""How long a test waits for an answer, and what a busy machine may take longer."""


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3 server."""
    with s3_server() as address:
        yield address


@pytest.fixture
def line(s3: str) -> Iterator[Line]:
    """A line to that server."""
    with line_to(s3) as found:
        yield found


@pytest.fixture
def odd() -> Iterator[Odd]:
    """A server that answers in the way a test wants."""
    with odd_server() as found:
        yield found


def test_content_cannot_be_read_on_the_disk(var: Path) -> None:
    Storage(var.as_uri()).put("cases/one", "رسم الولادة Salma".encode(), KEY)
    assert b"Salma" not in (var / "cases" / "one").read_bytes()


def test_a_byte_changed_on_the_disk_is_noticed(var: Path) -> None:
    store = Storage(var.as_uri())
    store.put("one", b"a document", KEY)
    content = bytearray((var / "one").read_bytes())
    content[-20] ^= 1
    (var / "one").write_bytes(content)
    with pytest.raises(NotIntact):
        store.get("one", KEY)


def test_objects_swapped_on_the_disk_are_noticed(var: Path) -> None:
    store = Storage(var.as_uri())
    store.put("one", b"mine", KEY)
    store.put("two", b"yours", KEY)
    (var / "one").write_bytes((var / "two").read_bytes())
    with pytest.raises(NotIntact):
        store.get("one", KEY)


def test_a_folder_that_cannot_be_used_is_not_reachable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(NotReachable):
        Storage((tmp_path / "file" / "documents").as_uri()).check()


def test_of_many_who_store_at_once_in_a_folder_one_does(var: Path) -> None:
    store = Storage(var.as_uri())
    store.put("before", b"", KEY)

    def stored(number: int) -> bool:
        try:
            store.put("one", bytes([number]) * 100_000, KEY)
        except NotOverwritten:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(stored, range(8)))
    assert done.count(True) == 1
    assert store.get("one", KEY) == bytes([done.index(True)]) * 100_000


def test_content_cannot_be_read_on_the_server(s3: str) -> None:
    name = new_bucket(s3)
    in_bucket(s3, f"{name}/documents").put("one", "رسم الولادة Salma".encode(), KEY)
    lying = httpx.get(f"{s3}/{name}/documents/one", headers=SIGNED)
    assert lying.status_code == 200
    assert b"Salma" not in lying.content


def test_a_server_that_is_down_is_not_reachable_and_tells_no_secret() -> None:
    store = in_bucket(f"http://127.0.0.1:{closed_port()}", "documents/folder")
    with pytest.raises(NotReachable, match="s3://documents/folder") as problem:
        store.get("one", KEY)
    assert SECRET not in str(problem.value)


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_was_set(odd: Odd) -> None:
    odd.way, store = "slow", in_bucket(odd.url, "documents", seconds=QUICK_SECONDS)
    for use in (lambda: store.put("one", LARGE, KEY), lambda: store.get("one", KEY), lambda: list(store.keys())):
        began = monotonic()
        with pytest.raises(NotReachable):
            use()
        assert QUICK_SECONDS <= monotonic() - began < QUICK_SECONDS + BUSY_SECONDS


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_answers_wrongly_has_stored_removed_and_shown_nothing(odd: Odd, way: str) -> None:
    odd.way, store = way, in_bucket(odd.url, "documents", seconds=QUICK_SECONDS)
    for change in (lambda: store.put("one", b"a document", KEY), lambda: store.delete("one")):
        with pytest.raises(NotReachable):
            change()
    with pytest.raises((NotReachable, NotIntact)):
        store.get("one", KEY)


def test_a_server_that_dies_while_it_is_written_to_keeps_nothing_by_halves(s3: str, line: Line) -> None:
    name = new_bucket(s3)
    store, line.breaks_after = in_bucket(line.address, name), len(LARGE) // 2
    with pytest.raises(NotReachable):
        store.put("one", LARGE, KEY)
    with pytest.raises(NotFound):
        in_bucket(s3, name).get("one", KEY)
    line.breaks_after = None
    store.put("one", LARGE, KEY)
    assert in_bucket(s3, name).get("one", KEY) == LARGE


def test_what_was_stored_before_the_server_died_is_whole_and_not_stored_again(s3: str, line: Line) -> None:
    store, line.loses = in_bucket(line.address, new_bucket(s3)), 1
    with pytest.raises(NotReachable):
        store.put("one", LARGE, KEY)
    with pytest.raises(NotOverwritten):
        store.put("one", b"another", KEY)
    assert store.get("one", KEY) == LARGE


def test_a_server_that_comes_back_is_found_again_without_asking_twice(s3: str, line: Line) -> None:
    name = new_bucket(s3)
    store = in_bucket(line.address, name, retry_config={"max_retries": 1})
    store.put("one", b"a document", KEY)
    line.loses = 1
    assert store.get("one", KEY) == b"a document"


def test_a_forked_child_is_refused_instead_of_hanging(var: Path) -> None:
    program = f"""
import os
from portal.forks import NotAfterFork
from portal.locker.storage import Storage
store = Storage({var.as_uri()!r})
store.put("one", b"content", b"k" * 32)
child = os.fork()
if not child:
    try:
        store.get("one", b"k" * 32)
    except NotAfterFork:
        os._exit(7)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, timeout=30, check=False)
    assert done.returncode == 7


def test_an_answer_that_was_lost_is_asked_for_again_and_what_was_stored_is_ours(s3: str, line: Line) -> None:
    store, line.loses = in_bucket(line.address, new_bucket(s3), retry_config={"max_retries": 1}), 1
    store.put("one", b"a document", KEY)
    assert store.get("one", KEY) == b"a document"


def test_a_server_without_a_certificate_is_reached_where_the_environment_allows_it(
    s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"ENDPOINT": s3, "ALLOW_HTTP": "true", "REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{name}", "key")
    assert Storage(f"s3://{new_bucket(s3)}").check().startswith("documents are kept")


def test_in_a_bucket_that_does_not_exist_nothing_is_stored(s3: str) -> None:
    store = in_bucket(s3, "nobodys")
    for use in (lambda: store.put("one", b"", KEY), store.check):
        with pytest.raises(NotReachable):
            use()
