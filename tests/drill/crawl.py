"""Everybody clicks on everything, and sends what nobody should: no broken answer, no link that leads nowhere."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from access_table import DRAFTS, ROLES, SECTIONS, TABLE
from access_things import shared
from crawling import Crawler
from databases import emptied, with_tables
from drill.cluster import NotInstalled, cluster
from drill.report import KINDS, How, Result
from drill.town import town as real_town
from fuzzing import Attackers, Target, some_roles, targets
from hostile import HEADERS, NASTY
from lockers import added, newest
from page_parts import flaws
from requests_made import BIRTH, INFORMATION, NAME
from scenes import scene
from world import AT_WORK, World, world

from journeys.catalogue.reading import read
from portal.checks import run_checks
from portal.cli import DEFINITIONS
from portal.invariants import INVARIANTS, OF_THE_ROWS
from portal.outbox import later
from portal.pay.invariants import provider_charges_equal_the_ledger
from portal.tasks import ensure_recurring

STEPS, QUICK_STEPS = 800, 30
MOST, QUICK_MOST = 10, 2
TIMES_TO_REST = 20
FOR_THE_DESK = 5
MOST_MISSED = 10
PROOF = "/fr/desk/proof"
WALKS = (*ROLES.items(), ("owner again", ROLES["owner"]))
SECONDS = 10.0
OF_ALL = tuple(one for one in INVARIANTS if one is not provider_charges_equal_the_ledger)
"""What was there before anybody clicked was paid without the card processor, which cannot know of it."""

ACCEPTED = (HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY)


def run(how: How) -> Iterator[Result]:
    """A walk of each role on one kind of database, hostile requests on each; then bytes at the real server."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    walked: dict[str, Crawler] = {}
    for kind in KINDS:
        try:
            with _inhabited(how, kind) as town:
                yield from _walks(how, town, kind, walked)
                yield _attacked(how, town, kind)
        except NotInstalled as missing:
            yield Result(f"crawl, {kind}", skipped=str(missing))
    if len(walked) == len(WALKS) and not how.quick:
        yield _met(walked)
    yield _raw(how)


@contextmanager
def _inhabited(how: How, kind: str) -> Iterator[World]:
    """A town in which requests are everywhere on their way."""
    with _database(how, kind) as url:
        database, folder = with_tables(emptied(url)), how.folder / kind
        folder.mkdir(exist_ok=True)
        with world(database, url, folder, read(DEFINITIONS)) as town:
            for name in ("salma", "youssef"):
                town.browser().sign_in(name, "fr")
            for until in ("empty", "draft", "submitted", "filed", "filed", "filed"):
                scene(town, until=until)
            scene(town, "youssef", NAME, until="filed")
            scene(town, service=INFORMATION, until="filed")
            yield town
        database.dispose()


