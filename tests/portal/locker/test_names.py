"""Names of files, as they are shown: nothing of them leads anywhere, hides, or turns the text around it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.locker.keeping import DRAWN_OVER, LONGEST_LABEL, named

TURNED = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)))
"""All that turns the direction of text."""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("contrat.pdf", "contrat.pdf"),
        ("عقد الكراء.pdf", "عقد الكراء.pdf"),
        ("بطاقة الحالة المدنية", "بطاقة الحالة المدنية"),
        ("عَقْد", "عَقْد"),
        ("ⵜⴰⵡⵔⵉⵇⵜ.pdf", "ⵜⴰⵡⵔⵉⵇⵜ.pdf"),
        ("Reçu n° 12 (août) – « copie ».pdf", "Reçu n° 12 (août) – « copie ».pdf"),
        ("recu.v2.final.pdf", "recu.v2.final.pdf"),
        ("📄 scan.jpg", "📄 scan.jpg"),
    ],
)
def test_an_ordinary_name_stays_as_it_is(typed: str, shown: str) -> None:
    assert named(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("/home/salma/contrat.pdf", "contrat.pdf"),
        ("C:\\fakepath\\contrat.pdf", "contrat.pdf"),
        ("..\\../..\\../etc/passwd", "passwd"),
        ("\\\\192.0.2.1\\share\\x.pdf", "x.pdf"),
        ("folder/", ""),
        ("a/..", ""),
        ("https://example.org/x.pdf", "x.pdf"),
    ],
)
def test_of_a_path_the_last_part_is_shown(typed: str, shown: str) -> None:
    assert named(typed) == shown


@pytest.mark.parametrize(
    "typed", ["", " ", ".", "..", "....", " . . ", "\t\r\n", "\0", "\u200b\ufeff", TURNED, "/", "\\"]
)
def test_what_is_no_name_is_shown_as_none(typed: str) -> None:
    assert named(typed) == ""


def test_a_name_does_not_begin_or_end_with_a_dot() -> None:
    assert named(".htaccess") == "htaccess"
    assert named("contrat.pdf. .") == "contrat.pdf"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("facture\u202efdp.exe", "facture fdp.exe"),
        ("\u2067عقد\u2069.pdf", "عقد .pdf"),
        ("con\u200btrat\u00ad.pdf", "con trat .pdf"),
        ("contrat.pdf\r\nSet-Cookie: a=b", "contrat.pdf Set-Cookie: a=b"),
        ("con\0trat.pdf", "con trat.pdf"),
        ("one\u2028two\u2029three\x85four", "one two three four"),
        ("a\udc80b", "a b"),
        ("a\U000e0041b", "a b"),
        ("too   many \u00a0 spaces", "too many spaces"),
    ],
)
def test_what_cannot_be_seen_or_turns_text_around_becomes_a_space(typed: str, shown: str) -> None:
    assert named(typed) == shown


def test_every_character_that_turns_text_around_is_taken_out() -> None:
    assert named("a".join(TURNED)) == " ".join("a" * (len(TURNED) - 1))


def test_the_two_ways_of_writing_a_letter_give_the_same_name() -> None:
    assert named("Rec\u0327u") == named("Re\u00e7u") == "Re\u00e7u"
    assert named("\u0627\u0653") == named("\u0622") == "\u0622"


@pytest.mark.parametrize("letter", ["x", "ع", "📄", "e\u0301"])
def test_a_very_long_name_is_cut(letter: str) -> None:
    assert named(letter * 100_000) == unicodedata.normalize("NFC", letter) * LONGEST_LABEL


def test_a_name_that_is_cut_at_a_space_does_not_end_with_it() -> None:
    assert named("x" * (LONGEST_LABEL - 1) + " and more") == "x" * (LONGEST_LABEL - 1)


@given(st.text(st.characters() | st.sampled_from(f"/\\.\0 {TURNED}")))
def test_whatever_is_typed_the_name_is_short_visible_and_leads_nowhere(typed: str) -> None:
    shown = named(typed)
    assert len(shown) <= LONGEST_LABEL
    assert not {unicodedata.category(one) for one in shown} & DRAWN_OVER
    assert not set("/\\") & set(shown)
    assert unicodedata.is_normalized("NFC", shown)
    assert shown == shown.strip(" .") == named(shown)
