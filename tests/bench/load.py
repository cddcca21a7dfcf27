"""Whole submissions by clients at the same time, each client a process of its own so that none waits for another's."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from statistics import quantiles
from threading import BrokenBarrierError
from typing import Any

from bench.client import Client
from bench.road import ask_for_extract, token_of

WARM = 3
PATIENCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Load:
    """How long each submission took in seconds, and how long all of them."""

    took: Sequence[float]
    whole: float

    @property
    def median(self) -> float:
        """Half of them took less, in milliseconds."""
        return 1000 * quantiles(self.took, n=100)[49]

    @property
    def p95(self) -> float:
        """95 of 100 took less, in milliseconds."""
        return 1000 * quantiles(self.took, n=100)[94]

    @property
    def per_second(self) -> float:
        """How many a second."""
        return len(self.took) / self.whole


def submissions(url: str, cookies: Sequence[dict[str, str]], flows: int) -> Load:
    """One client per set of cookies, together at least ``flows`` submissions. Raises RuntimeError when one failed."""
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(len(cookies) + 1), context.Queue()
    each = -(-flows // len(cookies))
    clients = [context.Process(target=_client, args=(url, one, each, barrier, answers)) for one in cookies]
    for client in clients:
        client.start()
    with suppress(BrokenBarrierError):  # a client that failed says why
        barrier.wait(PATIENCE_SECONDS)
    began = time.monotonic()
    found = [answers.get(timeout=PATIENCE_SECONDS) for _ in clients]
    whole = time.monotonic() - began
    for client in clients:
        client.join()
    problems = sorted(one for one in found if isinstance(one, str) and "BrokenBarrier" not in one)
    if problems:
        raise RuntimeError(problems[0])
    return Load([seconds for one in found for seconds in one], whole)


def _client(url: str, cookies: dict[str, str], times: int, barrier: Barrier, answers: Any) -> None:
    try:
        client = Client(url, cookies)
        token = token_of(client)
        for _ in range(WARM):
            ask_for_extract(client, token)
        barrier.wait(PATIENCE_SECONDS)
        answers.put([_timed(client, token) for _ in range(times)])
    except Exception as error:
        barrier.abort()
        answers.put(f"{type(error).__name__}: {error}")


def _timed(client: Client, token: str) -> float:
    began = time.monotonic()
    ask_for_extract(client, token)
    return time.monotonic() - began
