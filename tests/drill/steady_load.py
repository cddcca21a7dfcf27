"""Load from processes of its own: people who use the portal at a steady pace, and others who ask for one thing again
and again. Times are counted from the moment something was due, so that nobody who had to wait is left out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from random import Random
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import httpx
from requests_made import BIRTH, INFORMATION, reference_of, section, send
from world import Browser

TICK_SECONDS, PAGES = 0.2, 12
"""Between two presses of one of the people, and how many pages they read for each request they send: the worker makes
and seals a receipt of each, and what is measured must not be how much the machine can do."""

PRESS_SECONDS = 0.25
PATIENCE_SECONDS = 40
MOST_PROBLEMS = 20

SIGN_IN = "/sign-in?issuer=national"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a process of load is told. ``people`` are the cookies of those who use the portal steadily; ``targets`` what
    the one with ``cookies`` and ``token`` asks for again and again, method and path each."""

    url: str
    seconds: float
    seed: str
    people: tuple[Mapping[str, str], ...] = ()
    cookies: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    targets: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Seen:
    """What clients met: seconds of each press, and what should not have been."""

    seconds: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def steady(visit: Visit) -> Seen:
    """Home, sheet, request page and whole submissions of another service, press by press, each person at their pace."""
    return _all(len(visit.people), lambda number: _steady_client(visit, number))


def insistent(visit: Visit) -> Seen:
    """As many clients as there are targets, each of which presses again as soon as it was answered, after a breath."""
    return _all(len(visit.targets), lambda number: _insistent_client(visit, *visit.targets[number]))


def _all(clients: int, client: Callable[[int], Seen]) -> Seen:
    whole = Seen()
    with ThreadPoolExecutor(max(1, clients)) as pool:
        for seen in pool.map(client, range(clients)):
            whole.seconds += seen.seconds
            whole.problems += seen.problems[:MOST_PROBLEMS]
    return whole


def _steady_client(visit: Visit, number: int) -> Seen:
    seen, browser = Seen(), _browser(visit.url, visit.people[number])
    presses = _presses(browser, Random(f"{visit.seed}:{number}"))
    began = time.monotonic() + TICK_SECONDS * number / len(visit.people)
    for tick in count():
        due = began + tick * TICK_SECONDS
        if due > began + visit.seconds or time.monotonic() > began + visit.seconds + PATIENCE_SECONDS:
            return seen
        _until(due)
        late = time.monotonic() - due
        try:
            next(presses)()
            answers = [*browser.page.response.history, browser.page.response]
            seen.seconds += [late + answer.elapsed.total_seconds() for answer in answers]
            if browser.page.status != 200:
                seen.problems.append(f"status {browser.page.status} of {urlsplit(browser.page.url).path}")
        except (httpx.HTTPError, AssertionError) as error:
            seen.seconds.append(time.monotonic() - due)
            seen.problems.append(f"{type(error).__name__}: {str(error)[:200]}")
            presses = _presses(browser, Random(f"{visit.seed}:{number}:{tick}"))
    raise AssertionError("unreachable")


def _presses(browser: Browser, chance: Random) -> Iterator[Callable[[], object]]:
    """One press after the other: pages in between, and a submission from its first page to the request."""
    reading = ["/fr/", f"/fr/services/{BIRTH}", "/fr/dashboard"]
    while True:
        for _ in range(PAGES):
            yield lambda: browser.get(chance.choice(reading))
        yield lambda: browser.get(f"/fr/services/{INFORMATION}/start")
        yield lambda: browser.post(browser.page.action("/start"), {"anew": _anew(browser)})
        yield lambda: section(browser, asked_administration="mtnra")
        yield lambda: section(browser, subject="Parcs", text="Quelle est la surface ?", answer_form="written")
        yield lambda: section(browser, urgent="no")
        yield lambda: send(browser)
        reading[2:] = [f"/fr/requests/{reference_of(browser.page)}"]


def _anew(browser: Browser) -> str:
    return browser.page.hidden("anew") if 'name="anew"' in browser.page.text else ""


def _insistent_client(visit: Visit, method: str, path: str) -> Seen:
    seen, browser = Seen(), _browser(visit.url, visit.cookies)
    browser.client.follow_redirects = False
    until = time.monotonic() + visit.seconds
    while time.monotonic() < until:
        began = time.monotonic()
        try:
            _press(browser.client, visit, method, path)
        except httpx.HTTPError as error:
            seen.problems.append(type(error).__name__)
        seen.seconds.append(time.monotonic() - began)
        _until(min(until, began + max(PRESS_SECONDS, seen.seconds[-1] + PRESS_SECONDS / 5)))
    return seen


def _press(client: httpx.Client, visit: Visit, method: str, path: str) -> None:
    if method == "POST":
        client.post(path, data={"csrf_token": visit.token})
        return
    away = client.get(path)
    if path != SIGN_IN or away.status_code != 303:
        return
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    issuer = away.headers["Location"].split("/id/")[0] + "/id"
    client.get("/sign-in/back", params={"code": "x", "state": asked["state"][0], "iss": issuer})


def _browser(url: str, cookies: Mapping[str, str]) -> Browser:
    browser = Browser(SimpleNamespace(url=url))  # type: ignore[arg-type]
    browser.client = httpx.Client(base_url=url, cookies=dict(cookies), follow_redirects=True, timeout=PATIENCE_SECONDS)
    return browser


def _until(moment: float) -> None:
    threading.Event().wait(max(0.0, moment - time.monotonic()))
