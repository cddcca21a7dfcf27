"""Files that answer a question: taken for what they are, kept encrypted, seen by who decides, gone when not used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from files_brought import a_pdf, a_photo
from marks_seen import drawn
from requests_made import PERMIT, PROJECT, pay, reference_of, section, send, start
from scenes import entered
from sqlalchemy import select
from twins.store import FailingStore
from world import Browser, Page, World

from portal.locker import apart
from portal.locker.actions import BROUGHT, taken_for
from portal.locker.keeping import LEAST
from portal.locker.models import Document
from portal.locker.turns import Turns

PLANS = a_pdf()


@pytest.fixture
def builder(town: World) -> Browser:
    """Salma where the plans of her house are asked."""
    browser = entered(town, "salma")
    start(browser, PERMIT, "fr")
    for answers in PROJECT:
        section(browser, **answers)
    assert browser.page.url.endswith("/fill/plans")
    return browser


def attach(browser: Browser, name: str, content: bytes, **answers: str) -> Page:
    """Sends a file with the page at hand."""
    return browser.post(browser.page.action("/attach/"), answers, files={"plans": (name, content, "text/html")})


def brought(town: World, browser: Browser) -> list[Document]:
    """The files of the request at hand."""
    reference = reference_of(browser.page)
    with town.work.database.session(reading=True) as session:
        query = select(Document).where(Document.reference == reference, Document.origin == BROUGHT)
        return list(session.scalars(query))


def stored(town: World) -> set[str]:
    return set(town.work.adapters.store.keys("documents"))


def a_day_later(town: World) -> None:
    """When files that no answer names have been thrown away."""
    town.ahead = timedelta(days=1, minutes=1)
    town.worker_runs()


def test_a_file_is_taken_for_what_it_is_and_shown_on_the_review(town: World, builder: Browser) -> None:
    review = attach(builder, "../../plans.html", PLANS)
    assert review.url.endswith("/review")
    assert "PDF, 1 ko" in review.words
    [document] = brought(town, builder)
    assert (document.media, document.state, document.kind) == ("application/pdf", "kept", "arch_plans")
    opened = builder.client.get(review.link(f"/locker/{document.id}"))
    assert opened.content == PLANS
    assert opened.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in opened.headers["Content-Security-Policy"]
    assert PLANS not in (town.work.adapters.store.get_sealed(document.object_key or ""))


def test_a_file_that_cannot_be_taken_says_why_and_leaves_nothing(town: World, builder: Browser) -> None:
    before = stored(town)
    answer = attach(builder, "plans.pdf", b"not a plan at all")
    assert answer.status == 422
    assert "Ce n’est pas un fichier PDF, JPEG, PNG ou WebP" in answer.words
    town.ahead = timedelta(hours=2)
    town.worker_runs()
    assert (brought(town, builder), stored(town)) == ([], before)


def test_several_photos_answer_a_question_as_the_pages_of_one_document(town: World, builder: Browser) -> None:
    sides = [("plans", (name, content, "image/jpeg")) for name, content in (("1.jpg", a_photo()), ("2.pdf", a_pdf(2)))]
    assert builder.post(builder.page.action("/attach/"), files=sides).url.endswith("/review")
    [document] = brought(town, builder)
    assert document.media == "application/pdf"
    assert len(drawn(builder.client.get(f"/fr/locker/{document.id}/file").content)) == 3


def test_of_several_photos_the_bad_one_is_named_and_none_is_kept(town: World, builder: Browser) -> None:
    before = stored(town)
    sides = [("plans", ("recto.jpg", a_photo(), "image/jpeg")), ("plans", ("verso.jpg", b"<html>", "image/jpeg"))]
    answer = builder.post(builder.page.action("/attach/"), files=sides)
    assert answer.status == 422
    assert "verso.jpg\u2069 : Ce n’est pas un fichier PDF, JPEG, PNG ou WebP" in answer.words
    assert "choisir de nouveau toutes les pages" in answer.words
    answer = builder.post(answer.action("/attach/"), files=[("plans", ("p.pdf", a_pdf(15), ""))] * 2)
    assert "Ensemble" in answer.words
    town.ahead = timedelta(hours=2)
    town.worker_runs()
    assert (brought(town, builder), stored(town)) == ([], before)


def test_a_page_without_its_file_asks_for_it(builder: Browser) -> None:
    answer = builder.post(builder.page.action("/attach/"))
    assert answer.status == 422
    assert builder.get(f"/fr/requests/{reference_of(builder.page)}/attach/plans").url.endswith("/fill/plans")


def test_a_file_stays_when_the_page_is_sent_again_and_goes_when_it_is_replaced(town: World, builder: Browser) -> None:
    attach(builder, "plans.pdf", PLANS)
    [first] = brought(town, builder)
    builder.get(f"/fr/requests/{reference_of(builder.page)}/fill/plans")
    assert builder.post(builder.page.action("/attach/")).url.endswith("/review")
    assert [one.id for one in brought(town, builder)] == [first.id]
    builder.get(f"/fr/requests/{reference_of(builder.page)}/fill/plans")
    attach(builder, "plans.jpg", a_photo())
    town.worker_runs()
    assert builder.client.get(f"/fr/locker/{first.id}").status_code == 404
    assert first.object_key in stored(town), "a backup that began before has no time to copy it"
    a_day_later(town)
    [second] = brought(town, builder)
    assert (second.media, second.id != first.id) == ("image/jpeg", True)
    assert first.object_key not in stored(town)
    assert second.object_key in stored(town)


def test_who_replaces_a_file_again_and_again_is_told_to_come_again_tomorrow(
    town: World, builder: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.apply.files.MOST_OF_REQUEST", 2 * LEAST)
    plans = f"/fr/requests/{reference_of(builder.page)}/fill/plans"
    for number in range(4):
        builder.get(plans)
        assert attach(builder, "plans.pdf", a_pdf(pages=number + 1)).url.endswith("/review")
    builder.get(plans)
    answer = attach(builder, "plans.pdf", PLANS)
    assert answer.status == 422
    assert "Veuillez revenir demain" in answer.words
    assert [one.state for one in brought(town, builder)].count("kept") == 1
    a_day_later(town)
    town.ahead = timedelta()
    builder.get(plans)
    assert attach(builder, "plans.pdf", PLANS).url.endswith("/review")


def test_a_file_that_is_removed_is_asked_for_again_and_its_bytes_are_gone(town: World, builder: Browser) -> None:
    attach(builder, "plans.pdf", PLANS)
    [document] = brought(town, builder)
    builder.get(f"/fr/requests/{reference_of(builder.page)}/fill/plans")
    assert builder.post(builder.page.action("/attach/"), {"remove": "plans"}).status == 422
    a_day_later(town)
    assert (brought(town, builder), document.object_key in stored(town)) == ([], False)


def test_the_files_of_a_discarded_draft_are_gone(town: World, builder: Browser) -> None:
    attach(builder, "plans.pdf", PLANS)
    [document] = brought(town, builder)
    builder.get(f"/fr/requests/{reference_of(builder.page)}/fill/plans")
    builder.submit("/discard")
    a_day_later(town)
    with town.work.database.session(reading=True) as session:
        assert taken_for(session, document.case_id) == []
    assert document.object_key not in stored(town)


def test_a_browser_cannot_name_another_s_file(town: World, builder: Browser) -> None:
    attach(builder, "plans.pdf", PLANS)
    [document] = brought(town, builder)
    other = entered(town, "youssef")
    start(other, PERMIT, "fr")
    for answers in PROJECT:
        section(other, **answers)
    forged = other.post(other.page.action("/attach/"), {"plans": str(document.id)})
    assert forged.status == 422
    assert other.client.get(f"/fr/locker/{document.id}").status_code == 404


def test_who_decides_opens_the_file_and_nobody_else_does(town: World, builder: Browser) -> None:
    attach(builder, "plans.pdf", PLANS)
    [document] = brought(town, builder)
    reference = reference_of(builder.page)
    send(builder)
    pay(builder)
    town.worker_runs()
    path = f"/fr/desk/requests/{reference}/files/{document.id}"
    assert entered(town, "agent-urba-rabat").get(path).response.content == PLANS
    assert entered(town, "agent-urba-casa").client.get(path).status_code == 404
    assert entered(town, "agent-rabat").client.get(path).status_code == 404
    assert builder.client.get(path).status_code == 404


def test_a_file_is_too_large_for_a_request_of_another_kind(builder: Browser) -> None:
    token = builder.page.token()
    large = {"csrf_token": token, "site": "x" * 2_000_000}
    answer = builder.client.post(f"/fr/requests/{reference_of(builder.page)}/fill/land", data=large)
    assert answer.status_code == 413


def test_what_was_typed_beside_a_file_is_kept_when_the_store_does_not_answer(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = entered(town, "youssef")
    start(browser, "cnss-employer", "fr")
    section(browser, for_whom="company", ice="001561191000066")
    section(browser, first_hire_on="05/01/2027", staff_count="2")
    page = browser.page.url
    with monkeypatch.context() as down:
        down.setattr(town.work.adapters.store, "put", FailingStore().put, raising=False)
        answer = browser.post(
            browser.page.action("/attach/"),
            {"rib": "011519000001205000534921"},
            files={"rib_file": ("rib.pdf", PLANS, "application/pdf")},
        )
    assert answer.status == 503, answer.words
    assert "Ce que vous avez saisi est enregistré" in answer.words
    assert 'value="011519000001205000534921"' in browser.get(page).text


def test_while_too_many_files_are_read_one_is_told_to_come_again(
    town: World, builder: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as busy:
        busy.setattr("portal.locker.apart.turns", Turns(1, 2))
        busy.setattr("portal.locker.apart.MOST_WAIT_SECONDS", 0.01)
        with apart.turns.turn(None, 0):
            answer = attach(builder, "plans.pdf", PLANS)
            assert (answer.status, answer.response.headers["Retry-After"].isdigit()) == (503, True)
    builder.get(f"/fr/requests/{reference_of(builder.page)}/fill/plans")
    assert attach(builder, "plans.pdf", PLANS).url.endswith("/review")


def test_a_request_has_room_for_so_many_files(builder: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.apply.files.MOST_OF_REQUEST", 300)
    answer = attach(builder, "plans.pdf", PLANS)
    assert answer.status == 422
    assert "Les fichiers de cette demande dépassent" in answer.words
