"""Who acts for somebody, or signed in less surely, gets no further by a way around: by sharing, by replacing, by what a
page tells besides."""

from __future__ import annotations

import re

import pytest
from acting_made import CINS, act_for, answer, choice, offer
from certified_made import certified
from documents_held import fetch
from files_brought import a_pdf, a_photo
from lockers import added, newest, of_owner
from requests_made import INFORMATION, PERMIT, PROJECT, section, start
from scenes import entered
from shares_made import link_on, opened, shared
from sqlalchemy import update
from visits_made import visiting
from world import Browser, World

from portal.locker.models import Document

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, with a lease in her locker."""
    found = entered(town, "salma")
    added(found, {"bail.pdf": a_pdf(pages=3)})
    return found


def acting(town: World, salma: Browser, *scopes: str, **terms: str) -> tuple[Browser, str]:
    """Amal acts for Salma with these scopes; the mandate."""
    amal = entered(town, "amal")
    mandate = offer(salma, "amal", scopes=scopes, **terms)
    answer(amal, mandate, "accept")
    act_for(amal, mandate.rpartition("/")[2])
    return amal, mandate


def test_who_may_sign_and_not_receive_shares_nothing_with_themselves(town: World, salma: Browser) -> None:
    document = newest(town).id
    amal, _ = acting(town, salma, "see", "sign")
    assert amal.get(f"/fr/locker/{document}/share").status == 403
    amal.get("/fr/dashboard")
    said = {"with": "link", "purpose": "moi", "days": "366", "views": "100"}
    assert amal.post(f"/fr/locker/{document}/share", said).status == 403
    act_for(amal, "")


def test_who_may_fill_in_and_not_receive_learns_nothing_of_a_document_and_replaces_none(
    town: World, salma: Browser
) -> None:
    document = newest(town)
    amal, _ = acting(town, salma, "see", "fill")
    amal.get("/fr/dashboard")
    assert amal.post(f"/fr/locker/{document.id}", {"kind": "nope"}).status == 403
    assert amal.client.get("/fr/locker/add", params={"replaces": str(document.id)}).status_code == 403
    data = {"csrf_token": amal.get("/fr/locker/add").token(), "kind": "lease", "replaces": str(document.id)}
    sent = [("files", ("x.pdf", a_pdf(), "application/pdf"))]
    assert amal.client.post("/fr/locker/add", data=data, files=sent).status_code == 403
    assert newest(town).id == document.id
    act_for(amal, "")


def test_with_whom_a_document_is_shared_is_seen_by_who_may_share_it_alone(town: World, salma: Browser) -> None:
    document = newest(town).id
    url = shared(town, salma, purpose="Divorce", **{"with": "person", "person": CINS["youssef"]}).url
    share = url.removeprefix(town.url)
    amal, _ = acting(town, salma, "see", "receive")
    clerk, _ = visiting(town, "salma")
    for other in (amal, clerk):
        page = other.get(f"/fr/locker/{document}")
        assert page.status == 200
        assert not any(told in page.text for told in ("Divorce", CINS["youssef"], "/shares/", "Partagé"))
        assert other.get(share).status == 403
    act_for(amal, "")
    amal, _ = acting(town, salma, "see", "receive", "sign")
    assert "Divorce" in amal.get(f"/fr/locker/{document}").text
    assert "Divorce" in amal.get(share).text
    act_for(amal, "")


def test_a_clerk_in_a_visit_shares_nothing(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    added(salma)
    document = newest(town).id
    assert "/share" not in clerk.get(f"/fr/locker/{document}").text
    assert clerk.get(f"/fr/locker/{document}/share").status == 403
    clerk.get("/fr/dashboard")
    said = {"with": "link", "purpose": "moi", "days": "366", "views": "100"}
    assert clerk.post(f"/fr/locker/{document}/share", said).status == 403


def test_what_was_shared_by_a_mandate_ends_with_it(town: World, salma: Browser) -> None:
    amal, mandate = acting(town, salma, "see", "sign", "receive")
    link = link_on(shared(town, amal))
    stranger = town.browser()
    assert opened(stranger, link).response.content.startswith(b"%PDF-")
    answer(salma, mandate, "revoke")
    assert stranger.client.get(link).status_code == 404
    assert "Partage terminé" in salma.get(f"/fr/locker/{newest(town).id}").words
    act_for(amal, "")


def test_who_signed_in_less_surely_opens_nothing_of_what_a_surer_one_put_there(
    town: World, holder: object, nothing_fetched: None
) -> None:
    clerk, salma = visiting(town, "salma")
    added(salma, kind="cnie")
    certified(clerk, kind="cnie")
    fetch(salma)
    low = town.browser()
    low.sign_in("salma", "fr", level="low")
    for document in of_owner(town, "salma")[:4]:
        for page in ("", "/file", "/picture", "/share"):
            assert low.client.get(f"/fr/locker/{document.id}{page}").status_code == 403, (document.origin, page)
    assert low.client.get("/fr/locker/everything.zip").status_code == 403
    assert low.client.get("/fr/locker/received").status_code == 403


def test_who_acts_in_one_service_for_a_company_sees_nothing_that_is_shared_with_it(town: World, salma: Browser) -> None:
    meryem, nabil = entered(town, "meryem"), entered(town, "nabil")
    company = _company(meryem)
    mandate = offer(meryem, "nabil", scopes=("see", "receive"), company=company, reach="service", service=INFORMATION)
    answer(nabil, mandate, "accept")
    act_for(nabil, mandate.rpartition("/")[2])
    shared(town, salma, **{"with": "company", "ice": "003271846000095", "purpose": "Offre confidentielle"})
    assert "Offre confidentielle" not in nabil.get("/fr/locker/received").words
    act_for(nabil, "")


def _company(meryem: Browser) -> str:
    meryem.get("/fr/for")
    meryem.submit("/for/look")
    choice(meryem, "Zellige")
    found = re.search(r"/companies/([0-9a-f-]{36})", meryem.get("/fr/companies").text)
    assert found
    return found[1]


def test_a_document_tells_nothing_of_requests_beyond_a_mandate(town: World, salma: Browser) -> None:
    added(salma, {"plans.pdf": a_pdf()}, kind="arch_plans")
    document = newest(town).id
    start(salma, PERMIT, "fr")
    for answers in PROJECT:
        section(salma, **answers)
    salma.post(salma.page.action("/attach/"), {"from-plans": str(document)}, files={"x": ("", b"")})
    copy = newest(town)
    assert copy.source_id == document
    change = update(Document).where(Document.id == document).values(service=INFORMATION)
    town.work.transact(lambda unit: unit.session.execute(change))
    amal, _ = acting(town, salma, "see", "receive", reach="service", service=INFORMATION)
    page = amal.get(f"/fr/locker/{document}")
    assert page.status == 200
    assert str(copy.reference) not in page.words.replace(" ", "")
    assert str(copy.reference)[:5] not in page.words
    act_for(amal, "")


def test_a_clerk_does_not_take_the_mark_off_an_identity_paper_by_calling_it_something_else(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    added(salma, {"carte.jpg": a_photo()}, kind="cnie")
    document = newest(town).id
    assert 'name="kind"' not in clerk.get(f"/fr/locker/{document}").text
    for kind in ("other", "nonsense"):
        said = {"kind": kind, "label": "Ma carte", "valid_until": "31/12/2031"}
        assert "Ma carte" in clerk.post(f"/fr/locker/{document}", said).words
        assert "identité" in newest(town).names["fr"]
        assert clerk.client.get(f"/fr/locker/{document}/file").headers["Content-Type"] == "application/pdf"
    page = salma.get(f"/fr/locker/{document}")
    assert "31/12/2031" in page.text
    salma.submit(f"/locker/{document}", {"kind": "other"})
    assert newest(town).kind == "other"
