"""Whether age costs anything: the same pages over ten thousand requests and over a million, turn by turn."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from uuid import UUID

import psycopg
from bench import road, rows, seed
from bench.client import Client
from bench.meter import Meter
from bench.million import Filling, Size, tables
from bench.people import cookies, officer
from bench.town import Town, town
from browsing import wait_until
from psycopg.sql import SQL, Identifier
from sqlalchemy import select, update
from stdnum.iso7064 import mod_37_36

from journeys.cases.models import Case, CaseContent
from journeys.cases.references import ALPHABET, grouped
from portal.identity.models import SignIn
from portal.unit import Unit, Work, real_now

SMALL = Size(full=10_000, rows=10_000, waiting=500)
LARGE = Size(full=1_000_000, rows=10_000_000, waiting=10_000)
MOST_TIMES = 1.2
READERS, TURNS, WARM = 100, 600, 50
SEED = 2026
ANY_ROW = SQL("SELECT 1 FROM {} LIMIT 1")
Say = Callable[[str], None]
Plain = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone signed in, and the references of their requests."""

    cookies: dict[str, str]
    references: tuple[str, ...]


@dataclass
class Place:
    """One filled town: its readers and its officer."""

    url: str
    readers: list[Reader]
    officer: dict[str, str]
    meter: Meter


def refusal(server: str, size: Size) -> str:
    """Why there is not enough room for it, in words; empty when there is."""
    with psycopg.connect(server) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    folder = row[0] if row else ""
    if not Path(folder).exists():
        return f"The folder of PostgreSQL ({folder}) is not on this machine: its free room cannot be seen."
    free, needed = shutil.disk_usage(folder).free / 1e9, size.bytes / 1e9
    if free < needed:
        return f"{needed:.0f} GB are needed in {folder}, {free:.0f} GB are free. Nothing was filled."
    return ""


def compared(folder: Path, url: str, large: Size, say: Say) -> str:
    """Fills two databases beside ``url``, compares, drops them; the table as text."""
    with ExitStack() as both:
        places = [
            both.enter_context(
                _filled(folder / name, f"{url}_{name}", size, lambda line, name=name: say(f"{name}: {line}"))
            )  # type: ignore[misc]
            for name, size in (("small", SMALL), ("large", large))
        ]
        say("pages, turn by turn")
        return _table(*places)


@contextmanager
def _filled(folder: Path, url: str, size: Size, say: Say) -> Iterator[Place]:
    folder.mkdir(parents=True)
    with town(folder, url) as here, here.sandbox():
        before = _not_empty(url)
        with here.web(), here.worker():
            say("one real request")
            road.sign_in(here.url, rows.CITIZEN)
            work = here.work()
            made = seed.asked(work, seed.person_of(work, rows.CITIZEN), 1)
            seed.settle(here.sandbox_url, made)
            wait_until(lambda: seed.filed(work, made) and not seed.waiting(work), "the request is filed")
        began = time.monotonic()
        office, plain, person = _learned(work, made[0].reference)
        Filling(url, size, office, say).run(before)
        readers = _readers(here, work, size, person, plain)
        say(f"filled in {time.monotonic() - began:.0f} s, {_gigabytes(url):.1f} GB")
        with here.web() as web:
            yield Place(here.url, readers, officer(here, work, rows.OFFICER), web.meter)
        work.database.dispose()


def _learned(work: Work, reference: str) -> tuple[UUID, Plain, UUID]:
    """Of the one real request: its office, its contents by kind, its person."""

    def look(unit: Unit) -> tuple[UUID, Plain, UUID]:
        case = unit.session.scalars(select(Case).where(Case.reference == reference)).one()
        assert case.office_id is not None
        keyring = unit.adapters.keyring
        key = keyring.unwrap(case.data_key, f"case:{case.id}")
        kept = unit.session.scalars(select(CaseContent).where(CaseContent.case_id == case.id)).all()
        plain = {one.kind: keyring.unseal(key, one.sealed, f"case:{case.id}:{one.kind}") for one in kept}
        return case.office_id, plain, case.subject_id

    return work.transact(look, reading=True)


