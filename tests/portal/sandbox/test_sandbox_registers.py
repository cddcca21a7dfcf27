"""The registers, and that they agree with the identity provider about people."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from sandbox_questions import ask

from portal.sandbox.issuer.claims import of_person
from portal.sandbox.issuer.realms import REALMS
from portal.sandbox.people import CARDS, People, grouped
from portal.sandbox.registers.facts import population

PEOPLE = People.read().everyone


def test_the_wanted_facts_are_told_and_no_others(browser: httpx.Client, clock: Any) -> None:
    answer = ask(browser, "civil-status/persons/AE214587?facts=fullname_ar,birth_place,sex")
    assert answer.json() == {
        "register": "civil-status",
        "as_of": clock().date().isoformat(),
        "facts": {"fullname_ar": "سلمى الإدريسي", "birth_place": "c-04421-02", "sex": "F"},
    }


def test_the_population_register_knows_where_somebody_lives(browser: httpx.Client) -> None:
    facts = ask(browser, "population/persons/ae-214587?facts=address,phone,cin").json()["facts"]
    assert facts == {"address": "12, rue Oued Sebou, Agdal, 10090 Rabat", "phone": "0661204517", "cin": "AE214587"}


@pytest.mark.parametrize("cin", ["K246019", "ZZ999"])
def test_who_is_not_in_the_register_is_not_known(browser: httpx.Client, cin: str) -> None:
    assert ask(browser, f"civil-status/persons/{cin}?facts=sex").status_code == 404


def test_a_question_needs_a_token_a_purpose_and_known_facts(browser: httpx.Client) -> None:
    path = "civil-status/persons/AE214587"
    assert ask(browser, f"{path}?facts=sex", Authorization="").status_code == 401
    assert ask(browser, f"{path}?facts=sex", Authorization="Bearer guessed").status_code == 401
    assert ask(browser, f"{path}?facts=sex", **{"X-Purpose": ""}).status_code == 400
    assert ask(browser, path).status_code == 400
    assert "shoe_size" in ask(browser, f"{path}?facts=sex,shoe_size").json()["error"]
    assert ask(browser, "land/persons/AE214587?facts=sex").status_code == 404


def test_whoever_asked_is_shown_with_the_number_masked(browser: httpx.Client) -> None:
    ask(browser, "civil-status/persons/AE214587?facts=sex", **{"X-Purpose": "<i>SH-1</i>"})
    page = browser.get("/registers/?lang=en").text
    assert "…587" in page
    assert "AE214587" not in page
    assert "&lt;i&gt;SH-1&lt;/i&gt;" in page


@pytest.mark.parametrize("name", ["civil-status", "population", "families", "companies"])
def test_health_needs_no_token(browser: httpx.Client, name: str) -> None:
    assert browser.get(f"/registers/{name}/health").json() == {"status": "ok", "register": name}
    assert browser.get("/registers/land/health").status_code == 404


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.id)
def test_issuer_and_registers_agree(person: Any) -> None:
    claims = of_person(person, REALMS["national"], "openid profile email phone")
    facts = population(person)
    assert (facts["fullname_lat"], facts["fullname_ar"]) == (claims["name"], claims["name_ar"])
    assert (facts.get("cin"), facts["email"]) == (claims.get("cin"), claims["email"])
    assert any(kind in claims for kind in CARDS)
    assert ZoneInfo(claims["zoneinfo"])
    if person.civil:
        assert person.civil.birth_place[2:7] == person.civil.birth_province.replace(".", "")
        assert person.civil.act_year == person.birthdate.year


def test_people_are_told_apart_everywhere() -> None:
    for values in ({person.id for person in PEOPLE}, {person.email for person in PEOPLE}, {p.phone for p in PEOPLE}):
        assert len(values) == len(PEOPLE)
    numbers = [number for person in PEOPLE for number in person.identifiers.values()]
    assert len(set(numbers)) == len(numbers)


def test_people_are_shown_in_three_groups() -> None:
    groups = {name: {person.id for person in people} for name, people in grouped(PEOPLE)}
    assert list(groups) == ["citizens", "companies", "staff"]
    assert groups["citizens"] >= {"salma", "karim", "fatima", "amal", "aissatou", "ilyas", "rachid", "abdelhak"}
    assert groups["companies"] == {"youssef", "giulia", "hind", "meryem", "sanae", "nabil"}
    officers = {f"agent-{place}" for place in ("rabat", "casa", "ompic", "urba-rabat", "urba-casa", "tayeb")}
    assert groups["staff"] == officers | {
        "supervisor-rabat",
        "supervisor-tayeb",
        "zineb",
        "clerk-tayeb",
        "auditor",
        "operator",
    }
    assert [person.id for person in PEOPLE if person.staff and person.is_citizen] == ["zineb"]
