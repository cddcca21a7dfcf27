"""Files under attack: at once from two windows, from nobody, under another's id, while the store is away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from files_brought import a_pdf, a_photo
from requests_made import PERMIT, PROJECT, reference_of, section, start
from scenes import entered, token_of
from sqlalchemy import select
from test_files import PLANS, attach
from test_things import AMAL, BADR, CAPITAL, COMPANY, another
from world import Browser, World

from journeys.cases.reading import case_by_reference
from portal.apply.drafts import load
from portal.apply.files import used
from portal.locker import invariants
from portal.locker.actions import BROUGHT
from portal.locker.models import Document
from portal.locker.ports import NotReachable
from portal.locker.storage import Storage
from portal.look import Look
from portal.unit import Unit

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

Post = tuple[str, dict[str, str], dict[str, tuple[str, bytes, str]]]


@pytest.fixture
def builder(town: World) -> Browser:
    """Salma where the plans of her house are asked."""
    browser = entered(town, "salma")
    start(browser, PERMIT, "fr")
    for answers in PROJECT:
        section(browser, **answers)
    return browser


def plans(reference: str, content: bytes) -> Post:
    return f"/fr/requests/{reference}/attach/plans", {}, {"plans": ("plans", content, "text/html")}


def together(town: World, browser: Browser, posts: list[Post]) -> list[int]:
    """Sends these at once, each over a connection of its own. Returns their statuses."""
    token, gate = token_of(browser), threading.Barrier(len(posts))
    statuses: dict[int, int] = {}

    def send(place: int, address: str, data: dict[str, str], files: dict[str, tuple[str, bytes, str]]) -> None:
        with httpx.Client(base_url=town.url, cookies=browser.client.cookies, timeout=60) as client:
            gate.wait()
            answer = client.post(address, data={"csrf_token": token, **data}, files=files or None)
            statuses[place] = answer.status_code

    threads = [threading.Thread(target=send, args=(place, *post)) for place, post in enumerate(posts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [statuses[place] for place in range(len(posts))]


def named(town: World, reference: str) -> set[str]:
    """The files that the answers of a request name."""

    def read(unit: Unit) -> set[str]:
        return used(load(unit, case_by_reference(unit.session, reference)))

    return town.work.transact(read, reading=True)


def documents(town: World, reference: str) -> list[Document]:
    """The rows of the files that were brought to a request."""
    with town.work.database.session(reading=True) as session:
        query = select(Document).where(Document.reference == reference, Document.origin == BROUGHT)
        return list(session.scalars(query))


def is_clean(town: World, reference: str) -> None:
    """In the end each file that an answer names is kept, none else, and rows and bytes agree."""
    town.ahead = timedelta(days=2)
    town.worker_runs()
    with town.work.database.session(reading=True) as session:
        assert not list(invariants.kept_documents_are_complete(session))
        assert not list(invariants.documents_being_written_have_their_task(session))
    look = Look(town.work, None)
    assert not list(invariants.kept_documents_have_their_bytes(look))
    assert not list(invariants.stored_objects_have_their_row(look))
    assert {str(one.id) for one in documents(town, reference)} == named(town, reference)


RACES: dict[str, Callable[[str], list[Post]]] = {
    "attach/attach": lambda one: [plans(one, PLANS), plans(one, a_photo()), plans(one, a_pdf(2))],
    "attach/submit": lambda one: [plans(one, a_photo()), (f"/fr/requests/{one}/submit", {"key": "7"}, {})],
    "attach/discard": lambda one: [plans(one, a_photo()), (f"/fr/requests/{one}/discard", {}, {})],
    "attach/remove": lambda one: [
        plans(one, a_photo()),
        (f"/fr/requests/{one}/fill/plans", {"remove": "plans"}, {}),
    ],
    "remove/submit": lambda one: [
        (f"/fr/requests/{one}/fill/plans", {"remove": "plans"}, {}),
        (f"/fr/requests/{one}/submit", {"key": "7"}, {}),
    ],
}


@pytest.mark.parametrize("race", RACES)
def test_two_windows_at_once_leave_no_file_behind_and_lose_none(town: World, builder: Browser, race: str) -> None:
    attach(builder, "plans.pdf", PLANS)
    reference = reference_of(builder.page)
    statuses = together(town, builder, RACES[race](reference))
    assert set(statuses) <= {303, 409, 422}, statuses
    is_clean(town, reference)


def test_a_thing_left_out_in_two_windows_at_once_is_one(town: World) -> None:
    browser = entered(town, "youssef")
    start(browser, "rc-sarl", "fr")
    for answers in (COMPANY, CAPITAL, AMAL):
        section(browser, **answers)
    another(browser, **BADR)
    reference = reference_of(browser.page)
    out = f"/fr/requests/{reference}/leave-out/partners/1", {"of": "2"}, {}
    assert together(town, browser, [out, out, out]) == [303, 303, 303]
    words = browser.get(f"/fr/requests/{reference}/fill/partners").words
    assert ("Amal Idrissi" in words, "Badr Tazi" in words) == (False, True)


def test_an_id_that_a_browser_sends_is_no_file_even_where_none_was_asked_for_yet(
    town: World, builder: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.apply.drafts.Draft.takes_files", lambda *_page: [])
    reference = reference_of(builder.page)
    forged = {"csrf_token": token_of(builder), "plans": "01920000-0000-7000-8000-000000000001"}
    assert builder.client.post(f"/fr/requests/{reference}/fill/plans", data=forged).status_code == 422
    assert named(town, reference) == set()


def test_who_did_not_sign_in_sends_no_large_files(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    monkeypatch.setattr("werkzeug.formparser.MultiPartParser.parse", lambda *_all: read.append(1) or ({}, {}))
    address = town.url + "/fr/requests/K7Q2M-4XPV3/attach/plans"
    answer = httpx.post(address, files={"plans": ("plans", b"x" * 3_000_000)}, headers={"Cookie": "shubbak=x.y.z"})
    assert (answer.status_code, read) == (303, [])
    assert "/sign-in" in answer.headers["Location"]


def test_bytes_that_were_stored_for_an_answer_that_never_came_are_gone_in_the_end(
    town: World, builder: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores, reference = Storage.put, reference_of(builder.page)

    def ends_after(*put: object) -> None:
        stores(*put)  # type: ignore[arg-type]
        raise NotReachable("killed")

    with monkeypatch.context() as patched:
        patched.setattr(Storage, "put", ends_after)
        assert attach(builder, "plans.pdf", PLANS).status == 503
    [document] = documents(town, reference)
    assert document.object_key in set(town.work.adapters.store.keys("documents"))
    is_clean(town, reference)
    assert documents(town, reference) == []
    assert document.object_key not in set(town.work.adapters.store.keys("documents"))


def test_a_file_that_came_so_late_that_it_was_thrown_away_is_asked_for_again(
    town: World, builder: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores, reference = Storage.put, reference_of(builder.page)

    def comes_late(*put: object) -> None:
        stores(*put)  # type: ignore[arg-type]
        town.ahead = timedelta(hours=2)
        town.worker_runs()
        town.ahead = timedelta()

    with monkeypatch.context() as patched:
        patched.setattr(Storage, "put", comes_late)
        assert attach(builder, "plans.pdf", PLANS).status == 422
    assert attach(builder, "plans.pdf", PLANS).url.endswith("/review")
    is_clean(town, reference)
