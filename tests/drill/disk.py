"""The disk is full: no document can be stored, and on SQLite nothing at all be written. Who is answered that something
is done, for them it is done; who is not is told to come back; and once there is room again all is made up for."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from drill.books import undelivered
from drill.cluster import NotInstalled, cluster
from drill.journal import Journal, compare, judge
from drill.passers_by import HANG_SECONDS, PassersBy, crowd_of, passers_by
from drill.report import KINDS, How, Result
from drill.roads import Client
from drill.town import PATIENCE_SECONDS, Town, town
from sqlalchemy import select

from portal.keys import Keyring
from portal.outbox import Task

SIZE = "96m"
BLOCK = b"\0" * 65_536
STORING = ("issue_receipt", "issue_refusal", "issue_outputs")
NEIGHBOUR = "fatima"


def run(how: How) -> Iterator[Result]:
    """On SQLite database and documents lie on the small disk; PostgreSQL has a place of its own. A sample takes one."""
    for kind in KINDS[:1] if how.quick else KINDS:
        try:
            with small_disk(how.folder / f"disk-{kind}") as disk, _town(how.folder / kind, kind, disk) as place:
                yield _FullDisk(how, kind, place, disk).row()
        except NotInstalled as missing:
            yield Result(f"disk full while storing, {kind}", skipped=str(missing))


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own. Raises NotInstalled where the user may not mount one."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise NotInstalled("this user may not mount a file system") from problem
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def _town(folder: Path, kind: str, disk: Path) -> Iterator[Town]:
    changes = {"PORTAL_STORAGE_URL": (disk / "documents").as_uri()}
    if kind == "sqlite":
        with town(folder, f"sqlite:///{disk / 'portal.sqlite'}", **changes) as place:
            yield place
        return
    with cluster(folder) as own, town(folder, own.url(), **changes) as place:
        yield place


class _FullDisk:
    def __init__(self, how: How, kind: str, place: Town, disk: Path) -> None:
        self.how, self.kind, self.town, self.ballast = how, kind, place, disk / "ballast"
        self.chance = how.chance(f"disk {kind}")
        self.journal = Journal()
        self.crowd = crowd_of(place, self.journal, self.chance, how.many(8, 3))
        self.database, self.keyring = place.database(), Keyring.parse(place.settings["PORTAL_KEYS"])
        self.never: list[str] = []
        self.lost: list[str] = []
        self.waits: list[float] = []
        self.met = 0

    def row(self) -> Result:
        """Under load the disk fills up some times, each for some seconds."""
        neighbour = Client(self.town, self.journal, NEIGHBOUR, 0, self.chance)
        neighbour.enter()
        passers = passers_by(neighbour)
        times = self.how.many(4, 1)
        with self.crowd.answered():
            with self.crowd.walking(), passers.asking():
                for _ in range(times):
                    time.sleep(self.chance.uniform(2, 4))
                    self._full(passers, self.chance.uniform(3, 8))
            self.crowd.finish()
            left = undelivered(self.town)
        row = self._judged(passers, left)
        row.times = times
        self.database.dispose()
        return row

    def _full(self, passers: PassersBy, seconds: float) -> None:
        since, until = time.monotonic(), time.monotonic() + seconds
        while time.monotonic() < until:  # what frees a little room is filled up again
            self._fill()
            time.sleep(0.05)
        self.met += self._could_not_store()
        self.ballast.unlink()
        self.lost += passers.unsaved(self.database, self.keyring)
        waited = passers.all_well(time.monotonic(), PATIENCE_SECONDS)
        if waited is None:
            self.never.append(f"not all is answered within {PATIENCE_SECONDS:.0f} s after there is room")
        else:
            self.waits.append(waited)
        if self.kind == "sqlite":
            self.met += sum(one.status == 503 for one in passers.answers if one.began > since)

    def _fill(self) -> None:
        with suppress(OSError), self.ballast.open("ab", buffering=0) as file:
            while True:
                file.write(BLOCK)

    def _could_not_store(self) -> int:
        query = select(Task.id).where(Task.name.in_(STORING), Task.done_at.is_(None), Task.problem.is_not(None))
        with self.database.session(reading=True) as session:
            return len(session.scalars(query).all())

    def _judged(self, passers: PassersBy, left: list[str]) -> Result:
        row = compare(self.journal, self.town, self.journal.phase)
        busy, again = sum(one.status == 503 for one in passers.answers), max(self.waits, default=0.0)
        row.note = (
            f"{row.times} requests; {self.met} times something could not be written; {busy} of "
            f"{len(passers.answers)} plain requests answered 503; all is answered {again:.1f} s after"
        )
        row.what = f"disk full while storing, {self.kind}"
        row.lost += self.lost
        row.stuck += self.never
        row.broken += self.town.fallen() + passers.flaws() + passers.late(HANG_SECONDS)
        if not self.met:
            row.broken.append("nothing met the full disk")
        if busy and self.kind != "sqlite":
            row.broken.append("pages that need no document were answered 503")
        judge(self.journal, self.town, row, left)
        return row
