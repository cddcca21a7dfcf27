"""The price of a request, line by line."""

from __future__ import annotations

import pytest
from filled import birth, information, name

from journeys.cases.fees import fee_lines, total
from journeys.catalogue.definitions import Catalogue
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
