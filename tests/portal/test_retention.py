"""How long the files of a request are kept: as the version of its service says under which it was opened, and never
while anything of it is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from files_brought import a_pdf
from outages import instead
from requests_made import PERMIT, PROJECT, pay, reference_of, section, send, start
from scenes import entered, published
from sqlalchemy import select, update
from world import Browser, World

from journeys.cases.calendar import months_after
from journeys.catalogue.definitions import Catalogue
from payments.debts.models import Debt
from portal.i18n import CASABLANCA
from portal.locker.models import Document
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def filed(town: World) -> str:
    """The reference of a building permit that was asked for with its plans."""
    return asked(town)


def asked(town: World) -> str:
    """Salma asks for a building permit with its plans; its reference."""
    browser = entered(town, "salma")
    start(browser, PERMIT, "fr")
    for answers in PROJECT:
        section(browser, **answers)
    browser.post(browser.page.action("/attach/"), files={"plans": ("plans.pdf", a_pdf(), "application/pdf")})
    send(browser)
    reference = reference_of(browser.page)
    if "/payments/" in browser.page.text:
        pay(browser)
    town.worker_runs()
    return reference


def files(town: World, reference: str) -> list[str]:
    """What has become of the files of a request."""
    query = select(Document.state).where(Document.reference == reference, Document.origin == "brought")
    return list(town.work.transact(lambda unit: unit.session.scalars(query).all(), reading=True))


def refused(town: World, reference: str) -> None:
    """An officer refuses the request."""
    officer: Browser = entered(town, "agent-urba-rabat")
    officer.get(f"/fr/desk/requests/{reference}")
    officer.submit("/take")
    officer.submit("/refuse", {"reason": "Les plans ne montrent pas la façade. Complétez-les."})


def test_the_files_of_a_request_that_has_ended_go_when_their_time_is_over(town: World, filed: str) -> None:
    refused(town, filed)
    town.ahead = timedelta(days=700)
    town.worker_runs()
    assert files(town, filed) == ["kept"]
    town.ahead = timedelta(days=735)
    town.worker_runs()
    town.ahead = timedelta(days=737)
    town.worker_runs()
    assert files(town, filed) == []
    page = entered(town, "salma").get(f"/fr/requests/{filed}")
    assert page.status == 200


def test_while_money_is_open_the_files_stay_and_they_go_once_it_is_settled(town: World, filed: str) -> None:
    refused(town, filed)
    settled(town, filed, "due")
    for days in (735, 770, 805):
        town.ahead = timedelta(days=days)
        town.worker_runs()
        assert files(town, filed) == ["kept"]
    settled(town, filed, "paid")
    for days in (840, 842):
        town.ahead = timedelta(days=days)
        town.worker_runs()
    assert files(town, filed) == []


def settled(town: World, reference: str, state: str) -> None:
    """Says whether the fees of a request are paid."""
    fees = update(Debt).where(Debt.about == reference).values(state=state).returning(Debt.id)
    assert town.work.transact(lambda unit: unit.session.scalar(fees)) is not None


def test_the_files_of_an_open_request_stay_for_as_long_as_it_takes(town: World, filed: str) -> None:
    town.ahead = timedelta(days=3000)
    town.worker_runs()
    assert files(town, filed) == ["kept"]


@contextmanager
def schedule(town: World, morocco: Catalogue, months: int, status: str = "unverified") -> Iterator[None]:
    """The files of building permits are kept for so many months; what was published before counts again afterwards."""
    service = morocco.services[PERMIT]
    assert service.retention is not None
    provenance = service.retention.provenance.model_copy(update={"status": status})
    kept = service.retention.model_copy(update={"files": months, "provenance": provenance})
    changed = service.model_copy(update={"retention": kept})
    published(town, replace(morocco, services=MappingProxyType({**morocco.services, PERMIT: changed})))
    try:
        yield
    finally:
        published(town, morocco)


def in_months(months: int) -> timedelta:
    """How long it takes until the day of the same number so many months later, at this hour in Morocco."""
    now = real_now().astimezone(CASABLANCA)
    return datetime.combine(months_after(now.date(), months), now.time(), CASABLANCA) - now


def test_months_are_those_of_the_calendar_and_of_the_version_under_which_a_request_was_opened(
    town: World, morocco: Catalogue, filed: str
) -> None:
    with schedule(town, morocco, months=1):
        under_the_new = asked(town)
        for reference in (filed, under_the_new):
            refused(town, reference)
        last, hours = in_months(1), timedelta(hours=2)
        town.ahead = last - hours
        town.worker_runs()
        assert (files(town, filed), files(town, under_the_new)) == (["kept"], ["kept"])
        town.ahead = last + hours
        town.worker_runs()
        assert (files(town, filed), files(town, under_the_new)) == (["kept"], [])


@pytest.mark.parametrize(("status", "become"), [("unverified", ["kept"]), ("sourced", [])])
def test_in_earnest_a_schedule_ends_files_only_where_a_source_confirms_it(
    town: World, morocco: Catalogue, status: str, become: list[str]
) -> None:
    with schedule(town, morocco, 24, status):
        reference = asked(town)
        with instead(town, settings=replace(town.work.adapters.settings, environment="production")):
            refused(town, reference)
        for days in (735, 737):
            town.ahead = timedelta(days=days)
            town.worker_runs()
    assert files(town, reference) == become
