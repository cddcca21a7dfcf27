"""How long a file that somebody puts into their locker may be, and for how long the files of one form are taken in."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from certified_made import Scanner
from files_brought import a_pdf
from lockers import added, of_owner
from outages import instead
from scenes import entered
from world import Browser, World

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture
def salma(town: World) -> Browser:
    """Salma, signed in."""
    return entered(town, "salma")


@dataclass
class Slow(Scanner):
    """Looks at every file for so many seconds of a clock that moves by nothing else."""

    seconds: float = 0.0
    now: float = 0.0

    def scan(self, content: object) -> None:
        """Finds nothing."""
        self.now += self.seconds


def kept(town: World) -> int:
    """How many files lie in Salma's locker."""
    return sum(one.state == "kept" for one in of_owner(town, "salma"))


def test_a_pdf_of_more_than_three_hundred_pages_is_refused(town: World, salma: Browser) -> None:
    before = kept(town)
    assert "Plus de 300 pages" in added(salma, {"long.pdf": a_pdf(pages=301)}).words
    assert kept(town) == before
    assert "1 document" in added(salma, {"court.pdf": a_pdf(pages=300)}).words
    assert kept(town) == before + 1


@pytest.mark.parametrize(("seconds", "come"), [(29.0, 3), (31.0, 2), (61.0, 1)])
def test_the_files_of_a_form_that_a_minute_does_not_suffice_for_are_to_be_sent_again(
    town: World, salma: Browser, monkeypatch: pytest.MonkeyPatch, seconds: float, come: int
) -> None:
    clock, before = Slow(seconds=seconds), kept(town)
    monkeypatch.setattr("portal.locker.adding.monotonic", lambda: clock.now)
    with instead(town, scanner=clock):
        files = {f"{number}.pdf": a_pdf(pages=number) for number in (1, 2, 3)}
        page = added(salma, files)
    assert kept(town) == before + come
    assert page.words.count("Ce fichier n’a pas pu être reçu à l’instant. Veuillez l’envoyer de nouveau.") == 3 - come
