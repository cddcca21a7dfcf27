"""People find what they need by their own words; the published questions are answered within the first three."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from journeys.catalogue.definitions import Catalogue, Text
from journeys.catalogue.indexing import Entry, Found, Groups, postings
from journeys.catalogue.searching import Index

QUESTIONS = Path(__file__).resolve().parents[3] / "docs" / "search-questions.yaml"
FIRST, SHARE = 3, 0.9


def entry(key: str, ar: str, fr: str, *called: str, kind: str = "service") -> Entry:
    """Something that can be found."""
    return Entry(Found(kind, key), (Text({"ar": ar, "fr": fr}),), called, ())


@pytest.fixture(scope="module")
def index() -> Index:
    """Four services, in the words of offices and of people."""
    entries = [
        entry("licence", "رخصة السياقة", "Permis de conduire"),
        entry("plate", "تسجيل مركبة", "Immatriculation d’un véhicule"),
        entry("birth", "نسخة من رسم الولادة", "Extrait d’acte de naissance", "عقد الازدياد"),
        entry("record", "السجل العدلي", "Casier judiciaire"),
    ]
    groups = Groups([("رخصة السياقة", "بيرمي", "permis de conduire"), ("مركبة", "طوموبيل", "voiture", "car")])
    return Index(postings(entries, groups), groups, ("بغيت", "ديال", "je veux", "bghit"))


def first(index: Index, typed: str, *, unfinished: bool = False) -> str:
    """What is found first; empty when nothing is."""
    return next((found.id for found in index.find(typed, most=1, unfinished=unfinished)), "")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("permis de conduire", "licence"),
        ("بغيت البيرمي", "licence"),
        ("pirmis de condiure", "licence"),
        ("tomobil", "plate"),
        ("je veux immatriculer ma voiture", "plate"),
        ("3a9d lizdiyad", "birth"),
        ("رسم الولاده", "birth"),
        ("السجل العدلى", "record"),
        ("casier judicaire", "record"),
    ],
)
def test_words_of_people_find_the_service(index: Index, typed: str, wanted: str) -> None:
    assert first(index, typed) == wanted


def test_a_word_that_is_not_finished_suggests(index: Index) -> None:
    assert first(index, "extr", unfinished=True) == "birth"
    assert first(index, "السجل العد", unfinished=True) == "record"


@pytest.mark.parametrize("typed", ["", "   ", "بغيت ديال", '!!! " OR *', "\x00", "x", "qqqqqq"])
def test_what_means_nothing_finds_nothing(index: Index, typed: str) -> None:
    assert index.find(typed) == []


@pytest.mark.parametrize("typed", ['permis" OR "', "permis) AND (", "NEAR(permis)", "names:permis", "permis*" * 500])
def test_the_marks_of_a_query_language_are_only_marks(index: Index, typed: str) -> None:
    assert first(index, typed) == "licence"


@given(st.text(max_size=300))
def test_whatever_is_typed_has_an_answer(index: Index, typed: str) -> None:
    assert isinstance(index.find(typed, unfinished=True), list)


def test_the_published_questions_find_their_answer_among_the_first_three(morocco: Catalogue) -> None:
    questions = yaml.safe_load(QUESTIONS.read_text("utf-8"))["questions"]
    missed = [one["q"] for one in questions if not _found(morocco, one["q"]) & set(one["accept"])]
    assert len(questions) >= 120
    assert len(missed) <= (1 - SHARE) * len(questions), missed


def _found(morocco: Catalogue, typed: str) -> set[str]:
    return {f"{found.kind}/{found.id}" for found in morocco.index.find(typed, most=FIRST)}
