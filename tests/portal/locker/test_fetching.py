"""What administrations hold is fetched into a locker, with consent: once, and again when it has changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from acting_made import act_for, represented
from documents_held import FakeHolder, asked_about, fetch, given, lying
from files_brought import a_pdf
from lockers import content, listed, of_owner
from requests_made import PERMIT, PROJECT, section, start
from scenes import entered, person_of
from sqlalchemy import select
from world import Browser, World

from portal.alerts.models import Alert
from portal.i18n import casablanca_day
from portal.identity.mandates.models import Company
from portal.locker import keeping
from portal.locker.actions import FETCHED
from portal.locker.models import Document, Locker
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind", "nothing_fetched", "nothing_anew")

CARD = "amo-4102938571"
HELD_OF_SALMA = ["licence", "cnss_card", "amo_card"]
ZELLIGE = "003271846000095"


@pytest.fixture
def nothing_anew(town: World) -> Iterator[None]:
    """No document of the sandbox was issued anew."""
    yield
    town.control(f"registers/papers/{CARD}", reset=True)


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


def test_what_is_held_is_fetched_and_says_who_issued_it_and_until_when(town: World, salma: Browser) -> None:
    salma.get(salma.get("/en/locker").link("/locker/fetch"))
    assert "law 55-19, article 24" in salma.page.words
    assert lying(town) == []  # nobody is asked before they agreed
    page = fetch(salma)
    assert "3 documents were fetched." in page.words
    assert [one.kind for one in lying(town)] == HELD_OF_SALMA
    licence = lying(town)[0]
    assert set(listed(page)) >= {one.id for one in lying(town)}
    assert (licence.issued_on, licence.valid_until) == (date(2021, 3, 22), date(2031, 3, 21))
    page = salma.get(f"/fr/locker/{licence.id}")
    assert "Agence nationale de la sécurité routière" in page.words
    assert "21 mars 2031" in page.words
    assert content(salma, licence.id).startswith(b"%PDF-")
    assert b"%PDF" not in town.work.adapters.store.get_sealed(licence.object_key or "")


def test_what_was_fetched_does_not_come_twice(town: World, salma: Browser) -> None:
    fetch(salma)
    before = [one.id for one in lying(town)]
    page = fetch(salma)
    assert "Nothing new" in page.words
    assert [one.id for one in lying(town)] == before


def test_what_lies_there_already_is_not_sent_again(town: World, salma: Browser, holder: FakeHolder) -> None:
    fetch(salma)
    assert holder.asked[1:] == ["one", "two", "three"]
    holder.asked.clear()
    holder.files["two"] = a_pdf(4)
    fetch(salma)
    assert holder.asked[1:] == ["two"]


def test_a_newer_version_takes_the_place_of_the_older(town: World, salma: Browser) -> None:
    fetch(salma)
    older = lying(town)[-1]
    town.control(f"registers/papers/{CARD}")
    page = fetch(salma)
    assert "1 document was fetched." in page.words
    newer = lying(town)[0]
    assert (newer.kind, newer.issued_on) == ("amo_card", casablanca_day(real_now()))
    assert newer.id in listed(page)
    assert older.id not in listed(page)
    assert str(older.id) in salma.get(f"/fr/locker/{newer.id}").text
    assert salma.get(f"/fr/locker/{older.id}").link(f"/locker/{newer.id}")
    town.control(f"registers/papers/{CARD}", reset=True)
    assert "1 document was fetched." in fetch(salma).words  # what was before is what counts again
    assert [one.digest for one in lying(town) if one.newer_id is None and one.kind == "amo_card"] == [older.digest]


def test_what_is_taken_out_is_gone_with_its_bytes_and_can_be_fetched_again(town: World, salma: Browser) -> None:
    fetch(salma)
    taken = lying(town)[0]
    salma.get(f"/en/locker/{taken.id}")
    assert "you can fetch it again" in salma.page.words
    assert taken.id not in listed(salma.submit("/remove"))
    town.ahead = timedelta(days=1, minutes=1)
    town.worker_runs()
    assert taken.object_key not in set(town.work.adapters.store.keys("documents"))
    assert "1 document was fetched." in fetch(salma).words
    assert [one.kind for one in lying(town)] == HELD_OF_SALMA


def test_an_older_version_that_is_taken_out_is_not_shown_in_place_of_the_newest(
    town: World, salma: Browser, holder: FakeHolder
) -> None:
    holder.files = {"one": a_pdf(1)}
    for pages in (1, 2, 3):
        holder.files["one"] = a_pdf(pages)
        fetch(salma)
    third, second, first = lying(town)
    salma.get(f"/fr/locker/{second.id}")
    assert set(listed(salma.submit("/remove"))) & {first.id, third.id} == {third.id}
    assert str(first.id) in salma.get(f"/fr/locker/{third.id}").text


def test_what_was_fetched_is_attached_to_a_request(town: World, salma: Browser) -> None:
    fetch(salma)
    card = lying(town)[-1]
    start(salma, PERMIT, "fr")
    for answers in PROJECT:
        section(salma, **answers)
    assert str(card.id) in salma.page.text
    review = salma.post(salma.page.action("/attach/"), {"from-plans": str(card.id)}, files={"x": ("", b"")})
    assert review.url.endswith("/review"), review.words[:500]
    assert f"{card.names['fr']} · " in review.words
    copy = of_owner(town, "salma")[0]
    assert (copy.source_id, copy.origin, copy.digest) == (card.id, "brought", card.digest)


def test_a_company_has_what_is_held_about_it_and_not_whoever_represents_it(town: World) -> None:
    meryem = entered(town, "meryem")
    act_for(meryem, represented(meryem, "Zellige"))
    assert "3 documents were fetched." in fetch(meryem).words
    assert {one.kind for one in of_company(town, ZELLIGE)} == {"ice_cert", "cnss_aff", "tax_reg"}
    assert lying(town, "meryem") == []


def of_company(town: World, ice: str) -> list[Document]:
    """What was fetched for a company."""
    owner = select(Company.id).where(Company.ice == ice).scalar_subquery()
    with town.work.database.session(reading=True) as session:
        query = select(Document).where(Document.owner_id == owner, Document.origin == FETCHED)
        return list(session.scalars(query.order_by(Document.id.desc())))


def test_who_acts_for_somebody_fetches_what_is_theirs_and_the_represented_sees_it(town: World) -> None:
    fatima = entered(town, "fatima")
    amal, _mandate = given(town, fatima, "amal")
    assert "2 documents were fetched." in fetch(amal).words
    assert {one.kind for one in lying(town, "fatima")} == {"amo_card", "pension_cert"}
    assert lying(town, "amal") == []
    words = fatima.get("/en/account/access").words
    assert "An official register (the register of documents) was asked for one of your documents." in words
    assert "Somebody who may act for you agreed to it (law 55-19, article 24)." in words


def test_that_a_register_was_asked_is_seen_by_who_agreed(town: World, salma: Browser) -> None:
    before = asked_about(town, "salma")
    salma.get("/fr/locker/fetch")
    assert asked_about(town, "salma") == before
    fetch(salma)
    assert asked_about(town, "salma") == before + 1


def test_a_full_locker_takes_in_what_the_state_issues(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_FILES", 0)
    before = _counted(town)
    assert "3 documents were fetched." in fetch(salma).words
    assert _counted(town) == before


def _counted(town: World) -> tuple[int, int]:
    with town.work.database.session(reading=True) as session:
        found = session.get(Locker, person_of(town, "salma"))
        return (found.files, found.size) if found else (0, 0)


def test_whoever_has_a_fetched_document_that_ends_is_told_in_time(
    town: World, salma: Browser, holder: FakeHolder
) -> None:
    holder.files, holder.until = {"one": a_pdf(1)}, casablanca_day(real_now()) + timedelta(days=40)
    fetch(salma)
    document = lying(town)[0].id
    town.ahead = timedelta(days=11)
    town.worker_runs()
    assert document in _told(town)


def _told(town: World) -> set[UUID]:
    query = select(Alert).where(Alert.person_id == person_of(town, "salma"), Alert.kind == "document_ends")
    with town.work.database.session(reading=True) as session:
        return {alert.document for alert in session.scalars(query)}
