"""What was issued and taken out of a locker: its request still leads to it, and it can be put back."""

from __future__ import annotations

import pytest
from lockers import content, issued, listed
from scenes import Scene, entered, scene
from shares_made import link_on, shared
from test_revoked import revoke
from world import Browser, World

from portal.locker.models import Document

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


@pytest.fixture
def made(town: World) -> Scene:
    """A request of hers that is filed."""
    return scene(town, until="filed")


@pytest.fixture
def receipt(town: World, salma: Browser, made: Scene) -> Document:
    """Its receipt, which she took out of her locker."""
    document = issued(town, made)
    salma.get(f"/fr/locker/{document.id}")
    assert document.id not in listed(salma.submit("/remove"))
    return document


def test_what_was_issued_can_be_taken_out_and_whoever_has_the_paper_still_checks_it(
    town: World, salma: Browser
) -> None:
    document = issued(town, scene(town, until="filed"))
    pdf = content(salma, document.id)
    salma.get(f"/fr/locker/{document.id}")
    page = salma.submit("/remove")
    assert document.id not in listed(page)
    assert salma.client.get(f"/fr/locker/{document.id}/file").status_code == 404
    stranger = town.browser()
    stranger.get("/fr/verify")
    page = stranger.post("/fr/verify-file", files={"file": ("recu.pdf", pdf, "application/pdf")})
    assert "Ce document est authentique" in page.words


def test_its_request_leads_to_its_page_which_opens_and_shares_nothing(
    salma: Browser, made: Scene, receipt: Document
) -> None:
    page = salma.get(salma.get(f"/fr/requests/{made.reference}/receipt").link(f"/locker/{receipt.id}"))
    assert page.status == 200
    assert "Vous avez retiré ce document de vos documents." in page.words
    for path in ("/file", "/picture", "/share"):
        assert f"/fr/locker/{receipt.id}{path}" not in page.text
        assert salma.client.get(f"/fr/locker/{receipt.id}{path}").status_code == 404
    assert "أزلت هذه الوثيقة من حافظة وثائقك." in salma.get(f"/ar/locker/{receipt.id}").words


def test_put_back_it_is_listed_and_opened_again(salma: Browser, receipt: Document) -> None:
    salma.get(f"/fr/locker/{receipt.id}")
    page = salma.submit("/put-back")
    assert page.url.endswith(f"/locker/{receipt.id}")
    assert "Le document est de nouveau dans vos documents." in page.words
    assert content(salma, receipt.id).startswith(b"%PDF")
    assert receipt.id in listed(salma.get("/fr/locker"))


def test_put_back_twice_it_lies_there_once(salma: Browser, receipt: Document) -> None:
    token = salma.get(f"/fr/locker/{receipt.id}").token()
    for _ in range(2):
        page = salma.post(f"/fr/locker/{receipt.id}/put-back", {"csrf_token": token})
        assert page.status == 200
    assert listed(salma.get("/fr/locker")).count(receipt.id) == 1


def test_what_was_put_back_is_shared_with_nobody_any_more(town: World, salma: Browser, made: Scene) -> None:
    receipt = issued(town, made, "payment_receipt")
    link = link_on(shared(town, salma, receipt.id))
    stranger = town.browser()
    assert stranger.get(link).status == 200
    salma.get(f"/fr/locker/{receipt.id}")
    salma.submit("/remove")
    salma.get(f"/fr/locker/{receipt.id}")
    salma.submit("/put-back")
    assert stranger.get(link).status == 404


def test_why_it_was_revoked_is_read_although_it_was_taken_out(town: World, salma: Browser, receipt: Document) -> None:
    revoke(town, receipt.id)
    page = salma.get(f"/fr/locker/{receipt.id}")
    assert "Ce document a été révoqué le" in page.words


def test_nobody_else_puts_it_back(town: World, receipt: Document) -> None:
    youssef = entered(town, "youssef")
    token = youssef.get("/fr/").token()
    assert youssef.client.get(f"/fr/locker/{receipt.id}").status_code == 404
    answer = youssef.client.post(f"/fr/locker/{receipt.id}/put-back", data={"csrf_token": token})
    assert answer.status_code == 404
