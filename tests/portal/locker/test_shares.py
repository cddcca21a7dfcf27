"""Sharing: with a person, a company, an office or a link; for a time, a purpose, a number of views; until withdrawn."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from acting_made import CINS, act_for, represented
from files_brought import a_pdf, a_photo
from lockers import added, listed, newest
from marks_seen import SHOWN, shown_that_day, stands_across
from scenes import entered, person_of
from shares_made import link_on, opened, shared
from sqlalchemy import select, update
from world import Browser, World

from portal.alerts.models import Alert
from portal.locker.sharing import forms
from portal.locker.sharing.models import Share
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")
PDF = a_pdf(pages=2)


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma with a lease in her locker."""
    browser = entered(town, "salma")
    added(browser, {"bail.pdf": PDF})
    return browser


def end_all(town: World) -> None:
    """The time of every share is over."""
    town.work.transact(lambda unit: unit.session.execute(update(Share).values(ends_at=real_now())))


def test_whoever_has_the_link_sees_it_so_many_times_and_its_owner_sees_each(town: World, salma: Browser) -> None:
    document = newest(town).id
    page = shared(town, salma)
    url = link_on(page)
    assert url not in salma.get(salma.page.url).text  # it is shown once
    stranger = town.browser()
    page = stranger.get(url)
    assert "Location d’un appartement" in page.words
    assert "De la part de" not in page.words
    assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.response.headers["Cache-Control"] == "no-store"
    for _ in range(5):
        stranger.get(url)  # to look at the page is no view
    assert opened(stranger, url).response.content == PDF
    assert opened(stranger, url).response.content == PDF
    assert "ouvert autant de fois qu’il était permis" in stranger.get(url).words
    assert stranger.get(url).status == 404
    page = salma.get(f"/fr/locker/{document}")
    assert page.words.count("Une personne qui a un lien de votre part") == 2
    assert "2 consultations" in page.words


def test_a_dead_link_tells_no_more_than_one_that_never_was(town: World, salma: Browser) -> None:
    url = link_on(shared(town, salma))
    stranger = town.browser()
    alive = stranger.get(url)
    salma.submit("/withdraw")
    dead, never = stranger.get(url), stranger.get("/fr/shared/" + "x" * 43)
    assert (alive.status, dead.status, never.status) == (200, 404, 404)
    assert dead.words == never.words
    assert "le partage a pris fin. Demandez-en un nouveau" in dead.words
    pressed = [_pressed(stranger, one) for one in (url, "/fr/shared/" + "x" * 43)]
    assert "Demandez-en un nouveau" in pressed[0]
    assert pressed[0] == pressed[1]
    assert "العدد المسموح به من المرات" in stranger.get(url.replace("/fr/", "/ar/")).words
    assert "appartement" not in dead.text


def _pressed(stranger: Browser, url: str) -> str:
    """What is said to whoever presses the button of a link."""
    stranger.get("/fr/verify")
    page = stranger.post(url)
    assert page.status == 404
    return page.words


def test_a_link_ends_with_its_time(town: World, salma: Browser) -> None:
    url = link_on(shared(town, salma))
    stranger = town.browser()
    stranger.get(url)
    end_all(town)
    assert stranger.post(url).status == 404
    assert stranger.get(url).status == 404


def test_a_link_ends_when_its_document_is_taken_out(town: World, salma: Browser) -> None:
    url = link_on(shared(town, salma))
    salma.get(f"/fr/locker/{newest(town).id}")
    salma.submit("/remove")
    assert town.browser().get(url).status == 404


