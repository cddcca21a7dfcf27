"""One who clicks on everything: follows every link, sends every form, in an order that chance decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
from files_brought import a_pdf
from page_parts import Field, Form, Parts, flaws, parts_of
from scenes import TYPED
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from world import Browser, World

LANGUAGES = ("ar", "fr", "en")
STARTS = ("/", *(f"/{lang}/" for lang in LANGUAGES))
CARDS = ("4242424242424242", "4242424242424242", "4000000000000002")
SAME = ("reference", "wanted", "debt", "attempt", "document")  # addresses that differ in these alone are alike
FORMS_BETWEEN_WORK = 12
FEW = 3
PLANS = a_pdf()
OF_FORMS = {"address": "voisine@example.ma", "person": "voisine@example.ma", "days": "7", "views": "3"}
PLAUSIBLE = OF_FORMS | {name: value for typed in TYPED.values() for name, value in typed.items()}
EXPECTED = (200, 403, 409, 429)
"""A page, or one that says why not now: a surer sign-in, another account, all has moved on, too many tries."""


@dataclass(frozen=True)
class Step:
    """A link to follow or a form to send, and the page that offered it."""

    kind: str
    url: str
    offered_by: str
    form: Form | None = None


@dataclass
class Crawler:
    """One role's way through the portal. ``findings`` holds one line per thing that was wrong, ``met`` the endpoints of
    all that was tried or answered."""

    town: World
    person: str
    chance: Random
    starts: tuple[str, ...] = ()
    browser: Browser = field(init=False)
    waiting: dict[tuple[str, ...], list[Step]] = field(default_factory=dict)
    seen: set[tuple[str, ...]] = field(default_factory=set)
    visits: Counter[tuple[str, ...]] = field(default_factory=Counter)
    routes: Counter[tuple[str, ...]] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    met: set[str] = field(default_factory=set)
    sent: int = 0

    def __post_init__(self) -> None:
        self.browser = self.town.browser()
        if self.person:
            self.browser.sign_in(self.person, "fr")

    def walk(self, most: int) -> Crawler:
        """At most this many steps, those first whose like was seen least; ends when nothing is left to try."""
        for start in (*STARTS, *self.starts):
            self._offer(Step("link", self.town.url + start, self.town.url))
        for _ in range(most):
            if not self.waiting:
                break
            step = self._next()
            self._follow(step) if step.form is None else self._send(step, step.form)
        self._work()
        return self

    @property
    def steps(self) -> int:
        """How many links were followed and forms sent."""
        return self.visits.total()

    def _next(self) -> Step:
        newest = min(map(self._known, self.waiting))
        shape = self.chance.choice([shape for shape in self.waiting if self._known(shape) == newest])
        steps = self.waiting[shape]
        step = steps.pop(self.chance.randrange(len(steps)))
        if not steps:
            del self.waiting[shape]
        self.visits[shape] += 1
        self.routes[shape[:2]] += 1
        self.met.add(shape[1])
        return step

    def _known(self, shape: tuple[str, ...]) -> tuple[int, int]:
        """How well a kind of step is known: its route first, until it was met some times, then the very kind."""
        return min(self.routes[shape[:2]], FEW), self.visits[shape]

    def _offer(self, step: Step) -> None:
        key = (step.kind, urldefrag(step.url).url, *(step.form.key if step.form else ()))
        if key not in self.seen:
            self.seen.add(key)
            self.waiting.setdefault(self._shape(step), []).append(step)

    def _shape(self, step: Step) -> tuple[str, ...]:
        parts = urlsplit(step.url)
        endpoint, values = self._matched(step.form.method.upper() if step.form else "GET", step.url)
        if not endpoint:
            return step.kind, parts.path
        told = (f"{name}={value}" for name, value in sorted(values.items()) if name not in SAME)
        return step.kind, endpoint, *told, *re.findall(r"(\w+)=", parts.query)

    def _matched(self, method: str, url: str) -> tuple[str, Mapping[str, Any]]:
        parts = urlsplit(url)
        try:
            endpoint, values = self.town.app.url_map.bind(parts.netloc).match(parts.path, method)
        except (RequestRedirect, HTTPException):
            return "", {}
        return str(endpoint), values

    def _follow(self, step: Step) -> None:
        answer = self.browser.get(step.url).response
        if answer.status_code not in EXPECTED and self._still_offered(step):
            self._found(step, f"leads to {answer.status_code}")
        self._look(step, answer)

    def _still_offered(self, step: Step) -> bool:
        page = self.browser.client.get(step.offered_by)
        links = parts_of(page.text).links if _is_page(page) and page.status_code in EXPECTED else []
        return (
            step.url in {urldefrag(urljoin(str(page.url), link)).url for link in links}
            or step.offered_by == self.town.url
        )

    def _send(self, step: Step, form: Form) -> None:
        source = self.browser.get(step.offered_by).response
        now = next((one for one in parts_of(source.text).forms if one.key == form.key), None)
        if now is None:
            return
        files = [name for name, one in now.fields.items() if one.kind == "file"]
        filled = {name: self._value(one, step.kind) for name, one in now.fields.items() if one.kind != "file"}
        data = {name: value for name, value in filled.items() if value is not None}
        brought = {name: ("plans.pdf", PLANS) for name in files if step.kind == "filled"}
        answer = self._request(now.method, step.url, data, brought)
        if answer.status_code not in (*EXPECTED, 422):
            self._found(step, f"is answered with {answer.status_code}")
        self._look(step, answer)
        self._after_a_form(step)

    def _request(self, method: str, url: str, data: dict[str, str], files: dict[str, Any]) -> httpx.Response:
        more: dict[str, Any] = {"params": data} if method == "get" else {"data": data, "files": files}
        answer = self.browser.client.request(method, url, **more)
        self.browser.page = type(self.browser.page)(answer)
        if "/pay/" in str(answer.url) and not self._is_ours(str(answer.url)) and "<form" in answer.text:
            return self.browser.sandbox_form({"number": self.chance.choice(CARDS)}).response
        return answer

    def _after_a_form(self, step: Step) -> None:
        self.sent += 1
        if step.url.partition("?")[0].endswith("/sign-out"):
            self.browser.sign_in(self.person, "fr")
        if self.sent % FORMS_BETWEEN_WORK == 0:
            self._work()

    def _work(self) -> None:
        try:
            self.town.worker_runs()
        except AssertionError as problem:
            self.findings.append(f"{self.person or 'visitor'}: the worker: {problem}")

    def _value(self, one: Field, kind: str) -> str | None:
        if one.kind == "hidden":
            return one.value
        if kind == "empty":
            return None if one.kind in ("radio", "checkbox") else ""
        usual = PLAUSIBLE.get(one.name)
        if one.options:
            return usual if usual in one.options and self.chance.random() < 0.7 else self.chance.choice(one.options)
        return one.value.strip() or usual or "Un mot"

    def _look(self, step: Step, answer: httpx.Response) -> None:
        for one in (*answer.history, answer):
            if self._is_ours(str(one.url)):
                self.met.add(self._matched(one.request.method, str(one.url))[0])
                for flaw in flaws(one.status_code, one.headers.get("content-type", ""), one.text):
                    self._found(step, f"{one.url.path}: {flaw}")
        if self._is_ours(str(answer.url)) and _is_page(answer):
            self._read(step, answer, parts_of(answer.text))

    def _read(self, step: Step, answer: httpx.Response, parts: Parts) -> None:
        here = str(answer.url)
        lang = answer.url.path.split("/")[1]
        if lang in LANGUAGES and parts.lang != lang:
            self._found(step, f"{here} speaks {parts.lang}")
        asked_by_form = answer.request.method == "POST"
        offered_by = step.offered_by if asked_by_form else here
        for link in (*parts.links, *parts.files):
            url = urldefrag(urljoin(here, link)).url
            if self._is_ours(url) and not link.startswith("#"):
                self._offer(Step("link", url, here))
        for form in parts.forms:
            for kind in ("filled", "empty"):
                self._offer(Step(kind, urljoin(here, form.action), offered_by, form))

    def _is_ours(self, url: str) -> bool:
        return url.startswith(self.town.url + "/")

    def _found(self, step: Step, problem: str) -> None:
        self.findings.append(f"{self.person or 'visitor'}: {step.kind} {step.url} (from {step.offered_by}): {problem}")


def _is_page(answer: httpx.Response) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")
