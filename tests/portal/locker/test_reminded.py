"""A reminder names the paper that ends, and its page says what to do, also where nobody renews it."""

from __future__ import annotations

from datetime import date, timedelta
from unittest.mock import patch
from uuid import UUID

import pytest
from bench.counting import counted
from lockers import added, newest
from scenes import entered, person_of
from sqlalchemy import delete, update
from world import Browser, World

from payments.columns import new_id
from portal.alerts.actions import tell
from portal.alerts.models import Alert, Delivery
from portal.alerts.states import Kind
from portal.i18n import casablanca_day
from portal.unit import Unit, real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")
GENERAL = "Un de vos documents expire bientôt"


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in, without any message."""
    browser = entered(town, "salma")

    def forget(unit: Unit) -> None:
        unit.session.execute(delete(Delivery))
        unit.session.execute(delete(Alert))

    town.work.transact(forget)
    return browser


def in_days(days: int) -> date:
    """So many days from today."""
    return casablanca_day(real_now()) + timedelta(days=days)


def held(town: World, salma: Browser, kind: str, days: int = 20) -> UUID:
    """A document of Salma's that ends."""
    added(salma, kind=kind, label=f"Bail d’Agdal {new_id()}", valid_until=f"{in_days(days):%d/%m/%Y}")
    return newest(town).id


def reminded(town: World, about: str) -> None:
    """Salma is told that a document ends."""
    person = person_of(town, "salma")
    town.work.transact(lambda unit: unit.do(tell, person, Kind.DOCUMENT_ENDS, about, ""))


def test_a_reminder_names_the_paper_as_its_owner_does_and_its_last_day_and_leads_to_it(
    town: World, salma: Browser
) -> None:
    document = held(town, salma, "lease")
    reminded(town, str(document))
    page = salma.get("/fr/inbox")
    assert "Bail d’Agdal" in page.words
    assert "prend fin le" in page.words
    assert str(in_days(20)) in page.text
    assert GENERAL not in page.words
    assert "ستنتهي صلاحية «Bail d’Agdal" in salma.get("/ar/inbox").words
    assert salma.get(page.link(f"/locker/{document}")).status == 200
    town.worker_runs()


def test_a_reminder_that_says_its_day_leads_to_the_document_all_the_same(town: World, salma: Browser) -> None:
    document = held(town, salma, "lease")
    reminded(town, str(document))
    about = f"{document}:20"
    town.work.transact(lambda unit: unit.session.execute(update(Alert).values(about=about)))
    page = salma.get("/fr/inbox")
    assert "Bail d’Agdal" in page.words
    assert salma.get(page.link(f"/locker/{document}")).status == 200
    town.worker_runs()


def test_of_what_is_gone_or_another_s_nothing_is_named(town: World, salma: Browser) -> None:
    document = held(town, salma, "lease")
    reminded(town, str(document))
    salma.get(f"/fr/locker/{document}")
    salma.submit("/remove")
    youssef = entered(town, "youssef")
    added(youssef, kind="lease", valid_until=f"{in_days(20):%d/%m/%Y}")
    reminded(town, str(newest(town, "youssef").id))
    reminded(town, str(new_id()))
    page = salma.get("/fr/inbox")
    assert page.words.count(GENERAL) == 3
    assert "Bail d’Agdal" not in page.words
    town.worker_runs()


def test_many_reminders_ask_as_much_as_one(town: World, salma: Browser) -> None:
    def asked() -> int:
        salma.get("/fr/inbox")
        with (
            patch.object(town.work.adapters.shelf, "_looked_at", float("inf")),
            counted(town.work.database.engine) as of,
        ):
            salma.get("/fr/inbox")
        return of.queries

    reminded(town, str(held(town, salma, "lease")))
    one = asked()
    for _ in range(3):
        reminded(town, str(held(town, salma, "lease")))
    assert asked() == one
    town.worker_runs()


def test_what_ends_and_nobody_renews_is_told_and_can_be_replaced(town: World, salma: Browser) -> None:
    document = held(town, salma, "lease")
    page = salma.get(f"/fr/locker/{document}")
    assert "expire" in page.words or "prend fin" in page.words
    assert "Renouveler" not in page.words
    assert "Si vous avez un nouveau document, ajoutez-le ici." in page.words
    assert f"replaces={document}" in page.text.partition("ajoutez-le ici")[0]


def test_the_account_leads_to_documents_and_messages(salma: Browser) -> None:
    main = salma.get("/fr/dashboard").text.partition("<main")[2]
    assert 'href="/fr/locker"' in main
    assert 'href="/fr/inbox"' in main
