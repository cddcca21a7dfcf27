"""Questions come when they apply, are judged section by section, and leave nothing behind that no longer applies."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from filled import birth, information, name
from small_folder import askable, folder, words

from journeys.cases.answers import asked, barred, check_section, problems, pruned, sections
from journeys.catalogue.checking import check
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.reading import read


def test_a_form_asks_one_subject_after_the_other(morocco: Catalogue) -> None:
    extract = morocco.service("birth-extract")
    assert [section.id for section in sections(extract, {})] == ["whose", "person", "record"]
    assert [field.id for field in asked(extract, "whose", {})] == ["relation", "copies", "purpose"]


def test_the_reason_of_urgency_is_asked_of_who_says_it_is_urgent(morocco: Catalogue) -> None:
    service = morocco.service("information-request")
    assert [field.id for field in asked(service, "urgency", {})] == ["urgent"]
    assert [field.id for field in asked(service, "urgency", {"urgent": "yes"})] == ["urgent", "urgent_reason"]


def test_an_answer_opens_a_question_of_the_same_page(morocco: Catalogue, moment: datetime) -> None:
    service = morocco.service("information-request")
    good, wrong = check_section(service, morocco, "urgency", {"urgent": "yes"}, {}, moment)
    assert good == {"urgent": "yes"}
    assert {key: problem.code for key, problem in wrong.items()} == {"urgent_reason": "required"}


def test_right_answers_are_kept_beside_wrong_ones(morocco: Catalogue, moment: datetime) -> None:
    typed = {"relation": "self", "copies": "9", "purpose": ""}
    good, wrong = check_section(morocco.service("birth-extract"), morocco, "whose", typed, {}, moment)
    assert good == {"relation": "self"}
    assert (wrong["copies"].code, wrong["copies"].params) == ("too_many", {"most": 5})


def test_an_answer_that_was_emptied_is_gone(morocco: Catalogue, moment: datetime) -> None:
    typed = {"birth_place": "c-04421-02", "act_no": ""}
    good, wrong = check_section(morocco.service("birth-extract"), morocco, "record", typed, birth(act_no="7"), moment)
    assert (good, wrong) == ({"birth_place": "c-04421-02"}, {})


def test_the_commune_is_judged_by_the_province_of_the_page_before(morocco: Catalogue, moment: datetime) -> None:
    typed = {"birth_place": "c-06141-01"}
    service = morocco.service("birth-extract")
    rabat = check_section(service, morocco, "record", typed, {"birth_province": "04.421"}, moment)
    casablanca = check_section(service, morocco, "record", typed, {"birth_province": "06.141"}, moment)
    assert rabat[1]["birth_place"].code == "not_an_option"
    assert casablanca == (typed, {})


def test_what_was_not_asked_is_not_taken(morocco: Catalogue, moment: datetime) -> None:
    service = morocco.service("information-request")
    typed = {"urgent": "no", "urgent_reason": "x", "asked_administration": "mj", "state": "granted"}
    assert check_section(service, morocco, "urgency", typed, {}, moment) == ({"urgent": "no"}, {})


def test_requests_filled_in_rightly_can_be_sent(morocco: Catalogue, moment: datetime) -> None:
    assert problems(morocco.service("birth-extract"), morocco, birth(), moment) == {}
    assert problems(morocco.service("negative-certificate"), morocco, name(), moment) == {}
    assert problems(morocco.service("information-request"), morocco, information(), moment) == {}


def test_what_is_still_to_be_answered_is_named(morocco: Catalogue, moment: datetime) -> None:
    found = problems(morocco.service("birth-extract"), morocco, birth(copies=None, birth_place=None), moment)
    assert {key: problem.code for key, problem in found.items()} == {"copies": "required", "birth_place": "required"}


def test_another_province_makes_the_commune_wrong(morocco: Catalogue, moment: datetime) -> None:
    found = problems(morocco.service("birth-extract"), morocco, birth(birth_province="06.141"), moment)
    assert {key: problem.code for key, problem in found.items()} == {"birth_place": "not_an_option"}


def test_an_answer_whose_question_fell_away_is_left_behind(morocco: Catalogue, moment: datetime) -> None:
    service = morocco.service("information-request")
    answers = information(urgent_reason="خطر", somebody="else")
    assert pruned(service, answers) == information()
    urgent = information(urgent="yes", urgent_reason="خطر")
    assert pruned(service, urgent) == urgent


def test_who_cannot_ask_is_told_why(tmp_path: Path) -> None:
    bar = {"when": {"field": "kind", "in": ["large"]}, "words": words("too large"), "service": "permit"}
    service = read(folder(tmp_path, askable(bars=[bar]))).service("permit")
    assert barred(service, {}) == barred(service, {"kind": "small"}) == []
    assert [one.words.pick("en")[0] for one in barred(service, {"kind": "large"})] == ["too large in English"]


@pytest.mark.parametrize(
    ("spoilt", "what"),
    [
        ({"when": {"field": "gone", "in": ["x"]}}, "the condition asks for gone"),
        ({"when": {"field": "kind", "in": ["huge"]}}, "kind can never be 'huge'"),
        ({"service": "nowhere"}, "there is no service 'nowhere'"),
        ({"words": {"fr": "non"}}, "bars.0.words.ar is missing"),
    ],
)
def test_a_bar_that_cannot_be_is_told(tmp_path: Path, spoilt: dict[str, Any], what: str) -> None:
    bar = {"when": {"field": "kind", "in": ["large"]}, "words": words("no"), **spoilt}
    assert any(what in finding.what for finding in check(folder(tmp_path, askable(bars=[bar]))))
