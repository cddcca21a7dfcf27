"""The life of a mandate: offered, asked for, accepted, passed on, ended; and what may never happen to one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from mandates_made import NOW, TERMS, by, card_of, company, given, offered, person
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.identity import joining
from portal.identity.errors import LastOne, TooManyAsked, WrongMandate
from portal.identity.invariants import mandates_moved_along_the_table
from portal.identity.mandates import actions, reading, visiting
from portal.identity.mandates.actions import ANSWER_WITHIN, MOST_A_DAY, Terms
from portal.identity.mandates.deriving import derive, end_held
from portal.identity.mandates.models import Mandate, MandateAction
from portal.identity.mandates.states import ALIVE, TABLE, Origin, Scope, State, Verb, after

LATER = NOW + timedelta(days=1)


@pytest.mark.parametrize("state", [None, *State])
@pytest.mark.parametrize("verb", Verb)
def test_only_what_the_table_has_may_happen(state: State | None, verb: Verb) -> None:
    if (state, verb) in TABLE:
        assert after(state, verb) == TABLE[state, verb]
    else:
        with pytest.raises(WrongMandate):
            after(state, verb)


def test_what_is_over_stays_over() -> None:
    assert {state for state, _verb in TABLE if state} == set(ALIVE)


def test_an_offer_counts_once_it_is_accepted(session: Session) -> None:
    salma, accountant = person(session, "salma"), person(session, "accountant")
    row = offered(session, salma, "accountant")
    assert reading.held(session, accountant, NOW) == []
    assert [right.mandate.id for right in reading.waiting_for(session, accountant, NOW)] == [row.id]
    actions.accept(session, NOW, by(accountant), row, accountant)
    assert [right.mandate.id for right in reading.held(session, accountant, NOW)] == [row.id]
    assert row.invited is None


def test_a_request_counts_once_the_represented_accepts(session: Session) -> None:
    salma, accountant = person(session, "salma"), person(session, "accountant")
    made = actions.request(session, NOW, by(accountant), TERMS, invited=card_of("salma"))
    row = session.get_one(Mandate, made.mandate)
    actions.accept(session, NOW, by(salma), row, salma)
    assert (row.represented_id, row.acting_id, row.state) == (salma, accountant, State.ACTIVE)


def test_a_request_to_nobody_looks_like_any_other(session: Session) -> None:
    accountant = person(session, "accountant")
    made = actions.request(session, NOW, by(accountant), TERMS, invited="test.nobody")
    [right] = reading.asked(session, accountant)
    assert (right.mandate.id, right.of_lat) == (made.mandate, None)


def test_nobody_acts_for_themselves(session: Session) -> None:
    salma = person(session, "salma")
    row = offered(session, salma, "accountant")
    with pytest.raises(WrongMandate):
        actions.accept(session, NOW, by(salma), row, salma)


def test_an_answer_that_comes_too_late_is_refused(session: Session) -> None:
    salma, accountant = person(session, "salma"), person(session, "accountant")
    row = offered(session, salma, "accountant", Terms((Scope.SEE,), until=NOW + timedelta(days=300)))
    with pytest.raises(WrongMandate):
        actions.accept(session, NOW + ANSWER_WITHIN + timedelta(seconds=1), by(accountant), row, accountant)


def test_a_mandate_ends_when_its_time_is_over_noted_or_not(session: Session) -> None:
    salma, accountant = person(session, "salma"), person(session, "accountant")
    row = given(session, salma, accountant, "accountant")
    after_it = TERMS.until
    assert after_it
    assert reading.held(session, accountant, after_it) == []
    assert row.state == State.ACTIVE
    assert reading.over_by(session, after_it, 10) == [row.id]


def test_ended_by_one_and_answered_by_the_other_at_once(session: Session) -> None:
    salma, accountant = person(session, "salma"), person(session, "accountant")
    row = offered(session, salma, "accountant")
    actions.move(session, NOW, by(salma), row, Verb.TAKE_BACK)
    with pytest.raises(WrongMandate):
        actions.accept(session, NOW, by(accountant), row, accountant)


def test_a_mandate_may_not_be_passed_on_unless_it_says_so(session: Session) -> None:
    salma, accountant = person(session, "salma"), person(session, "accountant")
    row = given(session, salma, accountant, "accountant")
    with pytest.raises(WrongMandate):
        actions.offer(session, NOW, by(accountant), salma, card_of("daughter"), TERMS, parent=row)


@pytest.mark.parametrize(
    "wider",
    [
        Terms((Scope.SEE, Scope.PAY), until=TERMS.until),
        Terms((Scope.SEE,)),
        Terms((Scope.SEE,), until=NOW + timedelta(days=91)),
        Terms((Scope.SEE,), services=("building-permit",), until=TERMS.until),
    ],
)
def test_what_is_passed_on_is_never_wider(session: Session, wider: Terms) -> None:
    salma, accountant = person(session, "salma"), person(session, "accountant")
    narrow = Terms(TERMS.scopes, services=("vehicle-tax",), until=TERMS.until, passes_on=True)
    row = given(session, salma, accountant, "accountant", narrow)
    with pytest.raises(WrongMandate):
        actions.offer(session, NOW, by(accountant), salma, card_of("daughter"), wider, parent=row)


def test_what_was_passed_on_ends_with_what_it_came_from(session: Session) -> None:
    salma, accountant, daughter = (person(session, name) for name in ("salma", "accountant", "daughter"))
    leading = Terms(TERMS.scopes, until=TERMS.until, passes_on=True)
    row = given(session, salma, accountant, "accountant", leading)
    below = given(session, salma, daughter, "daughter", Terms((Scope.SEE,), until=TERMS.until), parent=row)
    told = actions.revoke(session, LATER, by(salma), row, "")
    assert (row.state, below.state) == (State.REVOKED, State.ENDED)
    assert [(type(one).__name__, one.acting) for one in told] == [("Revoked", accountant), ("Ended", daughter)]


def test_what_a_register_says_nobody_else_takes_away(session: Session) -> None:
    child, mother = person(session, "daughter"), person(session, "salma")
    until = NOW + timedelta(days=3000)
    terms = Terms(tuple(Scope), until=until, capacity="mother")
    [made] = derive(session, NOW, by(mother), child, mother, Origin.CIVIL, NOW.date(), terms)
    row = session.get_one(Mandate, made.mandate)
    with pytest.raises(WrongMandate):
        actions.revoke(session, NOW, by(child), row, "")
    with pytest.raises(WrongMandate):
        actions.give_up(session, NOW, by(mother), row, "")


def test_majority_ends_what_a_parent_may_do(session: Session) -> None:
    child, mother = person(session, "daughter"), person(session, "salma")
    majority = NOW + timedelta(days=10)
    terms = Terms(tuple(Scope), until=majority, capacity="mother")
    derive(session, NOW, by(mother), child, mother, Origin.CIVIL, NOW.date(), terms)
    assert reading.acting_for(session, mother, child, majority - timedelta(seconds=1))
    assert reading.acting_for(session, mother, child, majority) is None


def test_the_register_is_asked_again_and_says_the_same(session: Session) -> None:
    firm, manager = company(session), person(session, "salma")
    terms = Terms(tuple(Scope), passes_on=True, capacity="manager")
    [first] = derive(session, NOW, by(manager), firm, manager, Origin.COMMERCIAL, NOW.date(), terms, company=True)
    again = derive(session, NOW, by(manager), firm, manager, Origin.COMMERCIAL, NOW.date(), terms, company=True)
    [later] = derive(session, LATER, by(manager), firm, manager, Origin.COMMERCIAL, LATER.date(), terms, company=True)
    assert again == []
    assert later.mandate == first.mandate
    assert session.get_one(Mandate, first.mandate).as_of == LATER.date()


def test_a_manager_the_register_no_longer_names_is_out(session: Session) -> None:
    firm, manager = company(session), person(session, "salma")
    terms = Terms(tuple(Scope), passes_on=True, capacity="manager")
    derive(session, NOW, by(manager), firm, manager, Origin.COMMERCIAL, NOW.date(), terms, company=True)
    [ended] = end_held(session, LATER, by(manager), manager, Origin.COMMERCIAL, [])
    assert ended.acting == manager
    assert reading.acting_for(session, manager, firm, LATER) is None


def test_an_employee_stays_when_the_manager_who_let_them_in_leaves(session: Session) -> None:
    firm, manager, employee = company(session), person(session, "salma"), person(session, "accountant")
    terms = Terms(tuple(Scope), passes_on=True, capacity="manager")
    derive(session, NOW, by(manager), firm, manager, Origin.COMMERCIAL, NOW.date(), terms, company=True)
    row = given(session, firm, employee, "accountant", company=True)
    end_held(session, LATER, by(manager), manager, Origin.COMMERCIAL, [])
    assert row.state == State.ACTIVE


def test_the_last_who_leads_a_company_cannot_leave_it(session: Session) -> None:
    firm, manager, employee = company(session), person(session, "salma"), person(session, "accountant")
    terms = Terms(tuple(Scope), passes_on=True, capacity="manager")
    [made] = derive(session, NOW, by(manager), firm, manager, Origin.COMMERCIAL, NOW.date(), terms, company=True)
    row = session.get_one(Mandate, made.mandate)
    with pytest.raises(LastOne):
        joining.close(session, NOW, by(manager), manager)
    given(session, firm, employee, "accountant", company=True)
    with pytest.raises(LastOne):
        actions.give_up(session, NOW, by(manager), row, "")
    given(session, firm, employee, "accountant", Terms(tuple(Scope), until=TERMS.until, passes_on=True), company=True)
    actions.give_up(session, NOW, by(manager), row, "")
    assert row.state == State.GIVEN_UP


def test_who_asks_too_often_is_stopped(session: Session) -> None:
    accountant = person(session, "accountant")
    for number in range(MOST_A_DAY):
        actions.request(session, NOW, by(accountant), TERMS, invited=f"test.{number}")
    with pytest.raises(TooManyAsked):
        actions.request(session, NOW, by(accountant), TERMS, invited="test.more")


def test_who_offers_too_often_is_stopped(session: Session) -> None:
    salma = person(session, "salma")
    for number in range(MOST_A_DAY):
        actions.offer(session, NOW, by(salma), salma, f"test.{number}", TERMS)
    with pytest.raises(TooManyAsked):
        actions.offer(session, NOW, by(salma), salma, "test.more", TERMS)


def test_who_was_blocked_is_not_heard_again(session: Session) -> None:
    salma, accountant = person(session, "salma"), person(session, "accountant")
    actions.block(session, NOW, by(salma), salma, accountant)
    actions.request(session, NOW, by(accountant), TERMS, invited=card_of("salma"))
    assert reading.waiting_for(session, salma, NOW) == []
    actions.unblock(session, NOW, by(salma), salma, accountant)
    assert len(reading.waiting_for(session, salma, NOW)) == 1


def test_one_citizen_at_a_time_stands_at_a_counter(session: Session) -> None:
    clerk, office = person(session, "accountant"), company(session)
    [first] = visiting.admit(session, NOW, by(clerk), person(session, "salma"), clerk, office)
    ended, second = visiting.admit(session, LATER, by(clerk), person(session, "daughter"), clerk, office)
    states = [session.get_one(Mandate, one.mandate).state for one in (first, second)]
    assert states == [State.ENDED, State.ACTIVE]
    assert ended.mandate == first.mandate


def test_who_gave_a_company_up_gets_it_back_only_by_asking_themselves(session: Session) -> None:
    firm, manager, other = company(session), person(session, "salma"), person(session, "accountant")
    terms = Terms(tuple(Scope), passes_on=True, capacity="manager")
    for each in (manager, other):
        derive(session, NOW, by(each), firm, each, Origin.COMMERCIAL, NOW.date(), terms, company=True)
    mine = reading.leading(session, manager, firm, NOW)
    assert mine
    actions.give_up(session, NOW, by(manager), mine, "")
    as_said = firm, manager, Origin.COMMERCIAL, LATER.date(), terms
    assert derive(session, LATER, by(other), *as_said, company=True) == []
    assert derive(session, LATER, by(manager), *as_said, company=True)


@pytest.mark.parametrize("gone", ["died", "closed"])
def test_a_register_gives_nothing_to_who_has_died_or_left(session: Session, gone: str) -> None:
    firm, manager = company(session), person(session, "salma")
    if gone == "died":
        joining.died(session, NOW, by(manager), manager, NOW.date())
    else:
        joining.close(session, NOW, by(manager), manager)
    terms = Terms(tuple(Scope), passes_on=True, capacity="manager")
    assert derive(session, LATER, by(firm), firm, manager, Origin.COMMERCIAL, NOW.date(), terms, company=True) == []


def test_a_register_gives_the_same_right_once(session: Session) -> None:
    child, mother = person(session, "daughter"), person(session, "salma")
    terms = Terms(tuple(Scope), capacity="mother")
    derive(session, NOW, by(mother), child, mother, Origin.CIVIL, NOW.date(), terms)
    made = actions.made_of(NOW, Origin.CIVIL, terms, represented_id=child, company=False, acting_id=mother)
    with pytest.raises(IntegrityError):
        actions.begin(session, NOW, by(mother), made, Verb.DERIVE, "")


def test_what_a_register_says_comes_before_an_older_mandate_of_the_same_two(session: Session) -> None:
    mother, child = person(session, "daughter"), person(session, "salma")
    given(session, child, mother, "daughter")
    derive(session, LATER, by(mother), child, mother, Origin.CIVIL, NOW.date(), TERMS)
    found = reading.acting_for(session, mother, child, LATER)
    assert found
    assert found.origin == Origin.CIVIL


def test_every_step_is_kept_with_who_did_it(session: Session) -> None:
    salma, accountant = person(session, "salma"), person(session, "accountant")
    row = given(session, salma, accountant, "accountant")
    actions.revoke(session, LATER, by(salma), row, "plus besoin")
    steps = [(one.step, one.verb, one.actor_id, one.reason) for one in reading.history(session, row.id)]
    assert steps == [(1, "offer", salma, ""), (2, "accept", accountant, ""), (3, "revoke", salma, "plus besoin")]


def test_whatever_happened_to_a_mandate_can_be_checked_and_what_was_damaged_is_said(session: Session) -> None:
    salma, accountant = person(session, "salma"), person(session, "accountant")
    row = offered(session, salma, "accountant")
    actions.accept(session, NOW, by(accountant), row, accountant)
    actions.move(session, LATER, by(salma), row, Verb.REVOKE)
    assert list(mandates_moved_along_the_table(session)) == []
    session.execute(update(Mandate).where(Mandate.id == row.id).values(state=State.ACTIVE))
    [said] = mandates_moved_along_the_table(session)
    assert said.startswith(f"mandate {row.id}: its row says")
    session.execute(update(Mandate).where(Mandate.id == row.id).values(state=State.REVOKED, step=4))
    [said] = mandates_moved_along_the_table(session)
    assert said.startswith(f"mandate {row.id}: its row says")
    session.execute(update(Mandate).where(Mandate.id == row.id).values(step=3))
    last = MandateAction.mandate_of_id == row.id, MandateAction.step == 3
    session.execute(update(MandateAction).where(*last).values(verb=Verb.DECLINE))
    assert list(mandates_moved_along_the_table(session, row.id)) == [
        f"mandate {row.id}: decline led from active to revoked"
    ]
