"""What people type, in the forms people type it, becomes one value; what cannot be taken says why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.cases.values import BadAnswer, as_typed, clean
from journeys.catalogue.definitions import Catalogue, FormField

TODAY = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)


def asked(field: str, **changes: Any) -> FormField:
    """A question about a field of the catalogue."""
    return FormField(**{"field": field, "id": field, "required": True, **changes})


def judged(morocco: Catalogue, field: str, raw: str, answers: dict[str, Any] | None = None, **changes: Any) -> Any:
    """The value, or the code of what is wrong."""
    try:
        return clean(asked(field, **changes), morocco, raw, answers or {}, TODAY)
    except BadAnswer as problem:
        return problem.code


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("cin", " ab 123 456 ", "AB123456"),
        ("cin", "ab-١٢٣٤٥٦", "AB123456"),
        ("phone", "06 12-34-56-78", "+212612345678"),
        ("phone", "٠٦١٢٣٤٥٦٧٨", "+212612345678"),
        ("phone", "00212612345678", "+212612345678"),
        ("phone", "+33 6 12 34 56 78", "+33612345678"),
        ("email", "Salma@Example.MA", "Salma@example.ma"),
        ("fullname_ar", "  فاطمة   الزهراء\u200f العلوي ", "فاطمة الزهراء العلوي"),
        ("fullname_lat", "N’Aït  Ali‑Fatima", "N'Aït Ali-Fatima"),
        ("act_no", "٠٤٢", "042"),
        ("act_year", "1990", 1990),
        ("copies", "٣", 3),
        ("capital", "1 234,5", 123450),
        ("consent", "on", True),
        ("sex", "F", "F"),
        ("province", "04.421", "04.421"),
        ("ice", "001 561 191 000 066", "001561191000066"),
        ("rib", "011 519 0000012050005349 21", "011519000001205000534921"),
        ("iban", "ma64 0115 1900 0001 2050 0053 4921", "MA64011519000001205000534921"),
        ("plate", "12345-أ-6", "12345-أ-6"),
        ("plate", "12345 | أ | 6", "12345-أ-6"),
        ("plate", "12345أ6", "12345-أ-6"),
        ("text", "سطر\r\n\r\n\r\n\r\nثان  هنا \n", "سطر\n\nثان هنا"),
        ("birth_date", "12/04/1990", "1990-04-12"),
        ("birth_date", "1990-04-12", "1990-04-12"),
        ("birth_date", "1.4.1990", "1990-04-01"),
        ("birth_date", "12041990", "1990-04-12"),
        ("birth_date", "١٢/٠٤/١٩٩٠", "1990-04-12"),
        ("birth_date", "1952", "1952"),
        ("birth_date", "3/1952", "1952-03"),
        ("birth_date", "1952-03", "1952-03"),
        ("birth_date", "01/10/2026", "2026-10-01"),
        ("date", "31/12/2030", "2030-12-31"),
    ],
)
def test_what_is_typed_becomes_one_value(morocco: Catalogue, field: str, raw: str, value: Any) -> None:
    assert judged(morocco, field, raw) == value


@pytest.mark.parametrize(
    ("field", "raw", "code"),
    [
        ("fullname_ar", "", "required"),
        ("fullname_ar", " \u200f ", "required"),
        ("fullname_ar", "Fatima", "not_arabic"),
        ("fullname_ar", "فاطمة Fatima", "not_arabic"),
        ("fullname_ar", "ا", "wrong_format"),
        ("fullname_ar", "فاطمة" * 20, "too_long"),
        ("fullname_lat", "فاطمة", "not_latin"),
        ("fullname_lat", "Salma 2", "wrong_format"),
        ("fullname_tfng", "Fatima", "wrong_script"),
        ("cin", "1234567", "wrong_format"),
        ("company", "---", "wrong_format"),
        ("phone", "0412345678", "wrong_phone"),
        ("phone", "call me", "wrong_phone"),
        ("email", "salma@", "wrong_email"),
        ("email", "salma.example.ma", "wrong_email"),
        ("copies", "two", "wrong_number"),
        ("copies", "2.5", "wrong_number"),
        ("copies", "0", "too_small"),
        ("copies", "6", "too_many"),
        ("act_year", "1790", "wrong_format"),
        ("act_year", "2027", "future_date"),
        ("capital", "12,345", "wrong_number"),
        ("consent", "no", "required"),
        ("consent", "perhaps", "not_an_option"),
        ("sex", "X", "not_an_option"),
        ("province", "99.999", "not_an_option"),
        ("ice", "001561191000065", "wrong_format"),
        ("rib", "011519000001205000534922", "wrong_format"),
        ("iban", "MA65011519000001205000534921", "wrong_format"),
        ("birth_date", "31/02/1990", "wrong_date"),
        ("birth_date", "31021990", "wrong_date"),
        ("plate", "12345 أب 6", "wrong_format"),
        ("birth_date", "12/30/1990", "wrong_date"),
        ("birth_date", "yesterday", "wrong_date"),
        ("birth_date", "02/10/2026", "future_date"),
        ("birth_date", "2027", "future_date"),
        ("birth_date", "1850", "too_old"),
        ("date", "2026", "wrong_date"),
    ],
)
def test_what_cannot_be_taken_says_why(morocco: Catalogue, field: str, raw: str, code: str) -> None:
    assert judged(morocco, field, raw) == code


@pytest.mark.parametrize(
    "hostile", ["\u202e", "\u202a", "\u2066", "\u2069", "\x00", "\x1b", "\x7f", "\ud800", "\ue000"]
)
@pytest.mark.parametrize("field", ["fullname_ar", "text", "company", "birth_date", "sex", "copies"])
def test_characters_that_deceive_are_refused_everywhere(morocco: Catalogue, field: str, hostile: str) -> None:
    assert judged(morocco, field, f"a{hostile}b") == "wrong_characters"


def test_an_optional_question_may_stay_empty(morocco: Catalogue) -> None:
    assert judged(morocco, "phone", "  ", required=False) is None


def test_too_long_says_how_long_it_may_be(morocco: Catalogue) -> None:
    with pytest.raises(BadAnswer) as problem:
        clean(asked("text", max_length=10), morocco, "a" * 11, {}, TODAY)
    assert problem.value.params == {"most": 10}


def test_only_the_communes_of_the_province_can_be_chosen(morocco: Catalogue) -> None:
    rabat = {"birth_province": "04.421"}
    assert judged(morocco, "birth_place", "c-04421-02", rabat, within="birth_province") == "c-04421-02"
    assert judged(morocco, "birth_place", "c-06141-01", rabat, within="birth_province") == "not_an_option"
    assert judged(morocco, "birth_place", "c-04421-02", {}, within="birth_province") == "not_an_option"


def test_midnight_is_that_of_casablanca(morocco: Catalogue) -> None:
    just_before = datetime(2026, 10, 1, 23, 30, tzinfo=UTC)
    assert clean(asked("birth_date"), morocco, "02/10/2026", {}, just_before) == "2026-10-02"


def test_every_example_of_the_catalogue_is_taken_or_refused_as_it_says(morocco: Catalogue) -> None:
    for field in morocco.fields.values():
        for example in field.valid:
            assert clean(asked(field.id), morocco, example, {}, TODAY)
        for example in field.invalid:
            with pytest.raises(BadAnswer):
                clean(asked(field.id), morocco, example, {}, TODAY)


@settings(deadline=None)
@given(
    raw=st.text(max_size=200), field=st.sampled_from(["cin", "phone", "email", "copies", "birth_date", "text", "rib"])
)
def test_whatever_is_typed_is_a_value_or_a_plain_refusal(morocco: Catalogue, raw: str, field: str) -> None:
    try:
        value = clean(asked(field, required=False), morocco, raw, {}, TODAY)
    except BadAnswer:
        return
    kind = morocco.fields[field].type
    assert clean(asked(field, required=False), morocco, as_typed(kind, value), {}, TODAY) == value
