"""A visitor answers the questions of a life event and reads their own list; nothing of it stands in an address."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from frontage import front
from icalendar import Calendar
from samples import administration, catalogue, life_event, service, step
from test_discover import text_of

BABY = "/en/life-events/having-a-baby"


def answered(client: FlaskClient, *ticked: str) -> str:
    """The page after these were ticked."""
    answer = client.post(BABY, data=dict.fromkeys(ticked, "yes"))
    assert (answer.status_code, answer.location) == (303, BABY)
    return client.get(BABY).text


def test_the_questions_stand_on_the_page_and_need_no_account(client: FlaskClient) -> None:
    page = client.get(BABY).text
    assert "Tick what is true for you" in page
    assert 'name="late"' in page
    assert "the period is over" in text_of(page)


def test_a_step_that_does_not_apply_is_left_out(client: FlaskClient) -> None:
    page = text_of(answered(client))
    assert "My list" in page
    assert page.index("Not for you, by your answers") < page.index("Name mystery")


def test_a_step_that_applies_brings_its_papers_and_its_price(client: FlaskClient) -> None:
    page = text_of(answered(client, "late"))
    assert "Not for you" not in page
    assert "Name photo" in page
    assert "1 fee is not known or depends on your request" in page
    assert "MAD 20.00" in page


def test_what_was_ticked_is_ticked_again_and_can_be_forgotten(client: FlaskClient) -> None:
    assert 'name="late" type="checkbox" value="yes" checked' in answered(client, "late")
    client.post(BABY, data={"anew": "yes"})
    assert "My list:" not in client.get(BABY).text


def test_another_visitor_sees_nothing_of_it(client: FlaskClient) -> None:
    answered(client, "late")
    assert "My list:" not in client.application.test_client().get(BABY).text


def test_what_nobody_asked_is_not_kept(client: FlaskClient) -> None:
    answered(client, "late", "admin")
    with client.session_transaction() as session:
        assert session["answers"] == [["having-a-baby", ["late"]]]


def test_a_browser_keeps_the_answers_of_few_life_events(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["answers"] = [[f"old-{number}", []] for number in range(8)]
    answered(client)
    with client.session_transaction() as session:
        kept = [event for event, _ticked in session["answers"]]
    assert kept == [*(f"old-{number}" for number in range(1, 8)), "having-a-baby"]


def test_the_list_can_be_saved_for_a_calendar(client: FlaskClient) -> None:
    answered(client, "late")
    file = client.get(f"{BABY}/calendar")
    assert file.mimetype == "text/calendar"
    entries = Calendar.from_ical(file.data).walk("VEVENT")
    assert [str(entry["summary"]) for entry in entries] == ["Name birth-extract", "Name mystery"]
    assert [entry.decoded("dtstart") for entry in entries] == [date(2026, 10, 9)] * 2


@pytest.mark.parametrize("method", ["post", "get"])
def test_a_life_event_that_is_not_there_is_not_found(client: FlaskClient, method: str) -> None:
    address = "/ar/life-events/none" if method == "post" else "/ar/life-events/none/calendar"
    assert getattr(client, method)(address).status_code == 404


def test_what_is_free_and_at_once_is_said_in_words() -> None:
    quick = service("card", fee="free", delay=None)
    now = quick.model_copy(update={"delay": quick.delay.model_copy(update={"unit": "immediate", "kind": "specific"})})
    town = catalogue(
        services=[now],
        life_events=[life_event("having-a-baby", steps=[step("card")])],
        administrations=[administration("commune")],
    )
    page = text_of(answered(front(town).test_client()))
    assert "Time At once" in page
    assert "Price Free" in page
    assert "0.00" not in page
    assert "0 days" not in page
