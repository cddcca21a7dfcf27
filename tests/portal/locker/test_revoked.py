"""What was revoked does not look as if it counted: on the page of its request, and when it is to be shared."""

from __future__ import annotations

from uuid import UUID

import pytest
from lockers import added, issued, newest
from scenes import entered, scene
from sqlalchemy import update
from world import Browser, World

from portal.locker.models import Document
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def revoke(town: World, document: UUID) -> None:
    """A document does not count any more."""
    wanted = update(Document).where(Document.id == document).values(revoked_at=real_now())
    town.work.transact(lambda unit: unit.session.execute(wanted))


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


def test_the_page_of_a_request_leads_to_why_its_document_was_revoked(town: World, salma: Browser) -> None:
    typed = {"born": "abroad", "birth_country": "Lyon, France", "mother_name": "فاطمة العلوي"}
    made = scene(town, "salma", "criminal-record", until="filed", **typed)
    document = issued(town, made, "b3").id
    url = f"/fr/requests/{made.reference}"
    assert f"/locker/{document}/file" in salma.get(url).text
    revoke(town, document)
    page = salma.get(url)
    assert f"/locker/{document}/file" not in page.text
    assert page.link(f"/locker/{document}")
    assert "Document révoqué" in page.words
    assert "Ouvrez sa page pour en connaître le motif." in page.words
    assert "افتح صفحتها لمعرفة السبب." in salma.get(f"/ar/requests/{made.reference}").words


def test_what_was_revoked_is_shared_with_nobody(town: World, salma: Browser) -> None:
    added(salma, label="Bail")
    document = newest(town).id
    salma.get(f"/fr/locker/{document}/share")
    revoke(town, document)
    page = salma.submit("/share", {"with": "link", "purpose": "Location", "days": "7", "views": "2"})
    assert page.url.endswith(f"/locker/{document}")
    assert "Il ne peut plus être partagé." in page.words
    assert "Il n’est partagé avec personne." in page.words
    assert f"/locker/{document}/share" not in page.text
    assert "Il ne peut plus être partagé." in salma.get(f"/fr/locker/{document}/share").words
