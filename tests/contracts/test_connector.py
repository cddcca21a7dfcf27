"""What every connector promises: the working twin, and the REST adapter on the sandbox's office of company names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx
import pytest
from twins.connector import Failing, Working, a_dossier
from twins.odd import WAYS, Odd, closed_port
from twins.outside import NEWS_SECRET, TOKEN

from journeys.connectors.rest import Rest
from journeys.exchange.ports import Answer, BadNews, Connector, NotAccepted, NotKnown, NotReachable
from payments.columns import new_id
from portal.sandbox.courier import standard_seal
from portal.sandbox.serve import Running

PATIENT, QUICK = httpx.Timeout(5), httpx.Timeout(0.5)
OTHER_SECRET = "whsec_WllYV1ZVVFNSUVBPTk1MS0pJSEdGRURDQkE="
LATER = b'{"status": "later", "reference": "OMPIC-2026-000001", "ask_again_in": 60}'


class Office(Protocol):
    """A connector, and what the administration behind it may do."""

    connector: Connector

    def answers(self, mode: str) -> None: ...

    def decide(self, theirs: str, *, grants: bool) -> None: ...

    def tell(self, theirs: str) -> tuple[dict[str, str], bytes]: ...


class TwinOffice:
    def __init__(self) -> None:
        self.connector = Working()
        self.decide, self.tell = self.connector.decide, self.connector.tell

    def answers(self, mode: str) -> None:
        self.connector.mode = mode


class RestOffice:
    """The sandbox's office of company names, over HTTP."""

    def __init__(self, sandbox: Running) -> None:
        self._url = sandbox.settings.url
        self.connector = Rest("ompic", f"{self._url}/administrations/ompic", TOKEN, NEWS_SECRET)

    def answers(self, mode: str) -> None:
        httpx.post(f"{self._url}/control/administrations/ompic", json={"mode": mode}).raise_for_status()

    def decide(self, theirs: str, *, grants: bool) -> None:
        said = {"decision": "grant" if grants else "refuse", "text": "La dénomination est prise."}
        answer = httpx.post(f"{self._url}/administrations/ompic/cases/{theirs}/decision", data=said)
        assert answer.status_code == 303

    def tell(self, theirs: str) -> tuple[dict[str, str], bytes]:
        return signed({"type": "case.decided", "reference": theirs})


def signed(content: object, secret: str = NEWS_SECRET) -> tuple[dict[str, str], bytes]:
    """Headers and body of a message signed now."""
    body = content if isinstance(content, str) else json.dumps(content)
    return standard_seal(secret)("msg_1", body), body.encode()


def rest(
    url: str = "http://127.0.0.1:9",
    *,
    ahead: timedelta = timedelta(),
    token: str = TOKEN,
    timeout: httpx.Timeout = PATIENT,
) -> Rest:
    """The adapter, with a clock that may be wrong."""
    return Rest("odd", url, token, NEWS_SECRET, lambda: datetime.now(UTC) + ahead, timeout)


def a_name() -> str:
    """A company name nobody has."""
    return f"Zellige {new_id().hex[-12:]}"


@pytest.fixture(params=["working", "rest"])
def office(request: pytest.FixtureRequest) -> Office:
    return TwinOffice() if request.param == "working" else RestOffice(request.getfixturevalue("outside"))


def test_the_same_key_is_the_same_case(office: Office) -> None:
    office.answers("poll")
    dossier = a_dossier(name=a_name())
    first = office.connector.submit(dossier)
    filed_again = replace(dossier, filed_at=dossier.filed_at + timedelta(minutes=9))  # by a portal that was restored
    assert office.connector.submit(dossier).theirs == first.theirs
    assert office.connector.submit(filed_again).theirs == first.theirs
    assert office.connector.submit(a_dossier(name=a_name())).theirs != first.theirs


