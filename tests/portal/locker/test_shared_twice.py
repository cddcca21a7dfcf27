"""What is shared twice because no answer came is shared once; and each share is told from others by its code."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from acting_made import CINS, act_for, represented
from lockers import added, newest
from scenes import entered
from shares_made import link_on, opened, shared
from sqlalchemy import select, update
from world import Browser, Page, World

from portal.alerts.models import Alert
from portal.identity.mandates.models import Company
from portal.locker.sharing import actions
from portal.locker.sharing.models import Share
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

YOUSSEF = {"with": "person", "person": CINS["youssef"]}
LINK = {"with": "link"}
USUAL = {"purpose": "Location", "days": "7", "views": "2"}


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma with a lease in her locker."""
    browser = entered(town, "salma")
    added(browser)
    return browser


def form_of(town: World, browser: Browser) -> tuple[str, dict[str, str]]:
    """Where the form of what came last is sent to, and what it carries unseen."""
    page = browser.get(f"/fr/locker/{newest(town).id}/share")
    hidden = re.search(r'name="once" value="([^"]+)"', page.text)
    assert hidden
    return page.action("/share"), {"csrf_token": page.token(), "once": hidden[1]}


def sent(browser: Browser, form: tuple[str, dict[str, str]], **said: str) -> Page:
    """Sends it, and looks at what comes."""
    return Page(browser.client.post(form[0], data=form[1] | USUAL | said))


def shares(town: World) -> list[Share]:
    """Those of what came last."""
    query = select(Share).where(Share.document_id == newest(town).id).order_by(Share.id)
    with town.work.database.session(reading=True) as session:
        return list(session.scalars(query))


@pytest.mark.parametrize("whom", [YOUSSEF, LINK], ids=["a person", "a link"])
def test_pressed_twice_it_is_shared_once_and_both_lead_to_it(town: World, salma: Browser, whom: dict[str, str]) -> None:
    form = form_of(town, salma)
    first, again = sent(salma, form, **whom), sent(salma, form, **whom)
    assert again.url == first.url
    assert len(shares(town)) == 1
    if whom is LINK:
        assert link_on(again) == link_on(first)
        assert opened(town.browser(), link_on(again)).status == 200


def test_pressed_twice_at_once_it_is_shared_once(town: World, salma: Browser) -> None:
    form = form_of(town, salma)
    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(lambda _: sent(salma, form, **YOUSSEF).status, range(2)))
    assert statuses == [200, 200]
    assert len(shares(town)) == 1


def test_who_receives_what_was_sent_twice_is_told_once(town: World, salma: Browser) -> None:
    entered(town, "youssef")
    form = form_of(town, salma)
    for _ in range(2):
        sent(salma, form, **YOUSSEF)
        town.worker_runs()
    [share] = shares(town)
    query = select(Alert.id).where(Alert.about.startswith(share.document_id.hex))
    with town.work.database.session(reading=True) as session:
        assert len(session.scalars(query).all()) == 1


@pytest.mark.parametrize("whom", [YOUSSEF, LINK], ids=["a person", "a link"])
@pytest.mark.parametrize("other", [{"purpose": "Autre"}, {"days": "8"}, {"views": "3"}, {"person": CINS["nabil"]}])
def test_on_other_terms_it_is_shared_anew(
    town: World, salma: Browser, whom: dict[str, str], other: dict[str, str]
) -> None:
    form, anew = form_of(town, salma), whom is YOUSSEF or "person" not in other
    pages = [sent(salma, form, **whom), sent(salma, form, **{**whom, **other})]
    assert len(shares(town)) == (2 if anew else 1)
    assert (pages[0].url != pages[1].url) == anew


def test_what_is_over_is_shared_anew_and_so_is_what_was_shared_long_ago(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = form_of(town, salma)
    sent(salma, form, **YOUSSEF)
    town.work.transact(lambda unit: unit.session.execute(update(Share).values(withdrawn_at=real_now())))
    sent(salma, form, **YOUSSEF)
    assert len(shares(town)) == 2
    monkeypatch.setattr(actions, "AGAIN", -actions.AGAIN)
    sent(salma, form, **YOUSSEF)
    assert len(shares(town)) == 3


def test_a_link_that_was_ended_does_not_live_again_and_another_form_makes_another(town: World, salma: Browser) -> None:
    form = form_of(town, salma)
    link = link_on(sent(salma, form, **LINK))
    town.work.transact(lambda unit: unit.session.execute(update(Share).values(withdrawn_at=real_now())))
    page = sent(salma, form, **LINK)
    assert "/shared/" not in page.text
    assert town.browser().get(link).status == 404
    assert link_on(sent(salma, form_of(town, salma), **LINK)) != link
    assert len(shares(town)) == 2


def test_the_same_press_on_another_document_gives_another_link(town: World, salma: Browser) -> None:
    form = form_of(town, salma)
    first = link_on(sent(salma, form, **LINK))
    added(salma)
    other = form_of(town, salma)
    assert link_on(sent(salma, (other[0], form[1]), **LINK)) != first


def test_a_document_that_is_shared_as_often_as_it_may_be_says_the_same_to_who_presses_twice(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_ALIVE", 1)
    form = form_of(town, salma)
    first, again = sent(salma, form, **LINK), sent(salma, form, **LINK)
    assert (first.status, again.status, again.url) == (200, 200, first.url)
    assert "Retirez-en un" in sent(salma, form, **YOUSSEF).words


def test_who_looked_through_which_link_is_told_by_its_code(town: World, salma: Browser) -> None:
    document = newest(town).id
    links = [link_on(shared(town, salma, purpose=purpose)) for purpose in ("Location", "Banque")]
    one, two = shares(town)
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{4}", one.code)
    for link in (links[0], links[1], links[1]):
        opened(town.browser(), link)
    page = salma.get(f"/fr/locker/{document}").words
    seen = page.partition("Qui l’a consulté")[2]
    assert seen.count(f"Une personne qui a un lien de votre part ({one.code})") == 1
    assert seen.count(f"Une personne qui a un lien de votre part ({two.code})") == 2
    assert page.count(f"({one.code})") == 2
    for share, times in ((one, 1), (two, 2)):
        page = salma.get(f"/fr/locker/shares/{share.id}")
        assert f"({share.code})" in page.words
        assert page.text.count("<li><time") == times


def test_a_company_s_look_bears_its_name_and_the_code(town: World, salma: Browser) -> None:
    document, meryem = newest(town).id, entered(town, "meryem")
    act_for(meryem, represented(meryem, "Zellige"))
    query = select(Company.ice).where(Company.name_lat.contains("ellige"))
    with town.work.database.session(reading=True) as session:
        ice = str(session.scalars(query).first())
    page = shared(town, salma, **{"with": "company", "ice": ice})
    opened(meryem, meryem.get("/fr/locker/received").link("/locker/received/"))
    [share] = shares(town)
    assert re.search(rf"Zellige[^.]* · {share.code}", salma.get(f"/fr/locker/{document}").words)
    assert salma.get(page.url).text.count("<li><time") == 1
