"""Who pays for several extracts is told first that one is enough, and the one file says how many were paid."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from lockers import content, issued
from requests_made import BIRTH, decide, start
from scenes import scene
from world import Browser, World

from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.sheet import CERTIFICATE

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("ar", "نسخة واحدة تكفي لعدة إدارات. تتوصل بملف PDF واحد"),
        ("fr", "Un seul suffit pour plusieurs administrations. Vous recevez un seul PDF"),
        ("en", "One is enough for several administrations. You receive one PDF"),
    ],
)
def test_where_the_number_is_asked_one_reads_that_one_is_enough(salma: Browser, lang: str, words: str) -> None:
    start(salma, BIRTH, lang)
    assert words in salma.page.words


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext reads the printed words")
@pytest.mark.parametrize("copies", ["1", "3"])
def test_an_extract_says_how_many_were_paid_for(
    town: World, salma: Browser, hajar: Browser, tmp_path: Path, copies: str
) -> None:
    made = scene(town, until="filed", copies=copies)
    decide(hajar, made.reference)
    at = tmp_path / "extract.pdf"
    at.write_bytes(content(salma, issued(town, made, BIRTH.replace("-", "_")).id))
    said = subprocess.run(["pdftotext", "-raw", at, "-"], capture_output=True, check=True, text=True).stdout
    assert f"Nombre d’extraits délivrés {copies}" in " ".join(said.split())


def test_whatever_is_priced_by_the_copy_says_their_number_on_its_document(morocco: Catalogue) -> None:
    priced = [
        (service, line.times)
        for service in morocco.services.values()
        for line in (service.fee_rule.lines if service.fee_rule else ())
        if line.times == "copies"
    ]
    assert {service.id for service, _ in priced} == {BIRTH, "rc-model7"}
    for service, times in priced:
        for output in service.outputs:
            assert output.paper != CERTIFICATE or times in output.shows, service.id
