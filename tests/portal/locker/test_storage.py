import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.keys import NotIntact
from portal.locker.ports import NotReachable
from portal.locker.storage import Storage

KEY = b"k" * 32


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


def test_an_object_store_that_does_not_answer_is_not_reachable_and_tells_no_secret() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    config = {"endpoint": address, "access_key_id": "a", "secret_access_key": "hush", "region": "x"}
    impatient = {"client_options": {"allow_http": True}, "retry_config": {"max_retries": 0}}
    store = Storage("s3://documents/prefix", **config, **impatient)
    with pytest.raises(NotReachable, match="s3://documents/prefix") as problem:
        store.get("one", KEY)
    assert "hush" not in str(problem.value)


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
