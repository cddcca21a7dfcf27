"""What every store promises: a local folder, a bucket of an S3 server, and the twin that tests use in their place."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from twins.s3 import in_bucket, new_bucket, s3_server
from twins.store import FailingStore, MemoryStore

from portal.keys import NotIntact
from portal.locker.ports import BadObjectKey, NotFound, NotOverwritten, NotReachable, Store
from portal.locker.storage import Storage

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture(params=["folder", "memory", "bucket", "folder of a bucket"])
def store(request: pytest.FixtureRequest, var: Path) -> Store:
    if "bucket" in request.param:
        address: str = request.getfixturevalue("s3")
        name = new_bucket(address)
        return in_bucket(address, name if request.param == "bucket" else f"{name}/some/folder")
    return Storage(var.as_uri()) if request.param == "folder" else MemoryStore()


def test_what_was_put_comes_back(store: Store) -> None:
    store.put("cases/1/extract.pdf", b"a document", KEY)
    assert store.get("cases/1/extract.pdf", KEY) == b"a document"


def test_content_may_be_put_in_pieces(store: Store) -> None:
    store.put("one", (piece for piece in (b"a ", b"document")), KEY)
    assert store.get("one", KEY) == b"a document"


def test_an_empty_object_is_an_object(store: Store) -> None:
    store.put("one", b"", KEY)
    assert store.get("one", KEY) == b""


def test_nothing_is_ever_overwritten(store: Store) -> None:
    store.put("one", b"first", KEY)
    with pytest.raises(NotOverwritten):
        store.put("one", b"second", KEY)
    assert store.get("one", KEY) == b"first"


def test_what_was_never_put_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.get("one", KEY)


def test_another_data_key_opens_nothing(store: Store) -> None:
    store.put("one", b"a document", KEY)
    with pytest.raises(NotIntact):
        store.get("one", OTHER_KEY)


def test_a_deleted_object_is_gone_and_deleting_it_again_is_no_error(store: Store) -> None:
    store.put("one", b"a document", KEY)
    store.delete("one")
    store.delete("one")
    with pytest.raises(NotFound):
        store.get("one", KEY)


def test_a_folder_lists_its_own_keys_only(store: Store) -> None:
    for key in ("cases/1/a", "cases/1/b/c", "cases/12/a", "other"):
        store.put(key, b"", KEY)
    assert sorted(store.keys("cases/1")) == ["cases/1/a", "cases/1/b/c"]
    assert sorted(store.keys()) == ["cases/1/a", "cases/1/b/c", "cases/12/a", "other"]
    assert list(store.keys("nobody")) == []


def test_a_listing_may_begin_behind_a_key(store: Store) -> None:
    for key in ("cases/1", "cases/2", "cases/3", "other"):
        store.put(key, b"", KEY)
    assert sorted(store.keys("cases", after="cases/1")) == ["cases/2", "cases/3"]
    assert sorted(store.keys(after="cases/25")) == ["cases/3", "other"]
    assert list(store.keys("cases", after="cases/3")) == []


def test_an_object_moves_to_another_store_and_opens_there_under_the_same_key_only(store: Store) -> None:
    other = MemoryStore()
    store.put("one", b"a document", KEY)
    other.put_sealed("one", store.get_sealed("one"))
    other.put_sealed("two", store.get_sealed("one"))
    assert other.get("one", KEY) == b"a document"
    with pytest.raises(NotIntact):
        other.get("two", KEY)


def test_a_sealed_object_comes_back_as_it_was_and_overwrites_nothing(store: Store) -> None:
    store.put_sealed("one", b"sealed")
    with pytest.raises(NotOverwritten):
        store.put_sealed("one", b"another")
    assert store.get_sealed("one") == b"sealed"
    with pytest.raises(NotFound):
        store.get_sealed("two")


@pytest.mark.parametrize("key", ["", "/one", "one/", "a//b", "../one", "a/../b", "a b", "É", "a" * 201])
def test_a_key_that_could_reach_outside_is_refused(store: Store, key: str) -> None:
    with pytest.raises(BadObjectKey):
        store.put(key, b"", KEY)


def test_the_check_leaves_nothing_behind(store: Store) -> None:
    assert store.check().startswith("documents are kept")
    assert list(store.keys()) == []


def test_the_failing_twin_never_answers() -> None:
    store: Store = FailingStore()
    for use in (lambda: store.get("one", KEY), lambda: store.put("one", b"", KEY), lambda: store.keys(), store.check):
        with pytest.raises(NotReachable):
            use()
