"""What a visitor answered about their life events: kept in the browser's own session, never in an address."""

from __future__ import annotations

from collections.abc import Iterable

from flask import session

from journeys.catalogue.definitions import LifeEvent
from journeys.plans.personal import Answers, Question

KEPT = "answers"
MOST_KEPT = 8
"""Life events whose answers a session holds: it is a cookie, so it is small."""


def given(event: LifeEvent) -> bool:
    """Whether the life event was answered here."""
    return event.id in dict(session.get(KEPT, ()))


def kept(event: LifeEvent, asked: Iterable[Question]) -> Answers:
    """The answers to these questions; none when the life event was not answered here yet."""
    ticked = dict(session.get(KEPT, ())).get(event.id)
    return {} if ticked is None else {question.token: question.token in ticked for question in asked}


def keep(event: LifeEvent, ticked: Iterable[str]) -> None:
    """Keeps what was ticked; the rest counts as answered with no. The oldest life event makes room."""
    session[KEPT] = [*_others(event)[-(MOST_KEPT - 1) :], [event.id, list(ticked)]]


def forget(event: LifeEvent) -> None:
    """Begins anew."""
    session[KEPT] = _others(event)


def _others(event: LifeEvent) -> list[list[object]]:
    return [[key, ticked] for key, ticked in session.get(KEPT, ()) if key != event.id]
