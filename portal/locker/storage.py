"""Storage of sealed objects through obstore: a local folder by default, S3 and its like by another URL."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain
from typing import IO, Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import from_url

from payments.columns import new_id
from portal.forks import OneProcess
from portal.keys import KEY_BYTES
from portal.locker.memory import in_memory
from portal.locker.ports import BadObjectKey, NotFound, NotOverwritten, NotReachable
from portal.locker.vault import lock, unlock

OBJECT_KEY = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*)*")
LONGEST_KEY = 200
PIECE_BYTES = 256 * 1024
PATIENCE = {"connect_timeout": "3s", "timeout": "15s"}
RETRIES = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}

_process = OneProcess("the object store")


class Storage:
    """Sealed objects under ``url`` (``file:///folder``, ``s3://bucket/prefix``). Implements ``Store``.

    S3 is configured by the usual AWS_… variables; ``config`` overrides them. The connection is made at the first use.
    """

    def __init__(self, url: str, **config: Any) -> None:
        self.url = url
        self._config = config
        self._store: Any = None

    def put(self, key: str, content: bytes | Iterable[bytes], data_key: bytes) -> None:
        """Stores ``content`` under ``key``, once."""
        pieces = lock(content, data_key, _checked(key))
        header = next(pieces)  # no other object begins with its salt
        self._put(key, chain([header], pieces), header)

    def open(self, key: str, data_key: bytes) -> IO[bytes]:
        """What lies under ``key`` as a file, unlocked piece by piece and checked whole."""
        with self._reached(_checked(key)) as store:
            sealed = map(bytes, obstore.get(store, key).stream(PIECE_BYTES))
            return in_memory(unlock(sealed, data_key, key))

    def get(self, key: str, data_key: bytes) -> bytes:
        """The same as bytes."""
        with self.open(key, data_key) as file:
            return file.read()

    def put_sealed(self, key: str, sealed: bytes) -> None:
        """Stores an object of another store as it lay there, once."""
        self._put(_checked(key), [sealed], sealed)

    def _put(self, key: str, pieces: Iterable[bytes], beginning: bytes) -> None:
        try:
            with self._reached(key) as store:
                obstore.put(store, key, pieces, mode="create", use_multipart=False)
        except NotFound:
            raise NotReachable(f"{self.url}: there is no such bucket") from None
        except NotOverwritten:
            if not self.get_sealed(key).startswith(beginning):  # else it was stored, and the answer lost: asked again
                raise

    def get_sealed(self, key: str) -> bytes:
        """An object as it lies here."""
        with self._reached(_checked(key)) as store:
            return bytes(obstore.get(store, key).bytes())

    def delete(self, key: str) -> None:
        """Removes an object; removing what is not there is no error."""
        try:
            with self._reached(_checked(key)) as store:
                obstore.delete(store, key)
        except NotFound:
            return

    def keys(self, prefix: str = "", after: str = "") -> Iterator[str]:
        """The keys in the folder ``prefix`` that sort behind ``after``, in no order."""
        folder = _checked(prefix) if prefix else None
        with self._reached(prefix) as store:
            for page in obstore.list(store, folder, offset=after or None):
                yield from (entry["path"] for entry in page)

    def check(self) -> str:
        """Writes, reads and removes a small object."""
        key, data_key = f"check/{new_id()}", os.urandom(KEY_BYTES)
        self.put(key, b"check", data_key)
        self.get(key, data_key)
        self.delete(key)
        return f"documents are kept at {self.url}"

    @contextmanager
    def _reached(self, key: str) -> Iterator[Any]:
        _process.enter()
        try:
            self._store = self._store or self._connected()
            yield self._store
        except AlreadyExistsError:
            raise NotOverwritten(key) from None
        except FileNotFoundError:
            raise NotFound(key) from None
        except (BaseError, OSError) as error:
            raise NotReachable(f"{self.url}: {type(error).__name__}") from error

    def _connected(self) -> Any:
        if self.url.startswith("file:"):
            return from_url(self.url, mkdir=True)
        # options that are given replace all of the library's own, also what it reads from the environment
        options = PATIENCE | {"allow_http": os.environ.get("AWS_ALLOW_HTTP", "false")}
        return from_url(self.url, **{"client_options": options, "retry_config": RETRIES, **self._config})


def _checked(key: str) -> str:
    if len(key) > LONGEST_KEY or not OBJECT_KEY.fullmatch(key):
        raise BadObjectKey(BadObjectKey.__doc__)
    return key
