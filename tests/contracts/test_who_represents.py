"""What the registers of families and of companies promise, on the sandbox's; and what is made of wrong answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from twins.odd import WAYS, Odd, closed_port
from twins.outside import TOKEN

from journeys.exchange.ports import NotAccepted, NotKnown, NotReachable
from portal.identity.registers import RestCompanies, RestFamilies
from portal.sandbox.serve import Running

SALMA, MERYEM = "AE214587", "BK517294"
ZELLIGE = "003271846000095"
QUICK = httpx.Timeout(0.5)
STRANGE = ["", ".", "..", "../health", "A/B", "a?x=cin", "a#b", "%2e%2e", "x" * 3000, "سلمى", "\x00", "a\r\nb"]
Asks = Callable[[str, str], Any]

ASKS: dict[str, Asks] = {
    "family": lambda url, token: RestFamilies(url, token, QUICK).of(SALMA, "why"),
    "by ICE": lambda url, token: RestCompanies(url, token, QUICK).by_ice(ZELLIGE, "why"),
    "by court and number": lambda url, token: RestCompanies(url, token, QUICK).by_rc("tcom-02", "418207", "why"),
    "of a person": lambda url, token: RestCompanies(url, token, QUICK).of(SALMA, "why"),
}


@pytest.fixture(scope="module")
def families(outside: Running) -> RestFamilies:
    """The civil register of the sandbox."""
    return RestFamilies(f"{outside.settings.url}/registers/families", TOKEN)


@pytest.fixture(scope="module")
def companies(outside: Running) -> RestCompanies:
    """The register of companies of the sandbox."""
    return RestCompanies(f"{outside.settings.url}/registers/companies", TOKEN)


def test_a_mother_represents_her_child_until_it_is_of_age(families: RestFamilies) -> None:
    [child] = families.of(SALMA, "Pour qui agir").wards
    assert (child.capacity, child.name_lat.split()[0]) == ("mother", "Yahya")
    assert child.until is not None
    assert child.until.year == child.birthdate.year + 18


def test_a_company_is_the_same_by_each_of_its_numbers(companies: RestCompanies) -> None:
    found = companies.by_ice(ZELLIGE, "Pour qui agir")
    assert found == companies.by_rc("tcom-02", "418207", "Pour qui agir")
    assert {one.capacity for one in found.representatives} == {"manager"}
    assert found.facts["form"] == "SARL"


def test_somebody_who_represents_nothing_has_no_companies(companies: RestCompanies) -> None:
    assert companies.of(SALMA, "Pour qui agir") == ()


def test_nobody_is_known_by_an_unknown_number(families: RestFamilies, companies: RestCompanies) -> None:
    for asks in (
        lambda: families.of("ZZ999999", "why"),
        lambda: companies.by_ice("000000000000000", "why"),
        lambda: companies.by_rc("tcom-02", "1", "why"),
    ):
        with pytest.raises(NotKnown):
            asks()


@pytest.mark.parametrize("number", STRANGE)
def test_a_strange_number_reaches_nothing_else(families: RestFamilies, companies: RestCompanies, number: str) -> None:
    for asks in (
        lambda: families.of(number, "why"),
        lambda: companies.by_ice(number, "why"),
        lambda: companies.by_rc(number, number, "why"),
    ):
        with pytest.raises((NotKnown, NotAccepted)):
            asks()


@pytest.mark.parametrize("ask", ASKS)
def test_without_the_token_nothing_is_told(outside: Running, ask: str) -> None:
    register = "families" if ask == "family" else "companies"
    with pytest.raises(NotAccepted):
        ASKS[ask](f"{outside.settings.url}/registers/{register}", "guessed")


def test_nothing_is_told_without_a_purpose(families: RestFamilies, companies: RestCompanies) -> None:
    for asks in (lambda: families.of(SALMA, ""), lambda: companies.of(SALMA, "")):
        with pytest.raises(NotAccepted):
            asks()


def test_both_say_in_one_line_how_they_are(families: RestFamilies, companies: RestCompanies) -> None:
    assert (families.check(), companies.check()) == ("families: answers", "companies: answers")


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("way", WAYS)
def test_a_register_that_answers_wrongly_is_not_reachable(odd: Odd, way: str, ask: str) -> None:
    odd.good, odd.way = b'{"as_of": "2026-10-01"}', way
    with pytest.raises(NotReachable):
        ASKS[ask](odd.url, TOKEN)


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize(
    "said",
    [
        b"{}",
        b"[]",
        b'{"as_of": "yesterday", "represents": [], "companies": [], "company": null}',
        b'{"as_of": "2026-10-01", "represents": [{}], "companies": [{}], "company": {}}',
        b'{"as_of": "2026-10-01", "represents": 3, "companies": 3, "company": 3}',
    ],
)
def test_an_answer_that_says_less_than_it_must_is_nonsense(odd: Odd, said: bytes, ask: str) -> None:
    odd.good = said
    with pytest.raises(NotReachable):
        ASKS[ask](odd.url, TOKEN)


def test_who_has_no_number_cannot_be_told_apart_and_is_left_out(odd: Odd) -> None:
    child = b'{"name_ar": "A", "name_lat": "A", "as": "mother", "birthdate": "2026-10-01", "gender": "f"%s}'
    firm = b'{"kind": "company", "name_ar": "A", "name_lat": "A", "representatives": []%s}'
    some = b'{"as_of": "2026-10-01", "represents": [%s, %s], "companies": [%s, %s]}'
    odd.good = some % (child % b"", child % b', "idcs": "1234567890"', firm % b"", firm % b', "court": "1", "rc": "2"')
    assert [ward.numbers for ward in ASKS["family"](odd.url, TOKEN).wards] == [{"idcs": "1234567890"}]
    assert [one.rc for one in ASKS["of a person"](odd.url, TOKEN)] == ["2"]


@pytest.mark.parametrize("ask", ASKS)
def test_a_register_that_is_down_is_not_reachable(ask: str) -> None:
    with pytest.raises(NotReachable):
        ASKS[ask](f"http://127.0.0.1:{closed_port()}", TOKEN)
