"""A certificate ends: its page, its proof and the locker say when, its holder is told in time, and then it is over."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from lockers import content, issued
from scenes import Scene, entered, published, scene
from world import Browser, World

from journeys.cases.calendar import months_after
from journeys.catalogue.definitions import Catalogue
from portal.i18n import casablanca_day
from portal.locker import dates
from portal.locker.models import Document
from portal.locker.proofs import proof
from portal.locker.proofs.printing import attached
from portal.locker.proofs.proof import Proof
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

RECORD, BULLETIN, MONTHS = "criminal-record", "b3", 3
TRUE, OVER = "Ce document est authentique", "Authentique, mais plus valable"


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


def asked(town: World) -> Scene:
    """Salma's request for a bulletin of her criminal record."""
    typed = {"born": "abroad", "birth_country": "Lyon, France", "mother_name": "فاطمة العلوي"}
    return scene(town, "salma", RECORD, until="filed", **typed)


def proved(town: World, browser: Browser, document: Document) -> Proof:
    """What the file of a document proves."""
    return proof.read(attached(content(browser, document.id)), town.work.adapters.proof_keys)


def in_three_months() -> date:
    """The last day of what is issued today."""
    return months_after(casablanca_day(real_now()), MONTHS)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext reads the printed words")
def test_a_certificate_says_its_last_day_on_its_page_in_its_proof_and_in_the_locker(
    town: World, salma: Browser, tmp_path: Path
) -> None:
    document, last = issued(town, asked(town), BULLETIN), in_three_months()
    assert document.valid_until == last
    (tmp_path / "b3.pdf").write_bytes(content(salma, document.id))
    said = subprocess.run(
        ["pdftotext", "-raw", tmp_path / "b3.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    assert f"Valable jusqu’au {dates.day(last)['fr']}" in " ".join(said.split())
    known = proved(town, salma, document)
    assert known.facts["valid_until"] == str(last)
    stranger = town.browser().get(f"/fr/verify/{known.code}")
    assert TRUE in stranger.words
    assert dates.day(last)["fr"] in stranger.words
    assert str(last.year) in salma.get(f"/fr/locker/{document.id}").words.partition("Validité")[2]


def test_a_certificate_ends_with_its_last_day_in_morocco(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(town.work, "now", lambda: datetime(2026, 3, 25, 12, tzinfo=UTC))
        document = issued(town, asked(town), BULLETIN)
    assert document.valid_until == date(2026, 6, 25)
    known = proved(town, salma, document)
    last_minute = datetime(2026, 6, 25, 23, 59, tzinfo=ZoneInfo("Africa/Casablanca"))
    for moment, said in ((last_minute, TRUE), (last_minute + timedelta(minutes=2), OVER)):
        monkeypatch.setattr("portal.locker.proofs.views.real_now", lambda moment=moment: moment)
        assert said in town.browser().get(f"/fr/verify/{known.code}").words


def test_its_holder_is_told_a_month_before_and_led_to_who_renews_it(town: World, salma: Browser) -> None:
    document = issued(town, asked(town), BULLETIN)
    before = salma.get("/fr/inbox").words.count("prend fin")
    town.ahead = in_three_months() - casablanca_day(real_now()) - timedelta(days=29)
    town.worker_runs()
    page = salma.get("/fr/inbox")
    assert page.words.count("prend fin") > before
    assert RECORD in salma.get(f"/fr/locker/{document.id}").text


def test_a_certificate_whose_day_is_over_is_told(town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(town.work, "now", lambda: real_now() - timedelta(days=200))
        document = issued(town, asked(town), BULLETIN)
    known = proved(town, salma, document)
    assert OVER in town.browser().get(f"/fr/verify/{known.code}").words
    assert "expiré le" in salma.get(f"/fr/locker/{document.id}").words.lower()


@pytest.fixture
def longer(town: World, morocco: Catalogue) -> Iterator[Catalogue]:
    """The catalogue with bulletins valid for a year; what was published before is published again afterwards."""
    service = morocco.services[RECORD]
    [bulletin] = service.outputs
    assert bulletin.valid_for is not None
    year = bulletin.model_copy(update={"valid_for": bulletin.valid_for.model_copy(update={"months": 12})})
    changed = service.model_copy(update={"outputs": (year,)})
    yield replace(morocco, services=MappingProxyType({**morocco.services, RECORD: changed}))
    published(town, morocco)


def test_a_document_is_valid_as_long_as_the_version_says_that_its_request_was_opened_under(
    town: World, longer: Catalogue
) -> None:
    before = asked(town)
    published(town, longer)
    after = asked(town)
    assert issued(town, before, BULLETIN).valid_until == in_three_months()
    assert issued(town, after, BULLETIN).valid_until == months_after(casablanca_day(real_now()), 12)
