"""A locker: files are put into it, found again, described, replaced, attached to requests, taken away and taken out."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from acting_made import act_for, answer, offer
from files_brought import a_pdf, a_photo
from lockers import added, content, issued, listed, newest, of_owner
from requests_made import PERMIT, PROJECT, section, start
from scenes import entered, person_of, scene, token_of
from world import Browser, World

from payments.columns import new_id
from portal.locker.invariants import lockers_count_what_is_in_them
from portal.locker.models import Locker

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


def test_several_files_are_put_in_at_once_and_come_out_as_they_were(town: World, salma: Browser) -> None:
    photo, pdf = a_photo(), a_pdf()
    page = added(salma, {"bail signé.pdf": pdf, "IMG_0001.JPG": photo}, kind="other")
    assert page.url.endswith("/fr/locker")
    assert "2 documents" in page.words
    second, first = (salma.get(f"/fr/locker/{one.id}") for one in of_owner(town, "salma")[:2])
    assert "bail signé" in first.words
    assert "IMG_0001" in second.words
    one, two = (content(salma, document.id) for document in of_owner(town, "salma")[:2])
    assert {one, two} == {photo, pdf}
    stored = town.work.adapters.store.get_sealed(newest(town).object_key or "")
    assert photo not in stored


def test_one_that_is_refused_keeps_no_other_out_and_says_why(town: World, salma: Browser) -> None:
    before = len(of_owner(town, "salma"))
    page = added(salma, {"bon.pdf": a_pdf(), "page.html": b"<html><script>alert(1)</script></html>"})
    assert page.url.endswith("/locker/add")
    assert "page.html" in page.words
    assert "Ce n’est pas un fichier PDF, JPEG, PNG ou WebP" in page.words
    town.ahead = timedelta(hours=2)
    town.worker_runs()
    assert len(of_owner(town, "salma")) == before + 1
    assert "page.html" not in salma.get("/fr/locker/add").words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"valid_until": "31/02/2027"}, "jour/mois/année"),
        ({"issued_on": "01/01/2020", "valid_until": "01/01/2019"}, "avant"),
        ({"issued_on": "01/01/2100"}, "futur"),
        ({"kind": "no-such-type"}, "liste"),
    ],
)
def test_what_cannot_be_is_said_beside_its_question(salma: Browser, said: dict[str, str], words: str) -> None:
    page = added(salma, **said)
    assert page.status == 422
    assert words in page.words


def test_nothing_chosen_is_said(salma: Browser) -> None:
    page = added(salma, {})
    assert page.status == 422
    assert "Aucun fichier" in page.words


def test_what_its_owner_says_of_a_document_is_shown_and_can_be_changed(town: World, salma: Browser) -> None:
    added(salma, label="Bail de la rue Oqba", issued_on="05/10/2026", valid_until="04/10/2029")
    document = newest(town)
    page = salma.get(f"/fr/locker/{document.id}")
    assert "Bail de la rue Oqba" in page.words
    assert "4 octobre 2029" in page.words
    page = salma.submit(f"/locker/{document.id}", {"kind": "lease", "label": "Ancien bail", "valid_until": ""})
    assert "Ancien bail" in page.words
    assert "2029" not in page.words
    assert b"Ancien" not in (newest(town).label or b"")


def test_a_document_is_found_by_its_type_its_name_its_reference_and_its_life_event(town: World, salma: Browser) -> None:
    added(salma, label="Contrat Zellige")
    lease = newest(town).id
    made = scene(town, until="filed")
    receipt = issued(town, made).id
    for found in ("zellige", "bail", "عقد كراء"):
        assert lease in listed(salma.get("/fr/locker", params={"q": found})), found
    assert receipt in listed(salma.get("/fr/locker", params={"q": made.reference}))
    assert lease not in listed(salma.get("/fr/locker", params={"q": made.reference}))
    assert "Aucun document" in salma.get("/fr/locker", params={"q": "introuvable"}).words
    assert lease in listed(salma.get("/fr/locker", params={"kind": "lease"}))
    assert receipt not in listed(salma.get("/fr/locker", params={"kind": "lease"}))
    assert receipt in listed(salma.get("/fr/locker", params={"event": "having-a-baby"}))


def test_a_newer_version_takes_the_place_of_the_older_which_stays_behind_it(town: World, salma: Browser) -> None:
    added(salma, label="Premier")
    older = newest(town).id
    added(salma, label="Second", replaces=str(older))
    newer = newest(town).id
    assert older not in listed(salma.get("/fr/locker"))
    assert str(older) in salma.get(f"/fr/locker/{newer}").text
    assert salma.get(f"/fr/locker/{older}").link(f"/locker/{newer}")
    salma.get(f"/fr/locker/{newer}")
    salma.submit("/remove")
    assert older in listed(salma.get("/fr/locker"))


def test_a_document_answers_a_question_in_one_step_and_shows_where_it_was_used(town: World, salma: Browser) -> None:
    plans = a_pdf(pages=2)
    added(salma, {"plans.pdf": plans}, kind="arch_plans", label="Plans de la maison")
    document = newest(town).id
    _at_the_plans(salma)
    assert "Plans de la maison" in salma.page.text
    review = salma.post(salma.page.action("/attach/"), {"from-plans": str(document)}, files={"x": ("", b"")})
    assert review.url.endswith("/review"), review.words[:500]
    copy = newest(town)
    assert (copy.source_id, copy.origin, content(salma, copy.id)) == (document, "brought", plans)
    assert "Plans d’architecte" in review.words.split("Projet")[-1]
    used = salma.get(f"/fr/locker/{document}").words
    assert "permis de construire" in used.lower()
    assert "brouillon, pas encore envoyé" in used
    assert copy.id not in listed(salma.get("/fr/locker"))


def test_a_newer_version_of_what_is_attached_is_offered(town: World, salma: Browser) -> None:
    added(salma, {"plans.pdf": a_pdf()}, kind="arch_plans", label="Plans")
    older = newest(town).id
    _at_the_plans(salma)
    fill = salma.page.url
    salma.post(salma.page.action("/attach/"), {"from-plans": str(older)}, files={"x": ("", b"")})
    added(salma, {"plans.pdf": a_pdf(pages=3)}, kind="arch_plans", label="Nouveaux plans", replaces=str(older))
    newer = newest(town).id
    page = salma.get(fill)
    assert "version plus récente" in page.words
    page = salma.post(page.action("/attach/"), {"from-plans": str(newer)}, files={"x": ("", b"")})
    assert newest(town).source_id == newer


def _at_the_plans(browser: Browser) -> None:
    start(browser, PERMIT, "fr")
    for answers in PROJECT:
        section(browser, **answers)
    assert browser.page.url.endswith("/fill/plans")


def test_nobody_attaches_what_lies_in_anothers_locker(town: World, salma: Browser) -> None:
    youssef = entered(town, "youssef")
    added(youssef, {"plans.pdf": a_pdf()}, kind="arch_plans")
    stolen = newest(town, "youssef").id
    _at_the_plans(salma)
    for document in (stolen, uuid4()):
        page = salma.client.post(
            salma.page.action("/attach/"),
            data={"csrf_token": salma.page.token(), "from-plans": str(document)},
            files={"x": ("", b"")},
        )
        assert page.status_code == 404


def test_what_is_taken_out_is_gone_with_its_bytes(town: World, salma: Browser) -> None:
    added(salma)
    document = newest(town)
    salma.get(f"/fr/locker/{document.id}")
    page = salma.submit("/remove")
    assert document.id not in listed(page)
    assert salma.get(f"/fr/locker/{document.id}").status == 404
    town.ahead = timedelta(days=1, minutes=1)
    town.worker_runs()
    assert document.id not in {one.id for one in of_owner(town, "salma")}
    assert document.object_key not in set(town.work.adapters.store.keys("documents"))


def test_a_file_of_a_request_goes_with_the_request_alone(town: World, salma: Browser) -> None:
    _at_the_plans(salma)
    salma.post(salma.page.action("/attach/"), files={"plans": ("plans.pdf", a_pdf(), "application/pdf")})
    document = newest(town).id
    page = salma.get(f"/fr/locker/{document}")
    assert "/remove" not in page.text
    assert salma.post(f"/fr/locker/{document}/remove").status == 409


def test_everything_is_taken_away_as_one_file_with_an_index(town: World, salma: Browser) -> None:
    pdf = a_pdf(pages=4)
    added(salma, {"bail.pdf": pdf}, label="Le bail")
    document = newest(town)
    salma.get("/fr/locker")
    answer = salma.client.get("/fr/locker/everything.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        index = archive.read("index.html").decode()
        [name] = [one for one in archive.namelist() if one in index and archive.read(one) == pdf][:1]
        assert "Le bail" in index
        assert f"<bdi>{name}</bdi>" in index
    assert name == f"Le bail {document.made_at:%Y-%m-%d}.pdf"


def test_a_full_locker_says_so(town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    added(salma)
    monkeypatch.setattr("portal.locker.keeping.MOST_TOGETHER", 1)
    page = added(salma)
    assert "plus de place" in page.words
    monkeypatch.setattr("portal.locker.keeping.MOST_FILES", 1)
    monkeypatch.setattr("portal.locker.keeping.MOST_TOGETHER", 10**9)
    assert "plus de place" in added(salma).words


def test_what_is_taken_out_makes_room_at_once_and_once(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(salma, label="Le premier")
    monkeypatch.setattr("portal.locker.keeping.MOST_FILES", in_locker(town))
    assert "plus de place" in added(salma, label="Le second").words
    monkeypatch.undo()
    added(salma, label="Le second")
    before = in_locker(town)
    monkeypatch.setattr("portal.locker.keeping.MOST_FILES", before)
    first, token = newest(town).id, token_of(salma)
    for _ in range(2):
        salma.client.post(f"/fr/locker/{first}/remove", data={"csrf_token": token})
    assert in_locker(town) == before - 1
    assert "1 document" in added(salma, label="Le troisième").words
    town.ahead = timedelta(days=2)
    town.worker_runs()
    assert in_locker(town) == before
    with town.work.database.session(reading=True) as session:
        assert list(lockers_count_what_is_in_them(session)) == []


def in_locker(town: World) -> int:
    """How many files count as being in Salma's locker."""
    with town.work.database.session(reading=True) as session:
        return session.get_one(Locker, person_of(town, "salma")).files


