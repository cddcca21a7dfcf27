"""Every sequence of up to two card messages ends where the model says; forged ones change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from drill import card_model as model
from drill import cards, forged
from drill.card_stage import Stage
from drill.report import Result
from twins.mailer import Working
from world import World


@pytest.fixture(scope="module")
def stage(running_world: World) -> Iterator[Stage]:
    """A card processor that keeps its messages to itself, and a person who owes."""
    running_world.worker_runs()
    work, adapters = running_world.work, running_world.work.adapters
    work.adapters = replace(adapters, mailer=Working())
    yield Stage(running_world)
    work.adapters = adapters
    running_world.control("cards", webhooks="normal")


def all_is_well(result: Result, times: int) -> None:
    """As many were played as there are, and nothing was found."""
    assert result.findings == []
    assert result.times == times


def test_there_are_155_sequences_of_up_to_three_events() -> None:
    assert len(set(model.sequences(3))) == 155


def test_every_sequence_of_up_to_two_messages_ends_where_the_model_says(stage: Stage) -> None:
    histories = [model.at_once(events) for events in model.sequences(2)]
    all_is_well(cards.plays(stage, "at once", histories), 30)


@pytest.mark.parametrize("way", [model.all_late, model.backwards_and_twice])
def test_messages_that_come_late_or_backwards_and_twice_end_where_the_model_says(stage: Stage, way: Any) -> None:
    histories = [way(("succeeded", event)) for event in model.EVENTS]
    all_is_well(cards.plays(stage, "late", histories), 5)


def test_a_processor_that_contradicts_itself_pays_once_and_is_given_back_once(stage: Stage) -> None:
    ways = [((event, "succeeded"), ("succeeded", event, "succeeded")) for event in model.EVENTS]
    histories = [model.contradicting(events) for pair in ways for events in pair]
    all_is_well(cards.plays(stage, "contradicting", histories), 10)


def test_money_that_comes_after_a_request_was_taken_back_goes_back_in_every_sequence(stage: Stage) -> None:
    all_is_well(cards.plays(stage, "withdrawn", cards.withdrawals(1)), 5)


def test_of_two_tries_one_pays_and_the_other_goes_back(stage: Stage) -> None:
    histories = list(model.with_a_second_try(("succeeded",)))
    all_is_well(cards.plays(stage, "second try", histories), 4)


def test_a_message_that_never_comes_is_found_out_by_the_sweep(stage: Stage) -> None:
    all_is_well(cards.silence(stage), 8)


def test_money_is_found_when_the_answer_to_the_opening_was_lost(stage: Stage) -> None:
    all_is_well(cards.unheard(stage), 7)


def test_what_was_given_back_by_hand_is_not_given_back_again_and_leaves_no_task_behind(stage: Stage) -> None:
    all_is_well(cards.given_back_there_first(stage), 2)


def test_no_kind_of_forged_message_changes_a_row(stage: Stage) -> None:
    all_is_well(forged.forged(stage, "forged", forged.kinds), 23)
