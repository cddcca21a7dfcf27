"""To whom a document is shown, and what they see of it: delegates, clerks, officers, an administration's system; and
what its owner sees of that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from uuid import UUID

import pytest
from acting_made import act_for, answer, offer
from certified_made import Scanner, certified
from files_brought import a_pdf, a_photo
from lockers import added, content, issued, listed, newest
from marks_seen import SHOWN, shown_that_day, stands_across
from outages import instead, worker_tries
from requests_made import BIRTH, PERMIT, PROJECT, pay, reference_of, section, send, start
from scenes import entered, published, scene
from shares_made import link_on, opened, shared
from sqlalchemy import select, update
from visits_made import visiting
from world import Browser, World

from journeys.cases.models import Case
from journeys.catalogue.definitions import Catalogue
from journeys.exchange.models import Office
from journeys.exchange.ports import Answer, Dossier, Reply
from portal.apply.tasks import hand_over
from portal.locker.arriving import WAITING
from portal.locker.models import Document
from portal.locker.ports import NotReachable
from portal.locker.scanning import sweep_unscanned
from portal.locker.throwing import look_through

CLERKS_OFFICE, PLANNERS = "Point d’accès public d’Oulad Tayeb", "Commune de Rabat, bureau de l’urbanisme"

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


@dataclass
class Connector:
    """An administration's system that takes every request."""

    name: str = "fake"
    given: list[Dossier] = field(default_factory=list)

    def submit(self, dossier: Dossier) -> Reply:
        self.given.append(dossier)
        return Reply(Answer.LATER, f"T-{dossier.reference}")

    def attached(self) -> list[int]:
        """How many files came with each request."""
        return [len(one.attachments) for one in self.given]


class Clean(Scanner):
    """Finds nothing."""

    def scan(self, content: object) -> None:
        """Looks at nothing."""


@pytest.fixture
def system(town: World) -> Iterator[Connector]:
    """The office that grants building permits in Rabat has a system of its own."""
    here = Office.branch == "urbanisme", Office.territory == "c-04421-02"
    town.work.transact(lambda unit: unit.session.execute(update(Office).where(*here).values(connector="fake")))
    made = Connector()
    with instead(town, connectors={**town.work.adapters.connectors, "fake": made}):
        yield made
    town.work.transact(lambda unit: unit.session.execute(update(Office).where(*here).values(connector="desk")))


def at_the_plans(browser: Browser) -> None:
    start(browser, PERMIT, "fr")
    for answers in PROJECT:
        section(browser, **answers)


def attach(browser: Browser, document: UUID | None = None) -> None:
    """Answers with a new file, or with a document of the locker."""
    at_the_plans(browser)
    picked = {"from-plans": str(document)} if document else {}
    files = {"x": ("", b"")} if document else {"plans": ("plans.pdf", a_pdf(), "application/pdf")}
    page = browser.post(browser.page.action("/attach/"), picked, files=files)
    assert page.url.endswith("/review"), page.words[:300]


def filed(town: World, browser: Browser) -> str:
    reference = reference_of(browser.page)
    send(browser)
    pay(browser)
    worker_tries(town)
    return reference


def case_of(town: World, reference: str) -> str:
    query = select(Case.id).where(Case.reference == reference)
    return str(town.work.transact(lambda unit: unit.session.scalars(query).one(), reading=True))


def brought(town: World) -> Document:
    """The file that was attached last."""
    query = select(Document).where(Document.origin == "brought").order_by(Document.id.desc()).limit(1)
    with town.work.database.session(reading=True) as session:
        return session.scalars(query).one()


def test_a_request_waits_for_its_files_to_be_looked_through_before_it_is_handed_over(
    town: World, salma: Browser, system: Connector
) -> None:
    with instead(town, scanner=Scanner(silent=True)):
        attach(salma)
        case = {"case_id": case_of(town, filed(town, salma))}
        assert hand_over(town.work, case) is not None
        assert system.given == []
    with instead(town, scanner=Clean()):
        look_through(town.work, {"document": str(brought(town).id)})
        assert hand_over(town.work, case) is None
    assert system.attached() == [1]
    assert "Le système d’une administration" in salma.get(f"/fr/locker/{brought(town).id}").words


def test_a_request_that_came_before_the_scanner_waits_for_its_files_too(
    town: World, salma: Browser, system: Connector
) -> None:
    attach(salma)
    with instead(town, scanner=Scanner(silent=True)):
        case = {"case_id": case_of(town, filed(town, salma))}
        assert hand_over(town.work, case) is not None
        assert system.given == []
    with instead(town, scanner=Clean()):
        sweep_unscanned(town.work, {})
        look_through(town.work, {"document": str(brought(town).id)})
        assert hand_over(town.work, case) is None
    assert system.attached() == [1]


def test_a_file_in_which_malicious_code_is_found_is_not_handed_over(
    town: World, salma: Browser, system: Connector
) -> None:
    with instead(town, scanner=Scanner(silent=True)):
        attach(salma)
        case = {"case_id": case_of(town, filed(town, salma))}
    with instead(town, scanner=Scanner()):
        look_through(town.work, {"document": str(brought(town).id)})
    hand_over(town.work, case)
    assert system.attached() == [0]


