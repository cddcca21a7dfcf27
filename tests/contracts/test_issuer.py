"""What every issuer promises: the working twin, and OpenID Connect with the sandbox's identity provider."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from independent import independent
from twins.issuer import SALMA, Answer, Failing, Working
from twins.odd import WAYS, Odd, closed_port
from twins.outside import BACK, CLIENT, CLIENT_SECRET

from portal.identity.errors import NotAllowed, NotEnough, NotReachable, WrongAnswer
from portal.identity.issuer import OpenIDConnect
from portal.identity.ports import Issuer, Leave
from portal.sandbox.serve import Running
from portal.settings import Issuer as Settings

PATIENT, QUICK = (5.0, 5.0), (0.5, 0.5)


class Trip(Protocol):
    """An issuer, and what comes back when Salma was sent there."""

    issuer: Issuer

    def answer(self, leave: Leave, *, decision: str = "share", reached: str = "high") -> Answer: ...


class TwinTrip:
    def __init__(self) -> None:
        self.issuer = Working()

    def answer(self, leave: Leave, *, decision: str = "share", reached: str = "high") -> Answer:
        return self.issuer.answer(leave, decision=decision, reached=reached)


class SandboxTrip:
    """The sandbox's pages, with a browser. Whoever reaches only ``low`` there is Nadia."""

    def __init__(self, sandbox: Running) -> None:
        self.issuer = issuer(sandbox.settings.issuer)
        self._url = sandbox.settings.url

    def answer(self, leave: Leave, *, decision: str = "share", reached: str = "high") -> Answer:
        person = "ma-nadia" if reached == "low" else SALMA["sub"]
        with httpx.Client(base_url=self._url) as browser:
            page = browser.get(f"{leave.url}&person={person}")
            action = re.search(r'<form method="post" action="([^"]+)"', page.text)
            assert action
            answer = browser.post(html.unescape(action[1]), data={"person": person, "decision": decision})
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        return {name: values[0] for name, values in query.items()}


def issuer(url: str, timeout: tuple[float, float] = PATIENT) -> OpenIDConnect:
    """The adapter."""
    return OpenIDConnect(Settings("national", url, CLIENT, CLIENT_SECRET), timeout)


class IndependentTrip:
    """An issuer that others wrote, with a browser: what our own issuer and our sign-in both misread would show here."""

    def __init__(self, url: str) -> None:
        self.issuer = issuer(url)

    def answer(self, leave: Leave, *, decision: str = "share", reached: str = "high") -> Answer:
        with httpx.Client(follow_redirects=False) as browser:
            page = browser.get(leave.url)
            page = browser.get(page.url.join(page.headers["location"]))
            said = {"person": SALMA["sub"], "decision": decision, "acr": reached}
            page = browser.post(page.url, data=said)
            while not page.headers["location"].startswith(BACK):
                page = browser.get(page.url.join(page.headers["location"]))
        query = parse_qs(urlsplit(page.headers["location"]).query)
        return {name: values[0] for name, values in query.items()}


@pytest.fixture(scope="session")
def others() -> Iterator[str]:
    """The address of the issuer that others wrote."""
    with independent() as url:
        yield url


@pytest.fixture(params=["working", "sandbox", "independent"])
def trip(request: pytest.FixtureRequest) -> Trip:
    if request.param == "working":
        return TwinTrip()
    if request.param == "independent":
        return IndependentTrip(request.getfixturevalue("others"))
    return SandboxTrip(request.getfixturevalue("outside"))


def test_a_person_is_vouched_for(trip: Trip) -> None:
    leave = trip.issuer.leave(BACK, "fr", "substantial")
    claims = trip.issuer.come_back(BACK, trip.answer(leave), leave.memory)
    assert (claims.issuer, claims.sub) == (trip.issuer.name, SALMA["sub"])
    assert (claims.name_ar, claims.name_lat) == (SALMA["name_ar"], SALMA["name"])
    assert claims.acr in ("substantial", "high")
    assert claims.identifiers["cin"] == SALMA["cin"]
    assert abs(claims.auth_time - datetime.now(UTC)) < timedelta(minutes=1)


def test_no_two_trips_are_alike(trip: Trip) -> None:
    first, second = (trip.issuer.leave(BACK, "fr", "low") for _ in range(2))
    assert first.url != second.url
    assert not set(first.memory.values()) & set(second.memory.values()) - {"low"}


def test_what_is_secret_is_not_shown_in_logs(trip: Trip) -> None:
    leave = trip.issuer.leave(BACK, "fr", "low")
    claims = trip.issuer.come_back(BACK, trip.answer(leave), leave.memory)
    for secret in (leave.memory["verifier"], claims.id_token, SALMA["cin"]):
        assert secret not in f"{leave!r} {claims!r}".replace(leave.url, "")


def test_an_answer_without_our_state_is_wrong(trip: Trip) -> None:
    leave = trip.issuer.leave(BACK, "fr", "low")
    answer = trip.answer(leave)
    without = {name: value for name, value in answer.items() if name != "state"}
    for wrong in (answer | {"state": "another"}, without, answer | {"state": ""}, answer | {"state": "é"}):
        with pytest.raises(WrongAnswer):
            trip.issuer.come_back(BACK, wrong, leave.memory)


