"""Receipt numbers survive the telephone: what is misread is caught, what is alike is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.settlement.errors import WrongNumber
from payments.settlement.receipts import ALPHABET, new_number, read_number

bodies = st.builds(new_number)


def test_a_number_is_short_and_grouped() -> None:
    number = new_number()
    assert len(number) == 13
    assert [len(group) for group in number.split("-")] == [1, 5, 5]


@given(bodies)
def test_a_number_is_read_as_people_type_it(number: str) -> None:
    bare = number.removeprefix("R-")
    for typed in (number, number.lower(), number.replace("-", " "), number.replace("-", ""), bare, f" {bare} "):
        assert read_number(typed) == number


@given(bodies)
def test_letters_that_look_like_digits_are_taken_for_them(number: str) -> None:
    assert read_number(number.replace("1", "l").replace("0", "o")) == number


def test_eastern_digits_are_taken() -> None:
    number = next(number for number in iter(new_number, None) if "7" in number)
    assert read_number(number.replace("7", "٧")) == number


@given(bodies, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_caught(number: str, place: int, letter: str) -> None:
    plain = number.removeprefix("R-").replace("-", "")
    wrong = plain[:place] + letter + plain[place + 1 :]
    if wrong != plain:
        with pytest.raises(WrongNumber):
            read_number(wrong)


@pytest.mark.parametrize("typed", ["", "R-", "R-12345", "R-12345-67890-1", "؟", "R-!!!!!-!!!!!"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(WrongNumber):
        read_number(typed)