def test_the_owner_sees_on_a_document_that_an_officer_opened_its_copy(town: World, salma: Browser) -> None:
    added(salma, {"plans.pdf": a_pdf()}, kind="arch_plans", label="Plans")
    document = newest(town).id
    attach(salma, document)
    reference, copy = filed(town, salma), brought(town).id
    assert "Personne d’autre que vous" in salma.get(f"/fr/locker/{document}").words
    officer = entered(town, "agent-urba-rabat")
    assert officer.get(f"/fr/desk/requests/{reference}/files/{copy}").status == 200
    for one in (document, copy):
        assert "Un agent" in salma.get(f"/fr/locker/{one}").words


def test_who_acts_for_somebody_opens_no_file_that_was_not_looked_through(town: World, salma: Browser) -> None:
    with instead(town, scanner=Scanner(silent=True)):
        added(salma, {"bail.pdf": a_pdf(pages=2)}, label="Le bail en attente")
    document = newest(town)
    assert document.scan == WAITING
    amal = entered(town, "amal")
    mandate = offer(salma, "amal")
    answer(amal, mandate, "accept")
    act_for(amal, mandate.rpartition("/")[2])
    assert content(salma, document.id)
    assert amal.client.get(f"/fr/locker/{document.id}/file").status_code != 200
    assert amal.client.get(f"/fr/locker/{document.id}/picture").status_code != 200
    act_for(amal, "")


def test_a_clerk_sees_identity_papers_with_what_for_and_when_and_takes_no_locker_away(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, salma = visiting(town, "salma")
    added(salma, {"carte.jpg": a_photo()}, kind="cnie")
    document = newest(town).id
    shown_that_day(monkeypatch)
    assert salma.client.get(f"/fr/locker/{document}/file").content == a_photo()
    shown = clerk.client.get(f"/fr/locker/{document}/file")
    assert stands_across(shown.content, a_photo(), CLERKS_OFFICE, SHOWN)
    assert clerk.client.get(f"/fr/locker/{document}/picture").headers["Content-Type"] == "image/jpeg"
    assert "everything.zip" not in clerk.get("/fr/locker").text
    assert clerk.client.get("/fr/locker/everything.zip").status_code == 403


def test_an_identity_paper_that_answers_another_question_says_on_each_page_for_which_request_and_when(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(salma, {"carte.pdf": a_pdf(pages=2)}, kind="cnie")
    attach(salma, newest(town).id)
    reference, copy = filed(town, salma), brought(town).id
    shown_that_day(monkeypatch)
    shown = entered(town, "agent-urba-rabat").get(f"/fr/desk/requests/{reference}/files/{copy}")
    assert stands_across(shown.response.content, a_pdf(pages=2), f"{reference} · {PLANNERS}", SHOWN)


def test_who_receives_what_is_somebodys_changes_and_removes_nothing(town: World, salma: Browser) -> None:
    added(salma, {"bail.pdf": a_pdf(pages=3)}, label="Le bail")
    document = newest(town).id
    amal = entered(town, "amal")
    mandate = offer(salma, "amal", scopes=("see", "receive"))
    answer(amal, mandate, "accept")
    act_for(amal, mandate.rpartition("/")[2])
    page = amal.get(f"/fr/locker/{document}")
    assert page.status == 200
    assert "/remove" not in page.text
    assert amal.post(f"/fr/locker/{document}/remove").status == 403
    assert amal.post(f"/fr/locker/{document}", {"label": "Autre"}).status == 403
    act_for(amal, "")
    assert document in listed(salma.get("/fr/locker"))


@pytest.fixture
def surer(town: World, morocco: Catalogue) -> Iterator[Catalogue]:
    """The catalogue in which birth extracts are asked for with the most certainty; what was published before is
    published again afterwards."""
    service = morocco.services[BIRTH].model_copy(update={"assurance": "high"})
    yield replace(morocco, services=MappingProxyType({**morocco.services, BIRTH: service}))
    published(town, morocco)


def test_what_is_asked_for_with_more_certainty_is_opened_and_taken_away_with_as_much(
    town: World, salma: Browser, surer: Catalogue
) -> None:
    document = issued(town, scene(town, "salma", BIRTH, until="filed")).id
    surely = town.browser()
    surely.sign_in("salma", "fr", level="high")
    paths = ("/fr/locker/everything.zip", f"/fr/locker/{document}/file")
    assert [salma.client.get(path).status_code for path in paths] == [200, 200]
    published(town, surer)
    assert [salma.client.get(path).status_code for path in paths] == [403, 403]
    assert "plus de certitude" in salma.get(paths[0]).words
    assert [surely.client.get(path).status_code for path in paths] == [200, 200]


def test_a_revoked_document_is_not_offered_and_whoever_it_is_shared_with_is_told(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk)
    document = newest(town).id
    link = link_on(shared(town, salma))
    change = update(Document).where(Document.id == document).values(revoked_at=newest(town).made_at)
    town.work.transact(lambda unit: unit.session.execute(change))
    assert "révoqué" in town.browser().get(link).words
    at_the_plans(salma)
    assert str(document) not in salma.page.text
    picked = salma.post(salma.page.action("/attach/"), {"from-plans": str(document)}, files={"x": ("", b"")})
    assert picked.status == 404


def test_a_view_counts_once_the_document_lies_ready(town: World, salma: Browser) -> None:
    added(salma)
    link = link_on(shared(town, salma, views="1"))

    def silent(*_asked: object) -> None:
        raise NotReachable("down")

    stranger = town.browser()
    stranger.get(link)
    with pytest.MonkeyPatch.context() as down:
        down.setattr(town.work.adapters.store._adapter, "open", silent)
        assert stranger.submit(link).status == 503
    assert opened(town.browser(), link).response.content.startswith(b"%PDF-")
    assert town.browser().get(link).status == 404
