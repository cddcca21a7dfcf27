"""What is not fetched: by who may not, from a register that is silent, and files that are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from acting_made import changed
from documents_held import FakeHolder, asked_about, fetch, given, lying
from files_brought import a_pdf, saved
from lockers import of_owner
from pikepdf import Dictionary, Name, new
from requests_made import INFORMATION
from scenes import entered
from world import Browser, World

from portal.locker import fetching
from portal.locker.actions import FETCHED
from portal.locker.ports import NotReachable
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind", "nothing_fetched")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


@pytest.mark.parametrize("terms", [{"scopes": ("see", "fill")}, {"reach": "service", "service": INFORMATION}])
def test_whose_mandate_is_too_narrow_fetches_nothing(town: World, salma: Browser, terms: dict[str, Any]) -> None:
    amal, _mandate = given(town, salma, "amal", **terms)
    assert "/locker/fetch" not in amal.get("/fr/locker").text
    assert amal.get("/fr/locker/fetch").status == 403
    amal.get("/fr/dashboard")
    assert amal.post("/fr/locker/fetch").status == 403
    assert lying(town) == []


def test_who_is_not_surely_known_proves_it_first(town: World) -> None:
    nadia = entered(town, "nadia")
    nadia.get("/fr/locker")
    assert nadia.get("/fr/locker/fetch").status == 403
    assert "plus de certitude" in nadia.page.words


def test_where_no_register_is_set_up_nothing_is_offered(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(town.work, "adapters", replace(town.work.adapters, holder=None))
    assert "/locker/fetch" not in salma.get("/fr/locker").text
    assert salma.get("/fr/locker/fetch").status == 404
    salma.get("/fr/locker/add")
    assert salma.post("/fr/locker/fetch").status == 404


def test_a_mandate_that_ends_while_the_register_is_asked_fetches_nothing(town: World, holder: FakeHolder) -> None:
    fatima = entered(town, "fatima")
    amal, mandate = given(town, fatima, "amal")
    amal.get("/fr/locker/fetch")
    holder.first = lambda _what: changed(town, mandate, over_at=real_now() - timedelta(seconds=1))
    assert amal.submit("/locker/fetch").status == 403
    assert lying(town, "fatima") == []


def test_a_person_is_asked_about_by_one_number_after_another_until_they_are_known(
    town: World, salma: Browser, holder: FakeHolder
) -> None:
    holder.known = lambda number: number == "4102938571"
    assert "3 documents were fetched." in fetch(salma).words
    assert holder.asked[:2] == ["AE214587", "4102938571"]
    holder.known, holder.asked = (lambda _number: False), []
    assert "Nothing new" in fetch(salma).words


def test_a_register_that_is_silent_is_said_and_leaves_nothing_behind(
    town: World, salma: Browser, holder: FakeHolder
) -> None:
    before = asked_about(town, "salma")
    holder.silent = {"AE214587"}
    assert "does not answer at the moment" in fetch(salma).words
    assert [one for one in of_owner(town, "salma") if one.origin == FETCHED] == []
    assert asked_about(town, "salma") == before


def test_a_document_that_does_not_come_keeps_no_other_out_and_comes_later(
    town: World, salma: Browser, holder: FakeHolder
) -> None:
    holder.silent = {"two"}
    words = fetch(salma).words
    assert "2 documents were fetched." in words
    assert "Not everything could be fetched" in words
    assert [one.state for one in of_owner(town, "salma") if one.origin == FETCHED] == ["kept", "kept"]
    holder.silent = set()
    assert "1 document was fetched." in fetch(salma).words


def test_a_store_that_is_silent_is_said_and_what_did_not_come_is_thrown_away(
    town: World, salma: Browser, holder: FakeHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_asked: object) -> None:
        raise NotReachable

    holder.files = {"one": a_pdf(1)}
    with monkeypatch.context() as store_is_down:
        store_is_down.setattr(town.work.adapters.store._adapter, "put", silent)  # type: ignore[attr-defined]
        assert "Not everything could be fetched" in fetch(salma).words
    town.worker_runs()
    assert [one for one in of_owner(town, "salma") if one.origin == FETCHED] == []
    assert "1 document was fetched." in fetch(salma).words


def test_what_takes_too_long_comes_with_the_next_press(
    town: World, salma: Browser, holder: FakeHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_SECONDS", -1.0)
    assert "Not everything could be fetched" in fetch(salma).words
    monkeypatch.undo()
    monkeypatch.setattr(town.work, "adapters", replace(town.work.adapters, holder=holder))
    assert "3 documents were fetched." in fetch(salma).words


@pytest.mark.parametrize("bad", ["no file at all", "one that acts"])
def test_a_file_that_is_refused_is_told_and_keeps_no_other_out(
    town: World, salma: Browser, holder: FakeHolder, bad: str
) -> None:
    holder.files["two"] = b"<html>" if bad == "no file at all" else _acting()
    words = fetch(salma).words
    assert "2 documents were fetched." in words
    assert "1 document was left out" in words
    town.worker_runs()
    assert [one.state for one in of_owner(town, "salma") if one.origin == FETCHED] == ["kept", "kept"]


def _acting() -> bytes:
    with new() as pdf:
        pdf.add_blank_page()
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        return saved(pdf)


def test_who_agrees_in_two_windows_at_once_has_each_document_once(
    town: World, salma: Browser, holder: FakeHolder
) -> None:
    holder.files = {"one": a_pdf(1)}
    other = entered(town, "salma")

    def meanwhile(what: str) -> None:
        if what == "one" and holder.asked.count("one") == 1:
            fetch(other)

    holder.first = meanwhile
    fetch(salma)
    town.worker_runs()
    assert len(lying(town)) == 1
    assert [one.state for one in of_owner(town, "salma") if one.origin == FETCHED] == ["kept"]
