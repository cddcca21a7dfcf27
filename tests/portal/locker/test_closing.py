"""An account is closed: what its owner put there goes with its bytes, what administrations issued stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from acting_made import act_for, represented
from documents_held import FakeHolder, fetch
from files_brought import a_pdf
from lockers import added, issued, newest, of_owner
from requests_made import PERMIT, PROJECT, section, start
from scenes import entered, person_of, scene, sent
from shares_made import link_on
from sqlalchemy import select
from world import Browser, World

from portal.apply.invariants import discarded_requests_keep_no_files
from portal.identity import joining
from portal.locker.models import Document
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind", "nothing_fetched")


def close(browser: Browser) -> None:
    """Closes the account of whoever uses this browser."""
    browser.get("/fr/account/close")
    assert "Votre compte est fermé" in browser.submit("/close", {"understood": "yes"}).words


def attach(browser: Browser) -> None:
    """Attaches plans to a draft of a building permit."""
    start(browser, PERMIT, "fr")
    for answers in PROJECT:
        section(browser, **answers)
    browser.post(browser.page.action("/attach/"), files={"plans": ("plans.pdf", a_pdf(), "application/pdf")})


def in_two_days(town: World) -> None:
    """What was let go is thrown away."""
    town.ahead = timedelta(days=2)
    town.worker_runs()


def test_what_was_added_fetched_or_attached_to_a_draft_goes_and_what_was_issued_stays(
    town: World, holder: FakeHolder
) -> None:
    aissatou = entered(town, "aissatou")
    owner = person_of(town, "aissatou")
    receipt = issued(town, scene(town, "aissatou", until="filed"))
    added(aissatou)
    fetch(aissatou)
    attach(aissatou)
    held = of_owner(town, "aissatou")
    assert {one.origin for one in held} == {"issued", "added", "fetched", "brought"}
    close(aissatou)
    with town.work.database.session(reading=True) as session:
        kept = session.scalars(select(Document).where(Document.owner_id == owner, Document.state == "kept")).all()
        assert {one.origin for one in kept} == {"issued"}
        assert receipt.id in {one.id for one in kept}
        assert list(discarded_requests_keep_no_files(session)) == []
    in_two_days(town)
    stored = set(town.work.adapters.store.keys("documents"))
    assert {one.origin for one in held if one.object_key in stored} == {"issued"}


def test_the_files_of_a_draft_that_is_thrown_away_go_with_it(town: World) -> None:
    salma = entered(town, "salma")
    attach(salma)
    [file] = [one for one in of_owner(town, "salma")[:1] if one.origin == "brought"]
    sent(salma, f"/fr/requests/{file.reference}/discard")
    assert salma.get(f"/fr/locker/{file.id}").status == 404
    in_two_days(town)
    assert file.object_key not in set(town.work.adapters.store.keys("documents"))


@pytest.mark.parametrize(
    ("lang", "goes", "ends", "stays", "first"),
    [
        (
            "ar",
            "تحذف الوثائق التي أضفتها",
            "تنتهي مشاركاتك فورا",
            "تبقى الوثائق المسلمة لك",
            "تحميل كل شيء قبل الإغلاق",
        ),
        (
            "fr",
            "ajoutés sont supprimés",
            "Vos partages prennent fin",
            "ont été délivrés restent",
            "Tout télécharger d’abord",
        ),
        (
            "en",
            "that you added to your locker are deleted",
            "What you share ends",
            "stay in the",
            "Download everything first",
        ),
    ],
)
def test_whoever_closes_reads_what_becomes_of_their_documents_and_may_take_them_away_before_the_button(
    town: World, lang: str, goes: str, ends: str, stays: str, first: str
) -> None:
    aissatou = entered(town, "aissatou")
    page = aissatou.get(f"/{lang}/account/close")
    for said in (goes, ends, stays, first):
        assert said in page.words
    everything = page.link("everything.zip")
    assert page.text.index(everything) < page.text.index('name="understood"')
    assert aissatou.client.get(everything).headers["Content-Type"] == "application/zip"


def test_whoever_acts_for_another_is_not_offered_the_others_documents_before_closing(town: World) -> None:
    salma = entered(town, "salma")
    act_for(salma, represented(salma, "Yahya"))
    assert "everything.zip" not in salma.get("/fr/account/close").text


def test_what_was_shared_is_opened_by_nobody_once_the_account_is_closed(town: World) -> None:
    aissatou, stranger = entered(town, "aissatou"), town.browser()
    added(aissatou)
    aissatou.get(f"/fr/locker/{newest(town, 'aissatou').id}/share")
    link = link_on(aissatou.submit("/share", {"with": "link", "purpose": "Location", "days": "7", "views": "2"}))
    assert stranger.get(link).status == 200
    close(aissatou)
    assert stranger.get(link).status == 404


def test_what_the_dead_have_shared_is_seen_by_nobody_any_more_and_their_documents_stay_for_the_heirs(
    town: World,
) -> None:
    nabil, stranger = entered(town, "nabil"), town.browser()
    owner = person_of(town, "nabil")
    added(nabil)
    document = newest(town, "nabil").id
    nabil.get(f"/fr/locker/{document}/share")
    said = {"with": "link", "purpose": "Location", "days": "7", "views": "2"}
    link = link_on(nabil.submit("/share", said))
    assert stranger.get(link).status == 200
    town.work.transact(lambda unit: unit.do(joining.died, owner, real_now().date()))
    try:
        assert stranger.post(link).status == 404
        assert stranger.get(link).status == 404
    finally:
        town.work.transact(lambda unit: unit.do(joining.lives, owner))
    assert newest(town, "nabil").state == "kept"
