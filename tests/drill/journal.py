"""What clients saw answered, written down after the answer had arrived, and whether the town still knows it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qsl
from uuid import UUID

import httpx
from drill.books import Books, Told
from drill.report import Result
from drill.town import Town
from requests_made import BIRTH, INFORMATION, NAME, PERMIT
from world import Browser

from journeys.cases.states import Verb
from payments.debts.states import AttemptState, DebtState
from portal.alerts.states import Delivered, Kind
from portal.locker.actions import KEPT

REFERENCE = r"(?P<reference>[0-9A-Z]{5}-[0-9A-Z]{5})"
PLACES = {
    "open": re.compile(r"^/\w\w/services/(?P<service>[^/]+)/start$"),
    "save": re.compile(rf"^/\w\w/requests/{REFERENCE}/fill/[^/]+$"),
    "act": re.compile(rf"^/\w\w/(?:desk/)?requests/{REFERENCE}/(?P<verb>[a-z]+)$"),
    "fetch": re.compile(rf"^/\w\w/requests/{REFERENCE}/fetch/[^/]+$"),
    "checkout": re.compile(r"^/\w\w/payments/(?P<debt>[0-9a-f-]{36})/checkout$"),
    "pay": re.compile(r"^/pay/(?P<session>[^/]+)$"),
}
DRAFTED = re.compile(rf"/requests/{REFERENCE}/")
AT_A_DESK = (BIRTH, PERMIT)
PAPERS = {BIRTH: "birth_extract", NAME: "neg_cert", INFORMATION: "information_answer"}
TOLD = {
    Verb.FILE: Kind.FILED,
    Verb.TAKE: Kind.TAKEN,
    Verb.GRANT: Kind.GRANTED,
    Verb.REFUSE: Kind.REFUSED,
    Verb.WITHDRAW: Kind.WITHDRAWN,
}
TAKEN = (AttemptState.PAID, AttemptState.REFUNDING, AttemptState.REFUNDED)
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")

CODES = ("/sign-in/back", "/desk/proof")
"""Where a code is sent, which serves once: whoever was cut off, or not the first with it, signs in again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer: what was done, the parts of its address, what was sent, and where the answer led."""

    did: str
    parts: Mapping[str, str]
    sent: Mapping[str, str]
    led: str
    phase: str


@dataclass
class Journal:
    """Everything clients saw acknowledged, by ``phase`` of the drill, what they should never have seen,
    and the alerts that somebody marked as read."""

    phase: str = ""
    seen: list[Seen] = field(default_factory=list)
    strange: list[tuple[str, str]] = field(default_factory=list)
    read: set[UUID] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def follow(self, browser: Browser, town: Town) -> None:
        """From now on this browser's answers are written down."""
        browser.client.event_hooks["response"].append(partial(self._answered, town))

    def failed(self, what: str) -> None:
        """Writes down what a client could not do."""
        with self._lock:
            self.strange.append((self.phase, what))

    def _answered(self, town: Town, response: httpx.Response) -> None:
        path, ours = response.request.url.path, str(response.url).startswith(town.url)
        if ours and response.status_code >= 400 and not path.endswith(CODES):
            self.failed(f"{response.request.method} {_general(path)} was answered {response.status_code}")
        elif response.request.method == "POST" and (response.is_success or response.status_code == 303):
            self._note(response, path)

    def _note(self, response: httpx.Response, path: str) -> None:
        for did, place in PLACES.items():
            if found := place.match(path):
                sent = dict(parse_qsl(response.request.content.decode(), keep_blank_values=True))
                sent.pop("csrf_token", None)
                led = response.headers.get("Location", "")
                if did != "pay" or response.status_code == 303:
                    with self._lock:
                        self.seen.append(Seen(did, found.groupdict(), sent, led, self.phase))

    def of(self, phase: str) -> list[Seen]:
        """What was seen in one phase."""
        with self._lock:
            return [one for one in self.seen if one.phase == phase]

    def opened(self) -> set[str]:
        """The references of all drafts that somebody was led to."""
        with self._lock:
            return {_drafted(one.led) for one in self.seen if one.did == "open"}


