"""Each rule of cases is silent while all is well, and speaks when somebody has damaged the rows behind our back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from histories import FILED, GRANTED, KEYRING, a_case
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from journeys.cases import invariants
from journeys.cases.models import Case, CaseAction, CaseContent
from journeys.cases.states import State, Verb
from payments.columns import new_id
from portal.keys import Keyring

V = Verb
LIVES = [
    (V.OPEN,),
    (V.OPEN, V.KEEP_FACTS, V.DISCARD),
    (V.OPEN, V.SUBMIT),
    (V.OPEN, V.SUBMIT, V.WITHDRAW),
    (*FILED, V.HAND_OVER, V.REFUSE),
    (*FILED, V.TAKE, V.WITHDRAW),
    GRANTED,
]


def digests(session: Session, since: UUID | None = None) -> Iterator[str]:
    return invariants.content_equals_its_digests(session, since, KEYRING)


RULES = [*invariants.RULES, digests]


@pytest.fixture
def busy(session: Session) -> Session:
    """One case at every point of its life."""
    for life in LIVES:
        a_case(session, *life)
    return session


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_cases_whose_rows_agree_are_no_problem(busy: Session, rule: Any) -> None:
    assert list(rule(busy)) == []
    assert list(rule(busy, new_id())) == []


DAMAGE: dict[str, tuple[Any, Any, str]] = {
    "a step was taken out": (
        invariants.cases_moved_along_the_table,
        delete(CaseAction).where(CaseAction.verb == V.SUBMIT),
        "step 2 is missing",
    ),
    "a state nobody may reach": (
        invariants.cases_moved_along_the_table,
        update(CaseAction).where(CaseAction.verb == V.FILE).values(state=State.GRANTED),
        "file led from submitted to granted",
    ),
    "a word that is no verb": (
        invariants.cases_moved_along_the_table,
        update(CaseAction).where(CaseAction.verb == V.FILE).values(verb="smuggle"),
        "smuggle led from submitted to filed",
    ),
    "a state without its action": (
        invariants.cases_equal_their_actions,
        update(Case).where(Case.state == State.FILED).values(state=State.REFUSED),
        "differ in state",
    ),
    "no history at all": (invariants.cases_equal_their_actions, delete(CaseAction), "differ in steps"),
    "sent twice": (
        invariants.submissions_exist_once,
        update(CaseAction).where(CaseAction.verb == V.TAKE).values(verb=V.SUBMIT),
        "was sent 2 times",
    ),
    "never sent": (
        invariants.submissions_exist_once,
        delete(CaseAction).where(CaseAction.verb == V.SUBMIT),
        "was sent 0 times",
    ),
    "sent, and yet a draft": (
        invariants.submissions_exist_once,
        update(Case).values(state=State.DRAFT),
        "is draft, was sent 1 times",
    ),
    "answers that are gone": (
        digests,
        delete(CaseContent).where(CaseContent.kind == "answers"),
        "content answers is missing",
    ),
    "content that was replaced": (
        digests,
        update(CaseContent).values(sealed=b"x" * 40),
        "content does not open: NotIntact",
    ),
    "a digest of other words": (
        digests,
        update(CaseAction).where(CaseAction.verb == V.GRANT).values(data={"outcome": "0" * 64}),
        "content outcome is not what was recorded",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found_by_a_full_look_and_by_one_that_begins_before_it(session: Session, name: str) -> None:
    rule, planted, words = DAMAGE[name]
    before = new_id()
    a_case(session, *GRANTED)
    a_case(session, *FILED)
    session.execute(planted)
    session.expire_all()
    assert_said(rule(session, before), words)
    assert_said(rule(session), words)
    assert list(rule(session, new_id())) == []


def assert_said(problems: Iterable[str], words: str) -> None:
    said = list(problems)
    assert any(words in problem for problem in said), said
    assert not any("Salma" in problem for problem in said)


COLUMNS = {
    "turn": "nobody",
    "steps": 9,
    "office_id": None,
    "filed_at": None,
    "last_day": date(2020, 1, 1),
    "theirs": "another",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_that_its_history_does_not_explain_is_found(session: Session, column: str) -> None:
    a_case(session, *FILED, V.HAND_OVER)
    session.execute(update(Case).values({column: COLUMNS[column]}))
    [problem] = invariants.cases_equal_their_actions(session)
    assert problem.endswith(f"differ in {column}")


def test_a_case_that_was_acted_on_again_is_looked_at_whole(session: Session) -> None:
    a_case(session, *FILED)
    since = new_id()
    session.execute(update(CaseAction).where(CaseAction.verb == V.FILE).values(id=new_id()))
    session.execute(update(CaseAction).where(CaseAction.verb == V.SUBMIT).values(state=State.GRANTED))
    assert list(invariants.cases_moved_along_the_table(session, since)) != []


def test_content_under_a_key_that_is_gone_is_said_and_does_not_end_the_look(session: Session) -> None:
    a_case(session, *FILED)
    a_case(session, *FILED)
    look = partial(invariants.content_equals_its_digests, session, None)
    problems = list(look(Keyring({"two": b"2" * 32}, "two")))
    assert len(problems) == 2
    assert all("NotInKeyring" in problem for problem in problems)
