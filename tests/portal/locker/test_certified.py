"""A clerk compares a scan with the paper that a citizen has brought, and certifies the copy in their locker."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
from certified_made import (
    CHANGED,
    KIND,
    TRUE,
    Trust,
    a_scan,
    certified,
    complaints,
    number_of,
    states,
)
from checked import SALMA, House, a_house
from files_brought import a_photo
from lockers import content, listed, newest
from outages import instead
from requests_made import PERMIT, PROJECT, pay, reference_of, section, send, start
from scenes import entered
from shares_made import link_on, opened, shared
from visits_made import visiting
from world import World

from journeys.catalogue.definitions import Catalogue
from payments.columns import new_id
from portal.db import Database
from portal.locker import actions, copies
from portal.locker.apart import read_apart
from portal.locker.errors import NotFound
from portal.locker.models import Document
from portal.locker.ports import NotReachable
from portal.locker.proofs import proof
from portal.locker.proofs.printing import NoProof, attached
from portal.locker.throwing import NEVER_CAME, throw_away
from portal.unit import Unit

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def test_the_citizen_finds_the_copy_with_who_certified_it_and_sees_that_it_was_put_there(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    page = certified(clerk)
    document = newest(town)
    assert page.url.endswith(f"/fr/locker/{document.id}"), page.words[:600]
    assert document.id in listed(salma.get("/en/locker"))
    assert "Public access point of Oulad Tayeb · Certified copy" in salma.page.words
    words = salma.get(f"/en/locker/{document.id}").words
    assert "Public access point of Oulad Tayeb · Certified copy" in words
    assert "An officer at a counter" in words
    assert "put a document into your locker" in words
    assert (document.origin, document.kind, document.case_id, document.scan) == ("certified", KIND, None, None)


def test_the_copy_is_true_by_its_number_and_by_its_file_and_not_when_it_was_changed(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk)
    pdf = content(salma, newest(town).id)
    said = proof.read(attached(pdf), town.work.adapters.proof_keys)
    stranger = town.browser()
    stranger.get("/en/verify")
    words = stranger.submit("/verify", {"code": said.code}).words
    assert "This document is genuine" in words
    assert "Certified copy" in words
    assert "Salma" in words
    assert words.count(said.code) == 1
    for file, verdict in ((pdf, TRUE), (pdf + b"\n%changed\n%%EOF\n", CHANGED)):
        stranger.get("/fr/verify")
        page = stranger.post("/fr/verify-file", files={"file": ("copie.pdf", file, "application/pdf")})
        assert verdict in page.words
    assert read_apart(io.BytesIO(pdf)).size == len(pdf)


def test_the_copy_is_one_page_of_ours_and_pictures_of_all_pages_under_the_seal_of_the_office(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk, a_scan(pages=4))
    pdf = content(salma, newest(town).id)
    assert number_of(pdf) == 5
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert [len(page.get_images()) for page in opened.pages[1:]] == [1, 1, 1, 1]
        wide = [float(page.mediabox[2]) > float(page.mediabox[3]) for page in opened.pages]
        assert str(opened.Root.AcroForm.Fields[0].V.SubFilter) == "/ETSI.CAdES.detached"
    assert wide == [False, False, False, False, True]
    assert newest(town).seal == "commune/c-03231-02"


def test_nothing_of_the_scan_is_kept_but_pictures_of_its_pages(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    before = set(town.work.adapters.store.keys())
    scan = a_scan()
    assert b"Hidden" in scan
    certified(clerk, scan)
    document = newest(town)
    assert set(town.work.adapters.store.keys()) - before == {document.object_key}
    pdf = content(salma, document.id)
    assert scan not in pdf
    assert b"Hidden" not in pdf
    town.ahead = timedelta(days=2)
    town.worker_runs()
    assert content(salma, document.id) == pdf


def test_a_copy_can_be_attached_to_a_request(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk)
    document = newest(town)
    start(salma, PERMIT, "fr")
    for answers in PROJECT:
        section(salma, **answers)
    salma.post(salma.page.action("/attach/"), {"from-plans": str(document.id)}, files={"x": ("", b"")})
    copy = newest(town)
    assert (copy.source_id, copy.digest) == (document.id, document.digest)


def test_a_copy_is_found_by_the_place_that_certified_it(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk)
    document = newest(town).id
    for words in ("oulad tayeb", "أولاد الطيب"):
        assert document in listed(salma.get("/fr/locker", params={"q": words}))
    assert document not in listed(salma.get("/fr/locker", params={"q": "oulad autre"}))


def test_a_photo_is_certified_too(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk, a_photo())
    assert number_of(content(salma, newest(town).id)) == 2


def test_pressed_again_after_a_lost_answer_one_copy_is_made(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    scan, other = a_scan(), a_scan(pages=3)
    first = certified(clerk, scan).url
    document, pdf = newest(town).id, content(salma, newest(town).id)
    assert certified(clerk, scan).url == first
    assert (newest(town).id, content(salma, document)) == (document, pdf)
    assert certified(clerk, other).url != first
    assert certified(clerk, other, kind="cnie").url != first
    assert [state for _, state in states(town)[:3]] == ["kept"] * 3


def test_what_was_left_half_made_is_made_when_it_is_pressed_again(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    scan = a_scan()

    def fail() -> None:
        raise NotReachable("down")

    with instead(town, trust=Trust(fail, None)):
        assert certified(clerk, scan).status == 503
    half = newest(town).id
    assert certified(clerk, scan).status == 200
    assert newest(town).id == half
    assert number_of(content(salma, half)) == 3
    assert complaints(town) == []


def test_a_certified_copy_of_an_identity_paper_is_shown_to_others_with_what_for(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk, kind="cnie")
    whole = content(salma, newest(town).id)
    seen_by_others = opened(town.browser(), link_on(shared(town, salma))).response
    assert attached(whole)
    assert seen_by_others.headers["Content-Type"] == "application/pdf"
    with pytest.raises(NoProof):  # pictures of its pages, with words across them
        attached(seen_by_others.content)


def test_an_officer_sees_that_a_file_is_a_certified_copy_and_of_whom(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk)
    document = newest(town)
    start(salma, PERMIT, "fr")
    for answers in PROJECT:
        section(salma, **answers)
    salma.post(salma.page.action("/attach/"), {"from-plans": str(document.id)}, files={"x": ("", b"")})
    reference = reference_of(salma.page)
    send(salma)
    pay(salma)
    town.worker_runs()
    words = entered(town, "agent-urba-rabat").get(f"/fr/desk/requests/{reference}").words
    assert "Copie certifiée conforme" in words
    assert "Point d’accès public d’Oulad Tayeb" in words


def test_a_long_scan_makes_a_file_that_can_be_sent_and_checked(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    assert certified(clerk, a_scan(pages=20)).status == 200
    pdf = content(salma, newest(town).id)
    assert number_of(pdf) == 21
    assert read_apart(io.BytesIO(pdf)).media == "application/pdf"


def a_copy(house: House) -> Document:
    """A copy that is about to come, and the task that throws it away else."""

    def body(unit: Unit) -> Document:
        document = unit.in_real_time().do(
            copies.certify,
            owner=SALMA.subject,
            kind=KIND,
            names={},
            issuer={},
            seal="commune",
            issued_on=unit.moment.date(),
            same=str(new_id()),
            keyring=unit.adapters.keyring,
        )
        throw_away(unit, document.id, NEVER_CAME)
        unit.session.expunge(document)
        return document

    return house.work.transact(body)


def test_a_copy_that_came_too_late_is_not_kept(database: Database, morocco: Catalogue) -> None:
    house = a_house(database, morocco)
    document = a_copy(house)
    assert house.check() == []
    house.work.transact(lambda unit: unit.do(actions.going, document.id))
    with pytest.raises(NotFound):
        house.work.transact(lambda unit: unit.do(copies.keep_certified, document.id, 1, "x", b"token"))


def test_each_copy_has_a_code_and_a_place_of_its_own(database: Database, morocco: Catalogue) -> None:
    house = a_house(database, morocco)
    one, two = a_copy(house), a_copy(house)
    assert one.code_mark
    assert one.code_mark != two.code_mark
    assert (one.proof_list, one.proof_place) != (two.proof_list, two.proof_place)
