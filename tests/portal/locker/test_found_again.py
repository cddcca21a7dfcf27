"""What lies in a locker is found again in the words of people: half a reference, a card or a bac by any of its names,
and by the life events that stand as the home page has them."""

from __future__ import annotations

import itertools
import re

import pytest
from files_brought import a_pdf
from lockers import added, issued, listed, newest
from scenes import entered, scene
from world import Browser, World

PAGES = itertools.count(1)
"""No file is like another: the same one is kept once."""

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


def test_a_part_of_a_reference_finds_what_came_of_the_request(town: World, salma: Browser) -> None:
    made = scene(town, until="filed")
    receipt = issued(town, made).id
    first, last = made.reference.split("-")
    for typed in (first, last, last.lower(), made.reference, made.reference.replace("-", ""), first[1:] + last[:2]):
        assert receipt in listed(salma.get("/fr/locker", params={"q": typed})), typed
    for typed in (last[:3], "%", "____", f"{last}%"):
        assert receipt not in listed(salma.get("/fr/locker", params={"q": typed})), typed


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("cnie", "كارط"),
        ("cnie", "لاكارط"),
        ("cnie", "carte"),
        ("cnie", "la CIN"),
        ("bac", "باك"),
        ("bac", "bac"),
        ("licence", "بيرمي"),
        ("licence", "permis"),
        ("licence", "driver's licence"),
        ("carte_grise", "كارط كريز"),
        ("lease", "كراء"),
    ],
)
def test_the_words_of_people_find_a_type_of_document(town: World, salma: Browser, kind: str, typed: str) -> None:
    added(salma, {"scan.pdf": a_pdf(next(PAGES))}, kind=kind)
    document = newest(town).id
    added(salma, {"scan.pdf": a_pdf(next(PAGES))}, kind="invoice")
    found = listed(salma.get("/fr/locker", params={"q": typed}))
    assert document in found
    assert newest(town).id not in found


def test_all_of_what_is_typed_has_to_be_met(town: World, salma: Browser) -> None:
    added(salma, kind="cnie", label="La carte de Youssef")
    document = newest(town).id
    for typed in ("كارط Youssef", "youssef carte", "كارط"):
        assert document in listed(salma.get("/fr/locker", params={"q": typed})), typed
    assert document not in listed(salma.get("/fr/locker", params={"q": "كارط zellige"}))


def test_life_events_stand_as_on_the_home_page_and_say_how_many_documents_they_have(
    town: World, salma: Browser
) -> None:
    for kind in ("licence", "birth_extract", "rc_extract"):
        added(salma, kind=kind, label=f"one {kind}")
    issued(town, scene(town, until="filed"))
    page = salma.get("/fr/locker")
    offered = re.findall(
        r'<option value="([a-z-]+)">([^<]*) \((\d+)\)</option>', page.text.partition('name="event"')[2]
    )
    assert len(offered) > 3
    for event, _, number in offered:
        assert len(listed(salma.get("/fr/locker", params={"event": event}))) == min(int(number), 30), event
    home = re.findall(r'href="/fr/life-events/([a-z-]+)"', salma.get("/fr/").text)
    assert [event for event, *_ in offered] == sorted((event for event, *_ in offered), key=home.index)


def test_types_stand_in_the_alphabet_of_the_reader(town: World, salma: Browser) -> None:
    for kind in ("passport", "lease", "licence"):
        added(salma, kind=kind)
    page = salma.get("/en/locker")
    offered = re.findall(r'<option value="([a-z_]+)">', page.text.partition('name="kind"')[2].partition("</select>")[0])
    assert [kind for kind in offered if kind in ("passport", "lease", "licence")] == ["passport", "licence", "lease"]
