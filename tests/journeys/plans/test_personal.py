"""Answers make a life event personal: what applies, in which order, with which papers, at which price, how long."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from small_folder import GENERAL, LAW, document, folder, life_event, service, step, words

from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.reading import read
from journeys.plans.personal import Personal, personal, questions

MONDAY = datetime(2026, 10, 5, 9, tzinfo=UTC)


def fee(amount: int | None, kind: str = "fixed", **more: Any) -> dict[str, Any]:
    """A price in dirhams."""
    return {"kind": kind, "amount_mad": amount, "formula": None, "stamp_duty": False, "provenance": LAW, **more}


def lasting(
    days: int | None, unit: str | None = "calendar_day", provenance: dict[str, str] | None = None
) -> dict[str, Any]:
    """A period."""
    return {"max": days, "unit": unit, "kind": "specific", "counting": None, "provenance": provenance or LAW}


def paper(document: str, mode: str = "user", condition: str | None = None) -> dict[str, Any]:
    """A document that is asked."""
    return {
        "document": document,
        "issuer": "commune",
        "mode": mode,
        "condition": condition,
        "replaced_by_cnie": False,
    }


def output(document: str) -> dict[str, Any]:
    """A document that a service ends with."""
    return {"document": document, "condition": None, "validity": None}


@pytest.fixture
def moving(tmp_path: Path) -> Catalogue:
    """A permit, then side by side a meter and a badge for tenants, then a certificate; a guide for who wants it."""
    services = (
        service("permit", fee=fee(100), delay=lasting(10), requires=[paper("lease")], outputs=[output("permit")]),
        service("meter", fee=fee(None, "unknown"), delay=lasting(5, "working_day"), requires=[paper("permit")]),
        service("badge", fee=fee(30, provenance=GENERAL), delay=lasting(3), requires=[paper("lease", "exchange")]),
        service("proof", fee=fee(0, "free"), delay=lasting(1), requires=[paper("photo", condition="tenant")]),
        service("guide", fee=fee(999), delay=lasting(60)),
    )
    event = life_event(
        step("permit", order=1),
        step("meter", "permit", order=2),
        step("badge", "permit", order=3, when="tenant"),
        step("proof", "meter", "badge", order=4),
        step("guide", order=5, optional=True),
        conditions={"tenant": words("you rent")},
    )
    papers = [document(name) for name in ("paper", "lease", "permit", "photo")]
    return read(folder(tmp_path, *services, life_events=[event], documents=papers))


def listed(catalogue: Catalogue, **answers: bool) -> Personal:
    """The list of somebody who answers so."""
    return personal(catalogue, catalogue.life_event("moving"), answers, MONDAY)


def test_only_what_the_person_knows_is_asked_each_once(moving: Catalogue) -> None:
    (asked,) = questions(moving, moving.life_event("moving"))
    assert (asked.token, asked.words.pick("en")[0]) == ("tenant", "you rent in English")


def test_steps_that_do_not_apply_are_left_out_and_free_those_that_waited(moving: Catalogue) -> None:
    found = listed(moving, tenant=False)
    assert [stop.service.id for stop in found.stops] == ["permit", "guide", "meter", "proof"]
    assert [step.service for step in found.left_out] == ["badge"]
    assert {stop.service.id: stop.after for stop in found.stops}["proof"] == ("meter",)


def test_what_waits_for_the_same_can_be_done_side_by_side(moving: Catalogue) -> None:
    ranks = {stop.service.id: stop.rank for stop in listed(moving, tenant=True).stops}
    assert ranks == {"permit": 1, "guide": 1, "meter": 2, "badge": 2, "proof": 3}


def test_what_was_not_answered_stays_in_and_is_not_sure(moving: Catalogue) -> None:
    found = {stop.service.id: stop for stop in listed(moving).stops}
    assert not found["badge"].sure
    assert not found["badge"].needed
    assert found["permit"].needed


def test_each_paper_is_gathered_once_and_none_that_a_step_before_brings(moving: Catalogue) -> None:
    lease, photo = listed(moving, tenant=True).papers
    assert (lease.document, lease.mode, lease.services) == ("lease", "user", ("permit", "badge"))
    assert (photo.document, photo.condition) == ("photo", None)


def test_a_paper_that_the_answers_rule_out_falls_away(moving: Catalogue) -> None:
    assert [paper.document for paper in listed(moving, tenant=False).papers] == ["lease"]
    assert {paper.document: paper.condition for paper in listed(moving).papers} == {"lease": None, "photo": "tenant"}


def test_the_price_is_summed_where_it_is_known_and_said_where_it_is_not(moving: Catalogue) -> None:
    found = listed(moving, tenant=True)
    (cost,) = found.costs
    assert (cost.administration, cost.minor, cost.open, cost.sourced) == ("commune", 13_000, 1, False)
    assert found.total == 13_000


def test_the_time_is_that_of_the_longest_way_by_the_calendar(moving: Catalogue) -> None:
    found = listed(moving, tenant=True)
    assert {stop.service.id: stop.answer_by for stop in found.stops if stop.needed} == {
        "permit": date(2026, 10, 16),  # ten full days
        "meter": date(2026, 10, 23),  # five working days
        "badge": date(2026, 10, 20),
        "proof": date(2026, 10, 26),  # one full day ends on a Sunday
    }
    assert (found.days, found.days_sure) == (21, True)


@pytest.mark.parametrize(
    ("period", "days", "sure"),
    [(lasting(0, "immediate"), 0, True), (lasting(None, None), 0, False), (lasting(3, provenance=GENERAL), 4, False)],
)
def test_a_time_that_nobody_confirms_is_not_sure(tmp_path: Path, period: dict[str, Any], days: int, sure: bool) -> None:
    catalogue = read(folder(tmp_path, service(delay=period), life_events=[life_event(step())]))
    found = listed(catalogue)
    assert (found.days, found.days_sure) == (days, sure)
