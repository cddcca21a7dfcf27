"""People as issuers vouch for them: found again, renewed, never mistaken for one another, joined by consent."""

from __future__ import annotations

from datetime import date

import pytest
from mandates_made import CARDS, KEYS, NOW, by, claims, given, person
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.identity import contacts, joining, numbers, people
from portal.identity.contacts import Channel
from portal.identity.errors import ChangedPerson, NotTheSame, WrongNumber
from portal.identity.mandates import actions, reading
from portal.identity.mandates.actions import Terms
from portal.identity.mandates.deriving import derive
from portal.identity.mandates.models import Blocked, Mandate
from portal.identity.mandates.states import Origin, Scope, State
from portal.identity.models import Account, Contact, Identifier, Person
from portal.identity.ports import Ward

BABY = Ward({"idcs": "1234567890"}, "آدم", "Adam", date(2026, 9, 1), "male", "mother", date(2044, 9, 1))


@pytest.mark.parametrize(
    ("kind", "typed", "number"),
    [
        ("cin", "ab 123456", "AB123456"),
        ("cin", "K-45678", "K45678"),
        ("cin", "ae٢١٤٥٨٧", "AE214587"),
        ("idcs", "1234 567 890", "1234567890"),
        ("passport", "ab1234567", "AB1234567"),
        ("residence_title", "a012345b", "A012345B"),
    ],
)
def test_numbers_are_read_as_people_type_them(kind: str, typed: str, number: str) -> None:
    assert numbers.normalised(kind, typed) == number


@pytest.mark.parametrize(("kind", "typed"), [("cin", "123456"), ("cin", ""), ("idcs", "12"), ("nothing", "AB1")])
def test_what_is_no_number_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(WrongNumber):
        numbers.normalised(kind, typed)


def test_a_number_is_shown_with_all_but_its_end_hidden() -> None:
    assert numbers.masked("AE214587") == "•••••587"


def test_no_number_and_no_address_lies_in_the_open(session: Session) -> None:
    person(session, "salma")
    [row] = session.scalars(select(Person))
    kept = row.sealed + b"".join(one.sealed for one in session.scalars(select(Contact)))
    kept += "".join(one.fingerprint for one in session.scalars(select(Identifier))).encode()
    assert CARDS["salma"].encode() not in kept
    assert b"salma@example.ma" not in kept


def test_somebody_is_found_again_by_a_number(session: Session) -> None:
    salma = person(session, "salma")
    found = people.by_number(session, KEYS, "cin", CARDS["salma"])
    assert found
    assert found.id == salma


def test_a_number_that_is_only_claimed_finds_nobody(session: Session) -> None:
    person(session, "salma", acr="low")
    assert people.by_number(session, KEYS, "cin", CARDS["salma"]) is None


def test_the_newest_word_on_a_name_counts(session: Session) -> None:
    first = person(session, "salma")
    again = person(session, "salma", name_lat="Salma Bennani")
    assert again == first
    assert people.identifiers(session, first, KEYS)["name_lat"] == "Salma Bennani"


def test_an_account_that_became_somebody_elses_opens_nothing(session: Session) -> None:
    person(session, "salma")
    with pytest.raises(ChangedPerson):
        person(session, "salma", identifiers={"cin": "ZZ99", "birthdate": "1955-05-05"})


def test_another_number_without_a_birth_date_opens_nothing(session: Session) -> None:
    person(session, "salma")
    with pytest.raises(ChangedPerson):
        person(session, "salma", identifiers={"cin": "ZZ99"})


def test_what_a_register_told_before_somebody_proved_who_they_are_is_theirs(session: Session) -> None:
    weak = person(session, "salma", acr="low")
    told = people.told_by_register(session, NOW, "population", NOW.date(), {"cin": CARDS["salma"]}, ("س", "S"), KEYS)
    assert told.id != weak
    accountant = person(session, "accountant")
    row = given(session, told.id, accountant, "accountant")
    assert person(session, "salma") == weak
    joined, *_ = joining.take_in(session, NOW, by(weak), weak, KEYS)
    assert joined == joining.Joined(told.id, weak)
    assert session.get_one(Mandate, row.id).represented_id == weak


def test_two_who_are_both_surely_known_share_a_number_or_stay_two(session: Session) -> None:
    salma = person(session, "salma")
    titles = {"residence_title": "A012345B", "birthdate": "1990-01-01"}
    person(session, "accountant", issuer="other", sub="x", identifiers=titles)
    with pytest.raises(NotTheSame):
        joining.join(session, NOW, by(salma), salma, "other", "x", KEYS)


def test_a_new_card_is_no_new_person(session: Session) -> None:
    first = person(session, "salma")
    assert person(session, "salma", identifiers={"cin": "ZZ99", "birthdate": "1990-01-01"}) == first


def test_two_accounts_are_two_people_until_they_are_joined(session: Session) -> None:
    digital, mail = person(session, "salma"), person(session, "salma", issuer="mail", sub="m", acr="low")
    assert digital != mail
    [joined] = joining.join(session, NOW, by(mail), mail, "national", "ma-salma", KEYS)
    assert joined == joining.Joined(gone=mail, kept=digital)
    assert set(session.scalars(select(Account.person_id))) == {digital}
    assert joining.join(session, NOW, by(digital), digital, "national", "ma-salma", KEYS) == []


def test_two_who_are_surely_two_are_never_joined(session: Session) -> None:
    salma = person(session, "salma")
    person(session, "accountant")
    with pytest.raises(NotTheSame):
        joining.join(session, NOW, by(salma), salma, "national", "ma-accountant", KEYS)


