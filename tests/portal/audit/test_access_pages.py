"""Everybody sees who looked at their own data, in plain words and with proofs; the seals are for all to see."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from bench.counting import counted
from bench.report import MOST_QUERIES
from looked import HAJAR, Looked, about
from scenes import entered, person_of
from sqlalchemy import delete, select, update
from world import Browser, World

from journeys.exchange.models import Office
from portal.audit import seals, views
from portal.audit.actions import Reader
from portal.audit.models import Access, AccessBatch, Basis, Did, Kind, Role
from portal.audit.verifying import verify
from portal.identity import looked as page_of

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

MINE = "/account/access"


@pytest.fixture
def seen(town: World) -> Looked:
    """A town in which nobody has looked at anything yet."""
    for model in (Access, AccessBatch):
        table: Any = model.__table__
        town.work.transact(lambda unit, table=table: unit.session.execute(delete(table)))  # type: ignore[misc]
    return Looked(town.work, town.work.adapters.keyring)


@pytest.fixture
def rabat(town: World) -> Reader:
    """An officer of Rabat's civil-status office."""
    query = select(Office.id).where(Office.administration == "commune", Office.territory == "c-04421-02")
    with town.work.database.session(reading=True) as session:
        office = session.scalars(query.where(Office.branch == "")).one()
    return Reader(Role.AGENT, Basis.COMPETENT_OFFICE, "commune", office)


@pytest.fixture
def me(town: World, salma: Browser) -> Any:
    """Salma's id."""
    assert salma
    return person_of(town, "salma")


SAID = {
    "en": (
        "An officer (Commune of Rabat, civil-status office) read your request.",
        "This office decides your request (law 55-19).",
    ),
    "fr": (
        "Un agent (Commune de Rabat, bureau de l’état civil) a lu votre demande.",
        "Ce bureau décide de votre demande (loi n° 55-19).",
    ),
    "ar": ("اطلع موظف (جماعة الرباط، مكتب الحالة المدنية) على طلبك.", "هذا المكتب هو المختص بالبت في طلبك"),
}


@pytest.mark.parametrize("lang", SAID)
def test_who_looked_is_said_in_plain_words(seen: Looked, salma: Browser, me: Any, rabat: Reader, lang: str) -> None:
    seen.note(about(me), reader=rabat)
    words = salma.get(f"/{lang}{MINE}").words
    assert all(one in words for one in SAID[lang])
    assert "AAAAA-BBBBB" in words


def test_what_others_do_with_my_data_is_said_each_in_its_own_words(seen: Looked, salma: Browser, me: Any) -> None:
    seen.note(about(me, Kind.PROFILE), reader=Reader(Role.DELEGATE, Basis.MANDATE), did=Did.CHANGED)
    seen.note(about(me, Kind.FACTS), reader=Reader(Role.REGISTER, Basis.CONSENT, "civil"))
    seen.note(about(me), reader=Reader(Role.CONNECTOR, Basis.HAND_OVER, "ompic"))
    words = salma.get(f"/en{MINE}").words
    assert "Somebody who may act for you changed your personal details." in words
    assert "An official register (civil) was asked for official data about you." in words
    assert re.search(r"The system of an administration \(.*OMPIC.*\) received your request\.", words)
    assert "You agreed to it (law 55-19, article 24)." in words


def test_an_attempt_that_was_refused_is_shown_as_one(seen: Looked, salma: Browser, me: Any, rabat: Reader) -> None:
    seen.note(about(me, Kind.DOCUMENT), reader=rabat, refused=True)
    words = salma.get(f"/en{MINE}").words
    assert "wanted to read one of your documents, and was refused. Refused attempt" in words
    assert "No right allowed it: nothing was shown, and nothing was changed." in words
    assert "This office decides" not in words


