"""When a document ends: by months or by a decided day, told by the service and found wrong before it is published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_folder import GENERAL, LAW, askable, field, folder, words

from journeys.catalogue.checking import check

THREE_MONTHS = {"months": 3, "provenance": GENERAL}
DAY, OLD_DAY = field("day", type="date"), field("old_day", type="date", partial=True)


def ending(at: Path, **more: Any) -> list[str]:
    """What a check says of a service that ends with a certificate, of which some dates are decided."""
    decided = [
        {"field": "day", "id": "last_day", "required": True},
        {"field": "day", "id": "perhaps", "required": False},
        {"field": "old_day", "required": True},
    ]
    for one in decided:
        one["labels"] = words()
    usual = {"document": "paper", "paper": "certificate", "statement": words(), "condition": None, "validity": None}
    made = askable(decision=decided, outputs=[usual | more])
    return [finding.what for finding in check(folder(at, made, fields=[field(), DAY, OLD_DAY]))]


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"valid_for": THREE_MONTHS, "paper": None, "statement": None}, "only a certificate ends"),
        ({"valid_until": "last_day", "paper": "neg_cert", "statement": None}, "only a certificate ends"),
        ({"valid_for": THREE_MONTHS, "valid_until": "last_day"}, "say its end twice"),
        ({"valid_until": "gone"}, "gone is no day that is always decided"),
        ({"valid_until": "kind"}, "kind is no day that is always decided"),
        ({"valid_until": "perhaps"}, "perhaps is no day that is always decided"),
        ({"valid_until": "old_day"}, "old_day is no day that is always decided"),
        ({"valid_for": {**THREE_MONTHS, "months": 0}}, "valid_for.months: Input should be greater than or equal to 1"),
        ({"valid_for": {"months": 3}}, "valid_for.provenance: Field required"),
        ({"valid_for": {"months": 3, "provenance": {**GENERAL, "source": "LX"}}}, "there is no source 'LX'"),
    ],
)
def test_an_end_that_cannot_be_told_is_told(tmp_path: Path, more: dict[str, Any], what: str) -> None:
    assert any(what in said for said in ending(tmp_path, **more))


def test_a_certificate_ends_after_months_or_on_a_decided_day(tmp_path: Path) -> None:
    assert not any("end" in said or "valid" in said for said in ending(tmp_path / "day", valid_until="last_day"))
    said = ending(tmp_path / "months", valid_for={"months": 3, "provenance": LAW})
    assert not any("end" in one or "valid" in one for one in said)


def test_a_period_of_validity_that_nobody_confirms_is_told(tmp_path: Path) -> None:
    assert any("no source for how long the paper is valid" in said for said in ending(tmp_path, valid_for=THREE_MONTHS))
