"""Races: two requests let go at the same moment. One wins, the other gets a page; nothing is done twice or by half."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
from drill.backstage import Backstage, backstage, entered
from drill.cluster import NotInstalled
from drill.report import How, Result
from drill.town import towns
from requests_made import BIRTH, INFORMATION, RECORD
from scenes import Scene, token_of
from sqlalchemy.exc import SQLAlchemyError
from world import Browser

from payments.debts.states import AttemptState, DebtState
from portal.i18n import messages

MOST_HEAD_START = 0.01
FACTS = {**RECORD, "sex": "F"}
GATE_SECONDS = 60

Contender = Callable[[], httpx.Response | None]


@dataclass
class Runners:
    """Who races: a person with two windows and two officers of one office, each window on a connection of its own."""

    stage: Backstage
    chance: Random
    person: tuple[httpx.Client, httpx.Client]
    officers: tuple[httpx.Client, httpx.Client]
    tokens: Mapping[httpx.Client, str]

    def post(self, client: httpx.Client, path: str, **data: str) -> httpx.Response:
        """A post with a right token; its redirect is not followed."""
        return client.post(f"/fr{path}", data={"csrf_token": self.tokens[client], **data})

    def together(self, first: Contender, second: Contender) -> list[httpx.Response]:
        """Lets both go at once, or one a few milliseconds before the other; the answers of both."""
        gate = threading.Barrier(2)
        starts = [0.0, self.chance.choice((0.0, self.chance.uniform(0, MOST_HEAD_START)))]
        self.chance.shuffle(starts)

        def go(contender: Contender, start: float) -> httpx.Response | None:
            gate.wait(GATE_SECONDS)
            threading.Event().wait(start) if start else None
            return contender()

        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(go, (first, second), starts))
        return [answer for answer in found if answer is not None]


@dataclass
class Race:
    """One kind of race: ``run`` is one pair, noting what is wrong at once; ``after`` judges when all is at rest."""

    name: str
    run: Callable[[Runners, int, Result], tuple[Scene, Counter[str]]]
    after: Callable[[Backstage, Scene, Result], None]
    ran: list[Scene] = field(default_factory=list)


def run(how: How) -> Iterator[Result]:
    """200 pairs of each kind, half of them on each database, before two web processes."""
    for kind, more in (("sqlite", {"PORTAL_PROCESSES": "2"}), ("postgresql", {})):
        try:
            with towns(how.folder / kind, kind, SANDBOX_ASK_AGAIN_SECONDS="60", **more) as town:
                found = _all_races(how, kind, town)
                yield from found
        except NotInstalled as missing:
            yield Result(f"races, {kind}", skipped=str(missing))


def _all_races(how: How, kind: str, town: Any) -> Iterator[Result]:
    salma = entered(town, "salma")
    with backstage(town) as stage:
        stage.second_officer("staff-agent-casa", like="staff-agent-rabat")
        officers = [entered(town, name) for name in ("agent-rabat", "agent-casa")]
        runners = _runners(stage, how.chance(f"races {kind}"), salma, officers)
        for name, race, after in RACES:
            yield _row(runners, Race(name, race, after), how.many(100, 9), kind)
    yield Result(f"after all races, {kind}", 1, broken=[*town.check(at_rest=True), *town.traces()])


def _runners(stage: Backstage, chance: Random, salma: Browser, officers: list[Browser]) -> Runners:
    def window(browser: Browser) -> httpx.Client:
        client = httpx.Client(base_url=stage.town.url, cookies=browser.client.cookies, timeout=60)
        tokens[client] = token
        return client

    tokens: dict[httpx.Client, str] = {}
    token = token_of(salma)
    person = window(salma), window(salma)
    windows = []
    for officer in officers:
        token = token_of(officer)
        windows.append(window(officer))
    return Runners(stage, chance, person, (windows[0], windows[1]), tokens)


def _row(runners: Runners, race: Race, pairs: int, kind: str) -> Result:
    result, met = Result(f"{race.name}, {kind}", pairs), Counter[str]()
    runners.stage.lever("cards", webhooks="normal")
    for number in range(pairs):
        try:
            made, outcome = race.run(runners, number, result)
        except (AssertionError, LookupError, httpx.HTTPError, SQLAlchemyError) as problem:
            result.broken.append(f"pair {number}: {type(problem).__name__} {str(problem)[:200]}")
            continue
        race.ran.append(made)
        met += outcome
    result.stuck += runners.stage.rest(300)
    for made in race.ran:
        race.after(runners.stage, made, result)
    result.note = ", ".join(f"{what} {times}" for what, times in sorted(met.items()))
    return result


def _met(result: Result, answers: list[httpx.Response], allowed: tuple[int, ...], what: str) -> Counter[str]:
    """Notes answers that no racer should meet: another status, or a page without words."""
    words = [messages("fr").gettext(text) for text in ("This has already moved on", "This cannot be paid now")]
    for answer in answers:
        if answer.status_code not in allowed:
            result.broken.append(f"{what}: status {answer.status_code}")
        elif answer.status_code == 409 and not any(word in answer.text for word in words):
            result.broken.append(f"{what}: a loser's page without words")
        if "Traceback" in answer.text or (answer.status_code != 303 and '<html lang="fr"' not in answer.text):
            result.broken.append(f"{what}: not a page for people")
    return Counter("+".join(str(status) for status in sorted(answer.status_code for answer in answers)).split())


def submit_submit(runners: Runners, number: int, result: Result) -> tuple[Scene, Counter[str]]:
    """The same form sent twice: both are led to the one request."""
    made = runners.stage.made((BIRTH, INFORMATION)[number % 2])
    path = f"/requests/{made.reference}/submit"
    first, second = (lambda window=window: runners.post(window, path, key="1") for window in runners.person)
    answers = runners.together(first, second)
    places = {answer.headers.get("Location") for answer in answers}
    if places != {f"/fr/requests/{made.reference}"}:
        result.broken.append(f"submit/submit led to {places}")
    return made, _met(result, answers, (303,), "submit/submit")


def submitted_once(stage: Backstage, made: Scene, result: Result) -> None:
    """Sent once, owed once, filed once."""
    verbs = stage.verbs(made)
    wanted = ["open", "submit"] if stage.state(made) == "submitted" else ["open", "submit", "file", "hand_over"]
    if verbs != wanted:
        (result.lost if len(verbs) < len(wanted) else result.doubled).append(f"{made.reference}: {verbs}")


def pay_pay(runners: Runners, number: int, result: Result) -> tuple[Scene, Counter[str]]:
    """Two windows go to the card processor; or two checkouts of one debt are paid at the same moment."""
    if number % 2:
        return _two_payments(runners, result)
    made = runners.stage.made()
    runners.post(runners.person[0], f"/requests/{made.reference}/submit", key="1")
    path = f"/payments/{runners.stage.debt(made).id}/checkout"
    first, second = (lambda window=window: runners.post(window, path) for window in runners.person)
    answers = runners.together(first, second)
    if len({answer.headers.get("Location") for answer in answers}) != 1:
        result.doubled.append(f"{made.reference}: two windows were sent to two checkouts")
    if len(runners.stage.attempts(made)) != 1:
        result.doubled.append(f"{made.reference}: {len(runners.stage.attempts(made))} attempts")
    _pay_the_live_one(runners.stage, made, result)
    return made, _met(result, answers, (303,), "pay/pay")


def _two_payments(runners: Runners, result: Result) -> tuple[Scene, Counter[str]]:
    """Both are charged there; here one pays, the other is given back."""
    stage = runners.stage
    made = stage.made(until="opened")
    stage.time_is_over(made)
    runners.post(runners.person[0], f"/payments/{made.debt}/checkout")
    ids = [attempt.id for attempt in stage.attempts(made)]
    if len(ids) != 2:
        result.broken.append(f"{made.reference}: {len(ids)} attempts where two were meant")
        return made, Counter()

    def pays(place: int) -> httpx.Response:
        if stage.settle(made, ids[place]) != 200:
            result.broken.append(f"{made.reference}: the card processor took no money")
        return runners.person[place].get(f"/fr/payments/{ids[place]}/back")

    return made, _met(result, runners.together(lambda: pays(0), lambda: pays(1)), (303,), "two cards")


def _pay_the_live_one(stage: Backstage, made: Scene, result: Result) -> None:
    for attempt in stage.attempts(made):
        if attempt.live and attempt.state == AttemptState.OPEN and stage.settle(made, attempt.id) != 200:
            result.broken.append(f"{made.reference}: its checkout is not open at the card processor")


def paid_once(stage: Backstage, made: Scene, result: Result) -> None:
    """Paid once and filed once, or still owed; whatever else was taken is given back."""
    state, attempts = stage.debt(made).state, stage.attempts(made)
    paid = [attempt for attempt in attempts if attempt.state == AttemptState.PAID]
    if len(paid) != (state == DebtState.PAID):
        result.doubled.append(f"{made.reference}: the debt is {state}, paid by {len(paid)} attempts")
    if sum(attempt.live for attempt in attempts) > 1:
        result.doubled.append(f"{made.reference}: two live attempts")
    result.stuck += [f"{made.reference}: not given back" for done in stage.refunds(made) if not done]
    if (state == DebtState.PAID) != (stage.verbs(made).count("file") == 1):
        result.lost.append(f"{made.reference}: the debt is {state}, the request {stage.state(made)}")


def pay_expire(runners: Runners, number: int, result: Result) -> tuple[Scene, Counter[str]]:
    """Money comes while the attempt is closed by a newer one, while the sweep asks about it, or while it is closed at
    the card processor itself."""
    stage = runners.stage
    made = stage.made(until="opened")
    kind, (one, two) = number % 3, runners.person

    def comes_back() -> httpx.Response:
        return one.get(f"/fr/payments/{made.attempt}/back")

    if kind == 2:
        key, secret = stage.checkout_of(made.attempt), stage.town.settings["PORTAL_STRIPE_SECRET_KEY"]
        url = f"{stage.sandbox}/stripe/v1/checkout/sessions/{key}/expire"

        def pays_and_comes_back() -> httpx.Response:
            stage.settle(made)
            return comes_back()

        answers = runners.together(pays_and_comes_back, lambda: stage.client.post(url, auth=(secret, "")) and None)
        return made, _met(result, answers, (303,), "pay/expire there")
    stage.lever("cards", webhooks="hold")
    stage.settle(made)
    stage.time_is_over(made)
    rival = (lambda: runners.post(two, f"/payments/{made.debt}/checkout")) if kind == 0 else lambda: stage.ask(made)
    met = _met(result, runners.together(comes_back, rival), (303, 409), "pay/expire")
    stage.lever("cards", webhooks="normal")
    return made, met


def two_officers(runners: Runners, number: int, result: Result) -> tuple[Scene, Counter[str]]:
    """Two officers of one office decide: one yes and one no, or both yes."""
    made = runners.stage.made(until="filed")
    desk, (one, two) = f"/desk/requests/{made.reference}", runners.officers
    rival = ("refuse", {"reason": "Il manque une pièce"}) if number % 2 else ("grant", FACTS)
    answers = runners.together(
        lambda: runners.post(one, f"{desk}/grant", **FACTS), lambda: runners.post(two, f"{desk}/{rival[0]}", **rival[1])
    )
    _one_winner(runners.stage, made, answers, ("grant", rival[0]), result)
    return made, _met(result, answers, (303, 409), "two officers")


def withdraw_decide(runners: Runners, number: int, result: Result) -> tuple[Scene, Counter[str]]:
    """The person takes back what an officer decides."""
    made = runners.stage.made(until="filed")
    verb, said = ("refuse", {"reason": "Il manque une pièce"}) if number % 2 else ("grant", FACTS)
    answers = runners.together(
        lambda: runners.post(runners.person[0], f"/requests/{made.reference}/withdraw"),
        lambda: runners.post(runners.officers[0], f"/desk/requests/{made.reference}/{verb}", **said),
    )
    _one_winner(runners.stage, made, answers, ("withdraw", verb), result)
    return made, _met(result, answers, (303, 409), "withdraw/decide")


def _one_winner(
    stage: Backstage, made: Scene, answers: list[httpx.Response], verbs: tuple[str, str], result: Result
) -> None:
    won = [verb for answer, verb in zip(answers, verbs, strict=True) if answer.status_code == 303]
    if len(won) != 1:
        (result.doubled if won else result.lost).append(f"{made.reference}: {len(won)} were told that they won")
    elif stage.verbs(made)[3:] != won:
        result.broken.append(f"{made.reference}: {won[0]} was told that it won, and {stage.verbs(made)} was done")


def decided_once(stage: Backstage, made: Scene, result: Result) -> None:
    """One decision in the history, and the state it leads to."""
    verbs, state = stage.verbs(made), stage.state(made)
    ends = {"grant": "granted", "refuse": "refused", "withdraw": "withdrawn"}
    if [ends.get(verb) for verb in verbs[3:]] != [state]:
        (result.lost if len(verbs) < 4 else result.doubled).append(f"{made.reference}: {verbs}, {state}")


RACES = (
    ("submit/submit", submit_submit, submitted_once),
    ("pay/pay", pay_pay, paid_once),
    ("pay/expire", pay_expire, paid_once),
    ("two officers decide", two_officers, decided_once),
    ("withdraw/decide", withdraw_decide, decided_once),
)
