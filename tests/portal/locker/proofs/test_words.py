"""What a document proves is told in the reader's language, label by label."""

from __future__ import annotations

import pytest

from journeys.catalogue.definitions import Text
from portal.i18n import speaking
from portal.locker.examples import EXAMPLES, example
from portal.locker.papers import PAPERS
from portal.locker.proofs import words
from portal.locker.proofs.codes import code_of
from portal.locker.proofs.proof import Proof
from portal.unit import real_now

ICE = Text({"ar": "التعريف الموحد للمقاولة", "fr": "Identifiant commun de l’entreprise (ICE)", "en": "Company number"})
NAMED = {ICE.root["fr"]: ICE}
"""What a service calls the fact that the example of a certificate shows."""


def told(template: str) -> list[str]:
    """The labels of the example of a paper."""
    proof = Proof("x", code_of(b"k" * 32), template, real_now(), example(template).facts(), "x", 0)
    return [label for label, _fact in words.facts(proof, lambda: NAMED)]


@pytest.mark.parametrize("template", PAPERS)
def test_every_fact_that_a_paper_proves_has_a_label_or_is_said_above_them(template: str) -> None:
    named = {"reference", "issued_on", "administration", *PAPERS[template].proves}
    with speaking("en"):
        assert named - set(words.labels()) == named & set(words.LEFT_OUT)


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
@pytest.mark.parametrize("template", sorted(EXAMPLES))
def test_no_reader_is_shown_the_name_of_a_field_or_a_label_of_another_language(template: str, lang: str) -> None:
    with speaking(lang):
        assert told(template)
        others = set(told(template)) & example(template).facts().keys()
        assert others == (NAMED.keys() & others if lang == "fr" else set())


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_a_fact_that_a_certificate_names_itself_has_the_readers_label(lang: str) -> None:
    with speaking(lang):
        assert ICE.root[lang] in told("certificate")


def test_a_fact_that_no_service_names_any_more_keeps_its_french_label() -> None:
    proof = Proof("x", code_of(b"k" * 32), "x", real_now(), {"Libellé": "x"}, "x", 0)
    with speaking("ar"):
        assert [label for label, _fact in words.facts(proof, lambda: NAMED)] == ["Libellé"]


@pytest.mark.parametrize(
    ("lang", "labels"),
    [
        ("ar", ["رقم الوصل", "المجموع", "تاريخ الأداء"]),
        ("fr", ["Numéro du reçu", "Total", "Payé le"]),
        ("en", ["Receipt number", "Total", "Paid on"]),
    ],
)
def test_a_receipt_of_payment_tells_its_number_its_sum_and_when(lang: str, labels: list[str]) -> None:
    with speaking(lang):
        assert told("payment_receipt")[-3:] == labels


@pytest.mark.parametrize(
    ("lang", "name", "fact", "said"),
    [
        ("ar", "valid_until", "2026-11-27", "27 نونبر 2026"),
        ("fr", "valid_until", "2026-11-27", "27 novembre 2026"),
        ("en", "issued_on", "2026-11-27", "27 November 2026"),
        ("fr", "paid_at", "2026-11-27 10:05", "27 novembre 2026, 10:05"),
        ("ar", "filed_at", "2026-11-27 10:05", "27 نونبر 2026، 10:05"),
        ("fr", "born_on", "1950-07", "juillet 1950"),
        ("ar", "born_on", "1950", "1950"),
        ("fr", "last_day", "demain", "demain"),
    ],
)
def test_dates_are_told_with_the_name_of_their_month(lang: str, name: str, fact: str, said: str) -> None:
    proof = Proof("x", code_of(b"k" * 32), "x", real_now(), {name: fact}, "x", 0)
    with speaking(lang):
        assert [fact.striptags() for _label, fact in words.facts(proof)] == [said]
