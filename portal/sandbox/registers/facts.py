"""What the registers of people hold: facts by name, of one human."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.sandbox.people import Human, Person

CIVIL_FACTS = [
    "fullname_ar",
    "fullname_lat",
    "birth_date",
    "birth_province",
    "birth_place",
    "act_no",
    "act_year",
    "father_name_ar",
    "father_name_lat",
    "mother_name_ar",
    "mother_name_lat",
    "sex",
]
POPULATION_FACTS = ["fullname_ar", "fullname_lat", "cin", "address", "phone", "email"]


def civil_status(human: Human) -> dict[str, Any] | None:
    """What the civil-status register holds of somebody; None when their record is not there."""
    if human.civil is None:
        return None
    names = {"fullname_ar": human.name_ar, "fullname_lat": human.name, "birth_date": human.birthdate.isoformat()}
    return names | human.civil.model_dump() | {"sex": "F" if human.gender == "female" else "M"}


def population(human: Human) -> dict[str, Any]:
    """What the population register holds of somebody: children have neither card nor telephone yet."""
    held = {"fullname_ar": human.name_ar, "fullname_lat": human.name, "cin": human.cin, "address": human.address}
    if isinstance(human, Person):
        held |= {"phone": _national(human.phone), "email": human.email}
    return {fact: value for fact, value in held.items() if value}


REGISTERS: Mapping[str, tuple[list[str], Callable[[Human], dict[str, Any] | None]]] = {
    "civil-status": (CIVIL_FACTS, civil_status),
    "population": (POPULATION_FACTS, population),
}


def _national(phone: str) -> str:
    """Moroccan numbers as people write them, others unchanged."""
    return phone.replace("+212", "0", 1)
