"""A clerk compares a scan with the paper that a citizen has brought, and certifies the copy in their locker."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
from acting_made import changed
from certified_made import (
    CHANGED,
    KIND,
    TRUE,
    WAY,
    Scanner,
    Trust,
    a_scan,
    certified,
    clerk_of,
    complaints,
    end_visit,
    number_of,
    sent,
    states,
)
from checked import SALMA, House, a_house
from files_brought import a_pdf, a_photo
from lockers import content, listed, newest
from outages import instead
from requests_made import PERMIT, PROJECT, section, start
from scenes import entered
from visits_made import visiting
from world import World

from journeys.catalogue.definitions import Catalogue
from portal.db import Database
from portal.locker import actions
from portal.locker.apart import read_apart
from portal.locker.errors import NotFound
from portal.locker.models import Document
from portal.locker.ports import NotReachable, NotSealed
from portal.locker.proofs import proof
from portal.locker.proofs.printing import attached
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
    assert "changed one of your documents" in words
    assert (document.origin, document.kind, document.case_id, document.scan) == ("certified", KIND, None, None)


def test_the_copy_is_true_by_its_number_and_by_its_file_and_not_when_it_was_changed(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk)
    pdf = content(salma, newest(town).id)
    said = proof.read(attached(pdf), town.work.adapters.proof_keys)
    stranger = town.browser()
    stranger.get("/en/verify")
    words = stranger.submit("/verify", {"code": said.code}).words
    assert "This document is true" in words
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


def test_a_photo_is_certified_too(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk, a_photo())
    assert number_of(content(salma, newest(town).id)) == 2


def test_without_a_visit_nobody_certifies(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    before = states(town)
    clerk.get("/fr/desk/visits")
    clerk.submit("/for")
    assert clerk.get(WAY).url.endswith("/fr/desk/visits")
    assert sent(clerk).url.endswith("/fr/desk/visits")
    for other in (salma, entered(town, "agent-rabat")):
        assert other.get(WAY).status == 404
    assert states(town) == before


def test_a_visit_that_has_ended_by_itself_certifies_nothing(town: World) -> None:
    clerk, _salma = visiting(town, "salma")
    before = states(town)
    clerk.get(WAY)
    end_visit(town)
    assert sent(clerk).status == 403
    assert states(town) == before


@pytest.mark.parametrize(
    ("scan", "words"),
    [
        (b"<html><script>alert(1)</script></html>", "Ce n’est pas un fichier PDF, JPEG, PNG ou WebP"),
        (a_pdf(pages=21), "20 pages"),
        (a_pdf(encryption=pikepdf.Encryption(owner="x", user="x")), "mot de passe"),
        (b"", "vide"),
    ],
    ids=["no paper", "too many pages", "locked", "empty"],
)
def test_a_scan_that_is_refused_says_why(town: World, scan: bytes, words: str) -> None:
    clerk, _salma = visiting(town, "salma")
    before = states(town)
    page = certified(clerk, scan)
    assert page.status == 422
    assert words in page.words
    assert states(town) == before


@pytest.mark.parametrize("missing", ["kind", "compared", "scan"])
def test_what_is_missing_is_said_beside_its_question(town: World, missing: str) -> None:
    clerk, _salma = visiting(town, "salma")
    before = states(town)
    page = certified(clerk, **{missing: ""})
    assert page.status == 422
    assert f'id="{missing}-error"' in page.text
    assert states(town) == before


def test_other_is_no_type_that_is_certified(town: World) -> None:
    clerk, _salma = visiting(town, "salma")
    assert certified(clerk, kind="other").status == 422
    assert certified(clerk, kind="<b>").status == 422


def test_a_scan_with_malicious_code_is_refused_and_a_silent_scanner_holds_nobody_up(town: World) -> None:
    clerk, _salma = visiting(town, "salma")
    before = states(town)
    with instead(town, scanner=Scanner()):
        assert "malveillant" in certified(clerk).words
    assert states(town) == before
    with instead(town, scanner=Scanner(silent=True)):
        certified(clerk)
    assert states(town)[0] == ("certified", "kept")


def test_nobody_certifies_for_themselves(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    before = states(town)
    changed(town, salma.get("/fr/mandates").link("/fr/mandates/0"), represented_id=clerk_of(town))
    assert certified(clerk).status == 404
    assert states(town) == before


def test_a_visit_that_ends_while_the_copy_is_made_leaves_nothing_behind(town: World) -> None:
    clerk, _salma = visiting(town, "salma")
    before = states(town)
    with instead(town, trust=Trust(lambda: end_visit(town), town.work.adapters.trust)):
        assert certified(clerk).status == 403
    assert states(town) == [("certified", "writing"), *before]
    left = newest(town, "salma").object_key
    assert left in set(town.work.adapters.store.keys("documents"))
    assert complaints(town) == []
    town.ahead = NEVER_CAME + timedelta(minutes=1)
    town.worker_runs()
    assert states(town) == before
    assert left not in set(town.work.adapters.store.keys("documents"))


@pytest.mark.parametrize("problem", [NotReachable("down"), NotSealed("no seal")])
def test_while_nothing_can_be_sealed_the_clerk_is_told_to_come_again(town: World, problem: Exception) -> None:
    clerk, _salma = visiting(town, "salma")
    before = states(town)

    def fail() -> None:
        raise problem

    with instead(town, trust=Trust(fail, None)):
        assert certified(clerk).status == 503
    assert complaints(town) == []
    town.ahead = NEVER_CAME + timedelta(minutes=1)
    town.worker_runs()
    assert states(town) == before


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
            actions.certify,
            owner=SALMA.subject,
            kind=KIND,
            names={},
            issuer={},
            seal="commune",
            issued_on=unit.moment.date(),
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
        house.work.transact(lambda unit: unit.do(actions.keep_certified, document.id, 1, "x", b"token"))


def test_each_copy_has_a_code_and_a_place_of_its_own(database: Database, morocco: Catalogue) -> None:
    house = a_house(database, morocco)
    one, two = a_copy(house), a_copy(house)
    assert one.code_mark
    assert one.code_mark != two.code_mark
    assert (one.proof_list, one.proof_place) != (two.proof_list, two.proof_place)
