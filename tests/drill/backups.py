"""Backups of a town that works, restored elsewhere: equal by digest, nothing acknowledged missing, and living again."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browsing import wait_until
from databases import emptied
from drill.books import sweep_now, throw_away_now
from drill.cluster import NotInstalled
from drill.crowd import PEOPLE, Crowd
from drill.journal import Journal, compare
from drill.report import How, Result
from drill.town import Town, towns
from sqlalchemy import select

from journeys.cases.models import Case, CaseAction
from journeys.cases.states import Verb
from portal.backup.digests import differences, digests
from portal.backup.documents import FOLDER, listed
from portal.backup.dumps import snapshot
from portal.backup.manifest import manifest_in
from portal.db import Database
from portal.keys import Keyring
from portal.tables import METADATA

ACTS_BEFORE = 8
DOCUMENT = re.compile(r'href="(/fr/locker/[0-9a-f-]{36})"')
KILLED_WITHIN = (0.2, 2.5)

Act = tuple[str, str]


@dataclass(frozen=True)
class Backup:
    """One that was made: what clients had seen acknowledged when it began, and in which phases that was."""

    folder: Path
    phases: tuple[str, ...]
    acknowledged: set[Act]


@dataclass
class Drill:
    """One town, its backups, and the places they are restored to."""

    how: How
    town: Town
    kind: str
    journal: Journal = field(default_factory=Journal)
    made: list[Backup] = field(default_factory=list)
    phases: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[Result]:
        """Backups under load; broken off at any moment; at rest; and a life after."""
        crowd = Crowd(self.town, self.journal, self.how.chance(f"crowd {self.kind}"), 4)
        with crowd.answered():
            yield self.under_load(crowd)
            yield self.broken_off()
            yield self.at_rest()
            yield self.lives_on()

    def under_load(self, crowd: Crowd) -> Result:
        found = self._result("made under load, restored elsewhere, equal by digest")
        seconds = 0.0
        with crowd.walking():
            for number in range(self.how.many(2, 1)):
                seconds += self._backed_up(number, found)
        crowd.finish()
        during = [one for one in self.journal.seen if one.phase.startswith("during")]
        for backup in self.made:
            self._restored_and_compared(backup, found)
        found.broken += [f"{phase}: {what}" for phase, what in self.journal.strange]
        found.note = f"{len(during)} answers to clients during {seconds:.1f} s of backups"
        return found

    def _backed_up(self, number: int, found: Result) -> float:
        before = self._phase(f"before {number}")
        wait_until(lambda: len(self.journal.of(before)) >= ACTS_BEFORE, "clients get on")
        acknowledged = acts(self.journal)
        self._phase(f"during {number}")
        folder, began = self.how.folder / self.kind / f"backup-{number}", time.monotonic()
        found.broken += said(self._run("backup", folder), "portal backup")
        self.made.append(Backup(folder, tuple(self.phases[:-1]), acknowledged))
        found.times += 1
        return time.monotonic() - began

    def _phase(self, name: str) -> str:
        self.phases.append(name)
        self.journal.phase = name
        return name

    def _restored_and_compared(self, backup: Backup, found: Result) -> None:
        place = self._place(backup.folder.name)
        found.broken += said(self._run("restore", backup.folder, place), "portal restore")
        found.broken += unequal(backup.folder, place)
        found.lost += [
            f"{act} was acknowledged before {backup.folder.name}" for act in backup.acknowledged - held(place)
        ]

    def broken_off(self) -> Result:
        """kill -9 of backups and restores: half a backup is refused, half a restore is run again."""
        found, chance = self._result("killed half-way: half a backup is refused, a restore runs again"), self._chance()
        for number in range(self.how.many(3, 1)):
            half = self.how.folder / self.kind / f"half-{number}"
            finished = self._killed("backup", half, self.town.settings, chance.uniform(*KILLED_WITHIN))
            place, whole = self._place(f"again-{number}"), self.made[0].folder
            complete = (half / "manifest.json").exists()  # written last: its process may be killed after that
            from_half = self._place(f"from-half-{number}")
            accepted = self._run("restore", half, from_half).returncode == 0
            if accepted != complete or finished > complete:
                found.broken.append(f"backup {finished=}, {complete=}, {accepted=}")
            found.broken += unequal(half, from_half) if accepted else []
            self._killed("restore", whole, place, chance.uniform(*KILLED_WITHIN))
            found.broken += said(self._run("restore", whole, place), "portal restore, again")
            found.broken += unequal(whole, place)
            found.times += 1
        return found

    def at_rest(self) -> Result:
        """A town that stands still, compared value by value and byte by byte rather than by digest."""
        found, place = self._result("made at rest: every value and every byte the same"), self._place("rest")
        folder = self.how.folder / self.kind / "at-rest"
        throw_away_now(self.town.settings)  # no backup holds what waits for that
        found.stuck += self.town.rest()
        for name in ("web", "worker"):
            self.town.stop(name)
        found.broken += said(self._run("backup", folder), "portal backup")
        found.broken += said(self._run("restore", folder, place), "portal restore")
        here, there = values(self.town.settings), values(place)
        found.broken += [f"{name} is not the same" for name in here if here[name] != there.get(name)]
        found.times = sum(len(some) for some in here.values())
        return found

    def lives_on(self) -> Result:
        """The portal is started on the last backup made under load: it does what was left to do, and agrees with
        itself, with the clients of that time, and with the world outside."""
        found, backup = self._result("a portal started on a restored backup lives on"), self.made[-1]
        place = self._place(backup.folder.name)
        self.town.settings |= place
        self.town.database_url = place["PORTAL_DATABASE_URL"]
        sweep_now(place)
        self.town.start("web", "worker")
        found.note = f"ready after {self.town.ready():.1f} s"
        found.stuck += self.town.rest()
        found.broken += self.town.check(at_rest=True)
        for phase in backup.phases:
            seen = compare(self.journal, self.town, phase)
            found.lost += seen.lost
            found.doubled += seen.doubled
            found.stuck += seen.stuck
            found.times += seen.times
        found.broken += self._opens_documents()
        return found

    def _opens_documents(self) -> list[str]:
        """Everybody opens the newest document of their locker."""
        opened = 0
        for name in PEOPLE:
            browser = self.town.browser()
            browser.sign_in(name, "fr")
            links = DOCUMENT.findall(browser.get("/fr/locker").text)
            opened += bool(links) and browser.client.get(f"{links[0]}/file").content.startswith(b"%PDF")
        return [] if opened else ["no document can be opened"]

    def _result(self, what: str) -> Result:
        return Result(f"backup, {self.kind}: {what}")

    def _chance(self) -> Any:
        return self.how.chance(f"backups {self.kind}")

    def _place(self, name: str) -> dict[str, str]:
        """The settings of an empty place; the same place for the same name."""
        folder = self.how.folder / "places" / self.kind / name
        url = f"sqlite:///{folder}/portal.sqlite"
        if self.kind == "postgresql":
            url = f"{self.town.database_url.rpartition('/')[0]}/{name}"
        if not folder.exists():
            folder.mkdir(parents=True)
            emptied(url)
        return self.town.settings | {
            "PORTAL_DATABASE_URL": url,
            "PORTAL_STORAGE_URL": (folder / "documents").as_uri(),
        }

    def _run(self, command: str, folder: Path, settings: dict[str, str] | None = None) -> Any:
        words = [sys.executable, "-m", "portal", command, str(folder)]
        return subprocess.run(
            words, env=settings or self.town.settings, capture_output=True, text=True, check=False, timeout=300
        )

    def _killed(self, command: str, folder: Path, settings: dict[str, str], after: float) -> bool:
        """Runs a command and kills it after some seconds; whether it had finished."""
        words = [sys.executable, "-m", "portal", command, str(folder)]
        process = subprocess.Popen(words, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return process.wait(after) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return False


def run(how: How) -> Iterator[Result]:
    """On both databases."""
    for kind in ("sqlite", "postgresql"):
        try:
            if kind == "postgresql" and shutil.which("pg_dump") is None:
                raise NotInstalled("no PostgreSQL client programs (pg_dump) on this machine")
            with towns(how.folder / kind, kind) as town:
                yield from Drill(how, town, kind).rows()
        except NotInstalled as problem:
            yield Result(f"backup, {kind}", skipped=str(problem))


def acts(journal: Journal) -> set[Act]:
    """What clients and officers did and saw acknowledged: reference and verb."""
    seen = [one.parts for one in list(journal.seen) if one.did == "act"]
    return {(parts["reference"], parts["verb"]) for parts in seen if parts["verb"] in set(Verb)}


def held(place: dict[str, str]) -> set[Act]:
    """What a restored database knows of it."""
    database = Database(place["PORTAL_DATABASE_URL"])
    query = select(Case.reference, CaseAction.verb).join(CaseAction, CaseAction.case_id == Case.id)
    with database.session(reading=True) as session:
        found = {(reference, str(verb)) for reference, verb in session.execute(query)}
    database.dispose()
    return found


def said(done: Any, what: str) -> list[str]:
    """What a command says when it fails."""
    return [] if done.returncode == 0 else [f"{what}: {(done.stdout + done.stderr).strip()[-300:]}"]


def unequal(folder: Path, place: dict[str, str]) -> list[str]:
    """The tables and documents of a place that are not as the manifest says."""
    manifest = manifest_in(folder, Keyring.parse(place["PORTAL_KEYS"]))
    database = Database(place["PORTAL_DATABASE_URL"])
    with snapshot(database) as connection:
        found = differences(manifest.tables, digests(connection))
    database.dispose()
    stored = objects(place)
    missing = [entry.key for entry in listed(folder) if _sha256(stored.get(entry.key, b"")) != entry.sha256]
    known = json.loads((folder / "manifest.json").read_text("utf-8"))["documents"]
    return [*found, *missing] + ([] if len(stored) == known else [f"{len(stored)} objects of {known} documents"])


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def objects(place: dict[str, str]) -> dict[str, bytes]:
    """The bytes of a place's store by key."""
    root = Path(place["PORTAL_STORAGE_URL"].removeprefix("file://"))
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def values(place: dict[str, str]) -> dict[str, list[str]]:
    """Every row of every table, and every object, sorted."""
    database = Database(place["PORTAL_DATABASE_URL"])
    tables = [table for metadata in METADATA for table in metadata.sorted_tables]
    with database.session(reading=True) as session:
        found = {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}
    database.dispose()
    return found | {FOLDER: sorted(map(repr, objects(place).items()))}
