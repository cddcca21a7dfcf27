"""The same post twice, at once or too late: one effect, and a sensible page for whoever comes second."""

from __future__ import annotations

import threading

import httpx
import pytest
from requests_made import BIRTH, INFORMATION, RECORD
from scenes import Scene, entered, person_of, scene, sent, state_of, token_of, verbs_of
from sqlalchemy import func, select
from world import Browser, World

from journeys.cases.models import Case
from journeys.cases.states import State
from payments.settlement.reading import attempts_of

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

TOGETHER = 5
FACTS = {**RECORD, "sex": "F"}


TWICE = {
    "fill": ("draft", "salma", "/requests/{}/fill/whose", {"relation": "self", "copies": "2"}, (303, 303), ["open"]),
    "submit": ("draft", "salma", "/requests/{}/submit", {"key": "1"}, (303, 303), ["open", "submit"]),
    "discard": ("draft", "salma", "/requests/{}/discard", {}, (303, 303), ["open", "discard"]),
    "withdraw": ("filed", "salma", "/requests/{}/withdraw", {}, (303, 303), ["open", "submit", "file", "withdraw"]),
    "take": ("filed", "agent-rabat", "/desk/requests/{}/take", {}, (303, 303), ["open", "submit", "file", "take"]),
    "grant": ("filed", "agent-rabat", "/desk/requests/{}/grant", FACTS, (303, 303),
              ["open", "submit", "file", "grant"]),
    "refuse": ("filed", "agent-rabat", "/desk/requests/{}/refuse", {"reason": "x"}, (303, 303),
               ["open", "submit", "file", "refuse"]),
}  # fmt: skip


def sender_of(name: str, salma: Browser, hajar: Browser) -> Browser:
    """Whose browser it is."""
    return salma if name == "salma" else hajar


@pytest.mark.parametrize("kind", TWICE)
def test_the_same_post_twice_has_one_effect(town: World, salma: Browser, hajar: Browser, kind: str) -> None:
    until, name, address, data, met, verbs = TWICE[kind]
    made = scene(town, until=until)
    browser = sender_of(name, salma, hajar)
    answers = [sent(browser, "/fr" + address.format(made.reference), data) for _ in range(2)]
    assert tuple(answer.status_code for answer in answers) == met
    assert verbs_of(town, made) == verbs
    assert answers[0].headers["Location"] == answers[1].headers["Location"] or kind == "fill"


@pytest.mark.parametrize("kind", TWICE)
def test_the_same_post_at_the_same_time_has_one_effect(town: World, salma: Browser, hajar: Browser, kind: str) -> None:
    until, name, address, data, _met, verbs = TWICE[kind]
    made = scene(town, until=until)
    browser = sender_of(name, salma, hajar)
    token = token_of(browser)
    post = "/fr" + address.format(made.reference), {**data, "csrf_token": token}
    statuses = together(town, [(browser, *post)] * TOGETHER)
    assert set(statuses) == {303}
    assert verbs_of(town, made) == verbs