def test_addresses_come_along_when_accounts_are_joined(session: Session) -> None:
    mine = {"email": "autre@example.ma"}
    mail = person(session, "salma", issuer="mail", sub="m", acr="low", identifiers=mine)
    digital = person(session, "salma")
    joining.join(session, NOW, by(mail), mail, "national", "ma-salma", KEYS)
    found = {one.address for one in contacts.of_person(session, digital, KEYS)}
    assert found == {"salma@example.ma", "autre@example.ma"}


def test_a_name_of_low_assurance_does_not_replace_a_sure_one(session: Session) -> None:
    weak = {"issuer": "mail", "sub": "m", "acr": "low", "name_lat": "s.b", "identifiers": {}}
    mail, digital = person(session, "salma", **weak), person(session, "salma")
    joining.join(session, NOW, by(mail), mail, "national", "ma-salma", KEYS)
    assert person(session, "salma", **weak) == digital
    assert session.get_one(Person, digital).name_lat == "salma"


def test_what_both_accounts_had_blocked_or_represent_by_law_is_there_once(session: Session) -> None:
    mail, digital = person(session, "salma", issuer="mail", sub="m", acr="low"), person(session, "salma")
    child, asker = person(session, "daughter"), person(session, "accountant")
    terms = Terms(tuple(Scope), capacity="mother")
    for mine in (mail, digital):
        actions.block(session, NOW, by(mine), mine, asker)
        actions.block(session, NOW, by(asker), asker, mine)
        derive(session, NOW, by(mine), child, mine, Origin.CIVIL, NOW.date(), terms)
    joined, *ended = joining.join(session, NOW, by(mail), mail, "national", "ma-salma", KEYS)
    assert (type(joined).__name__, [type(one).__name__ for one in ended]) == ("Joined", ["Ended"])
    assert len(reading.held(session, digital, NOW)) == 1
    assert sorted(session.execute(select(Blocked.by_id, Blocked.person_id)).all()) == sorted(
        [(digital, asker), (asker, digital)]
    )


def test_numbers_said_at_low_assurance_open_no_register(session: Session) -> None:
    weak = person(session, "salma", issuer="mail", sub="m", acr="low")
    assert people.sure_numbers(session, weak, KEYS) == []
    assert people.sure_numbers(session, person(session, "salma"), KEYS) == [CARDS["salma"]]


def test_a_child_of_the_register_is_one_person_however_often_it_is_told_of(session: Session) -> None:
    first = people.ward_of(session, NOW, BABY, NOW.date(), "families", KEYS)
    again = people.ward_of(session, NOW, BABY, NOW.date(), "families", KEYS)
    assert first.id == again.id
    assert people.identifiers(session, first.id, KEYS)["idcs"] == "1234567890"


def test_a_child_who_comes_of_age_signs_in_as_the_person_they_were(session: Session) -> None:
    child = people.ward_of(session, NOW, BABY, NOW.date(), "families", KEYS)
    grown = {"idcs": "1234567890", "cin": "AB777", "birthdate": "2026-09-01"}
    assert person(session, "adam", identifiers=grown) == child.id


def test_nobody_becomes_a_child_by_claiming_their_number_weakly(session: Session) -> None:
    child = people.ward_of(session, NOW, BABY, NOW.date(), "families", KEYS)
    assert person(session, "adam", identifiers={"idcs": "1234567890"}, acr="low") != child.id


def test_somebody_at_work_is_known_to_be_a_citizen_too(session: Session) -> None:
    citizen = person(session, "salma")
    work = people.signed_in_as(session, NOW, claims("salma", issuer="staff", sub="staff-salma"), KEYS, staff=True)
    assert work.id != citizen
    assert (work.other_id, session.get_one(Person, citizen).other_id) == (citizen, work.id)
    found = people.by_number(session, KEYS, "cin", CARDS["salma"])
    assert found
    assert found.id == citizen


def test_an_account_that_is_closed_acts_for_nobody_and_writes_to_nobody(session: Session) -> None:
    salma, accountant = person(session, "salma"), person(session, "accountant")
    row = given(session, salma, accountant, "accountant")
    joining.close(session, NOW, by(salma), salma)
    assert session.get_one(Mandate, row.id).state == State.ENDED
    assert contacts.address_of(session, salma, Channel.MAIL, KEYS) is None


def test_when_somebody_dies_nobody_acts_by_what_they_granted(session: Session) -> None:
    salma, accountant = person(session, "salma"), person(session, "accountant")
    row = given(session, salma, accountant, "accountant")
    joining.died(session, NOW, by(accountant), salma, NOW.date())
    assert session.get_one(Mandate, row.id).state == State.ENDED


def test_an_address_that_is_added_counts_once_it_is_proved(session: Session) -> None:
    salma = person(session, "salma")
    row = contacts.add(session, NOW, by(salma), Channel.MAIL, "neuve@example.ma", KEYS)
    assert row
    assert contacts.address_of(session, salma, Channel.MAIL, KEYS) == "salma@example.ma"
    contacts.verified(session, NOW, by(salma), row.id)
    assert contacts.address_of(session, salma, Channel.MAIL, KEYS) == "neuve@example.ma"


def test_an_address_the_issuer_no_longer_vouches_for_is_let_go(session: Session) -> None:
    salma = person(session, "salma")
    person(session, "salma", identifiers={"cin": CARDS["salma"], "birthdate": "1990-01-01", "email": "n@example.ma"})
    assert [one.address for one in contacts.of_person(session, salma, KEYS)] == ["n@example.ma"]
