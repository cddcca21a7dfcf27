"""The register of documents: what is held about whom, each as a file, and a lever that issues one anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sandbox_questions import ask

from journeys.catalogue.reading import read
from portal.cli import DEFINITIONS
from portal.locker.intake import read as read_file
from portal.locker.taken import PDF
from portal.sandbox.registers.papers import Papers
from portal.sandbox.serve import Running

Lever = Callable[..., httpx.Response]
SALMA, NADIA, ZELLIGE = "AE214587", "EE731508", "003271846000095"


def held(browser: httpx.Client, number: str) -> Any:
    return ask(browser, f"papers/of/{number}").json()["documents"]


@pytest.mark.parametrize("number", [SALMA, "ae-214587", "4102938571"])
def test_what_is_held_about_a_person_is_found_by_any_of_their_numbers(browser: httpx.Client, number: str) -> None:
    assert [one["kind"] for one in held(browser, number)] == ["amo_card", "cnss_card", "licence"]


def test_a_company_is_found_by_its_ice_and_of_most_people_nothing_is_held(browser: httpx.Client) -> None:
    assert [one["kind"] for one in held(browser, ZELLIGE)] == ["ice_cert", "cnss_aff", "tax_reg"]
    assert held(browser, NADIA) == []
    assert ask(browser, "papers/of/ZZ999").status_code == 404


def test_each_file_is_the_one_that_the_list_announced(browser: httpx.Client) -> None:
    for one in held(browser, SALMA):
        answer = ask(browser, f"papers/of/{SALMA}/{one['id']}")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert hashlib.sha256(answer.content).hexdigest() == one["sha256"]
    assert ask(browser, f"papers/of/{NADIA}/{one['id']}").status_code == 404


def test_a_question_needs_a_token_and_a_purpose_and_is_remembered(browser: httpx.Client) -> None:
    for path in (f"papers/of/{SALMA}", f"papers/of/{SALMA}/cnss-148205736"):
        assert ask(browser, path, Authorization="Bearer guessed").status_code == 401
        assert ask(browser, path, **{"X-Purpose": ""}).status_code == 400
        ask(browser, path, **{"X-Purpose": f"for {path[-5:]}"})
    page = browser.get("/registers/?lang=en").text
    assert "for 14587" in page
    assert "for 05736" in page
    assert SALMA not in page


def test_health_needs_no_token(browser: httpx.Client) -> None:
    assert browser.get("/registers/papers/health").json() == {"status": "ok", "register": "papers"}


def test_a_lever_issues_a_document_anew_and_undoes_it(browser: httpx.Client, pull: Lever, clock: Any) -> None:
    before = held(browser, SALMA)[0]
    path = f"registers/papers/{before['id']}"
    first = pull(path).json()
    assert (first["id"], first["issued_on"]) == (before["id"], clock().date().isoformat())
    assert held(browser, SALMA)[0] == first
    second = pull(path).json()
    assert len({before["sha256"], first["sha256"], second["sha256"]}) == 3
    assert pull(path, reset=True).json() == before
    assert pull("registers/papers/nothing").status_code == 404


def test_each_document_is_of_a_type_of_the_catalogue_and_a_file_that_the_portal_takes(sandbox: Running) -> None:
    papers, known = sandbox.world.papers, read(DEFINITIONS).documents
    everything = _everything(papers, sandbox)
    assert len({one.paper.id for one in everything}) == len(everything) > 10
    for one in everything:
        assert one.paper.kind in known
        assert read_file(papers.pdf(one)).media == PDF


def _everything(papers: Papers, sandbox: Running) -> list[Any]:
    numbers = [person.cin for person in sandbox.world.people.everyone if person.cin] + [ZELLIGE]
    return [one for number in numbers for one in papers.of(number) or []]
