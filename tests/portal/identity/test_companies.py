"""Companies: found in the register, acted for by those it names, by employees and accountants; never locked out."""

from __future__ import annotations

import pytest
from acting_made import act_for, answer, begun, choice, offer, represented
from clients import clients_of
from requests_made import section
from scenes import entered, person_of
from sqlalchemy import select
from world import Browser, World

from portal.identity.mandates.models import Company

ZELLIGE = "003271846000095"

pytestmark = pytest.mark.usefixtures("no_work_left_behind", "clean")


def test_a_manager_finds_both_companies(town: World) -> None:
    meryem = entered(town, "meryem")
    represented(meryem, "Zellige")
    assert "Tahiri Négoce" in meryem.get("/fr/companies").words


def test_a_company_is_found_by_its_ice_and_says_who_may_act(town: World) -> None:
    meryem = entered(town, "meryem")
    meryem.get("/fr/companies/find")
    page = meryem.submit("/companies/find", {"ice": "003271846000095"})
    assert "Zellige Bouskoura" in page.words
    assert "Agir pour cette entreprise" in page.words


def test_a_company_is_found_by_court_and_number(town: World) -> None:
    meryem = entered(town, "meryem")
    meryem.get("/fr/companies/find")
    assert "Tahiri Négoce" in meryem.submit("/companies/find", {"court": "tcom-02", "rc": "396514"}).words


def test_who_the_register_does_not_name_may_only_ask(town: World) -> None:
    youssef = entered(town, "youssef")
    youssef.get("/fr/companies/find")
    page = youssef.submit("/companies/find", {"ice": "003271846000095"})
    assert "Agir pour cette entreprise" not in page.words
    assert "Demander une procuration" in page.words


@pytest.mark.parametrize("typed", [{"ice": "123"}, {"ice": "003271846000096"}, {"rc": "x"}, {}, {"rc": "12"}])
def test_wrong_numbers_of_companies_are_told(town: World, browser: Browser, typed: dict[str, str]) -> None:
    browser.sign_in("youssef", "fr")
    browser.get("/fr/companies/find")
    page = browser.submit("/companies/find", typed)
    assert page.status == 422
    assert "govuk-error-message" in page.text


def test_an_employee_who_is_removed_in_mid_form_is_out_at_once(town: World) -> None:
    meryem, sanae = entered(town, "meryem"), entered(town, "sanae")
    represented(meryem, "Zellige")
    company = company_of(town, "003271846000095")
    mandate = offer(meryem, "BM483615", company=company)
    answer(sanae, mandate, "accept")
    act_for(sanae, choice(sanae, "Zellige"))
    reference = begun(sanae)
    meryem.get(mandate)
    meryem.submit("/revoke")
    assert sanae.get(f"/fr/requests/{reference}").status == 403
    act_for(meryem, choice(meryem, "Zellige"))
    assert reference in meryem.get("/fr/dashboard").text, "what was done for a company belongs to it"


@pytest.mark.parametrize(
    ("service", "answers", "known"),
    [("tax-compliance-cert", {"taxpayer": "company"}, ZELLIGE), ("rc-model7", {}, "418207")],
)
def test_what_the_register_knows_of_a_company_is_not_typed_again(
    town: World, service: str, answers: dict[str, str], known: str
) -> None:
    meryem = entered(town, "meryem")
    act_for(meryem, represented(meryem, "Zellige"))
    begun(meryem, service)
    page = section(meryem, **answers) if answers else meryem.page
    assert f'value="{known}"' in page.text
    assert "Rempli avec ce que l’on sait de Zellige" in page.words


def test_the_last_manager_cannot_leave(town: World) -> None:
    meryem = entered(town, "meryem")
    mandate = represented(meryem, "Tahiri")
    meryem.get(f"/fr/mandates/{mandate}")
    page = meryem.submit("/give-up")
    assert "dernière personne" in page.words
    assert "En vigueur" in page.words


def test_a_manager_the_register_no_longer_names_is_out(town: World) -> None:
    meryem, ice = entered(town, "meryem"), "003118257000054"
    mandate = represented(meryem, "Tahiri")
    town.control(f"registers/companies/{ice}/representatives", representatives=[])
    meryem.get("/fr/companies/find")
    meryem.submit("/companies/find", {"ice": ice})
    assert "Agir pour cette entreprise" not in meryem.page.words
    assert "Terminée" in meryem.get(f"/fr/mandates/{mandate}").words
    town.control(f"registers/companies/{ice}/representatives", reset=True)


def company_of(town: World, ice: str) -> str:
    query = select(Company.id).where(Company.ice == ice)
    return str(town.work.transact(lambda unit: unit.session.scalars(query).one(), reading=True))


def test_forty_companies_are_chosen_from_by_name(town: World) -> None:
    nabil = entered(town, "nabil")
    clients_of(town.work, person_of(town, "nabil"), 45)
    first = nabil.get("/fr/for")
    assert first.text.count('name="mandate" value="0') == 20
    assert nabil.get("/fr/for", params={"q": "zzzz"}).words.count("aucune procuration") == 1