@pytest.mark.parametrize("page", ["", "/file", "/picture"])
def test_anothers_document_is_not_there(town: World, salma: Browser, page: str) -> None:
    added(salma)
    other = entered(town, "youssef")
    theirs, none = (other.client.get(f"/fr/locker/{one}{page}") for one in (newest(town).id, new_id()))
    assert theirs.status_code == none.status_code == 404
    assert town.browser().client.get(f"/fr/locker/{newest(town).id}{page}", follow_redirects=False).status_code == 303


def test_whoever_fills_in_but_may_not_receive_sees_nothing_of_the_locker(town: World, salma: Browser) -> None:
    added(salma, {"plans.pdf": a_pdf()}, kind="arch_plans", label="Plans secrets")
    document = newest(town).id
    amal = entered(town, "amal")
    mandate = offer(salma, "amal", scopes=("see", "fill"))
    answer(amal, mandate, "accept")
    act_for(amal, mandate.rpartition("/")[2])
    assert amal.get(f"/fr/locker/{document}").status == 403
    _at_the_plans(amal)
    assert "Plans secrets" not in amal.page.text
    assert amal.post(amal.page.action("/attach/"), {"from-plans": str(document)}, files={"x": ("", b"")}).status == 403


def test_a_picture_of_a_document_is_made_anew(town: World, salma: Browser) -> None:
    added(salma, {"photo.jpg": a_photo()}, label="Une photo")
    answer = salma.client.get(f"/fr/locker/{newest(town).id}/picture")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.content.startswith(b"\xff\xd8")
    assert answer.headers["Cache-Control"] == "no-store"
