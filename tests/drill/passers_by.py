"""Passers-by: people and probes that ask once, never press again, and look closely at every answer they get."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from random import Random

import httpx
from drill.crowd import Crowd
from drill.journal import Journal
from drill.roads import Client
from drill.town import PATIENCE_SECONDS, NotAgain, Town
from page_parts import flaws
from requests_made import BIRTH, INFORMATION, reference_of, section, start
from sqlalchemy import select
from world import Browser

from journeys.cases import content
from journeys.cases.models import Case
from portal.db import Database
from portal.i18n import messages
from portal.keys import Keyring

HANG_SECONDS = 10.0
TICK_SECONDS = 0.15
LANGUAGES = ("ar", "fr", "en")
OF_DATABASE = re.compile(r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM) ")
TITLE = "The portal is very busy"
SUBJECT = "Parcs "
LIVES, READY, SAVE = "/healthz", "/readyz", "an answer is saved"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked again and again, every ``pause`` seconds: ``{lang}`` in the path is the reader's language,
    ``{number}`` in what is sent counts from one. ``well`` is the status of the answer in good times."""

    what: str
    path: str
    well: int = 200
    sent: Mapping[str, str] | None = field(default=None, hash=False)
    pause: float = TICK_SECONDS


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, its moments in seconds of the monotonic clock; status 0 when none came."""

    question: Question
    number: int
    began: float
    ended: float
    status: int
    flaws: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether this is the answer of good times."""
        return self.status == self.question.well and not self.flaws

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began


@dataclass
class PassersBy:
    """Ask the portal at ``url``, signed in by these cookies, over a new connection each time: any of its processes.

    ``reference`` is the draft that some of the questions are about, ``token`` what its forms are sent with."""

    url: str
    cookies: Mapping[str, str]
    reference: str
    token: str
    questions: tuple[Question, ...]
    answers: list[Answer] = field(default_factory=list)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Each question is asked by somebody of their own for as long as the block lasts."""
        over = threading.Event()
        threads = [threading.Thread(target=self._ask, args=(question, over)) for question in self.questions]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def _ask(self, question: Question, over: threading.Event) -> None:
        lines = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(base_url=self.url, cookies=dict(self.cookies), timeout=HANG_SECONDS, limits=lines) as client:
            for number in count(1):
                if over.wait(question.pause):
                    return
                self.answers.append(_answered(client, question, number))

    def all_well(self, since: float, patience: float) -> float | None:
        """Waits until each question asked since then got its good answer; the seconds it took, None if never."""
        while time.monotonic() < since + patience:
            well = {one.question for one in list(self.answers) if one.began >= since and one.is_well}
            if len(well) == len(self.questions):
                return time.monotonic() - since
            time.sleep(TICK_SECONDS / 3)
        return None

    def acknowledged(self) -> int:
        """The number of the last answer that was saved, and said to be."""
        return max((one.number for one in self.answers if one.question.what == SAVE and one.is_well), default=0)

    def unsaved(self, database: Database, keyring: Keyring) -> list[str]:
        """Whether the database holds an answer older than the last that was saved. Later ones take its place: to be
        asked as soon as it may have been lost."""
        last = self.acknowledged()
        with database.session(reading=True) as session:
            case = session.scalars(select(Case).where(Case.reference == self.reference)).one()
            values = content.read(keyring, case, content.ANSWERS).get("values", {})
        kept = int(values.get("subject", "0").removeprefix(SUBJECT))
        return [f"answer {last} was acknowledged, answer {kept} is kept"] if kept < last else []

    def flaws(self) -> list[str]:
        """What was wrong with the answers, each once with how often."""
        found = Counter(f"{one.question.what}: {flaw}" for one in self.answers for flaw in one.flaws)
        return [f"{what}, {times} times" for what, times in found.items()]

    def late(self, most: float) -> list[str]:
        """The answers that took longer than so many seconds."""
        slow = [one for one in self.answers if one.seconds > most]
        return [f"{one.question.what}: answered {one.status} after {one.seconds:.1f} s" for one in slow]

    @property
    def slowest(self) -> float:
        """How long somebody waited at most, in seconds."""
        return max((one.seconds for one in self.answers), default=0.0)


def _answered(client: httpx.Client, question: Question, number: int) -> Answer:
    lang, began = LANGUAGES[number % len(LANGUAGES)], time.monotonic()
    path, sent = question.path.format(lang=lang), question.sent
    try:
        if sent is None:
            response = client.get(path)
        else:
            response = client.post(path, data={name: said.format(number=number) for name, said in sent.items()})
    except httpx.HTTPError as problem:
        return Answer(question, number, began, time.monotonic(), 0, (type(problem).__name__,))
    ended, found = time.monotonic(), tuple(_flaws(question, response, lang))
    return Answer(question, number, began, ended, response.status_code, found)


def _flaws(question: Question, response: httpx.Response, lang: str) -> Iterator[str]:
    """What is wrong with an answer: it is the good one, or it says in the reader's language to come back."""
    if response.status_code not in (question.well, question.well if question.path == LIVES else 503):
        yield f"status {response.status_code}"
    yield from flaws(min(response.status_code, 499), response.headers.get("Content-Type", ""), response.text)
    if found := OF_DATABASE.search(response.text):
        yield f"shows its inside: {found[0]}"
    if response.status_code == 503 and not response.headers.get("Retry-After", "").isdecimal():
        yield "503 does not say when to come back"
    if response.status_code == 503 and question.path not in (LIVES, READY) and not _says_busy(response.text, lang):
        yield f"503 is no page in {lang}"


def _says_busy(text: str, lang: str) -> bool:
    return f'<html lang="{lang}"' in text and messages(lang).gettext(TITLE) in text


def passers_by(client: Client) -> PassersBy:
    """A draft is opened by this person; passers-by with their cookies ask for pages, send its form, and both probes."""
    browser = client.browser
    start(browser, INFORMATION, "fr")
    section(browser, asked_administration="mtnra")
    token, path = browser.page.token(), browser.page.action("/fill/").replace("/fr/", "/{lang}/", 1)
    form = {"subject": SUBJECT + "{number}", "text": "Quelle est la surface ?", "answer_form": "written"}
    questions = (
        Question("home page", "/{lang}/"),
        Question("public page", f"/{{lang}}/services/{BIRTH}"),
        Question("signed-in page", "/{lang}/dashboard"),
        Question("own draft", path),
        Question(SAVE, path, 303, form | {"csrf_token": token}),
        Question(LIVES, LIVES),
        Question(READY, READY),
    )
    cookies = dict(browser.client.cookies)
    return PassersBy(client.town.url, cookies, reference_of(browser.page), token, questions)


@dataclass
class Returning(Client):
    """Who comes back from the identity provider while the database is away cannot come back once more: what it said
    serves once. They sign in anew when the portal is ready. They rest for ``breath`` seconds after each road."""

    breath: float = 0.0

    def look_up(self, most: int) -> None:
        """Looks at what waits, then rests."""
        super().look_up(most)
        time.sleep(self.breath)

    def entered(self, name: str) -> Browser:
        """A fresh browser that somebody has signed in with. Raises NotAgain when that never works."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return super().entered(name)
            except NotAgain:
                if time.monotonic() > until:
                    raise
                self.town.ready()


def crowd_of(town: Town, journal: Journal, chance: Random, many: int, breath: float = 0.0) -> Crowd:
    """A crowd of so many who return. Each road sends four forms at most: with a breath, limits on them are kept."""
    found = Crowd(town, journal, chance, many)
    found.clients = [Returning(town, journal, one.name, one.number, one.chance, breath=breath) for one in found.clients]
    return found
