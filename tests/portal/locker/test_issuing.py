"""A granted request becomes its papers: which are made, and what a certificate says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from small_folder import LAW, askable, document, field, folder, question, words

from journeys.cases import content
from journeys.cases.models import Case
from journeys.catalogue.checking import checked
from journeys.catalogue.definitions import Text
from journeys.exchange.models import Office
from portal.locker.decided import Decided
from portal.locker.issuing import outputs

STATEMENT = {"ar": "نشهد بأن المحل مفتوح.", "fr": "Nous attestons que le local est ouvert.", "en": "It is open."}
FIELDS = [
    field(),
    field("count", type="integer", labels={"ar": "عدد", "fr": "Nombre", "en": "Count"}),
    field("price", type="money", labels={"ar": "ثمن", "fr": "Prix", "en": "Price"}),
    field("valid_until", type="date", labels={"ar": "إلى غاية", "fr": "Jusqu’au", "en": "Until"}),
]


def output(**more: Any) -> dict[str, Any]:
    """A certificate that is made when the request is granted."""
    usual = {"document": "paper", "paper": "certificate", "statement": STATEMENT, "condition": None, "validity": None}
    return usual | more


@pytest.fixture
def granted(tmp_path: Path, moment: datetime) -> Any:
    """A granted request of a service with these outputs."""

    def make(*made: dict[str, Any], facts: dict[str, Any] | None = None, demo: bool = True, **values: Any) -> Decided:
        asked = [
            question(),
            {"field": "count", "section": "only", "required": False},
            {"field": "price", "section": "only", "required": False},
        ]
        decided = [{"field": "valid_until", "required": True}]
        for one in (*asked[1:], *decided):
            one["labels"] = next(known["labels"] for known in FIELDS if known["id"] == one["field"])
        service = askable(form=asked, decision=decided, outputs=list(made))
        papers = [document("paper"), document("annex")]
        catalogue = checked(folder(tmp_path, service, fields=FIELDS, documents=papers))
        kept = {
            content.SUBJECT: {"name_ar": "سلمى", "name_lat": "Salma", "cin": "AE214587"},
            content.ANSWERS: {"values": {"kind": "small"} | values},
            content.OUTCOME: {"facts": {"valid_until": "2026-12-31"} if facts is None else facts},
        }
        office = Office(names={"ar": "الجماعة", "fr": "Commune"})
        case = Case(reference="7KQ4-M2XD", service="permit")
        return Decided(case, catalogue.service("permit"), catalogue, office, kept, moment, demo)

    return make


def said(of: Decided) -> dict[str, Any]:
    """The content of the one paper."""
    [(_, paper)] = outputs(of)
    return paper.data()


def test_a_certificate_names_what_is_certified_and_for_whom(granted: Any) -> None:
    paper = said(granted(output()))
    assert paper["title"]["ar"] == words("paper")["ar"]
    assert (paper["applicant"]["fr"], paper["cin"]) == ("Salma", "AE214587")
    assert paper["statement"] == {"ar": STATEMENT["ar"], "fr": STATEMENT["fr"], "zgh": ""}


def test_a_certificate_shows_facts_in_words_of_both_languages(granted: Any) -> None:
    shows = ["kind", "count", "price", "valid_until"]
    facts = said(granted(output(shows=shows), count=3, price=125000))["shows"]
    small = next(option["labels"] for option in question()["options"] if option["value"] == "small")
    assert [{language: fact["value"][language] for language in ("ar", "fr")} for fact in facts] == [
        {"ar": small["ar"], "fr": small["fr"]},
        {"ar": "3", "fr": "3"},
        {"ar": "1.250,00 درهم", "fr": "1\u202f250,00 dirhams"},
        {"ar": "31 دجنبر 2026", "fr": "31 décembre 2026"},
    ]
    assert (facts[3]["label"]["ar"], facts[3]["label"]["fr"]) == ("إلى غاية", "Jusqu’au")


def test_what_was_not_answered_is_not_shown(granted: Any) -> None:
    facts = said(granted(output(shows=["count", "valid_until"])))["shows"]
    assert [fact["label"]["fr"] for fact in facts] == ["Jusqu’au"]


def test_a_certificate_has_the_tifinagh_of_its_office_and_of_its_kind_where_there_is_some(granted: Any) -> None:
    of = granted(output())
    [(_, paper)] = outputs(of)
    assert (paper.administration.zgh, paper.title.zgh) == ("", "")
    kind = of.catalogue.documents["paper"]
    named = kind.model_copy(update={"names": Text({**kind.names.root, "zgh": "ⵜⴰⵎⴰⵏⵜ"})})
    catalogue = replace(of.catalogue, documents={"paper": named})
    office = Office(names={"ar": "الجماعة", "fr": "Commune", "zgh": "ⴰⵙⵉⵜ"})
    [(_, paper)] = outputs(replace(of, catalogue=catalogue, office=office))
    assert (paper.administration.zgh, paper.title.zgh) == ("ⴰⵙⵉⵜ", "ⵜⴰⵎⴰⵏⵜ")
    assert paper.facts()["administration"] == "Commune"


def valid_for(months: int, **provenance: str) -> dict[str, Any]:
    """Months that the law says, or another source."""
    return {"valid_for": {"months": months, "provenance": LAW | provenance}}


@pytest.mark.parametrize(
    ("more", "last"),
    [
        ({}, None),
        (valid_for(3), date(2027, 1, 1)),
        (valid_for(12), date(2027, 10, 1)),
        ({"valid_until": "valid_until"}, date(2026, 12, 31)),
    ],
    ids=["never", "three months", "a year", "a decided day"],
)
def test_a_certificate_ends_as_its_service_says(granted: Any, more: dict[str, Any], last: date | None) -> None:
    [(_, paper)] = outputs(granted(output(**more)))
    assert paper.issued_on == date(2026, 10, 1)
    assert paper.ends == last
    assert paper.facts().get("valid_until") == (str(last) if last else None)
    assert (paper.data()["valid_until"] is None) == (last is None)


def test_months_that_no_source_confirms_end_a_document_of_a_demonstration_only(granted: Any) -> None:
    guessed = output(**valid_for(3, status="unverified"))
    for demo in (True, False):
        [(_, paper)] = outputs(granted(guessed, demo=demo))
        assert (paper.ends is not None) is demo


@pytest.mark.parametrize("facts", [{}, {"valid_until": "soon"}], ids=["missing", "no date"])
def test_no_certificate_is_made_of_facts_that_are_none(granted: Any, facts: dict[str, str]) -> None:
    with pytest.raises((LookupError, ValueError)):
        outputs(granted(output(shows=["valid_until"]), facts=facts))


def test_a_paper_whose_condition_does_not_hold_is_not_made(granted: Any) -> None:
    annex = output(document="annex", when={"field": "kind", "in": ["large"]})
    assert [kind for kind, _ in outputs(granted(output(), annex))] == ["paper"]
    assert [kind for kind, _ in outputs(granted(output(), annex, kind="large"))] == ["paper", "annex"]


def test_one_document_may_say_something_else_for_somebody_else(granted: Any) -> None:
    other = {"ar": "نشهد بأنه كبير.", "fr": "Il est grand.", "en": "It is large."}
    both = (
        output(when={"field": "kind", "in": ["small"]}),
        output(when={"field": "kind", "in": ["large"]}, statement=other),
    )
    assert said(granted(*both))["statement"]["fr"] == STATEMENT["fr"]
    assert said(granted(*both, kind="large"))["statement"]["fr"] == "Il est grand."