def _not_empty(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        names = [table.name for table in tables()]
        return {name for name in names if connection.execute(ANY_ROW.format(Identifier(name))).fetchone()}


def _gigabytes(url: str) -> float:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return row[0] / 1e9 if row else 0.0


def _readers(here: Town, work: Work, size: Size, person: UUID, plain: Plain) -> list[Reader]:
    """Some of the people, signed in, with requests that can be opened."""
    chosen = Random(SEED).sample(range(1, size.full // size.each + 1), READERS)
    with psycopg.connect(here.settings["PORTAL_DATABASE_URL"]) as connection:
        query = "SELECT bench_id(%s, n, %s) FROM unnest(%s::bigint[]) n"
        ids = [one for (one,) in connection.execute(query, [person, size.rows, chosen])]
    found = []
    for one in ids:
        token, references = work.transact(lambda unit: _opened(unit, one, plain))  # noqa: B023
        found.append(Reader(cookies(here, token), references))
    return found


def _opened(unit: Unit, person: UUID, plain: Plain) -> tuple[str, tuple[str, ...]]:
    """Gives a person a sign-in that is known here, and their requests keys and check characters that are right."""
    keyring, token, now = unit.adapters.keyring, secrets.token_urlsafe(32), real_now()
    digest = hashlib.sha256(token.encode()).hexdigest()
    lives = {"token": digest, "seen_at": now, "ends_at": now + timedelta(hours=12), "ended_at": None}
    unit.session.execute(update(SignIn).where(SignIn.person_id == person).values(**lives))
    references = []
    for case in unit.session.scalars(select(Case).where(Case.subject_id == person)).all():
        body = case.reference.replace("-", "")[:-1]
        case.reference = grouped(body + mod_37_36.calc_check_digit(body, ALPHABET))
        key, case.data_key = keyring.new_data_key(f"case:{case.id}")
        for one in unit.session.scalars(select(CaseContent).where(CaseContent.case_id == case.id)):
            one.sealed = keyring.seal(key, plain[one.kind], f"case:{case.id}:{one.kind}")
        references.append(case.reference)
    return token, tuple(references)


def _table(small: Place, large: Place) -> str:
    heads = [f"{which} {what}" for what in ("database CPU", "median", "p95") for which in ("small", "large")]
    lines = [
        f"{'milliseconds':20}" + "".join(f"{head:>20}" for head in (*heads, "p95 ratio")) + f"  at most {MOST_TIMES}"
    ]
    for name, turn in (("reference look-up", _request), ("my requests", _mine), ("queue page", _queue)):
        took = _took(turn, (small, large))
        cuts = [[1000 * cut for cut in quantiles(one.seconds, n=100)] for one in took]
        ratio = cuts[1][94] / cuts[0][94]
        cells = (*(one.database for one in took), cuts[0][49], cuts[1][49], cuts[0][94], cuts[1][94], ratio)
        met = "met" if ratio <= MOST_TIMES else "MISSED"
        lines.append(f"{name:20}" + "".join(f"{cell:20.2f}" for cell in cells) + f"  {met}")
    return "\n".join(lines)


@dataclass
class Took:
    """Seconds of each request at one place, and the processor time of its database in milliseconds for one."""

    seconds: list[float] = field(default_factory=list)
    database: float = 0.0


def _took(turn: Callable[[Client, Place, Random], str], places: tuple[Place, Place]) -> list[Took]:
    """The same page at one place after the other, so that both meet the same weather."""
    chance, clients = Random(SEED), [Client(place.url) for place in places]
    _turns(turn, places, clients, chance, WARM)
    for place in places:
        place.meter.begin()
    took = _turns(turn, places, clients, chance, TURNS)
    for one, place in zip(took, places, strict=True):
        one.database = place.meter.spent().each(TURNS).database
    return took


def _turns(
    turn: Callable[[Client, Place, Random], str],
    places: tuple[Place, Place],
    clients: list[Client],
    chance: Random,
    times: int,
) -> list[Took]:
    took = [Took(), Took()]
    for _ in range(times):
        for one, client, place in zip(took, clients, places, strict=True):
            path = turn(client, place, chance)
            began = time.monotonic()
            client.get(path)
            one.seconds.append(time.monotonic() - began)
    return took


def _request(client: Client, place: Place, chance: Random) -> str:
    reader = chance.choice(place.readers)
    client.cookies = dict(reader.cookies)
    return f"/ar/requests/{chance.choice(reader.references)}"


def _mine(client: Client, place: Place, chance: Random) -> str:
    client.cookies = dict(chance.choice(place.readers).cookies)
    return "/ar/dashboard"


def _queue(client: Client, place: Place, _chance: Random) -> str:
    client.cookies = dict(place.officer)
    return "/ar/desk"
