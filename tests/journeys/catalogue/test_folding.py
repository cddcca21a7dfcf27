"""Words that people mean to be the same are the same to the search."""

from __future__ import annotations

import pytest

from journeys.catalogue.folding import bones, folded, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الإقامة", "الاقامه"),
        ("شهادات", "الشهادة"),
        ("بالمغرب", "المغرب"),
        ("والوثائق", "وثائق"),
        ("عَقْد", "عقد"),
        ("مسؤول", "مسوول"),
        ("ﻻ", "لا"),
        ("Déclaration", "declaration"),
        ("marocaines", "marocain"),
        ("l’extrait", "l'extrait"),
        ("PASSEPORTS", "passeport"),
        ("مادة ٣", "مادة 3"),
    ],
)
def test_spellings_of_one_word_meet(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ولد", "والد"), ("بطاقة", "باقة"), ("carte", "carton"), ("وزارة", "زيارة")]
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert words(one) != words(other)


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("nsejel", "نسجل"),
        ("3a9d", "عقد"),
        ("chahada", "شهادة"),
        ("rokhsa", "رخصة"),
        ("7alat", "حالة"),
        ("hala", "حالة"),
        ("zwaj", "زواج"),
        ("tomobil", "طوموبيل"),
        ("ghrama", "غرامة"),
    ],
)
def test_darija_in_latin_letters_has_the_consonants_of_arabic(latin: str, arabic: str) -> None:
    (arabic_word,) = words(arabic)
    assert bones(arabic_word)[0] in bones(folded(latin))
