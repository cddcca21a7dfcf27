"""Nobody's files keep those of others from being read, nor pages from being made."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

import httpx
import pytest
from files_brought import a_pdf, a_photo
from lockers import added, newest
from scenes import entered
from shares_made import link_on, opened, shared
from world import Browser, World

from payments.columns import new_id
from portal.locker import apart
from portal.locker.apart import proof_apart, read_apart
from portal.locker.turns import TooManyFiles, Turns

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

CONNECTIONS = 6
"""That a browser opens to one host."""


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma with a photo of her identity card in her locker."""
    browser = entered(town, "salma")
    added(browser, {"carte.jpg": a_photo()}, kind="cnie")
    return browser


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Pictures are not drawn until this is set."""
    drawn, answered = threading.Event(), apart._answered

    def slowly(reader: socket.socket, *asked: str) -> bytes:
        assert asked[0] not in ("preview", "marked") or drawn.wait(20)
        return answered(reader, *asked)

    monkeypatch.setattr(apart, "_answered", slowly)
    yield drawn
    drawn.set()


@contextmanager
def at_once(town: World, browser: Browser, many: int) -> Iterator[Callable[[str], Future[httpx.Response]]]:
    """What gets pages over so many connections at once."""
    with (
        httpx.Client(base_url=town.url, cookies=browser.client.cookies, timeout=90) as client,
        ThreadPoolExecutor(many) as hands,
    ):
        yield lambda url: hands.submit(client.get, url)


def ended(asked: list[Future[httpx.Response]], many: int) -> list[httpx.Response]:
    """The answers of the first so many that are done."""
    done, enough = [], threading.Semaphore(0)
    for one in asked:
        one.add_done_callback(lambda _: enough.release())
    for _ in range(many):
        assert enough.acquire(timeout=60)
    done = [one.result() for one in asked if one.done()]
    assert len(done) == many
    return done


def test_a_page_of_many_small_pictures_is_shown_whole(town: World, salma: Browser) -> None:
    url = f"/fr/locker/{newest(town).id}/picture"
    with at_once(town, salma, CONNECTIONS) as get:
        answers = [one.result() for one in [get(url) for _ in range(20)]]
    assert [one.status_code for one in answers] == [200] * 20


def test_while_one_asks_for_picture_after_picture_others_add_files_and_see_pages(
    town: World, salma: Browser, slow: threading.Event
) -> None:
    youssef, url = entered(town, "youssef"), f"/fr/locker/{newest(town).id}/picture"
    with at_once(town, salma, 2 * CONNECTIONS) as get:
        asked = [get(url) for _ in range(2 * CONNECTIONS)]
        told = ended(asked, CONNECTIONS)
        assert {one.status_code for one in told} == {503}
        assert {one.headers["Retry-After"] for one in told} == {"10"}
        assert all(words in told[0].text for words in ("l’un après l’autre", "Réessayez dans un instant"))
        assert "ajouté" in added(youssef).words
        assert youssef.get("/fr/locker").status == 200
        slow.set()
    assert sorted(one.result().status_code for one in asked) == [200] * CONNECTIONS + [503] * CONNECTIONS


def test_who_waits_for_a_picture_does_not_wait_long(
    town: World, salma: Browser, slow: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(apart.WAITS, "preview", 0.01)
    url = f"/fr/locker/{newest(town).id}/picture"
    with at_once(town, salma, 2) as get:
        asked = [get(url), get(url)]
        assert ended(asked, 1)[0].status_code == 503
        slow.set()


def test_a_link_that_many_open_at_once_takes_the_turns_of_whoever_gave_it_away(
    town: World, salma: Browser, slow: threading.Event
) -> None:
    link = link_on(shared(town, salma, views="3"))
    stranger = town.browser()
    stranger.get(link)
    with ThreadPoolExecutor(1) as hands:
        seen = hands.submit(opened, stranger, link)
        while set(apart.turns._reading) != {newest(town).owner_id}:
            assert not slow.wait(0.01)
        assert "ajouté" in added(entered(town, "youssef")).words
        slow.set()
        assert seen.result().response.content.startswith(b"%PDF-")


def test_files_that_strangers_have_checked_take_no_reader_from_who_brings_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "turns", Turns(2, 6))
    monkeypatch.setitem(apart.WAITS, "proof", 0.0)
    with apart.turns.turn(None, 0):
        with pytest.raises(TooManyFiles):
            proof_apart(io.BytesIO(a_pdf()))
        assert read_apart(io.BytesIO(a_pdf()), new_id()).media == "application/pdf"


def test_whoever_is_refused_or_fails_leaves_no_turn_taken() -> None:
    turns, one = Turns(1, 2), new_id()
    for whom in (one, new_id()):
        with turns.turn(one, 0), pytest.raises(TooManyFiles):
            read_in(turns, whom)
    with pytest.raises(ZeroDivisionError):
        read_in(turns, one)
    assert not turns._here


def read_in(turns: Turns, whom: UUID) -> None:
    """Takes a turn, and fails."""
    with turns.turn(whom, 0):
        raise ZeroDivisionError