def together(town: World, posts: list[tuple[Browser, str, dict[str, str]]]) -> list[int]:
    """Sends these posts at once, each over a connection of its own. Returns their statuses."""
    statuses: list[int] = []
    gate = threading.Barrier(len(posts))

    def send(browser: Browser, address: str, data: dict[str, str]) -> None:
        with httpx.Client(base_url=town.url, cookies=browser.client.cookies, timeout=60) as client:
            gate.wait()
            statuses.append(client.post(address, data=data).status_code)

    threads = [threading.Thread(target=send, args=post) for post in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == len(posts)
    return statuses


def test_two_windows_and_the_person_decide_at_once_and_one_wins(town: World, salma: Browser, hajar: Browser) -> None:
    made = scene(town, until="filed")
    desk, officer = f"/fr/desk/requests/{made.reference}", token_of(hajar)
    posts = [
        (hajar, f"{desk}/grant", {**FACTS, "csrf_token": officer}),
        (hajar, f"{desk}/refuse", {"reason": "x", "csrf_token": officer}),
        (salma, f"/fr/requests/{made.reference}/withdraw", {"csrf_token": token_of(salma)}),
    ]
    assert sorted(together(town, posts)) == [303, 409, 409]
    assert len(verbs_of(town, made)) == 4


def test_starting_twice_goes_on_with_the_same_draft(town: World) -> None:
    browser = entered(town, "omar")
    places = [sent(browser, f"/fr/services/{BIRTH}/start").headers["Location"] for _ in range(2)]
    assert places[0].split("/")[:4] == places[1].split("/")[:4]


def test_beginning_anew_twice_opens_one_new_draft(town: World) -> None:
    browser = entered(town, "omar")
    left = sent(browser, f"/fr/services/{BIRTH}/start").headers["Location"].split("/")[3]
    places = [sent(browser, f"/fr/services/{BIRTH}/start", {"anew": left}).headers["Location"] for _ in range(2)]
    assert places[0] == places[1]
    assert left not in places[0]


def test_starting_at_the_same_time_opens_one_draft(town: World) -> None:
    browser = entered(town, "omar")
    address = f"/fr/services/{INFORMATION}/start"
    left = sent(browser, address).headers["Location"].split("/")[3]
    before = many(town, "omar")
    post = address, {"csrf_token": token_of(browser), "anew": left}
    assert set(together(town, [(browser, *post)] * TOGETHER)) == {303}
    assert many(town, "omar") == before + 1


def many(town: World, name: str) -> int:
    """How many requests of this person there are."""
    person = person_of(town, name)
    query = select(func.count()).select_from(Case).where(Case.subject_id == person)
    return town.work.transact(lambda unit: unit.session.scalar(query) or 0, reading=True)


def test_asking_a_register_twice_leads_to_the_same_page(town: World, salma: Browser) -> None:
    made = scene(town)
    answers = [sent(salma, f"/fr/requests/{made.reference}/fetch/person") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]


def test_sending_again_after_all_went_on_leads_to_the_first_result(town: World, salma: Browser) -> None:
    made = scene(town)
    send = f"/fr/requests/{made.reference}/submit", {"key": "1"}
    first = sent(salma, *send).headers["Location"]
    sent(salma, f"/fr/requests/{made.reference}/withdraw")
    again = sent(salma, *send)
    assert (again.status_code, again.headers["Location"]) == (303, first)
    assert verbs_of(town, made) == ["open", "submit", "withdraw"]


def test_checking_out_twice_leads_to_the_same_payment_page(town: World, salma: Browser) -> None:
    made = scene(town, until="submitted")
    places = {sent(salma, f"/fr/payments/{made.debt}/checkout").headers["Location"] for _ in range(2)}
    assert len(places) == 1
    assert attempts(town, made) == 1


def test_checking_out_at_the_same_time_opens_one_payment(town: World, salma: Browser) -> None:
    made = scene(town, until="submitted")
    post = f"/fr/payments/{made.debt}/checkout", {"csrf_token": token_of(salma)}
    assert set(together(town, [(salma, *post)] * TOGETHER)) == {303}
    assert attempts(town, made) == 1


def attempts(town: World, made: Scene) -> int:
    """How many attempts to pay there are."""
    assert made.debt
    debt = made.debt
    return len(town.work.transact(lambda unit: attempts_of(unit.session, debt), reading=True))


STALE: dict[str, tuple[str, str, dict[str, str], str, dict[str, str], int]] = {
    # what happened first, from where; what an old page sends then
    "submit after discarding": ("draft", "{}/discard", {}, "{}/submit", {"key": "9"}, 409),
    "submit again with another key": ("draft", "{}/submit", {"key": "1"}, "{}/submit", {"key": "2"}, 409),
    "fill after submitting": ("draft", "{}/submit", {"key": "1"}, "{}/fill/whose", {"copies": "5"}, 409),
    "fetch after submitting": ("draft", "{}/submit", {"key": "1"}, "{}/fetch/person", {}, 409),
    "discard after submitting": ("draft", "{}/submit", {"key": "1"}, "{}/discard", {}, 409),
    "fill after discarding": ("draft", "{}/discard", {}, "{}/fill/whose", {"relation": "child", "copies": "5"}, 409),
    "withdraw a draft": ("draft", "{}/fill/whose", {"relation": "self", "copies": "1"}, "{}/withdraw", {}, 409),
    "submit after withdrawing": ("filed", "{}/withdraw", {}, "{}/submit", {"key": "77"}, 409),
    "take after withdrawing": ("filed", "{}/withdraw", {}, "desk {}/take", {}, 409),
    "grant after withdrawing": ("filed", "{}/withdraw", {}, "desk {}/grant", FACTS, 409),
    "grant after refusing": ("filed", "desk {}/refuse", {"reason": "x"}, "desk {}/grant", FACTS, 409),
    "refuse after granting": ("filed", "desk {}/grant", FACTS, "desk {}/refuse", {"reason": "x"}, 409),
    "take after granting": ("filed", "desk {}/grant", FACTS, "desk {}/take", {}, 409),
    "withdraw after granting": ("filed", "desk {}/grant", FACTS, "{}/withdraw", {}, 409),
    "withdraw after refusing": ("filed", "desk {}/refuse", {"reason": "x"}, "{}/withdraw", {}, 409),
}  # fmt: skip


@pytest.mark.parametrize("kind", STALE)
def test_a_page_that_is_too_old_changes_nothing(town: World, salma: Browser, hajar: Browser, kind: str) -> None:
    until, first, said, late, data, status = STALE[kind]
    made = scene(town, until=until)
    assert does(made, salma, hajar, first, said).status_code == 303
    before, state = verbs_of(town, made), state_of(town, made)
    answer = does(made, salma, hajar, late, data)
    assert answer.status_code == status
    assert '<html lang="fr"' in answer.text
    assert (verbs_of(town, made), state_of(town, made)) == (before, state)


def does(made: Scene, salma: Browser, hajar: Browser, what: str, data: dict[str, str]) -> httpx.Response:
    """What a person does, or an officer at the desk."""
    at_desk = what.startswith("desk ")
    path = what.removeprefix("desk ").format(made.reference)
    return sent(hajar if at_desk else salma, f"/fr{'/desk' if at_desk else ''}/requests/{path}", data)


def test_a_request_that_was_taken_back_is_not_paid(town: World, salma: Browser) -> None:
    made = scene(town, until="submitted")
    sent(salma, f"/fr/requests/{made.reference}/withdraw")
    assert sent(salma, f"/fr/payments/{made.debt}/checkout").status_code == 409


def test_what_is_paid_is_not_paid_again(town: World, salma: Browser) -> None:
    made = scene(town, until="filed")
    answer = sent(salma, f"/fr/payments/{made.debt}/checkout")
    assert answer.headers["Location"] == f"/fr/payments/{made.debt}"


def test_saying_that_one_has_paid_pays_nothing(town: World, salma: Browser) -> None:
    made = scene(town, until="submitted")
    salma.get(f"/fr/payments/{made.attempt}/back?success=true&payment_status=paid")
    assert state_of(town, made) == State.SUBMITTED


def test_a_register_is_not_asked_about_somebody_else(town: World, salma: Browser) -> None:
    made = scene(town, relation="child")
    assert sent(salma, f"/fr/requests/{made.reference}/fetch/person").status_code == 409
    assert verbs_of(town, made) == ["open"]


def test_a_register_that_is_not_set_up_is_said_to_be_silent(
    town: World, monkeypatch: pytest.MonkeyPatch, salma: Browser
) -> None:
    made = scene(town)
    monkeypatch.delitem(town.work.adapters.registers, "civil-status")
    page = salma.client.post(f"/fr/requests/{made.reference}/fetch/person", data={"csrf_token": token_of(salma)})
    assert page.status_code == 200
    assert "ne répond pas" in page.text
