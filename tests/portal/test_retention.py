"""How long the files of a request are kept: as its service says, and never while anything of it is open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from files_brought import a_pdf
from requests_made import PERMIT, PROJECT, pay, reference_of, section, send, start
from scenes import entered
from sqlalchemy import select, update
from world import Browser, World

from payments.debts.models import Debt
from portal.locker.models import Document

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def filed(town: World) -> str:
    """The reference of a building permit that was asked for with its plans."""
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
