"""A town to take pictures of: people with requests at every point of their life, an officer at the desk, letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from acting_made import CINS, act_for, answer, ask, choice, offer, represented
from at_work import half_in
from certified_made import certified
from databases import with_tables
from files_brought import a_pdf
from lockers import added, newest
from requests_made import BIRTH, INFORMATION, NAME, PERMIT, PROJECT, decide, fill_birth, reference_of, send, start
from requests_made import pay as paid
from requests_made import section as fill
from scenes import Scene, entered, scene
from sqlalchemy import select
from visits_made import visiting
from world import Browser, World, world

from journeys.catalogue.reading import read
from portal.cli import DEFINITIONS
from portal.i18n import casablanca_day
from portal.identity.mandates.models import Company
from portal.identity.staff.actions import new_word
from portal.locker.proofs import proof
from portal.locker.proofs.printing import attached
from portal.unit import real_now

PEOPLE = ("salma", "youssef", "karim", "omar", "fatima", "amal", "meryem", "nabil")
AT_WORK = ("agent-rabat", "agent-casa", "agent-urba-rabat", "clerk-tayeb", "supervisor-tayeb", "supervisor-rabat")
COMPANY = {"ice": "001561191000066", "court": "tcom-01", "duration": "99"}
ICE = "003271846000095"
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
        set_up = Stage(town, {person: entered(town, person) for person in (*PEOPLE, *AT_WORK)})
        set_up.people |= {"agent-waiting": half_in(town, "agent-casa"), "agent-new": half_in(town, "agent-ompic")}
        _inhabit(set_up)
        _empower(set_up)
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
    pdf = salma.client.get(salma.page.link("/locker/")).content
    found.places["code"] = proof.read(attached(pdf), town.work.adapters.proof_keys).code
    _keep_and_share(found)


def _keep_and_share(found: Stage) -> None:
    """A lease that ends soon in Youssef's locker, shared with Karim and by a link."""
    town, youssef = found.town, found.people["youssef"]
    ends = f"{casablanca_day(real_now()) + timedelta(days=40):%d/%m/%Y}"
    files = {"bail.pdf": a_pdf(), "quittance.pdf": a_pdf(pages=2)}
    added(youssef, files, kind="lease", label="Bail, rue Oqba 12", issued_on="01/11/2025", valid_until=ends)
    document = str(newest(town, "youssef").id)
    youssef.get(f"/fr/locker/{document}/share")
    said = {"purpose": "Dossier de location", "days": "7", "views": "5"}
    page = youssef.submit("/share", said | {"with": "person", "person": CINS["salma"]})
    share = page.url.rpartition("/")[2]
    youssef.get(f"/fr/locker/{document}/share")
    page = youssef.submit("/share", said | {"with": "link"})
    word = re.search(r"/fr/shared/([\w-]{40,})", page.text)
    assert word, page.words[:300]
    found.places |= {"document": document, "share": share, "word_of_link": word[1]}


def _empower(found: Stage) -> None:
    """Mandates at every point of their life, a company, a visit at a counter."""
    fatima, amal, meryem, nabil = (found.people[name] for name in ("fatima", "amal", "meryem", "nabil"))
    mandate = offer(fatima, "amal")
    answer(amal, mandate, "accept")
    act_for(amal, choice(amal, "Fatima"))
    represented(meryem, "Zellige")
    answer(fatima, ask(nabil, "fatima", ("see",)), "decline")
    asked = ask(nabil, "fatima")
    clerk = found.people["clerk-tayeb"]
    clerk.get("/fr/desk/visits")
    clerk.submit("/desk/visits", {"number": CINS["fatima"]})
    helping, _ = visiting(found.town, "nabil")
    certified(helping)
    found.people["clerk-helping"] = helping
    copy = nabil.client.get(f"/fr/locker/{newest(found.town, 'nabil').id}/file").content
    found.places["copy"] = proof.read(attached(copy), found.town.work.adapters.proof_keys).code
    found.places |= {"mandate": mandate.rpartition("/")[2], "asked": asked.rpartition("/")[2]}
    found.places["word"] = found.town.work.transact(
        lambda unit: new_word(unit.session, real_now(), "staff", "staff-agent-ompic", unit.adapters.keyring)
    )
    company = select(Company.id).where(Company.ice == ICE)
    found.places["company"] = str(found.town.work.transact(lambda unit: unit.session.scalars(company).one()))


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