def test_the_name_of_an_officer_is_not_shown(town: World, seen: Looked, salma: Browser, me: Any, rabat: Reader) -> None:
    entered(town, "agent-rabat")
    seen.note(about(me), actor=HAJAR, reader=rabat)
    page = salma.get(f"/fr{MINE}")
    assert "Hajar" not in page.text
    assert str(HAJAR.actor) not in page.text


def test_nobody_sees_what_was_read_of_somebody_else(town: World, seen: Looked, me: Any, rabat: Reader) -> None:
    seen.note(about(me), reader=rabat)
    youssef = entered(town, "youssef")
    assert "Personne ne les a consultées" in youssef.get(f"/fr{MINE}").words
    assert youssef.client.get(f"/fr{MINE}/proofs.json").json()["waiting"] == []


def test_a_body_that_the_catalogue_does_not_know_is_shown_as_it_is_called(
    seen: Looked, salma: Browser, me: Any
) -> None:
    seen.note(about(me), reader=Reader(Role.CLERK, Basis.ASSISTED, "<b>Point 7"))
    assert "An officer at a counter (<b>Point 7) read" in salma.get(f"/en{MINE}").words


def test_entries_are_shown_by_day_newest_first_a_page_at_a_time(
    seen: Looked, salma: Browser, me: Any, rabat: Reader
) -> None:
    made = [seen.note(about(me, reference=f"{number:05}-AAAAA"), reader=rabat)[0] for number in range(page_of.MOST + 1)]
    table: Any = Access.__table__
    seen.work.transact(
        lambda unit: unit.session.execute(
            update(table).where(table.c.id == made[0]).values(at=seen.records()[0].at - timedelta(days=40))
        )
    )
    first = salma.get(f"/fr{MINE}")
    shown = re.findall(r"\d{5}-AAAAA", first.text)
    assert shown == [f"{number:05}-AAAAA" for number in range(page_of.MOST, 0, -1)]
    assert len(re.findall(r"<h2 id=\"d-", first.text)) in (1, 2), "one day, or two around midnight"
    second = salma.get(f"/fr{MINE}{first.link('?from=')}")
    assert re.findall(r"\d{5}-AAAAA", second.text) == ["00000-AAAAA"]
    assert '<nav class="pages"' not in second.text


def test_a_full_page_that_is_the_last_leads_nowhere(seen: Looked, salma: Browser, me: Any, rabat: Reader) -> None:
    seen.note(*(about(me) for _ in range(page_of.MOST)), reader=rabat)
    page = salma.get(f"/fr{MINE}")
    assert page.text.count("AAAAA-BBBBB") in (1, 2), "what one officer read of one request on one day is one line"
    assert re.search(rf"{page_of.MOST} fois depuis|fois depuis .* fois depuis", page.words)
    assert '<nav class="pages"' not in page.text


def test_the_file_that_is_downloaded_holds_against_the_published_heads(
    town: World, seen: Looked, salma: Browser, me: Any
) -> None:
    seen.times(2, me)
    waiting = salma.client.get(f"/fr{MINE}/proofs.json")
    assert len(waiting.json()["waiting"]) == 2
    assert waiting.headers["Content-Disposition"] == "attachment; filename=who-looked.json"
    assert waiting.headers["Cache-Control"] == "no-store"
    seen.chain()
    seen.batch(2)
    file = json.loads(salma.client.get(salma.get(f"/fr{MINE}").link("proofs.json")).text)
    heads = town.browser().client.get("/access-roots.json").json()
    verdict = verify(file, heads["key"]["ed25519"], [heads])
    assert (verdict.records, verdict.batches, verdict.problems) == (2, 1, ())