def test_an_answer_of_another_issuer_is_wrong(trip: Trip) -> None:
    leave = trip.issuer.leave(BACK, "fr", "low")
    with pytest.raises(WrongAnswer):
        trip.issuer.come_back(BACK, trip.answer(leave) | {"iss": "https://evil.example"}, leave.memory)


def test_an_answer_without_a_code_is_wrong(trip: Trip) -> None:
    for code in ({}, {"code": ""}, {"code": "guessed"}):
        leave = trip.issuer.leave(BACK, "fr", "low")
        answer = {name: value for name, value in trip.answer(leave).items() if name != "code"}
        with pytest.raises(WrongAnswer):
            trip.issuer.come_back(BACK, answer | code, leave.memory)


def test_a_code_serves_once(trip: Trip) -> None:
    leave = trip.issuer.leave(BACK, "fr", "low")
    answer = trip.answer(leave)
    trip.issuer.come_back(BACK, answer, leave.memory)
    with pytest.raises(WrongAnswer):
        trip.issuer.come_back(BACK, answer, leave.memory)


def test_a_code_stolen_for_another_trip_is_wrong(trip: Trip) -> None:
    theirs, mine = (trip.issuer.leave(BACK, "fr", "low") for _ in range(2))
    stolen = trip.answer(theirs) | {"state": mine.memory["state"]}
    with pytest.raises(WrongAnswer):
        trip.issuer.come_back(BACK, stolen, mine.memory)


def test_who_declines_is_not_allowed(trip: Trip) -> None:
    leave = trip.issuer.leave(BACK, "fr", "low")
    with pytest.raises(NotAllowed):
        trip.issuer.come_back(BACK, trip.answer(leave, decision="deny"), leave.memory)


def test_a_level_lower_than_asked_is_not_enough(trip: Trip) -> None:
    leave = trip.issuer.leave(BACK, "fr", "high")
    with pytest.raises(NotEnough):
        trip.issuer.come_back(BACK, trip.answer(leave, reached="low"), leave.memory)


def test_without_a_wish_any_level_will_do(trip: Trip) -> None:
    leave = trip.issuer.leave(BACK, "fr", None)
    answer = trip.answer(leave, reached="low")
    assert trip.issuer.come_back(BACK, answer, leave.memory).acr == "low"


def test_signing_out_leads_back_to_where_we_say(trip: Trip) -> None:
    url = trip.issuer.goodbye("a token", "http://127.0.0.1:8000/fr/")
    assert url
    assert parse_qs(urlsplit(url).query)["post_logout_redirect_uri"] == ["http://127.0.0.1:8000/fr/"]


def test_an_issuer_says_in_one_line_how_it_is(trip: Trip) -> None:
    line = trip.issuer.check()
    assert line.startswith(trip.issuer.name)
    assert "\n" not in line


def test_the_question_carries_a_proof_key_and_names_its_wishes(outside: Running) -> None:
    query = parse_qs(urlsplit(issuer(outside.settings.issuer).leave(BACK, "fr", "high").url).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["nonce"]
    assert (query["ui_locales"], query["acr_values"], query["redirect_uri"]) == (["fr"], ["high"], [BACK])


def test_an_answer_that_does_not_name_its_issuer_is_wrong_where_it_should(outside: Running) -> None:
    trip = SandboxTrip(outside)
    leave = trip.issuer.leave(BACK, "fr", "low")
    answer = trip.answer(leave)
    answer.pop("iss")
    with pytest.raises(WrongAnswer):
        trip.issuer.come_back(BACK, answer, leave.memory)


def test_a_wrong_client_secret_is_a_wrong_answer(outside: Running) -> None:
    trip = SandboxTrip(outside)
    stranger = OpenIDConnect(Settings("national", outside.settings.issuer, CLIENT, "guessed"))
    leave = stranger.leave(BACK, "fr", "low")
    with pytest.raises(WrongAnswer):
        stranger.come_back(BACK, trip.answer(leave), leave.memory)


@pytest.mark.parametrize("way", WAYS)
def test_a_description_answered_wrongly_is_not_reachable(odd: Odd, way: str) -> None:
    odd.good, odd.way = b'{"issuer": "x"}', way
    with pytest.raises(NotReachable):
        issuer(odd.url, QUICK).leave(BACK, "fr", "low")
    assert issuer(odd.url, QUICK).goodbye("a token", BACK) is None


def test_an_issuer_that_is_down_is_not_reachable() -> None:
    down = issuer(f"http://127.0.0.1:{closed_port()}")
    for call in (lambda: down.leave(BACK, "fr", "low"), down.check):
        with pytest.raises(NotReachable):
            call()
    assert down.goodbye("a token", BACK) is None


def test_the_failing_twin_never_answers() -> None:
    failing: Issuer = Failing()
    for call in (
        lambda: failing.leave(BACK, "fr", "low"),
        lambda: failing.come_back(BACK, {}, {}),
        failing.check,
    ):
        with pytest.raises(NotReachable):
            call()
    assert failing.goodbye("a token", BACK) is None