def test_a_person_finds_what_is_shared_with_them_and_nobody_else_does(town: World, salma: Browser) -> None:
    youssef, nabil = entered(town, "youssef"), entered(town, "nabil")
    shared(town, salma, **{"with": "person", "person": CINS["youssef"]})
    town.worker_runs()
    page = youssef.get("/fr/inbox")
    assert "partage un document" in page.words
    page = youssef.get(page.link("/locker/received"))
    assert re.search(r"De la part de\s*Salma", page.words)
    url = page.link("/locker/received/")
    assert re.search(r"De la part de\s*Salma", youssef.get(url).words)
    assert re.search(r"من طرف\s*سلمى", youssef.get(url.replace("/fr/", "/ar/")).words)
    youssef.get("/fr/locker/received")
    assert opened(youssef, url).response.content == PDF
    assert "/locker/received/" not in nabil.get("/fr/locker/received").text
    assert nabil.get(url).status == 404
    assert "partagé" in salma.get(f"/fr/locker/{newest(town).id}").words


def test_what_is_shared_with_a_person_is_not_for_who_acts_for_them(town: World, salma: Browser) -> None:
    amal = entered(town, "amal")
    shared(town, salma, **{"with": "person", "person": CINS["youssef"]})
    url = entered(town, "youssef").get("/fr/locker/received").link("/locker/received/")
    act_for(amal, "")
    assert amal.get(url).status == 404


def test_who_shares_sees_with_whom_and_nobody_else_does(town: World, salma: Browser) -> None:
    page = shared(town, salma, **{"with": "person", "person": CINS["youssef"]})
    assert "Vérifiez ci-dessous qui peut le voir" in page.words
    assert CINS["youssef"] in page.words
    assert CINS["youssef"] in salma.get(f"/fr/locker/{newest(town).id}").words
    with town.work.database.session(reading=True) as session:
        [row] = session.execute(select(Share.__table__).order_by(Share.id.desc()).limit(1)).all()
    assert CINS["youssef"] not in repr(row)


def test_a_company_sees_what_is_shared_with_it(town: World, salma: Browser) -> None:
    meryem = entered(town, "meryem")
    act_for(meryem, represented(meryem, "Zellige"))
    shared(town, salma, **{"with": "company", "ice": _ice(town)})
    url = meryem.get("/fr/locker/received").link("/locker/received/")
    assert opened(meryem, url).response.content == PDF
    assert "Zellige" in salma.get(f"/fr/locker/{newest(town).id}").words.partition("Qui l’a consulté")[2]
    page = salma.get("/fr/account/access")
    assert f"/fr/locker/{newest(town).id}" in page.text


def test_what_a_company_shares_is_said_to_be_the_company_s(town: World) -> None:
    meryem, youssef = entered(town, "meryem"), entered(town, "youssef")
    act_for(meryem, represented(meryem, "Zellige"))
    added(meryem)
    document = listed(meryem.get("/fr/locker"))[0]
    meryem.get(f"/fr/locker/{document}/share")
    meryem.submit("/share", {"with": "person", "person": CINS["youssef"], "purpose": "Bail", "days": "7", "views": "2"})
    assert re.search(r"De la part de\s*Zellige", youssef.get("/fr/locker/received").words)


def _ice(town: World) -> str:
    from portal.identity.mandates.models import Company

    query = select(Company.ice).where(Company.name_lat.contains("ellige"))
    return str(town.work.transact(lambda unit: unit.session.scalars(query).first(), reading=True))


def test_an_office_sees_it_at_its_desk_and_no_other_office_does(town: World, salma: Browser) -> None:
    page = shared(town, salma, **{"with": "office", "office": "Rabat"})
    if page.status == 422:  # several offices of Rabat: one chooses
        office = re.findall(r'name="office_id"[^>]*value="([0-9a-f-]{36})"', page.text)
        named = [one for one in office if one == str(_office(town))]
        usual = {"with": "office", "office": "Rabat", "purpose": "Dossier", "days": "7", "views": "2"}
        page = salma.submit("/share", usual | {"office_id": named[0]})
    assert page.status == 200
    officer, stranger = entered(town, "agent-rabat"), entered(town, "agent-casa")
    page = officer.get("/fr/desk/shared")
    assert re.search(r"De la part de\s*Salma", page.words)
    url = page.link("/desk/shared/")
    assert re.search(r"De la part de\s*Salma", officer.get(url).words)
    assert opened(officer, url).response.content == PDF
    assert stranger.get(url).status == 404
    assert "Un agent" in salma.get(f"/fr/locker/{newest(town).id}").words


