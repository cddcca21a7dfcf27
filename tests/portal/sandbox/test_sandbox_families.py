"""The register of families: who represents whom by law, until when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest
from sandbox_questions import ask

from portal.sandbox.people import People
from portal.sandbox.registers.families import birthday

Lever = Callable[..., httpx.Response]
SALMA, RACHID = "AE214587", "D204518"
YAHYA = {
    "idcs": "3094718265",
    "cin": None,
    "name_ar": "يحيى بنسودة",
    "name_lat": "Yahya Bensouda",
    "birthdate": "2026-10-19",
    "gender": "male",
    "as": "mother",
    "until": "2044-10-19",
}


def represented(browser: httpx.Client, number: str) -> Any:
    return ask(browser, f"families/persons/{number}").json()["represents"]


def test_a_mother_represents_her_child_until_it_is_of_age(browser: httpx.Client, clock: Any) -> None:
    assert ask(browser, f"families/persons/{SALMA}").json() == {
        "register": "families",
        "as_of": clock().date().isoformat(),
        "represents": [YAHYA],
    }


@pytest.mark.parametrize("number", ["4102938571", "ae-214587", "AE 214587"])
def test_a_parent_is_found_by_any_number_however_typed(browser: httpx.Client, number: str) -> None:
    assert represented(browser, number) == [YAHYA]


def test_a_child_of_age_is_represented_no_more(browser: httpx.Client, clock: Any) -> None:
    assert [one["name_lat"] for one in represented(browser, "F512773")] == ["Inès Amrani", "Adam Amrani"]
    clock.forward(days=(date(2035, 3, 8) - clock().date()).days)
    assert [one["name_lat"] for one in represented(browser, "F512773")] == ["Adam Amrani"]


def test_both_parents_represent_a_minor_who_has_a_card(browser: httpx.Client) -> None:
    people = People.read()
    child = people.by_id("ilyas")
    assert child
    for parent, role in (("hind", "mother"), ("omar", "father")):
        person = people.by_id(parent)
        assert person
        [told] = represented(browser, str(person.cin))
        assert (told["cin"], told["name_lat"], told["as"]) == (child.cin, child.name, role)
        assert told["until"] == "2028-05-16"


def test_a_guardian_represents_a_ward_without_an_end_and_says_why(browser: httpx.Client) -> None:
    [ward] = represented(browser, RACHID)
    assert (ward["name_lat"], ward["as"], ward["until"]) == ("Abdelhak Lazrak", "guardian", None)
    assert sorted(ward["reason"]) == ["ar", "en", "fr"]


def test_most_people_represent_nobody_and_strangers_are_not_known(browser: httpx.Client) -> None:
    assert represented(browser, "EE731508") == []
    assert ask(browser, "families/persons/ZZ999").status_code == 404


def test_a_question_needs_a_token_and_a_purpose_and_is_remembered(browser: httpx.Client) -> None:
    path = f"families/persons/{SALMA}"
    assert ask(browser, path, Authorization="Bearer guessed").status_code == 401
    assert ask(browser, path, **{"X-Purpose": ""}).status_code == 400
    ask(browser, path, **{"X-Purpose": "acting for a child"})
    page = browser.get("/registers/?lang=en").text
    assert "acting for a child" in page
    assert SALMA not in page


def test_the_other_registers_know_a_child_that_has_no_card(browser: httpx.Client) -> None:
    civil = ask(browser, "civil-status/persons/3094718265?facts=fullname_ar,mother_name_ar,birth_date")
    assert civil.json()["facts"] == {
        "fullname_ar": "يحيى بنسودة",
        "mother_name_ar": "سلمى الإدريسي",
        "birth_date": "2026-10-19",
    }
    population = ask(browser, "population/persons/3094718265?facts=fullname_lat,cin,phone")
    assert population.json()["facts"] == {"fullname_lat": "Yahya Bensouda"}


def test_a_lever_changes_whom_somebody_represents_and_undoes_it(browser: httpx.Client, pull: Lever) -> None:
    adopted = YAHYA | {"name_lat": "Another Child", "as": "guardian", "until": None}
    assert pull(f"registers/families/{RACHID}", represents=[adopted]).json() == {"represents": [adopted]}
    assert represented(browser, "3517920648") == [adopted]
    assert pull(f"registers/families/{RACHID}", represents=[]).json() == {"represents": []}
    pull(f"registers/families/{RACHID}", reset=True)
    assert [one["name_lat"] for one in represented(browser, RACHID)] == ["Abdelhak Lazrak"]


@pytest.mark.parametrize("said", [{}, {"represents": "all"}, {"represents": [{"idcs": "1"}]}])
def test_a_lever_says_what_it_does_not_understand(pull: Lever, said: dict[str, Any]) -> None:
    answer = pull(f"registers/families/{RACHID}", **said)
    assert (answer.status_code, answer.json()["error"][:10]) == (400, "represents")


def test_a_lever_for_a_stranger_is_missing(pull: Lever) -> None:
    assert pull("registers/families/ZZ999", represents=[]).status_code == 404


def test_who_was_born_on_a_leap_day_is_of_age_on_the_first_of_march() -> None:
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert birthday(date(2008, 2, 29), 4) == date(2012, 2, 29)
