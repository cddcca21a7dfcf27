"""The office that decides on company names: grants the first free proposal, refuses when none is free.

The certificate carries the common identifier of the enterprise (ICE): 15 digits, divisible by 97 as a whole, as
``stdnum.ma.ice`` checks it. The rules about names and the year of validity are made up for the demo.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from portal.sandbox.administrations import automatic, cases
from portal.sandbox.administrations.automatic import Answer
from portal.sandbox.administrations.cases import Case
from portal.sandbox.administrations.dossier import Dossier, NotReadable
from portal.sandbox.pages import in_all
from portal.sandbox.world import World

NAME = "ompic"
PROPOSALS = ("company_name", "company_name_2", "company_name_3")
PROTECTED = ("Maroc Telecom", "OCP", "اتصالات")
"""Names no other may contain."""
EXISTING = ("Atlas Conseil", "Zellige Numérique", "Riad Services", "Bab Al Bahr", "شركة النور")
"""Names that exist already."""


def first_answer(world: World, case: Case) -> Answer:
    """What the office says on receiving a case: names that are all taken are refused at once."""
    if automatic.mode(world, NAME) != "refuse" and free_name(world, case) is None:
        refuse_names(world, case)
    if case["status"] != "open":
        return cases.answer(world, case)
    return automatic.first_answer(world, NAME, case, grant_name)


def check(dossier: Dossier) -> None:
    """A request without a name cannot be taken. Raises NotReadable."""
    wrong = [name for name in PROPOSALS if not isinstance(dossier.answers.get(name, ""), str)]
    first = dossier.answers.get(PROPOSALS[0])
    if wrong or not first or not str(first).strip():
        raise NotReadable(", ".join(f"answers.{name}" for name in wrong or PROPOSALS[:1]))


def free_name(world: World, case: Case) -> str | None:
    """The first proposal nobody holds."""
    return next((name for name in _proposals(case) if not _is_taken(world, name)), None)


def grant_name(world: World, case: Case) -> None:
    """Grants the first free proposal, which nobody else gets from now on; refuses when it was taken meanwhile."""
    name = free_name(world, case)
    if name is None:
        refuse_names(world, case)
        return
    cases.grant(world, NAME, case, _certificate(world, name))
    world.store.put("company", folded(name), case["reference"])


def refuse_names(world: World, case: Case) -> None:
    """Refuses because each proposal is taken."""
    names = "، ".join(_proposals(case)), ", ".join(_proposals(case))
    reason = in_all("ompic_taken", names=names[1]) | {"ar": in_all("ompic_taken", names=names[0])["ar"]}
    cases.refuse(world, NAME, case, reason)


def ice(number: int) -> str:
    """The common identifier of an enterprise: 9 digits, 4 of establishment, 2 of control."""
    first = f"{number:09d}0000"
    return f"{first}{97 - int(first) * 100 % 97:02d}"


def folded(name: str) -> str:
    """A name as it is compared: without accents, Arabic vowel signs, case and punctuation."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", plain.replace("ى", "ي").replace("ة", "ه")))


def _proposals(case: Case) -> Sequence[str]:
    answers = case["dossier"]["answers"]
    return [str(answers[name]).strip() for name in PROPOSALS if str(answers.get(name) or "").strip()]


def _is_taken(world: World, name: str) -> bool:
    words = f" {folded(name)} "
    protected = any(f" {folded(word)} " in words for word in PROTECTED)
    existing = folded(name) in {folded(other) for other in EXISTING}
    return protected or existing or world.store.get("company", folded(name)) is not None


def _certificate(world: World, name: str) -> dict[str, Any]:
    number = world.store.next_number("certificate")
    return {
        "granted_name": name,
        "certificate_no": str(3_000_000 + number),
        "ice": ice(3_500_000 + number),
        "valid_until": _one_year_on(world.clock().date()).isoformat(),
    }


def _one_year_on(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
