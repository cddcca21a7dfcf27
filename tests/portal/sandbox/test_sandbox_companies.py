"""The register of companies: found by ICE, by court and number, or by who represents them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sandbox_questions import ask
from stdnum.ma import ice

from portal.sandbox.people import CARDS, People
from portal.sandbox.registers.companies import Companies
from portal.sandbox.serve import Running
from portal.sandbox.store import Store
from portal.settings import ROOT

Lever = Callable[..., httpx.Response]
BOUSKOURA, TESSILE, TERANGA = "003271846000095", "003402915000083", "002987164000035"
COURTS = ROOT / "journeys" / "definitions" / "morocco" / "reference" / "courts.yaml"


@pytest.fixture
def companies(tmp_path: Path) -> Companies:
    """The companies of the file."""
    return Companies.read(People.read(), Store(tmp_path / "of its own"))


def names(browser: httpx.Client, number: str) -> list[str]:
    return [company["name_lat"] for company in ask(browser, f"companies/of/{number}").json()["companies"]]


def test_a_company_is_found_by_its_ice_with_who_represents_it(browser: httpx.Client, clock: Any) -> None:
    said = ask(browser, f"companies/by-ice/{TESSILE}").json()
    assert (said["register"], said["as_of"]) == ("companies", clock().date().isoformat())
    assert said["company"] == {
        "kind": "company",
        "name_ar": "نسيج المدينة",
        "name_lat": "Medina Tessile",
        "form": "SARL AU",
        "ice": TESSILE,
        "court": "tcom-06",
        "rc": "152380",
        "tax_id": "66152380",
        "seat": "27, rue Bab Doukkala, 40000 Marrakech",
        "activity": "Création et vente de textiles d’ameublement",
        "representatives": [
            {
                "passport": "YB4820917",
                "name_ar": "جوليا فيرارو",
                "name_lat": "Giulia Ferraro",
                "as": "manager",
                "since": "2025-03-10",
            }
        ],
    }


def test_a_company_is_found_by_court_and_number(browser: httpx.Client) -> None:
    assert ask(browser, "companies/by-rc/tcom-02/418207").json()["company"]["ice"] == BOUSKOURA
    assert ask(browser, "companies/by-rc/tcom-01/418207").status_code == 404


def test_what_nobody_registered_is_not_known(browser: httpx.Client) -> None:
    assert ask(browser, "companies/by-ice/001561191000066").status_code == 404
    assert ask(browser, "companies/by-ice/1").status_code == 404


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("BH517093", ["Zellige Bouskoura", "Tahiri Négoce"]),
        ("4729168053", ["Zellige Bouskoura", "Tahiri Négoce"]),
        ("B214607K", ["Teranga Cuisine"]),
        ("yb-4820917", ["Medina Tessile"]),
        ("K412870", ["Pâtisserie Boukhalef, Hind Raissouni"]),
        ("BE284610", ["Zellige Bouskoura"]),
        ("AE214587", []),
        ("ZZ999", []),
    ],
)
def test_the_companies_somebody_represents_are_told(browser: httpx.Client, number: str, wanted: list[str]) -> None:
    assert names(browser, number) == wanted


def test_a_question_needs_a_token_and_a_purpose_and_is_remembered(browser: httpx.Client) -> None:
    for path in (f"companies/by-ice/{TESSILE}", "companies/by-rc/tcom-02/418207", "companies/of/BH517093"):
        assert ask(browser, path, Authorization="").status_code == 401
        assert ask(browser, path, **{"X-Purpose": ""}).status_code == 400
        ask(browser, path, **{"X-Purpose": f"because of {path}"})
        assert f"because of {path}" in browser.get("/registers/").text


def test_a_manager_leaves_and_stays_away_until_that_is_undone(
    start: Callable[[], AbstractContextManager[Running]],
) -> None:
    left = [{"cin": "BE284610", "name_ar": "عادل", "name_lat": "Adil", "as": "manager", "since": "2019-02-18"}]
    with start() as first, httpx.Client(base_url=first.settings.url, trust_env=False) as browser:
        lever = f"/control/registers/companies/{BOUSKOURA}/representatives"
        assert browser.post(lever, json={"representatives": left}).json()["representatives"] == left
    with start() as second, httpx.Client(base_url=second.settings.url, trust_env=False) as browser:
        assert names(browser, "BH517093") == ["Tahiri Négoce"]
        assert ask(browser, f"companies/by-ice/{BOUSKOURA}").json()["company"]["representatives"] == left
        browser.post(lever, json={"reset": True})
        assert names(browser, "BH517093") == ["Zellige Bouskoura", "Tahiri Négoce"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"representatives": None},
        {"representatives": [{"name_lat": "Nobody"}]},
        {"representatives": [{"name_ar": "x", "name_lat": "x", "as": "manager", "since": "2019-02-18"}]},
    ],
)
def test_a_lever_says_what_it_does_not_understand(pull: Lever, said: dict[str, Any]) -> None:
    answer = pull(f"registers/companies/{TESSILE}/representatives", **said)
    assert (answer.status_code, answer.json()["error"][:15]) == (400, "representatives")


def test_a_lever_for_no_company_is_missing(pull: Lever) -> None:
    assert pull("registers/companies/1/representatives", representatives=[]).status_code == 404


def test_every_kind_of_legal_person_is_there(companies: Companies) -> None:
    assert {company.kind for company in companies.named} == {"company", "association", "cooperative", "sole_trader"}
    known_by = {kind for company in companies.named for one in company.representatives for kind in one.told()}
    assert known_by >= set(CARDS)


def test_the_accountant_has_forty_clients_who_are_told_apart(companies: Companies) -> None:
    assert (companies.accountant.id, len(companies.clients)) == ("nabil", 40)
    everyone = companies.everyone
    for values in (
        [one.ice for one in everyone],
        [one.name_ar for one in everyone],
        [one.name_lat for one in everyone],
    ):
        assert len(set(values)) == len(everyone)
    registered = [(one.court, one.rc) for one in everyone if one.rc]
    assert len(set(registered)) == len(registered)
    managers = [one.numbers[0] for company in companies.clients for one in company.representatives]
    assert (
        len(set(managers) | {person.cin for person in People.read().everyone}) == 40 + len(People.read().everyone) - 1
    )


def test_numbers_and_courts_are_right(companies: Companies) -> None:
    courts = {court["id"] for court in yaml.safe_load(COURTS.read_text("utf-8"))["courts"]}
    for company in companies.everyone:
        assert ice.is_valid(company.ice), company.ice
        assert company.court is None or company.court in courts


def test_who_tries_the_portal_finds_every_number_on_a_page(browser: httpx.Client, companies: Companies) -> None:
    page = browser.get("/registers/companies/?lang=fr").text
    assert all(company.ice in page for company in companies.everyone)
    assert "Meryem Tahiri" in page
    assert "Nabil Guessous" in page