def test_the_same_key_tells_a_decision_made_meanwhile(office: Office) -> None:
    office.answers("poll")
    dossier = a_dossier(name=a_name())
    office.decide(office.connector.submit(dossier).theirs, grants=True)
    assert office.connector.submit(dossier).answer is Answer.GRANTED


def test_another_dossier_under_the_same_key_is_refused(office: Office) -> None:
    office.answers("poll")
    dossier = a_dossier(name=a_name())
    office.connector.submit(dossier)
    with pytest.raises(NotAccepted):
        office.connector.submit(replace(dossier, reference="R9TWB-X3N5D"))


def test_a_dossier_that_cannot_be_taken_is_refused(office: Office) -> None:
    with pytest.raises(NotAccepted):
        office.connector.submit(a_dossier(name=""))


def test_a_case_may_be_granted_at_once_with_its_facts(office: Office) -> None:
    office.answers("now")
    name = a_name()
    reply = office.connector.submit(a_dossier(name=name))
    assert (reply.answer, reply.facts["granted_name"]) == (Answer.GRANTED, name)
    assert reply.ask_again_at is None


def test_a_refusal_has_its_reason_in_every_language(office: Office) -> None:
    office.answers("refuse")
    reply = office.connector.submit(a_dossier(name=a_name()))
    assert reply.answer is Answer.REFUSED
    assert all(reply.reason[language].strip() for language in ("ar", "fr", "en"))


@pytest.mark.parametrize(("grants", "answer"), [(True, Answer.GRANTED), (False, Answer.REFUSED)])
def test_a_case_decided_later_says_when_to_ask_again(office: Office, grants: bool, answer: Answer) -> None:
    office.answers("poll")
    waiting = office.connector.submit(a_dossier(name=a_name()))
    assert waiting.answer is Answer.LATER
    assert waiting.ask_again_at is not None
    assert waiting.ask_again_at > datetime.now(UTC)
    assert office.connector.ask(waiting.theirs).answer is Answer.LATER
    office.decide(waiting.theirs, grants=grants)
    assert office.connector.ask(waiting.theirs).answer is answer


@pytest.mark.parametrize("theirs", ["T-9999", "../health", "2026/17", "a?b", "a#b", "سلمى"])
def test_a_reference_the_administration_never_gave_is_not_known(office: Office, theirs: str) -> None:
    with pytest.raises(NotKnown):
        office.connector.ask(theirs)


def test_a_message_names_its_case(office: Office) -> None:
    office.answers("now")
    theirs = office.connector.submit(a_dossier(name=a_name())).theirs
    assert office.connector.read_news(*office.tell(theirs)) == theirs


def test_a_message_that_was_tampered_with_or_not_signed_is_refused(office: Office) -> None:
    headers, body = office.tell("OMPIC-2026-000001")
    for changed in ((headers, body.replace(b"1", b"2")), (headers, body + b" "), ({}, body)):
        with pytest.raises(BadNews):
            office.connector.read_news(*changed)


def test_a_connector_says_in_one_line_how_it_is(office: Office) -> None:
    line = office.connector.check()
    assert line.startswith(office.connector.name)
    assert "\n" not in line


def test_a_wrong_token_is_refused(outside: Running) -> None:
    stranger = rest(f"{outside.settings.url}/administrations/ompic", token="guessed")
    for call in (lambda: stranger.submit(a_dossier()), lambda: stranger.ask("OMPIC-2026-000001"), stranger.check):
        with pytest.raises(NotAccepted):
            call()


def test_an_administration_nobody_knows_is_not_known(outside: Running) -> None:
    with pytest.raises(NotKnown):
        rest(f"{outside.settings.url}/administrations/nowhere").submit(a_dossier())


@pytest.mark.parametrize("way", WAYS)
def test_an_administration_that_answers_wrongly_is_not_reachable(odd: Odd, way: str) -> None:
    odd.good, odd.way = LATER, way
    quick = rest(odd.url, timeout=QUICK)
    for call in (lambda: quick.submit(a_dossier()), lambda: quick.ask("OMPIC-2026-000001")):
        with pytest.raises(NotReachable):
            call()
    assert len(odd.asked) == 2