def test_the_file_of_an_older_page_begins_where_the_page_does(
    seen: Looked, salma: Browser, me: Any, rabat: Reader
) -> None:
    made = seen.note(*(about(me) for _ in range(page_of.MOST + 2)), reader=rabat)
    older = salma.get(f"/fr{MINE}{salma.get(f'/fr{MINE}').link('?from=')}")
    file = salma.client.get(older.link("proofs.json")).json()
    assert [one["id"] for one in file["waiting"]] == [str(made[1]), str(made[0])]


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "3 entries"), ("fr", "3 entrées"), ("ar", "3 قيود")], ids=["en", "fr", "ar"]
)
def test_the_page_of_seals_shows_the_key_and_each_seal(town: World, seen: Looked, lang: str, words: str) -> None:
    seen.batch(3)
    [batch] = seen.batches()
    page = town.browser().get(f"/{lang}/access-roots")
    assert page.status == 200
    public = seals.public_key(seen.keys)
    assert all(one in page.words for one in (seals.written(public), seals.fingerprint(public), batch.head, words))


@pytest.mark.parametrize(("count", "words"), [(1, "قيد واحد"), (2, "قيدان"), (11, "11 قيدا"), (100, "100 قيد")])
def test_arabic_counts_entries_as_it_does(town: World, seen: Looked, count: int, words: str) -> None:
    seen.batch(count)
    cells = re.findall(r"<td>([^<]*)</td>", town.browser().get("/ar/access-roots").text)
    assert words in cells


def test_before_the_first_seal_the_page_says_so(town: World, seen: Looked) -> None:
    assert seen.batches() == []
    page = town.browser().get("/fr/access-roots")
    assert "Aucun sceau pour l’instant" in page.words
    assert town.browser().client.get("/access-roots.json").json()["batches"] == []


def test_seals_are_shown_newest_first_and_published_oldest_first_a_page_at_a_time(
    town: World, seen: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST", "MOST_IN_A_FILE"):
        monkeypatch.setattr(views, name, 2)
    for _ in range(3):
        seen.batch(1)
    reader = town.browser()
    first = reader.get("/fr/access-roots")
    assert re.findall(r'class="number">(\d+)</th>', first.text) == ["3", "2"]
    second = reader.get(f"/fr/access-roots{first.link('?from=')}")
    assert re.findall(r'class="number">(\d+)</th>', second.text) == ["1"]
    pages = [reader.client.get("/access-roots.json").json(), reader.client.get("/access-roots.json?from=3").json()]
    assert [[one["number"] for one in page["batches"]] for page in pages] == [[1, 2], [3]]
    assert [page["next"] for page in pages] == [3, None]


@pytest.mark.parametrize(
    "place",
    ["x", "-1", "1.5", "99999999999", "٣", "1" * 5000, "%00"],
    ids=["a letter", "below", "a fraction", "too large", "arabic", "too long", "no text"],
)
def test_a_place_that_is_none_is_not_found(seen: Looked, salma: Browser, place: str) -> None:
    pages = ("/fr/access-roots", "/access-roots.json", f"/fr{MINE}", f"/fr{MINE}/proofs.json")
    assert {salma.client.get(f"{page}?from={place}").status_code for page in pages} == {404}


@pytest.mark.parametrize("page", [MINE, f"{MINE}/proofs.json"])
def test_who_is_not_signed_in_is_asked_to(browser: Browser, page: str) -> None:
    answer = browser.client.get(f"/fr{page}", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?")


def test_a_seal_says_nothing_of_whom_it_is_about(town: World, seen: Looked, me: Any, rabat: Reader) -> None:
    seen.note(about(me), reader=rabat)
    seen.chain()
    published = town.browser().client.get("/access-roots.json").text
    page = town.browser().get("/en/access-roots").text
    assert not any(str(one) in text for one in (me, HAJAR.actor, "AAAAA-BBBBB") for text in (published, page))


def test_pages_ask_a_handful_however_much_there_is(town: World, seen: Looked, salma: Browser, me: Any) -> None:
    for _ in range(4):
        seen.batch(20, me)
    asked = {}
    for path in (f"/fr{MINE}", "/fr/access-roots", "/access-roots.json"):
        salma.client.get(path)
        with counted(town.work.database.engine) as found:
            salma.client.get(path)
        asked[path] = found.queries
    assert all(queries <= MOST_QUERIES + 1 for queries in asked.values()), asked  # one may look for a publication