@contextmanager
def _database(how: How, kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{how.folder}/crawl.sqlite"
        return
    with cluster(how.folder) as own:
        yield own.url()


def _walks(how: How, town: World, kind: str, walked: dict[str, Crawler]) -> Iterator[Result]:
    for role, person in [walk for walk in WALKS if how.kind(f"crawl:{walk[0]}") == kind]:
        starts = _something_to_do(town, person)
        chance = how.chance(f"crawl:{kind}:{role}")
        crawler = Crawler(town, person, chance, starts).walk(how.many(STEPS, QUICK_STEPS))
        left = sum(len(steps) for steps in crawler.waiting.values())
        note = f"{crawler.sent} forms, {left} left"
        found = [*crawler.findings, *_wrong(town)]
        walked[role] = crawler
        yield Result(f"{role} clicks on everything, {kind}", crawler.steps, broken=found, note=note)


def _something_to_do(town: World, person: str) -> tuple[str, ...]:
    """Whoever walked before has decided, paid or taken back what there was. A visitor asks for nothing. Returns pages
    deep in forms, which one would come to by answering all that lies before them, or by coming in anew."""
    deep: list[str] = []
    for _ in range(FOR_THE_DESK):
        scene(town, until="filed")
    if person and not person.startswith(AT_WORK):
        browser, neighbour = town.browser(), "salma" if person == "youssef" else "youssef"
        browser.sign_in(person, "fr")
        added(browser)
        deep.append(f"/fr/locker/{newest(town, person).id}")
        shared(town, person, neighbour)
        shared(town, neighbour, person)
        scene(town, person, until="submitted")
        scene(town, person)
        scene(town, person, BIRTH, until="empty")
        for of, service in DRAFTS.items():
            made = scene(town, person, service, until="empty")
            deep.append(f"/fr/requests/{made.reference}/fill/{SECTIONS[of]}")
    elif person:
        deep.append(PROOF)
    town.worker_runs()
    return tuple(deep)


OF_PROGRAMS = ("/<lang>/search/suggest", "/robots.txt", "/sitemap.xml", "/<lang>/stay", "/status/<month>")
"""Asked by scripts, by search engines, by programs that verify documents: no page leads there."""

OF_LETTERS = (
    "/sign-in/mail/code",
    "/<lang>/desk/visits/code",
    "/<lang>/desk/visits/certify",
    "/<lang>/desk/proof/set-up",
)
"""Open to who types what a letter or message told them."""


def _met(walked: dict[str, Crawler]) -> Result:
    """Every page and form that somebody may use (see the access matrix) was met by somebody's clicks, but for a few
    that chance may leave out."""
    routes = next(iter(walked.values())).town.app.url_map.iter_rules()
    open_to = {rule for rule, (_, get, post) in TABLE.items() if HTTPStatus.OK in get or {*post} & {*ACCEPTED}}
    wanted = {route.endpoint: route.rule for route in routes if route.rule in open_to - {*OF_PROGRAMS, *OF_LETTERS}}
    met = {endpoint for crawler in walked.values() for endpoint in crawler.met}
    missed = [f"{rule} was never met" for endpoint, rule in wanted.items() if endpoint not in met]
    broken = missed if len(missed) > MOST_MISSED else []
    return Result("pages that clicks lead to", len(wanted), broken=broken, note="; ".join(missed))


def _attacked(how: How, town: World, kind: str) -> Result:
    attackers, found = Attackers(town), []
    for target in targets():
        for role in some_roles(target) if how.quick else target.roles:
            chance = how.chance(f"fuzz:{kind}:{target.id}:{role}").getrandbits(32)
            try:
                attackers.attack(target, role, _most(how, target), chance)
            except AssertionError as problem:
                found.append(f"{role}, {target.id}: {problem}")
    stuck = _unrest(town)
    what = f"hostile requests by every role, {kind}"
    return Result(what, attackers.asked, stuck=stuck, broken=[*found, *_wrong(town, full=True)])


def _unrest(town: World) -> list[str]:
    """Why the worker does not come to an end with all that was asked, if it does not."""
    town.work.transact(lambda unit: later(unit.session, "chain_access", "always", {}))  # it comes every minute
    problem = ""
    for _ in range(TIMES_TO_REST):
        try:
            town.worker_runs()
        except AssertionError as unfinished:
            problem = str(unfinished)
        else:
            return []
    return [problem]


def _most(how: How, target: Target) -> int:
    """Fields are tried by the one role that has them, so more often."""
    return how.many(MOST, QUICK_MOST) * (1 if len(target.roles) > 1 else 4)


def _wrong(town: World, *, full: bool = False) -> list[str]:
    """What the rows say of themselves; in full also what keys, catalogue, store and clocks say of them."""
    lines: list[str] = []
    if full:
        town.work.transact(lambda unit: ensure_recurring(unit.session))
    run_checks(town.work, full=full, say=lines.append, invariants=OF_ALL if full else OF_THE_ROWS)
    return [line for line in lines if line.startswith("FAIL")]


def _raw(how: How) -> Result:
    """Lines that no client library would send, at the real server: it answers or hangs up, and goes on."""
    chance, found, times = how.chance("raw"), [], how.many(3000, 200)
    with real_town(how.folder / "raw") as town:
        for _ in range(times):
            line = _line(chance.choice(("GET", "POST", "HEAD", "FOO", "")), chance.choice(NASTY), chance.choice(NASTY))
            name = chance.choice(sorted(HEADERS))
            sent = line + f"{name}: {chance.choice(HEADERS[name])}\r\n".encode("latin-1", "replace")
            found += _answered(town.url, sent)
        found += town.traces()
        found += [f"the server was started again {town.restarts} times"] if town.restarts else []
    return Result("raw bytes at the real server", times, broken=found)


def _line(method: str, path: bytes, query: bytes) -> bytes:
    return method.encode() + b" /fr/" + path[:9000] + b"?from=" + query[:9000] + b" HTTP/1.1\r\n"


def _answered(url: str, sent: bytes) -> list[str]:
    host, _, port = url.removeprefix("http://").partition(":")
    said = b""
    with socket.create_connection((host, int(port)), timeout=SECONDS) as line:
        try:
            line.sendall(sent + f"Host: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
            line.shutdown(socket.SHUT_WR)
            while some := line.recv(65536):
                said += some
        except TimeoutError:
            return [f"{sent[:200]!r}: no answer in {SECONDS:.0f} s"]
        except OSError:  # it hung up on nonsense
            return []
    status = re.match(rb"HTTP/1\.[01] (\d{3})", said)
    if status is None:
        return [f"{sent[:200]!r}: {said[:60]!r}"] if said else []
    return [f"{sent[:200]!r}: {flaw}" for flaw in flaws(int(status[1]), "text/plain", said.decode("utf-8", "replace"))]
