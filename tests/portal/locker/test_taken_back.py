"""A supervisor takes back what was certified under the seal of their office, by its number."""

from __future__ import annotations

import re

import pytest
from certified_made import TRUE, certified
from lockers import content, newest
from scenes import BIRTH, entered, scene
from visits_made import visiting
from world import Page, World

from portal.locker.proofs import proof
from portal.locker.proofs.printing import attached

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def revoked(town: World, officer: str, number: str, reason: str = "Mauvaise page") -> Page:
    """Somebody at work finds a document by its number and takes it back."""
    browser = entered(town, officer)
    browser.get("/fr/desk/documents")
    page = browser.submit("/desk/documents", {"code": number})
    return browser.submit("/revoke", {"reason": reason}) if page.status == 200 else page


def number_on(town: World, pdf: bytes) -> str:
    """The number of a document, as it stands on it."""
    return proof.read(attached(pdf), town.work.adapters.proof_keys).code


def test_a_supervisor_is_told_that_the_offices_of_a_place_share_a_seal(town: World) -> None:
    page = entered(town, "supervisor-tayeb").get("/fr/desk/documents")
    assert "les services d’une même administration en un même lieu partagent un cachet" in page.words


def test_a_supervisor_takes_a_copy_back_by_its_number_and_who_has_it_is_told_why(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk)
    document = newest(town).id
    number = number_on(town, content(salma, document))
    assert "Aucun document sous le cachet de votre service" in revoked(town, "supervisor-rabat", number).words
    assert "Indiquez pourquoi" in revoked(town, "supervisor-tayeb", number, " ").words
    assert "plus aucune valeur" in revoked(town, "supervisor-tayeb", number.lower().replace("-", " ")).words
    assert "a été révoqué" in town.browser().get(f"/fr/verify/{number}").words
    page = salma.get(f"/fr/locker/{document}").words
    assert "Mauvaise page" in page
    assert re.search(r"Un responsable de service[^.]* a révoqué ce document\.", page)
    assert "Quelqu’un a vérifié ce document." in page
    assert re.search(r"ألغى [^.]* هذه الوثيقة\.", salma.get(f"/ar/locker/{document}").words)
    again = entered(town, "supervisor-tayeb")
    again.get("/fr/desk/documents")
    assert "/revoke" not in again.submit("/desk/documents", {"code": number}).text


def test_nobody_but_a_supervisor_under_the_same_seal_takes_a_copy_back(town: World) -> None:
    clerk, salma = visiting(town, "salma")
    certified(clerk)
    document = newest(town).id
    for name in ("agent-tayeb", "supervisor-rabat", "auditor"):
        officer = entered(town, name)
        officer.get("/fr/desk")
        answer = officer.post(f"/fr/desk/documents/{document}/revoke", {"reason": "Erreur"})
        assert answer.status == 404, name
    assert TRUE in town.browser().get(f"/fr/verify/{number_on(town, content(salma, document))}").words


def test_a_document_of_a_request_is_taken_back_where_it_was_issued(town: World) -> None:
    salma = entered(town, "salma")
    made = scene(town, "salma", BIRTH, until="filed")
    town.worker_runs()
    number = number_on(town, content(salma, newest(town).id))
    supervisor = entered(town, "supervisor-rabat")
    supervisor.get("/fr/desk/documents")
    page = supervisor.submit("/desk/documents", {"code": number})
    assert page.link(f"/desk/requests/{made.reference}")
    assert "/revoke" not in page.text
