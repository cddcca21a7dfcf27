"""Card messages in every order: where a fee stands at rest is what really happened, as a small model tells it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from databases import emptied, with_tables
from drill import card_model as model
from drill.card_model import Move
from drill.card_play import Play
from drill.card_stage import FEE, Stage
from drill.cluster import NotInstalled, cluster
from drill.report import How, Result
from twins.mailer import Working
from world import World, world

from journeys.cases.invariants import RULES
from journeys.catalogue.reading import read
from payments import invariants as payments
from portal.checks import run_checks
from portal.cli import DEFINITIONS
from portal.invariants import OF_THE_ROWS

Moves = list[Move]
ENDINGS = ("processing", "succeeded", "failed", "expired")


def run(how: How) -> Iterator[Result]:
    """Every sequence of up to three messages in every order, longer ones by chance, and the message that never comes;
    long ones and those that never come on PostgreSQL too."""
    with town(how, f"sqlite:///{how.folder}/cards.sqlite") as running:
        stage = Stage(running)
        yield from every_sequence(stage, how.many(3, 1))
        yield plays(stage, "taken back before the money arrives", withdrawals(how.many(2, 1)))
        yield plays(stage, "a second try while the first is late", second_tries(how.many(2, 1)))
        yield from _told_late_or_never(stage, how)
    if not how.quick:
        yield from _on_postgresql(how)


def _told_late_or_never(stage: Stage, how: How, where: str = "") -> Iterator[Result]:
    for row in (by_chance(stage, how), silence(stage), unheard(stage), given_back_there_first(stage)):
        row.what += where
        yield row


def _on_postgresql(how: How) -> Iterator[Result]:
    try:
        with cluster(how.folder) as own, town(how, emptied(own.url())) as running:
            yield from _told_late_or_never(Stage(running), how, ", postgresql")
    except NotInstalled as missing:
        yield Result("card messages, postgresql", skipped=str(missing))


@contextmanager
def town(how: How, url: str) -> Iterator[World]:
    """A world of the drill's own; letters are kept in memory, as their road is another drill's."""
    database, folder = with_tables(url), how.folder / url.partition(":")[0]
    folder.mkdir()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with world(database, url, folder, read(DEFINITIONS)) as running:
        running.work.adapters = replace(running.work.adapters, mailer=Working())
        yield running
    database.dispose()


def every_sequence(stage: Stage, longest: int) -> Iterator[Result]:
    """One row per way in which the messages come, and one where the processor contradicts itself."""
    for name, way in (*model.WAYS.items(), ("contradicting each other", model.contradicting)):
        histories = [way(events) for events in model.sequences(longest)]
        yield plays(stage, f"every sequence up to {longest}, messages {name}", histories)
    shuffled = [moves for events in model.sequences(longest) for moves in model.in_another_order(events)]
    if shuffled:
        yield plays(stage, f"every sequence up to {longest}, messages in every other order", shuffled)


def withdrawals(longest: int) -> Iterator[Moves]:
    """Every sequence with the request taken back somewhere in it."""
    return (moves for events in model.sequences(longest) for moves in model.with_withdrawal(events))


def second_tries(longest: int) -> Iterator[Moves]:
    """Every sequence with a second try before it."""
    return (moves for events in model.sequences(longest) for moves in model.with_a_second_try(events))


def by_chance(stage: Stage, how: How) -> Result:
    """Long histories, the same for the same seed."""
    chance = how.chance("cards")
    histories = [model.by_chance(chance) for _ in range(how.many(250, 20))]
    result = plays(stage, "longer sequences, lost, doubled, late, out of order", histories)
    result.note = f"seed {how.seed}"
    return result


def plays(stage: Stage, what: str, histories: Iterable[Moves], begin: Callable[[Stage], Play] = Play) -> Result:
    """Plays each history from its beginning and compares what is found with the model."""
    result = Result(what)
    for moves in histories:
        play = begin(stage)
        tell = ", ".join(map(str, moves))
        try:
            play.run(moves)
        except AssertionError as error:
            result.stuck.append(f"{tell}: {error}")
        judge(play, tell, result)
        play.over()
        result.times += 1
    result.broken += problems(stage.town)
    return result


def judge(play: Play, tell: str, result: Result) -> None:
    """What is wrong at the end of a play, each under what it means for whoever paid; and every rule about its rows."""
    found, wanted = play.found(), play.model.rest()
    if found.charged > max(FEE, wanted.charged) or found.receipts > 1:
        result.doubled.append(f"{tell}: {found}")
    elif found.booked < found.charged:
        result.lost.append(f"{tell}: {found}, not {wanted}")
    elif found != wanted or found.booked != found.charged:
        result.broken.append(f"{tell}: {found}, not {wanted}")
    with play.town.work.database.session(reading=True) as session:
        wrong = [problem for rule in (*payments.RULES, *RULES) for problem in rule(session, play.case)]
    result.broken += [f"{tell}: {problem}" for problem in wrong]


def problems(town: World) -> list[str]:
    """Every invariant of the portal that does not hold."""
    lines: list[str] = []
    run_checks(town.work, full=False, say=lines.append, invariants=OF_THE_ROWS)
    return [line for line in lines if line.startswith("FAIL")]


def silence(stage: Stage) -> Result:
    """No message ever comes: the sweep finds out, whatever became of the checkout and however often it looks."""
    histories = [
        [*(Move("happens", 0, event) for event in events), *([Move("sweep")] * 2)]
        for ending in ENDINGS
        for events in ((ending,), ("processing", ending))
    ]
    return plays(stage, "the message that never comes", histories)


def unheard(stage: Stage) -> Result:
    """The answer that a checkout was opened is lost; the money comes all the same, with a message or without one."""
    told = [Move("happens", 0, "succeeded"), Move("arrives")]
    untold = [[Move("happens", 0, ending), Move("sweep")] for ending in ENDINGS]
    late = [Move("happens", 0, "succeeded"), Move("closes"), Move("sweep"), Move("arrives")]
    begin = partial(Play, unheard=True)
    return plays(stage, "the answer to the opening is lost", [told, late, *untold, [Move("sweep")]], begin)


def given_back_there_first(stage: Stage) -> Result:
    """Money is to be given back here, and somebody gives it back in the processor's pages before the worker does."""
    asked = [Move("withdraw"), Move("happens", 0, "succeeded"), Move("asked"), Move("happens", 0, "refunded")]
    histories = [[*asked, Move("everything_arrives")], [*asked, Move("sweep"), Move("everything_arrives")]]
    return plays(stage, "given back by hand before the worker does", histories)