def test_who_means_too_many_offices_is_asked_for_more_of_the_name(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MOST_OFFICES", 2)
    page = shared(town, salma, **{"with": "office", "office": "commune"})
    assert page.status == 422
    assert "Beaucoup de bureaux" in page.words


def _office(town: World) -> UUID:
    """The office at which the officer of Rabat works."""
    from journeys.exchange.models import Office

    query = select(Office.id).where(Office.administration == "commune", Office.territory == "c-04421-02")
    return town.work.transact(lambda unit: unit.session.scalars(query.order_by(Office.branch)).first(), reading=True)


def test_an_identity_paper_that_others_are_shown_says_what_for_and_when(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(salma, {"carte.jpg": a_photo()}, kind="cnie")
    url = link_on(shared(town, salma, purpose="لفتح حساب بنكي 😀"))
    shown_that_day(monkeypatch)
    answer = opened(town.browser(), url).response
    assert answer.headers["Content-Type"] == "application/pdf"
    assert stands_across(answer.content, a_photo(), "لفتح حساب بنكي \ufffd", SHOWN)
    assert salma.client.get(f"/fr/locker/{newest(town).id}/file").headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"with": ""}, "réponses"),
        ({"purpose": " "}, "quel usage"),
        ({"days": "0"}, "366"),
        ({"days": "9999"}, "366"),
        ({"views": "x"}, "100"),
        ({"with": "person", "person": "??"}, "adresse"),
        ({"with": "person", "person": CINS["salma"]}, "propre"),
        ({"with": "company", "ice": "123"}, "15 chiffres"),
        ({"with": "company", "ice": "001234567000062"}, "lien"),
        ({"with": "office", "office": "Atlantide"}, "bureau"),
    ],
)
def test_what_cannot_be_shared_so_says_why(town: World, salma: Browser, said: dict[str, str], words: str) -> None:
    page = shared(town, salma, **said)
    assert page.status == 422
    assert words in page.words


def test_what_is_wrong_is_listed_in_the_order_of_the_page(town: World, salma: Browser) -> None:
    page = shared(town, salma, **{"with": "person", "person": "??", "purpose": "", "days": "x", "views": "x"})
    assert re.findall(r'<li><a href="#([a-z]+)"', page.text) == ["person", "purpose", "days", "views"]


def test_a_share_is_its_owners_to_see_and_to_end(town: World, salma: Browser) -> None:
    shared(town, salma)
    url = salma.page.url.removeprefix(town.url)
    youssef = entered(town, "youssef")
    youssef.get("/fr/locker")
    assert youssef.get(url).status == 404
    youssef.get("/fr/locker/add")
    assert youssef.post(f"{url}/withdraw").status == 404
    assert "Jusqu" in salma.get(url).words
    salma.submit("/withdraw")
    assert "retiré" in salma.get(url).words


def test_a_share_lasts_as_long_as_was_said(town: World, salma: Browser) -> None:
    shared(town, salma, days="3")
    share = UUID(salma.page.url.rpartition("/")[2])
    query = select(Share.ends_at, Share.made_at).where(Share.id == share)
    ends, made = town.work.transact(lambda unit: unit.session.execute(query).one(), reading=True)
    assert ends - made == timedelta(days=3)


def test_who_is_shared_the_same_again_and_again_is_told_once_a_day(town: World, salma: Browser) -> None:
    youssef = person_of(town, "youssef")
    told = select(Alert.about).where(Alert.person_id == youssef, Alert.kind == "document_shared")

    def told_of() -> int:
        town.worker_runs()
        return len(town.work.transact(lambda unit: unit.session.scalars(told).all(), reading=True))

    before = told_of()
    for _ in range(3):
        shared(town, salma, **{"with": "person", "person": CINS["youssef"]})
        salma.submit("/withdraw")
    assert told_of() == before + 1
    added(salma, {"bail.pdf": PDF})
    shared(town, salma, **{"with": "person", "person": CINS["youssef"]})
    assert told_of() == before + 2
