"""What ends is listed in time, and whoever has it is told in time."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from certified_made import certified
from files_brought import a_pdf
from lockers import added, in_days, listed, newest, of_owner
from scenes import entered
from sqlalchemy import select, update
from visits_made import visiting
from world import Browser, World

from journeys.catalogue.definitions import Catalogue
from payments.columns import new_id
from portal.alerts.models import Alert
from portal.alerts.states import Kind
from portal.i18n import casablanca_day
from portal.locker.describing import read_said
from portal.locker.ending import remind_of_end
from portal.locker.models import Document
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


def test_what_ends_soonest_comes_first(town: World, salma: Browser) -> None:
    for days in (400, 20, 90):
        added(salma, label=f"dans {days}", valid_until=in_days(days))
    page = salma.get("/fr/locker", params={"by": "end"})
    at = [page.words.index(f"dans {days}") for days in (20, 90, 400)]
    assert at == sorted(at)


def test_what_ends_soonest_comes_first_however_much_there_is_and_what_has_ended_comes_last(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    karim = entered(town, "karim")
    for room in ("actions", "listing"):
        monkeypatch.setattr(f"portal.locker.{room}.MOST", 2)
    days = (-400, -3, 0, 20, 20, 90, 4000)
    for number, day in enumerate(days):
        added(karim, label=f"numéro {number}", valid_until=in_days(day))
    of = {one.id: one.valid_until or date.max for one in of_owner(town, "karim")}
    page = karim.get("/fr/locker", params={"by": "end"})
    found = listed(page)
    while onwards := re.search(r'class="pages".*?href="([^"]*)"', page.text):
        assert "Autres documents" in page.words
        page = karim.get("/fr/locker" + unescape(onwards[1]))
        found += listed(page)
    today = casablanca_day(real_now())
    assert [(of[one] - today).days for one in dict.fromkeys(found)] == [0, 20, 20, 90, 4000, -3, -400]


def test_whoever_has_a_document_that_ends_is_told_a_month_before_and_led_to_who_renews_it(
    town: World, salma: Browser
) -> None:
    added(salma, {"carte.pdf": a_pdf()}, kind="cnie", label="Ma carte", valid_until=in_days(40))
    document = newest(town).id
    town.worker_runs()
    assert str(document) not in salma.get("/fr/inbox").text
    town.ahead = timedelta(days=11)
    town.worker_runs()
    page = salma.get("/fr/inbox")
    assert "prend fin" in page.words
    page = salma.get(page.link(f"/locker/{document}"))
    assert page.link("/services/cnie").endswith("/services/cnie-renewal")


def test_nobody_is_led_to_a_renewal_that_does_not_exist(town: World, salma: Browser) -> None:
    added(salma, {"carte.pdf": a_pdf()}, kind="cnss_card", valid_until=in_days(10))
    page = salma.get(f"/fr/locker/{newest(town).id}")
    assert "/services/" not in page.text.partition("<main")[2].partition("</main")[0]


def test_whoever_corrects_the_day_on_which_it_ends_is_told_of_the_other_day_too(town: World, salma: Browser) -> None:
    added(salma, kind="cnie", label="Corrigée", valid_until=in_days(25))
    document = newest(town).id
    town.worker_runs()
    assert salma.get("/fr/inbox").text.count(f"/locker/{document}") == 1
    for day, told in ((in_days(300), 1), (in_days(20), 2), (in_days(20), 2)):
        salma.get(f"/fr/locker/{document}")
        salma.submit(f"/locker/{document}", {"kind": "cnie", "label": "Corrigée", "valid_until": day})
        town.worker_runs()
        assert salma.get("/fr/inbox").text.count(f"/locker/{document}") == told
    town.ahead = timedelta(days=275)
    town.worker_runs()
    assert salma.get("/fr/inbox").text.count(f"/locker/{document}") == 2


@pytest.mark.parametrize("what", ["revoked", "replaced", "taken out", "nothing"])
def test_nobody_is_reminded_of_what_counts_no_more(town: World, what: str) -> None:
    clerk, _ = visiting(town, "salma")
    certified(clerk)
    document = newest(town)
    ends = casablanca_day(real_now()) + timedelta(days=20)
    counts_no_more: dict[str, dict[str, object]] = {
        "revoked": {"revoked_at": real_now()},
        "replaced": {"newer_id": new_id()},
        "taken out": {"removed_at": real_now()},
    }
    changed = update(Document).where(Document.id == document.id)
    values = {"valid_until": ends, **counts_no_more.get(what, {})}
    town.work.transact(lambda unit: unit.session.execute(changed.values(values)))
    remind_of_end(town.work, {"document": str(document.id), "ends": str(ends)})
    query = select(Alert).where(Alert.kind == Kind.DOCUMENT_ENDS, Alert.about.contains(document.id.hex))
    with town.work.database.session(reading=True) as session:
        assert len(session.scalars(query).all()) == (what == "nothing")


def test_what_ends_soonest_is_found_among_what_one_looks_for(town: World, salma: Browser) -> None:
    word = f"z{new_id().hex[-6:]}"
    for kind, days in (("cnie", 90), ("lease", 40), ("lease", 20)):
        added(salma, kind=kind, label=f"{word} {days}", valid_until=in_days(days))
    added(salma, kind="lease", label=f"{word} sans fin")
    page = salma.get("/fr/locker", params={"q": word, "kind": "lease"})
    assert len(listed(page)) == 3
    page = salma.get(unescape(page.link("by=end")))
    found = re.findall(rf"{word} (\d+|sans fin)", page.words)
    assert found == ["20", "40"]
    assert 'name="by" value="end"' in page.text


def test_a_date_may_lie_a_hundred_years_ahead_of_the_day_in_morocco(morocco: Catalogue) -> None:
    def wrong(today: date) -> bool:
        return "valid_until" in read_said({"kind": "lease", "valid_until": "01/01/2131"}, morocco, today)[1]

    assert not wrong(date(2031, 1, 1))
    assert wrong(date(2030, 12, 31))
