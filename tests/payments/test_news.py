"""A provider's message is kept once and is only a hint; silence is answered by asking."""

from datetime import datetime, timedelta

import pytest
from owing import PROVIDER, SALMA, a_debt, a_prepared_attempt, an_open_attempt, success
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from payments.columns import new_id
from payments.ports import News, Status, Taken
from payments.settlement.actions import note_news, prepare, record
from payments.settlement.models import ProviderNews
from payments.settlement.reading import attempt_by_reference, attempt_of_news, to_ask
from portal.db import Database, is_conflict

PAID = News("evt_1", "checkout.session.completed", "cs_1")


def test_the_same_message_twice_is_news_once(session: Session, moment: datetime) -> None:
    assert note_news(session, moment, "stripe", PAID, b"{}")
    assert note_news(session, moment, "stripe", PAID, b"{}") is None
    assert note_news(session, moment, "voucher", PAID, b"{}")


def test_the_same_message_heard_by_two_at_once_is_news_once(database: Database, moment: datetime) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one in at a time")
    with database.session() as late, database.session() as quick:
        late.execute(select(1))  # its view of the world begins here
        assert note_news(quick, moment, "stripe", PAID, b"{}")
        quick.commit()
        with pytest.raises(DBAPIError) as problem:
            note_news(late, moment, "stripe", PAID, b"{}")
        assert is_conflict(problem.value)
        late.rollback()
        assert note_news(late, moment, "stripe", PAID, b"{}") is None


def test_of_a_message_only_the_digest_is_kept(session: Session, moment: datetime) -> None:
    note_news(session, moment, "stripe", PAID, b'{"email": "salma@example.ma"}')
    [row] = session.scalars(select(ProviderNews)).all()
    assert len(row.digest) == 64
    assert "salma" not in repr(vars(row))


def test_a_message_finds_its_attempt_by_checkout_or_by_name(session: Session) -> None:
    tried = an_open_attempt(session, a_debt(session))
    assert attempt_by_reference(session, "stripe", f"cs_{tried.hex}") == tried
    assert attempt_by_reference(session, "voucher", f"cs_{tried.hex}") is None
    assert attempt_of_news(session, "stripe", News("evt_1", "paid", f"cs_{tried.hex}")) == tried
    assert attempt_of_news(session, "stripe", News("evt_2", "charge.refunded", None, tried)) == tried
    assert attempt_of_news(session, "voucher", News("evt_3", "charge.refunded", None, tried)) is None


def test_a_message_about_something_else_finds_no_attempt(session: Session) -> None:
    assert attempt_of_news(session, "stripe", News("evt_1", "payout.paid", None)) is None
    assert attempt_of_news(session, "stripe", News("evt_2", "paid", "cs_unknown", new_id())) is None


def test_an_open_attempt_nobody_heard_of_is_asked_about(session: Session, moment: datetime) -> None:
    quiet = an_open_attempt(session, a_debt(session))
    a_prepared_attempt(session, a_debt(session))
    assert to_ask(session, moment + timedelta(minutes=9), 10) == []
    assert to_ask(session, moment + timedelta(minutes=10), 10) == [quiet]


def test_an_attempt_that_was_just_asked_about_is_left_alone(session: Session, moment: datetime) -> None:
    tried = an_open_attempt(session, a_debt(session))
    later = moment + timedelta(minutes=15)
    record(session, later, PROVIDER, tried, Status(Taken.PENDING))
    assert to_ask(session, later + timedelta(minutes=9), 10) == []
    assert to_ask(session, later + timedelta(minutes=10), 10) == [tried]


def test_an_attempt_that_made_way_is_asked_about_until_the_provider_has_closed_it(
    session: Session, moment: datetime
) -> None:
    debt = a_debt(session)
    left = an_open_attempt(session, debt)
    later = moment + timedelta(hours=1)
    prepare(session, later, SALMA, [debt], "stripe", "fr")
    assert to_ask(session, later, 10) == [left]
    record(session, later, PROVIDER, left, Status(Taken.EXPIRED))
    assert to_ask(session, later + timedelta(days=1), 10) == []


def test_a_paid_attempt_is_not_asked_about(session: Session, moment: datetime) -> None:
    tried = an_open_attempt(session, a_debt(session))
    record(session, moment, PROVIDER, tried, success())
    assert to_ask(session, moment + timedelta(days=1), 10) == []


def test_the_sweep_takes_the_quietest_first_and_not_too_many(session: Session, moment: datetime) -> None:
    tried = [
        an_open_attempt(session, a_debt(session), moment=moment + timedelta(minutes=minute)) for minute in (2, 0, 1)
    ]
    asked = to_ask(session, moment + timedelta(hours=1), 10, limit=2)
    assert asked == [tried[1], tried[2]]
