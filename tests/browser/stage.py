"""A town to take pictures of: people with requests at every point of their life, an officer at the desk, letters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from databases import with_tables
from files_brought import a_pdf
from requests_made import BIRTH, INFORMATION, NAME, PERMIT, PROJECT, decide, fill_birth, reference_of, send, start
from requests_made import pay as paid
from requests_made import section as fill
from scenes import Scene, entered, scene
from world import Browser, World, world

from journeys.catalogue.reading import read
from portal.cli import DEFINITIONS

PEOPLE = ("salma", "youssef", "karim", "omar", "agent-rabat", "agent-casa", "agent-urba-rabat")
COMPANY = {"ice": "001561191000066", "court": "tcom-01", "duration": "99"}
CAPITAL = {"capital": "10000", "capital_paid": "10000", "capital_size": "up_to_100k"}
AMAL = {"partner_who": "cnie", "partner_name": "Amal Idrissi", "partner_cin": "AB123456", "partner_share": "4000"}
BADR = {"partner_who": "cnie", "partner_name": "Badr Tazi", "partner_cin": "CD123456", "partner_share": "6000"}
REASON = "Le nom saisi ne correspond pas à l’acte de naissance 1874. Vérifiez-le, puis déposez une nouvelle demande."


@dataclass
class Stage:
    """The town, who is signed in, and the references that addresses are made of."""

    town: World
    people: dict[str, Browser]
    places: dict[str, str] = field(default_factory=dict)

    def cookies(self, person: str) -> list[dict[str, str]]:
        """What keeps this person signed in."""
        found = self.people[person].client.cookies.jar
        return [{"name": one.name, "value": one.value or "", "url": self.town.url} for one in found]


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """The town with everything in it, until the block ends."""
    url = f"sqlite:///{folder / 'look.sqlite'}"
    database = with_tables(url)
    with world(database, url, folder, read(DEFINITIONS), PORTAL_ENVIRONMENT="demo") as town:
        set_up = Stage(town, {person: entered(town, person) for person in PEOPLE})
        _inhabit(set_up)
        yield set_up
    database.dispose()


def _inhabit(found: Stage) -> None:
    town, salma, officer = found.town, found.people["salma"], found.people["agent-rabat"]
    made: dict[str, Scene] = {
        "filed": scene(town, until="filed"),
        "review": scene(town, until="filed"),
        "refused": scene(town, until="filed"),
        "withdrawn": scene(town, until="filed"),
        "sent": scene(town, service=INFORMATION, until="filed"),
        "name": scene(town, "youssef", NAME, until="filed"),
    }
    found.places |= {name: one.reference for name, one in made.items()}
    found.places |= {"to_pay": _asked(salma, pays=False), "granted": _asked(salma, pays=True)}
    town.worker_runs()
    decide(officer, found.places["granted"], "fr")
    officer.get(f"/fr/desk/requests/{found.places['review']}")
    officer.submit("/take")
    officer.get(f"/fr/desk/requests/{found.places['refused']}")
    officer.submit("/take")
    officer.submit("/refuse", {"reason": REASON})
    salma.get(f"/fr/requests/{found.places['withdrawn']}")
    salma.submit("/withdraw")
    youssef, omar = found.people["youssef"], found.people["omar"]
    found.places |= {"things": _with_things(youssef), "plans": _with_files(omar, until="plans")}
    found.places |= {
        "files": _with_files(omar, until="kept"),
        "permit": _with_files(youssef, until="filed"),
    }
    found.places["section"] = town.work.adapters.shelf.current().services[BIRTH].sections[0].id
    found.places["draft"] = scene(town, until="draft").reference
    found.places["empty"] = scene(town, "youssef", until="empty").reference
    town.worker_runs()
    salma.get(f"/fr/requests/{found.places['granted']}")
    found.places["paid"] = salma.page.link("/payments/").rpartition("/")[2]


def _with_things(browser: Browser) -> str:
    """A company of two partners, at the second one."""
    start(browser, "rc-sarl", "ar")
    fill(browser, **COMPANY)
    fill(browser, **CAPITAL)
    fill(browser, **AMAL)
    reference = reference_of(browser.page)
    browser.get(f"/ar/requests/{reference}/fill/partners/2")
    fill(browser, **BADR)
    return reference


def _with_files(browser: Browser, *, until: str) -> str:
    """A building permit where its plans are asked, with plans, or sent and paid."""
    start(browser, PERMIT, "ar")
    for answers in PROJECT:
        fill(browser, **answers)
    reference = reference_of(browser.page)
    if until != "plans":
        browser.post(browser.page.action("/attach/"), files={"plans": ("plans.pdf", a_pdf())})
    if until == "filed":
        send(browser)
        paid(browser)
    return reference


def _asked(salma: Browser, *, pays: bool) -> str:
    """A birth extract asked for in Arabic, page by page, so that its papers and letters are Arabic."""
    start(salma, BIRTH, "ar")
    fill_birth(salma)
    send(salma)
    reference = reference_of(salma.page)
    if pays:
        paid(salma)
    return reference
