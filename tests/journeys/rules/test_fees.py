"""The price of a request, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from filled import birth, information, name
from small_folder import askable, folder, question, words

from journeys.cases.fees import fee_lines, tariff_confirmed, total
from journeys.catalogue.checking import check
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.reading import read
from payments.money import Money


@pytest.mark.parametrize(("copies", "minor"), [(1, 2000), (2, 4000), (5, 10000), (None, 2000)])
def test_each_extract_is_paid_for(morocco: Catalogue, copies: int | None, minor: int) -> None:
    (line,) = fee_lines(morocco.service("birth-extract"), birth(copies=copies))
    assert line.amount == Money(minor)
    assert (line.unit, line.times, line.beneficiary, line.tariff) == (Money(2000), copies or 1, "office", "unverified")


def test_the_name_certificate_has_one_sourced_price(morocco: Catalogue) -> None:
    lines = fee_lines(morocco.service("negative-certificate"), name())
    assert total(lines) == Money(23000)
    assert [(line.beneficiary, line.tariff, line.source) for line in lines] == [("ompic", "sourced", "OMPICCN")]
    assert not lines[0].names.missing


def test_asking_for_information_is_free(morocco: Catalogue) -> None:
    assert total(fee_lines(morocco.service("information-request"), information())) == Money(0)


def test_a_price_nobody_knows_is_not_zero(morocco: Catalogue) -> None:
    with pytest.raises(ValueError, match="no fee rule"):
        fee_lines(morocco.service("birth-full-copy"), {})


def line(**changes: Any) -> dict[str, Any]:
    """One line of a price."""
    usual = {"id": "tax", "names": words("tax"), "beneficiary": "office", "tariff": "unverified", "source": "GK"}
    return {**usual, **changes}


def table(*rows: tuple[str, int], by: str = "kind") -> dict[str, Any]:
    """Prices by one choice."""
    return {"by": [by], "rows": [{"is": [answer], "minor": minor} for answer, minor in rows]}


def priced(tmp_path: Path, *lines: dict[str, Any], **changes: Any) -> Path:
    """A folder with a service of these lines."""
    return folder(tmp_path, askable(fee_rule={"currency": "MAD", "lines": list(lines)}, **changes))


def test_a_price_by_table_follows_the_answer(tmp_path: Path) -> None:
    at = priced(tmp_path, line(table=table(("small", 35_000), ("large", 80_000))))
    service = read(at).service("permit")
    assert [total(fee_lines(service, {"kind": kind})).minor for kind in ("small", "large")] == [35_000, 80_000]


def test_a_line_under_a_condition_is_due_when_it_holds(tmp_path: Path) -> None:
    at = priced(tmp_path, line(minor=100), line(id="extra", minor=50, when={"field": "kind", "in": ["large"]}))
    service = read(at).service("permit")
    assert [total(fee_lines(service, {"kind": kind})).minor for kind in ("small", "large")] == [100, 150]


def test_what_comes_to_nothing_is_owed_to_nobody(tmp_path: Path) -> None:
    free = line(id="free", minor=0, tariff="unverified")
    at = priced(tmp_path, free, line(id="table", table=table(("small", 0), ("large", 500))))
    service = read(at).service("permit")
    assert fee_lines(service, {"kind": "small"}) == ()
    assert [one.id for one in fee_lines(service, {"kind": "large"})] == ["table"]


def test_free_is_confirmed_by_a_source_alone(tmp_path: Path) -> None:
    large = {"field": "kind", "in": ["large"]}
    at = priced(tmp_path, line(minor=0, tariff="sourced"), line(id="b", minor=0, tariff="unverified", when=large))
    service = read(at).service("permit")
    assert not service.tariff_confirmed
    assert tariff_confirmed(service, {"kind": "small"})
    assert not tariff_confirmed(service, {"kind": "large"})


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ([line()], "give either minor or table"),
        ([line(minor=1, table=table(("small", 1)))], "give either minor or table"),
        ([line(table=table(("small", 1)))], "there is no price for large"),
        ([line(table=table(("small", 1), ("large", 2), ("huge", 3)))], "the row huge is never met"),
        ([line(table=table(("small", 1), ("small", 2), ("large", 3)))], "the row small is never met"),
        ([line(table=table(("small", 1), by="gone"))], "gone is no choice that everybody answers"),
        ([line(minor=1, when={"field": "gone", "in": ["x"]})], "the condition asks for gone"),
    ],
)
def test_a_table_without_a_price_for_everybody_is_told(tmp_path: Path, lines: list[Any], what: str) -> None:
    assert any(what in finding.what for finding in check(priced(tmp_path, *lines)))


def test_a_table_by_an_optional_answer_is_told(tmp_path: Path) -> None:
    at = priced(tmp_path, line(table=table(("small", 1), ("large", 2))), form=[question(required=False)])
    assert any("kind is no choice that everybody answers" in finding.what for finding in check(at))
