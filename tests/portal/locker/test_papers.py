from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from pydantic import ValidationError

from journeys.catalogue.sheet import Appeal
from portal.locker import dates
from portal.locker.examples import EXAMPLES, example
from portal.locker.lettering import ARABIC, LATIN, MARK, SIGNS, TIFINAGH, quotable
from portal.locker.papers import PAPERS


def test_there_is_an_example_of_every_paper() -> None:
    assert set(EXAMPLES) == set(PAPERS)


def test_dates_are_printed_with_moroccan_month_names() -> None:
    assert dates.day(date(2026, 8, 1)) == {"ar": "1 غشت 2026", "fr": "1er août 2026"}
    assert dates.day(date(2026, 12, 31)) == {"ar": "31 دجنبر 2026", "fr": "31 décembre 2026"}


def test_the_receipt_says_the_hour_in_casablanca() -> None:
    filed = example("filing_receipt", filed_at=datetime(2026, 10, 31, 23, 5, tzinfo=UTC)).data()["filed_at"]
    assert filed == {"ar": "1 نونبر 2026 على الساعة 00:05", "fr": "1er novembre 2026 à 00 h 05"}


@pytest.mark.parametrize(
    ("known", "printed"), [("1950", "en 1950"), ("1950-07", "juillet 1950"), ("1950-07-01", "1er juillet 1950")]
)
def test_an_old_birth_date_may_be_known_in_part(known: str, printed: str) -> None:
    assert example("birth_extract", born_on=known).data()["born_on"]["fr"] == printed


@pytest.mark.parametrize("born_on", ["1950-13", "1950-02-30", "14/07/1950", ""])
def test_an_impossible_birth_date_is_refused(born_on: str) -> None:
    with pytest.raises(ValidationError):
        example("birth_extract", born_on=born_on)


@pytest.mark.parametrize(
    ("count", "unit", "arabic", "french"),
    [
        (1, "calendar_day", "يوم واحد", "1 jour"),
        (2, "calendar_day", "يومان", "2 jours"),
        (3, "calendar_day", "3 أيام", "3 jours"),
        (30, "calendar_day", "30 يوما", "30 jours"),
        (100, "calendar_day", "100 يوم", "100 jours"),
        (2, "hour", "ساعتان", "2 heures"),
        (20, "working_day", "20 يوم عمل", "20 jours ouvrables"),
        (3, "working_day", "3 أيام عمل", "3 jours ouvrables"),
    ],
)
def test_periods_take_the_plural_of_each_language(count: int, unit: str, arabic: str, french: str) -> None:
    period = {"count": count, "unit": unit}
    assert example("filing_receipt", period=period).data()["period"] == {"ar": arabic, "fr": french}


@pytest.mark.parametrize("reason", [{}, {"ar": "  "}])
def test_a_refusal_without_reasons_is_refused(reason: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="a refusal carries its reasons"):
        example("refusal", reason=reason)


def test_words_in_one_language_are_enough_and_none_are_not(printed: Callable[..., bytes]) -> None:
    assert printed("refusal", service={"fr": "Autorisation"}, reason={"fr": "Le plan manque."}, officer=None)
    with pytest.raises(ValidationError, match="neither Arabic nor French"):
        example("refusal", service={"ar": " "})


def test_an_answer_is_never_held_up_by_a_character_no_font_has(printed: Callable[..., bytes]) -> None:
    assert quotable("Budget 🌳 公園 ?") == f"Budget {MARK} {MARK * 2} ?"
    assert printed("information_answer", question="Budget 🌳 公園 ?", answer="نعم ✅")


def test_every_character_left_in_a_quotation_can_be_printed(printed: Callable[..., bytes]) -> None:
    ranges = f"{LATIN}{ARABIC}{TIFINAGH}{SIGNS}"
    every = "".join(c for c in map(chr, range(0x20, 0xFFFD)) if quotable(f"x{c}") == f"x{c}")
    assert len(every) > len(ranges)
    assert printed("information_answer", answer=" x".join(every))


def test_every_way_of_appeal_and_effect_of_silence_has_its_words(printed: Callable[..., bytes]) -> None:
    for appeal in get_args(Appeal):
        assert printed("refusal", appeal=appeal)
        assert printed("filing_receipt", appeal=appeal, silence="no_approval")


def test_a_decision_given_at_once_has_no_period(printed: Callable[..., bytes]) -> None:
    assert printed("filing_receipt", period=None, last_day=None)
