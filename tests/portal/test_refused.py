"""A request that was refused says who decided, and what becomes of the fee that was paid for it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from lockers import content, issued
from requests_made import INFORMATION
from scenes import Scene, scene, sent
from world import Browser, World

from journeys.cases import actions, reading
from payments.settlement import actions as settlement
from portal.i18n import LANGUAGES
from portal.unit import Unit

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

KEPT = {
    "ar": "لا تسترد الرسوم المؤداة (20,00 درهم): فهي مقابل دراسة الطلب",
    "fr": "Les frais de 20,00 MAD ne sont pas remboursés",
    "en": "The fee of MAD 20.00 is not given back",
}
BACK = {"ar": "أعيد مبلغ الرسوم المؤداة", "fr": "ont été remboursés", "en": "was given back"}
TAKEN_BACK = {
    "ar": ("لا تسترد الرسوم المؤداة (20,00 درهم): فقد أودع الطلب", "سحبت الطلب بعد إيداعه"),
    "fr": ("Les frais de 20,00 MAD ne sont pas remboursés : la demande était déjà déposée", "retiré la demande après"),
    "en": ("The fee of MAD 20.00 is not given back: the request had already been filed", "took the request back after"),
}
BRIEFLY = {"ar": "ولا تسترد", "fr": "ne sont pas remboursés", "en": "the fee is not given back"}


def refused(town: World, officer: Browser) -> Scene:
    """Salma's paid request, which the officer of Rabat refuses."""
    made = scene(town, until="filed")
    sent(officer, f"/fr/desk/requests/{made.reference}/refuse", {"reason": "L’acte n’est pas dans nos registres."})
    return made


def given_back(town: World, made: Scene) -> None:
    """The fee of a request goes back to whoever paid it."""

    def give(unit: Unit) -> None:
        assert made.debt is not None
        due = unit.do(settlement.give_back, made.debt)
        unit.do(settlement.refunded, due.attempt, "re_1", due.key)

    town.work.transact(give)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whoever_is_refused_reads_that_the_fee_is_not_given_back_and_what_it_paid_for(
    town: World, salma: Browser, hajar: Browser, lang: str
) -> None:
    made = refused(town, hajar)
    page = salma.get(f"/{lang}/requests/{made.reference}")
    assert page.words.index("L’acte n’est pas dans nos registres.") < page.words.index(KEPT[lang])
    assert KEPT[lang] in salma.get(f"/{lang}/payments/{made.debt}").words
    [entry] = [one for one in salma.get(f"/{lang}/payments").text.split("<li>") if made.reference in one]
    assert BRIEFLY[lang] in entry


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_fee_that_was_given_back_all_the_same_is_not_said_to_be_kept(
    town: World, salma: Browser, hajar: Browser, lang: str
) -> None:
    made = refused(town, hajar)
    given_back(town, made)
    for path in (f"requests/{made.reference}", f"payments/{made.debt}"):
        said = salma.get(f"/{lang}/{path}").words
        assert BACK[lang] in said, path
        assert KEPT[lang] not in said, path
    [entry] = [one for one in salma.get(f"/{lang}/payments").text.split("<li>") if made.reference in one]
    assert BRIEFLY[lang] not in entry


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whoever_takes_a_filed_request_back_reads_that_its_fee_is_kept(town: World, salma: Browser, lang: str) -> None:
    made = scene(town, until="filed")
    salma.get(f"/fr/requests/{made.reference}")
    salma.submit("/withdraw")
    kept, briefly = TAKEN_BACK[lang]
    for path in (f"requests/{made.reference}", f"payments/{made.debt}"):
        assert kept in salma.get(f"/{lang}/{path}").words
    [entry] = [one for one in salma.get(f"/{lang}/payments").text.split("<li>") if made.reference in one]
    assert briefly in entry


def test_before_one_pays_one_reads_when_fees_are_not_given_back(town: World, salma: Browser) -> None:
    made = scene(town, until="draft")
    assert "Ils ne sont pas remboursés si elle est refusée" in salma.get(f"/fr/requests/{made.reference}/review").words


def test_a_request_that_is_not_refused_says_nothing_of_it(town: World, salma: Browser) -> None:
    made = scene(town, until="filed")
    for path in (f"requests/{made.reference}", f"payments/{made.debt}"):
        assert "ne sont pas remboursés :" not in salma.get(f"/fr/{path}").words


def test_a_free_request_that_is_refused_speaks_of_no_fee(town: World, salma: Browser) -> None:
    made = scene(town, service=INFORMATION, until="filed")

    def refuse(unit: Unit) -> None:
        case = reading.case_by_id(unit.session, made.case, lock=True)
        unit.do(actions.refuse, case, {"fr": "Non."}, unit.adapters.keyring)

    town.work.transact(refuse)
    page = salma.get(f"/fr/requests/{made.reference}")
    assert "Non." in page.words
    assert "remboursé" not in page.words


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext reads the printed words")
def test_the_refusal_names_the_officer_who_decided_and_says_what_becomes_of_the_fee(
    town: World, salma: Browser, hajar: Browser, tmp_path: Path
) -> None:
    made = refused(town, hajar)
    at = tmp_path / "refusal.pdf"
    at.write_bytes(content(salma, issued(town, made, "refusal").id))
    said = subprocess.run(["pdftotext", "-raw", at, "-"], capture_output=True, check=True, text=True).stdout
    flat = " ".join(said.split())
    assert "L’agent responsable" in flat
    assert "Hajar Tazi" in flat
    assert "Vous avez payé 20,00 dirhams" in flat
    assert "Cette somme n’est pas remboursée" in flat
