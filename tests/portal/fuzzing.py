"""Who sends hostile requests where: every route and every field of a form, as each role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from urllib.parse import parse_qs, urlsplit

from access_table import DRAFTS, NO, NO_LANGUAGE, OPERATOR, ROLES, SECTIONS, TABLE
from access_things import THINGS, thing
from hostile import requests, try_all
from raw_requests import Answer, Asked, ask, is_sound
from requests_made import BIRTH, INFORMATION, NAME
from scenes import Scene, entered, scene, token_of
from world import World

from journeys.catalogue.definitions import Service
from journeys.catalogue.reading import read
from portal.cli import DEFINITIONS

FILL = "/<lang>/requests/<reference>/fill/<section>"
FILL_THING = f"{FILL}/<int:thing>"
FILES = "/static/dist/<file>"
PLAIN = {
    "lang": "fr",
    "service": BIRTH,
    "section": "person",
    "name": "ompic",
    "file": "app.css",
    "thing": "1",
    "what": "block",
    "code": "AAAAA-AAAAA-AAAAA",
    "month": "2026-10",
    "word": "a-word-that-opens-nothing",
}
OF_A_SCENE = {
    name: f"({name})" for name in ("reference", "debt", "attempt", "document", *THINGS)
}  # put in when it is asked
ABOUT = {"life-events": "having-a-baby", "services": BIRTH, "administrations": "ompic"}
OWNERS = {BIRTH: "owner", NAME: "other", INFORMATION: "owner"}


@dataclass(frozen=True)
class Target:
    """A route, what its request is and how far it has come, and the fields that its form has."""

    rule: str
    service: str = BIRTH
    section: str = "person"
    fields: tuple[str, ...] = ()
    roles: tuple[str, ...] = tuple(ROLES)

    @property
    def id(self) -> str:
        """What it is called in a table."""
        return f"{self.rule} {self.service}-{self.section}" if self.fields else self.rule

    @property
    def until(self) -> str:
        """How far the request has come that this route is about."""
        until = TABLE[self.rule][0] if self.rule in TABLE else ""
        return {"documented": "filed", **dict.fromkeys(DRAFTS, "empty")}.get(until, until)

    @property
    def methods(self) -> list[str]:
        """What the route hears."""
        if self.rule not in TABLE:
            return ["GET"]
        _until, reading, sending = TABLE[self.rule]
        return [name for name, expected in (("GET", reading), ("POST", sending)) if expected not in (NO, NO_LANGUAGE)]

    @property
    def known(self) -> dict[str, str]:
        """What stands rightly in the address."""
        about = ABOUT.get(self.rule.partition("<lang>/")[2].partition("/")[0], "")
        return PLAIN | OF_A_SCENE | {"wanted": about, "section": self.section}


@cache
def _services() -> Mapping[str, Service]:
    return read(DEFINITIONS).services


@cache
def targets() -> list[Target]:
    """Every route, the operator's pages, the built files, and every form with its own fields."""
    return [*(_plain(rule) for rule in (*TABLE, *OPERATOR, FILES)), *_sections(), *_decisions()]


def _plain(rule: str) -> Target:
    until = TABLE[rule][0] if rule in TABLE else ""
    return Target(rule, DRAFTS.get(until, BIRTH), SECTIONS.get(until, "person"))


def some_roles(target: Target) -> list[str]:
    """Who may use a route, and each time somebody else."""
    if len(target.roles) == 1:
        return list(target.roles)
    another = list(ROLES)[targets().index(target) % len(ROLES)]
    return sorted({"rabat" if "/desk" in target.rule else "owner", another})


def _sections() -> Iterator[Target]:
    services = _services()
    for service, owner in OWNERS.items():
        for section in services[service].sections:
            names = tuple(one.id for one in services[service].fields_of(section.id))
            yield Target(FILL, service, section.id, names, (owner,))
    things = tuple(one.id for one in services[DRAFTS["things"]].fields_of(SECTIONS["things"]))
    yield Target(FILL_THING, DRAFTS["things"], SECTIONS["things"], things, ("owner",))


def _decisions() -> Iterator[Target]:
    services = _services()
    for service, officer in ((BIRTH, "rabat"), (NAME, "ompic")):
        names = tuple(one.id for one in services[service].decision)
        yield Target("/<lang>/desk/requests/<reference>/grant", service, "decision", names, (officer,))
        yield Target("/<lang>/desk/requests/<reference>/refuse", service, "decision", ("reason",), (officer,))


@dataclass
class Attackers:
    """One who sends hostile requests for each role; ``asked`` counts them."""

    town: World
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def enter(self, role: str) -> None:
        """Signs in, when the role is somebody's."""
        browser = entered(self.town, ROLES[role]) if ROLES[role] else self.town.browser()
        self.tokens[role] = token_of(browser) if ROLES[role] else "x"
        self.cookies[role] = browser.client.cookies.get("shubbak", "")

    def attack(self, target: Target, role: str, most: int, chance: int | None = None) -> None:
        """Sends so many requests to a target. Raises AssertionError, or what left the application, with the request."""
        if role not in self.cookies:
            self.enter(role)
        made = [self._scene(target)]

        def check(asked: Asked) -> None:
            answer = self._ask(target, role, asked, made[-1])
            if "POST" in target.methods and answer.status == 303:
                made.append(self._scene(target))
            if target.rule == "/sign-out" and answer.status == 303:
                self.enter(role)

        try_all(
            requests(target.rule, target.methods, target.known, target.fields, self.tokens[role]), check, most, chance
        )

    def _scene(self, target: Target) -> Scene | None:
        owner = OWNERS.get(target.service, "owner")
        if owner not in self.cookies:
            self.enter(owner)
        return scene(self.town, ROLES[owner], target.service, target.until) if target.until else None

    def _ask(self, target: Target, role: str, asked: Asked, made: Scene | None) -> Answer:
        self.asked += 1
        cookie = self.cookies[role]
        asked = replace(asked, path=_placed(self.town, asked.path, made))
        if target.rule == "/sign-in/back":
            asked, cookie = self._on_the_way_back(asked, cookie)
        try:
            answer = ask(self.town, asked, cookie)
        except Exception as problem:
            raise AssertionError(f"{asked} leaves the application as {problem!r}") from problem
        is_sound(self.town, asked, answer)
        return answer

    def _on_the_way_back(self, asked: Asked, cookie: str) -> tuple[Asked, str]:
        """With the memory of a real trip to the issuer, and its state where the query has none."""
        left = ask(self.town, Asked("GET", b"/sign-in", b"issuer=national"), cookie)
        state = parse_qs(urlsplit(left.headers["Location"]).query)["state"][0]
        memory = re.search(r"shubbak=([^;]+)", left.headers["Set-Cookie"])
        return replace(asked, query=asked.query + b"&state=" + state.encode()), memory[1] if memory else cookie


def _placed(town: World, path: bytes, made: Scene | None) -> bytes:
    for name in THINGS:
        if f"({name})".encode() in path:
            path = path.replace(f"({name})".encode(), thing(town, name).encode())
    if made is None:
        return path
    held = {"reference": made.reference, "debt": made.debt, "attempt": made.attempt, "document": made.case}
    for name, value in held.items():
        path = path.replace(f"({name})".encode(), str(value).encode())
    return path