def _general(path: str) -> str:
    return re.sub(r"[0-9a-f-]{36}|[0-9A-Z]{5}-[0-9A-Z]{5}", "…", path)


def _drafted(led: str) -> str:
    found = DRAFTED.search(led)
    return found["reference"] if found else led


def compare(journal: Journal, town: Town, phase: str) -> Result:
    """Whether the town knows, exactly once, everything that clients saw acknowledged in a phase, and what follows
    from it. Meant for a town that has come to rest."""
    with Books(town) as books:
        return _Comparing(journal, books, phase).result()


def judge(journal: Journal, town: Town, row: Result, left: list[str]) -> None:
    """What is wrong with the town as a whole: requests nobody asked for, work left undone, rules that are broken."""
    with Books(town) as books:
        strangers = books.references() - journal.opened()
        row.stuck += [*left, *books.left()]
        row.lost += [f"message {event} was answered and is not written down" for event in books.unheard()]
        row.lost += [f"{alert} was marked as read and is not" for alert in books.unread(journal.read)]
    row.doubled += [f"request {reference} was opened for nobody" for reference in sorted(strangers)]
    row.broken += town.check(at_rest=True) + town.traces()


class _Comparing:
    def __init__(self, journal: Journal, books: Books, phase: str) -> None:
        self.journal, self.books, self.seen = journal, books, journal.of(phase)
        self.found = Result("", broken=[what for when, what in journal.strange if when == phase])

    def result(self) -> Result:
        by_reference: dict[str, list[Seen]] = {}
        for one in self.seen:
            by_reference.setdefault(self._about(one), []).append(one)
        by_reference.pop("", None)
        for reference, entries in by_reference.items():
            told = self.books.told(reference)
            if told is None:
                self.found.lost.append(f"request {reference} was opened and is not there")
            else:
                self._one(told, entries)
        self.found.times = len(by_reference)
        return self.found

    def _about(self, one: Seen) -> str:
        if one.did == "open":
            return _drafted(one.led)
        if one.did == "checkout":
            return self.books.about_debt(one.parts["debt"]) or self._gone(f"debt {one.parts['debt']}")
        if one.did == "pay":
            return self.books.about_session(one.parts["session"]) or self._gone(f"checkout {one.parts['session']}")
        return one.parts["reference"]

    def _gone(self, what: str) -> str:
        self.found.lost.append(f"{what} was answered and is not there")
        return ""

    def _one(self, told: Told, entries: list[Seen]) -> None:
        self._history(told, {one.parts["verb"] for one in entries if one.did == "act"})
        self._answers(told, [one.sent for one in entries if one.did == "save"])
        if any(one.did == "fetch" for one in entries) and not told.asked_registers:
            self.found.lost.append(f"request {told.reference}: a register was asked, there is no evidence of it")
        self._money(told, entries)
        self._files(told)
        self._papers(told)
        self._alerts(told)
        self._handed_over(told)

    def _history(self, told: Told, acts: set[str]) -> None:
        for verb in sorted(acts - set(told.verbs)):
            self.found.lost.append(f"request {told.reference}: {verb} was answered and is not in its history")
        for verb in sorted({verb for verb in told.verbs if told.verbs.count(verb) > 1} - {Verb.KEEP_FACTS}):
            self.found.doubled.append(f"request {told.reference}: {verb} is in its history twice")

    def _answers(self, told: Told, saved: Iterable[Mapping[str, str]]) -> None:
        last: dict[str, str] = {}
        for sent in saved:
            last |= sent
        for name, typed in last.items():
            if _as_typed(told.answers.get(name, "")) != typed:
                self.found.lost.append(f"request {told.reference}: the answer to {name} is not what was saved")

    def _money(self, told: Told, entries: list[Seen]) -> None:
        owes = told.service != INFORMATION and Verb.SUBMIT in told.verbs
        if owes != (told.debt is not None):
            self.found.lost.append(f"request {told.reference}: owes={owes} and has debt={told.debt is not None}")
        urls = {attempt.url for attempt in told.attempts}
        self.found.lost += [
            f"request {told.reference}: the payment page that was shown is not known"
            for one in entries
            if one.did == "checkout" and one.led.startswith("http") and one.led not in urls
        ]
        paid = {one.parts["session"] for one in entries if one.did == "pay"}
        known = {attempt.provider_reference for attempt in told.attempts if attempt.state in TAKEN}
        self.found.lost += [
            f"request {told.reference}: {session} was paid and is not booked" for session in paid - known
        ]
        self._charges(told)

    def _charges(self, told: Told) -> None:
        for attempt in told.attempts:
            if attempt.state == AttemptState.PREPARED:
                self.found.stuck.append(f"request {told.reference}: an attempt to pay was prepared and never opened")
            if (many := self.books.checkouts(attempt.id)) > 1:
                self.found.doubled.append(f"request {told.reference}: {many} checkouts for one attempt to pay")
        kept = [sum(self.books.kept_of(attempt.id)) for attempt in told.attempts]
        wanted = told.debt.minor if told.debt and told.debt.state == DebtState.PAID else 0
        if len([one for one in kept if one]) > 1:
            self.found.doubled.append(f"request {told.reference} was paid twice: {kept}")
        elif sum(kept) != wanted:
            state = told.debt.state if told.debt else "no debt"
            self.found.lost.append(f"request {told.reference}: the processor keeps {sum(kept)}, the debt is {state}")

    def _files(self, told: Told) -> None:
        """A permit that was sent has its plans, once, however often they were sent or broken off."""
        if told.service == PERMIT and Verb.SUBMIT in told.verbs and told.brought != (KEPT,):
            self.found.lost.append(f"request {told.reference} has the plans {told.brought}")

    def _papers(self, told: Told) -> None:
        wanted = {"filing_receipt"} if Verb.FILE in told.verbs else set()
        paid = told.debt is not None and told.debt.state in (DebtState.PAID, DebtState.REFUNDED)
        wanted |= {"payment_receipt"} if Verb.FILE in told.verbs and paid else set()
        wanted |= {PAPERS[told.service]} if Verb.GRANT in told.verbs else set()
        wanted |= {"refusal"} if Verb.REFUSE in told.verbs else set()
        kept = [kind for kind, state in told.documents if state == KEPT]
        self.found.stuck += [
            f"request {told.reference}: {kind} is being written for ever"
            for kind, state in told.documents
            if state != KEPT
        ]
        self.found.lost += [
            f"request {told.reference} has no {kind}" for kind in wanted - {k for k, _ in told.documents}
        ]
        if len(kept) != len(set(kept)) or set(kept) - wanted:
            self.found.doubled.append(f"request {told.reference} has {kept}")

    def _alerts(self, told: Told) -> None:
        wanted = {kind for verb, kind in TOLD.items() if verb in told.verbs}
        wanted |= {Kind.TO_PAY} if told.debt else set()
        wanted |= {Kind.REFUNDED} if told.refunded else set()
        kinds = [alert.kind for alert in told.alerts]
        self.found.lost += [
            f"request {told.reference}: nobody was told that it is {kind}" for kind in wanted - set(kinds)
        ]
        if len(kinds) != len(set(kinds)) or set(kinds) - wanted:
            self.found.doubled.append(f"request {told.reference}: told {kinds}, to be told {sorted(wanted)}")
        for alert in told.alerts:
            if alert.delivery != Delivered.SENT:
                self.found.stuck.append(f"request {told.reference}: the letter of {alert.kind} is {alert.delivery}")
            elif not self.books.letters(alert.id):
                self.found.lost.append(f"request {told.reference}: the letter of {alert.kind} never arrived")

    def _handed_over(self, told: Told) -> None:
        theirs = self.books.dossiers(told.id)
        wanted = told.service not in AT_A_DESK and Verb.FILE in told.verbs
        if theirs > 1:
            self.found.doubled.append(f"request {told.reference}: the administration has it {theirs} times")
        elif wanted and not theirs and Verb.WITHDRAW not in told.verbs:
            self.found.lost.append(f"request {told.reference}: the administration does not have it")


def _as_typed(value: object) -> str:
    """An answer as it is typed into the form: days are written day first."""
    text = str(value)
    day = DAY.fullmatch(text)
    return f"{day[3]}/{day[2]}/{day[1]}" if day else text