def test_an_administration_that_is_down_is_not_reachable() -> None:
    down = rest(f"http://127.0.0.1:{closed_port()}")
    for call in (lambda: down.submit(a_dossier()), lambda: down.ask("OMPIC-2026-000001"), down.check):
        with pytest.raises(NotReachable):
            call()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"status": "perhaps", "reference": "A"},
        {"status": "granted"},
        {"status": "granted", "reference": ""},
        {"status": "granted", "reference": ".."},
        {"status": "granted", "reference": "A\u0000"},
        {"status": "granted", "reference": "x" * 81},
        {"status": "later", "reference": "A", "ask_again_in": -1},
        {"status": "later", "reference": "A", "ask_again_in": 10**12},
        {"status": "refused", "reference": "A"},
        {"status": "refused", "reference": "A", "reason": {"fr": "  "}},
    ],
)
def test_an_answer_that_says_nothing_certain_is_nonsense(odd: Odd, said: Mapping[str, object]) -> None:
    odd.good = json.dumps(said).encode()
    with pytest.raises(NotReachable):
        rest(odd.url).submit(a_dossier())


def test_a_reference_with_a_slash_stays_one_reference(odd: Odd) -> None:
    odd.good = LATER
    rest(odd.url).ask("DAI/2026/17?x=1")
    assert odd.asked == ["GET /cases/DAI%2F2026%2F17%3Fx%3D1 HTTP/1.1"]


def test_a_message_of_another_secret_is_refused() -> None:
    with pytest.raises(BadNews):
        rest().read_news(*signed({"reference": "A"}, OTHER_SECRET))


def test_a_message_may_carry_the_signatures_of_an_old_and_a_new_secret() -> None:
    (old, _), (headers, body) = signed({"reference": "A"}, OTHER_SECRET), signed({"reference": "A"})
    both = headers | {"webhook-signature": f"{old['webhook-signature']} {headers['webhook-signature']}"}
    assert rest().read_news(both, body) == "A"


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_message_without_one_of_its_headers_is_refused(name: str) -> None:
    headers, body = signed({"reference": "A"})
    with pytest.raises(BadNews):
        rest().read_news({key: value for key, value in headers.items() if key != name}, body)


@pytest.mark.parametrize(
    ("name", "value"), [("webhook-id", "msg_2"), ("webhook-timestamp", "1"), ("webhook-timestamp", "٣")]
)
def test_a_message_whose_headers_were_changed_is_refused(name: str, value: str) -> None:
    headers, body = signed({"reference": "A"})
    with pytest.raises(BadNews):
        rest().read_news(headers | {name: value}, body)


@pytest.mark.parametrize("ahead", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_message_too_old_or_from_the_future_is_refused(ahead: timedelta) -> None:
    with pytest.raises(BadNews):
        rest(ahead=ahead).read_news(*signed({"reference": "A"}))


@pytest.mark.parametrize("ahead", [timedelta(minutes=4), timedelta(minutes=-4)])
def test_clocks_may_differ_by_a_few_minutes(ahead: timedelta) -> None:
    assert rest(ahead=ahead).read_news(*signed({"reference": "A"})) == "A"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not JSON",
        "[" * 30_000,
        {},
        {"reference": ""},
        {"reference": 7},
        ["A"],
        {"reference": "A", "x": "y" * 64_000},
    ],
)
def test_a_message_that_is_too_long_or_not_understood_is_refused(content: object) -> None:
    with pytest.raises(BadNews):
        rest().read_news(*signed(content))


def test_the_failing_twin_never_answers() -> None:
    failing: Connector = Failing()
    calls = (
        lambda: failing.submit(a_dossier()),
        lambda: failing.ask("T-0001"),
        lambda: failing.read_news({}, b""),
        failing.check,
    )
    for call in calls:
        with pytest.raises(NotReachable):
            call()
