"""A section that is answered once for each thing of a kind: partners, children, employees."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from small_folder import askable, field, folder, question, words

from journeys.cases.answers import page_of, problems, pruned
from journeys.cases.fees import fee_lines
from journeys.cases.pages import Page
from journeys.catalogue.checking import check
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.reading import read

REPEATS = {"min": 1, "max": 2, "item": words("partner")}
PARTNERS = {"id": "partners", "title": words("partners"), "repeats": REPEATS}
NAME = {"field": "name", "section": "partners", "required": True, "labels": words("name")}
SHARE = {
    "field": "share",
    "section": "partners",
    "required": True,
    "labels": words("share"),
    "when": {"field": "kind", "in": ["large"]},
}
FEE = {
    "id": "each",
    "names": words("each"),
    "minor": 500,
    "times": "partners",
    "beneficiary": "office",
    "tariff": "sourced",
    "source": "GK",
}


def a_folder(at: Path, **changes: Any) -> Path:
    usual = {
        "sections": [{"id": "only", "title": words()}, PARTNERS],
        "form": [question(), NAME, SHARE],
        "fee_rule": {"currency": "MAD", "lines": [FEE]},
    }
    fields = [field(), field("name", type="string"), field("share", type="integer"), field("statutes", type="file")]
    return folder(at, askable(**{**usual, **changes}), fields=fields)


@pytest.fixture
def small(tmp_path: Path) -> Catalogue:
    return read(a_folder(tmp_path))


def codes(catalogue: Catalogue, answers: dict[str, Any], moment: datetime) -> dict[str, str]:
    found = problems(catalogue.service("permit"), catalogue, answers, moment)
    return {key: problem.code for key, problem in found.items()}


def test_a_folder_with_such_a_section_is_right(tmp_path: Path) -> None:
    assert [finding.what for finding in check(a_folder(tmp_path)) if finding.level == "error"] == []


def test_too_few_and_too_many_are_told(small: Catalogue, moment: datetime) -> None:
    assert codes(small, {"kind": "small"}, moment) == {"partners": "too_few"}
    three = {"kind": "small", "partners": [{"name": "Amal"}] * 3}
    assert codes(small, three, moment) == {"partners": "too_many"}


def test_what_is_missing_is_named_with_the_thing_it_is_missing_of(small: Catalogue, moment: datetime) -> None:
    answers = {"kind": "large", "partners": [{"name": "Amal", "share": 5}, {"name": "Badr"}]}
    assert codes(small, answers, moment) == {"partners.2.share": "required"}
    assert page_of(small.service("permit"), "partners.2.share") == ("partners", 2)
    assert page_of(small.service("permit"), "partners") == ("partners", None)
    assert page_of(small.service("permit"), "kind") == ("only", None)


def test_what_no_longer_applies_is_left_out_of_each_thing(small: Catalogue) -> None:
    answers = {"kind": "small", "partners": [{"name": "Amal", "share": 5}, {"name": "Badr", "share": 5}]}
    expected = {"kind": "small", "partners": [{"name": "Amal"}, {"name": "Badr"}]}
    assert pruned(small.service("permit"), answers) == expected


def test_a_price_may_be_for_each_thing(small: Catalogue) -> None:
    [line] = fee_lines(small.service("permit"), {"kind": "small", "partners": [{"name": "Amal"}, {"name": "Badr"}]})
    assert (line.times, line.amount.minor) == (2, 1000)


def test_a_page_takes_the_place_of_one_thing_and_leaves_the_others() -> None:
    answers = {"kind": "small", "partners": [{"name": "Amal"}, {"name": "Badr"}]}
    second, third = Page("partners", 2), Page("partners", 3)
    assert second.own(answers) == {"name": "Badr"}
    assert second.put(answers, {"name"}, {"name": "Dina"})["partners"] == [{"name": "Amal"}, {"name": "Dina"}]
    assert third.put(answers, {"name"}, {"name": "Dina"})["partners"][2] == {"name": "Dina"}
    assert second.without(answers) == {"kind": "small", "partners": [{"name": "Amal"}]}
    assert answers["partners"] == [{"name": "Amal"}, {"name": "Badr"}]


@pytest.mark.parametrize(
    ("spoilt", "what"),
    [
        ({"bars": [{"when": {"field": "name", "in": ["x"]}, "words": words("no")}]}, "asks for name"),
        ({"fee_rule": {"currency": "MAD", "lines": [{**FEE, "times": "children"}]}}, "children is no whole number"),
        ({"fee_rule": {"currency": "MAD", "lines": [{**FEE, "times": "share"}]}}, "share is no whole number"),
        ({"form": [question(), {**NAME, "id": "partners"}]}, "a repeating section has the same id"),
        ({"form": [question(), NAME, {**SHARE, "document": "paper"}]}, "a integer brings no document"),
        (
            {"sections": [{"id": "only", "title": words()}, {**PARTNERS, "repeats": {"item": {"ar": "شريك"}}}]},
            "sections.partners.repeats.item.fr is missing",
        ),
        (
            {
                "sections": [
                    {"id": "only", "title": words()},
                    {**PARTNERS, "repeats": {"min": 3, "max": 2, "item": words()}},
                ]
            },
            "min is more than max",
        ),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, spoilt: dict[str, Any], what: str) -> None:
    found = [finding.what for finding in check(a_folder(tmp_path, **spoilt))]
    assert any(what in one for one in found), found


def test_a_paper_that_the_person_brings_needs_a_question_that_takes_it(tmp_path: Path) -> None:
    paper = {"document": "paper", "issuer": "commune", "mode": "user", "condition": None, "replaced_by_cnie": False}
    taken = {"field": "statutes", "section": "only", "required": True, "document": "paper", "labels": words("paper")}
    form = [question(), NAME, SHARE]
    lacking = [finding.what for finding in check(a_folder(tmp_path, requires=[paper]))]
    assert any("no question takes the paper" in one for one in lacking)
    complete = check(a_folder(tmp_path, requires=[paper], form=[form[0], taken, *form[1:]]))
    assert [finding.what for finding in complete if finding.level == "error"] == []
