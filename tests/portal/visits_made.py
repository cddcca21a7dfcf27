"""Builders: a visit at a counter, begun by the pages themselves."""

from __future__ import annotations

import re

from acting_made import CINS
from scenes import entered
from sqlalchemy import delete
from world import Browser, World

from portal.identity.models import Code

FATIMA = CINS["fatima"]


def asked_for(clerk: Browser, number: str) -> None:
    """The clerk types the number of the citizen's card."""
    clerk.get("/fr/desk/visits")
    clerk.submit("/desk/visits", {"number": number})


def shown_by(town: World, citizen: Browser) -> str:
    """The code a citizen shows on their own telephone."""
    town.worker_runs()
    town.work.transact(lambda unit: unit.session.execute(delete(Code)))  # those of other tests count as asked for
    citizen.get("/fr/account/visit")
    page = citizen.submit("/account/visit")
    found = re.search(r'class="code"><bdo dir="ltr">(\d{6})<', page.text)
    assert found
    return found[1]


def visiting(town: World, person: str = "fatima") -> tuple[Browser, Browser]:
    """The clerk in a visit of this citizen's, and the citizen's own browser."""
    citizen, clerk = entered(town, person), entered(town, "clerk-tayeb")
    asked_for(clerk, CINS[person])
    clerk.submit("/desk/visits/code", {"code": shown_by(town, citizen)})
    assert f"Vous agissez pour {person.capitalize()}" in clerk.page.words
    return clerk, citizen
