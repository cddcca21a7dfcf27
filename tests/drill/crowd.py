"""A crowd: clients who walk whole roads over and over at the same time, each press written into the journal."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import httpx
from drill.journal import Journal
from drill.roads import AT_DESK, BY_SYSTEM, LOOKED_UP, ROADS, Client, Road
from drill.town import Town

from portal.sandbox.store import Store

PEOPLE = ("salma", "youssef", "karim", "omar")
MOST_OPEN = 4


class Crowd:
    """Clients that walk roads in threads of their own, and the clerk of an administration who answers them.

    They begin no further road while ``welcome`` is not set."""

    def __init__(self, town: Town, journal: Journal, chance: Random, many: int = 8) -> None:
        self.town, self.journal = town, journal
        self.clients = [
            Client(town, journal, PEOPLE[number // 2 % len(PEOPLE)], number, Random(chance.random()))
            for number in range(many)
        ]
        self.walked: Counter[str] = Counter()
        self.welcome = threading.Event()
        self.welcome.set()
        self._over, self._closed = threading.Event(), threading.Event()

    @contextmanager
    def walking(self) -> Iterator[None]:
        """Everybody walks for as long as the block lasts, and then ends the road they are on."""
        threads = [threading.Thread(target=self._walk, args=(client,)) for client in self.clients]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    @contextmanager
    def answered(self) -> Iterator[None]:
        """A clerk answers the requests for information for as long as the block lasts."""
        clerk = threading.Thread(target=self._answer)
        clerk.start()
        try:
            yield
        finally:
            self._closed.set()
            clerk.join()

    def finish(self) -> None:
        """Everybody looks up what they still wait for, and tries the sessions they have ended."""
        threads = [threading.Thread(target=self._finish, args=(client,)) for client in self.clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def least_walked(self) -> int:
        """How often the road was walked that was walked least."""
        return min(self.walked[road.__name__] for road in ROADS)

    def _walk(self, client: Client) -> None:
        half, turn = (AT_DESK, BY_SYSTEM)[client.number % 2], client.number // 2
        roads: Sequence[Road] = (*half[turn:], *half[:turn])  # so that all are walked soon
        while not self._over.is_set():
            try:
                client.enter()
                while not self._over.is_set():
                    for road in roads:
                        self._one(client, road)
                    roads = client.chance.sample(half, len(half))
            except Exception as problem:
                self._failed(client, "signs in", problem)

    def _one(self, client: Client, road: Road) -> None:
        while not self.welcome.wait(LOOKED_UP) and not self._over.is_set():
            pass
        if self._over.is_set():
            return
        try:
            road(client)
            self.walked[road.__name__] += 1
            client.look_up(MOST_OPEN)
        except Exception as problem:
            self._failed(client, road.__name__, problem)
            client.enter()

    def _finish(self, client: Client) -> None:
        try:
            client.look_up(0)
            client.stay_out()
        except Exception as problem:
            self._failed(client, "looks up", problem)

    def _failed(self, client: Client, what: str, problem: Exception) -> None:
        self.journal.failed(f"{client.name}, {what}: {type(problem).__name__}: {str(problem)[:300]}")

    def _answer(self) -> None:
        store = Store(Path(self.town.settings["SANDBOX_DATA"]))
        while not self._closed.wait(LOOKED_UP):
            for case in store.newest("case:transparency", 50):
                if case["status"] == "open":
                    url = f"{self.town.sandbox}/administrations/transparency/cases/{case['reference']}/decision"
                    httpx.post(url, data={"decision": "grant", "text": "12 hectares"}, timeout=30)
        store.close()
