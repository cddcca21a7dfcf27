"""A clamd (ClamAV) that is sent each file over its INSTREAM command: ``tcp://host:port`` or ``unix:///path``."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from time import monotonic
from urllib.parse import urlsplit

from portal.locker.ports import NotReachable

MOST_ANSWER = 4096
SECONDS = 30.0
SHORTEST = 0.001
END = b"\0"


class Clamd:
    """One clamd. Its StreamMaxLength has to be larger than the largest file that is taken (10 MB)."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self._url, self._seconds = urlsplit(url), seconds

    def scan(self, content: Iterable[bytes]) -> str | None:
        """The name of the signature that was found."""
        said = self._told(b"zINSTREAM" + END, content)
        if said == "stream: OK":
            return None
        if said.startswith("stream: ") and said.endswith(" FOUND"):
            return said.removeprefix("stream: ").removesuffix(" FOUND")
        raise NotReachable("clamd could not scan")

    def check(self) -> str:
        """Whether it answers."""
        if self._told(b"zPING" + END) != "PONG":
            raise NotReachable("clamd answers something else")
        return "clamd: answers"

    def _told(self, command: bytes, content: Iterable[bytes] | None = None) -> str:
        end = monotonic() + self._seconds
        try:
            with self._connected() as connection:
                connection.sendall(command)
                for chunk in content or ():
                    connection.settimeout(max(end - monotonic(), SHORTEST))
                    connection.sendall(len(chunk).to_bytes(4) + chunk)
                if content is not None:
                    connection.sendall(bytes(4))
                return self._answer(connection, end)
        except OSError as problem:
            raise NotReachable(type(problem).__name__) from problem

    def _connected(self) -> socket.socket:
        if self._url.scheme == "unix":
            found = socket.socket(socket.AF_UNIX)
            found.settimeout(self._seconds)
            try:
                found.connect(self._url.path)
            except OSError:
                found.close()
                raise
            return found
        return socket.create_connection((self._url.hostname or "", self._url.port or 3310), self._seconds)

    @staticmethod
    def _answer(connection: socket.socket, end: float) -> str:
        said = b""
        while not said.endswith(END):
            connection.settimeout(max(end - monotonic(), SHORTEST))
            piece = connection.recv(MOST_ANSWER)
            said += piece
            if not piece or len(said) > MOST_ANSWER:
                raise NotReachable("clamd gave no answer")
        return said[:-1].decode("utf-8", "replace")
