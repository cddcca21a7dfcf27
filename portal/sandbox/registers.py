"""The registers under ``/registers``: what administrations hold of a person, told fact by fact and for a purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from portal.sandbox.pages import page
from portal.sandbox.people import Person
from portal.sandbox.world import carries_token, world

area = Blueprint("registers", __name__, url_prefix="/registers")

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


def civil_status(person: Person) -> dict[str, Any] | None:
    """What the civil-status register holds of a person; None when their record is not there."""
    if person.civil is None:
        return None
    names = {"fullname_ar": person.name_ar, "fullname_lat": person.name, "birth_date": person.birthdate.isoformat()}
    return names | person.civil.model_dump() | {"sex": "F" if person.gender == "female" else "M"}


def population(person: Person) -> dict[str, Any]:
    """What the population register holds of a person."""
    contact = {"address": person.address, "phone": _national(person.phone), "email": person.email}
    return {"fullname_ar": person.name_ar, "fullname_lat": person.name, "cin": person.cin} | contact


REGISTERS: Mapping[str, tuple[list[str], Callable[[Person], dict[str, Any] | None]]] = {
    "civil-status": (CIVIL_FACTS, civil_status),
    "population": (POPULATION_FACTS, population),
}


@area.get("/")
def index() -> ResponseReturnValue:
    """The registers, their facts, and the last questions."""
    known = [(name, facts) for name, (facts, _) in REGISTERS.items()]
    return page("registers.html", registers=known, questions=world().store.newest("question", 50))


@area.get("/<name>/health")
def health(name: str) -> ResponseReturnValue:
    """Whether the register answers."""
    if name not in REGISTERS:
        abort(404)
    return jsonify(status="ok", register=name)


@area.get("/<name>/persons/<cin>")
def person(name: str, cin: str) -> ResponseReturnValue:
    """The wanted facts of one person. 401 without the token, 400 without facts or purpose, 404 for the unknown."""
    if not carries_token(world().settings.register_token):
        return {"error": "a bearer token is needed"}, 401, {"WWW-Authenticate": "Bearer"}
    if name not in REGISTERS:
        return _wrong(404, "no such register")
    wanted = [fact for fact in request.args.get("facts", "").split(",") if fact]
    if reason := _refusal(name, wanted):
        return _wrong(400, reason)
    _remember(name, cin, wanted)
    found = world().people.by_cin(cin)
    record = REGISTERS[name][1](found) if found else None
    if record is None:
        return _wrong(404, "nobody is known under this number")
    facts = {fact: record[fact] for fact in wanted}
    return jsonify(register=name, as_of=world().clock().date().isoformat(), facts=facts)


def _refusal(name: str, wanted: list[str]) -> str:
    if not request.headers.get("X-Purpose"):
        return "say in X-Purpose what the facts are for"
    if not wanted:
        return "say in facts which facts are wanted"
    unknown = sorted(set(wanted) - set(REGISTERS[name][0]))
    return f"unknown facts: {', '.join(unknown)}" if unknown else ""


def _remember(name: str, cin: str, wanted: list[str]) -> None:
    moment = world().clock().strftime("%Y-%m-%d %H:%M:%S")
    purpose = request.headers["X-Purpose"]
    question = {"when": moment, "register": name, "cin": f"…{cin[-3:]}", "facts": wanted, "purpose": purpose}
    world().store.put("question", str(world().store.next_number("question")), question)


def _national(phone: str) -> str:
    """Moroccan numbers as people write them, others unchanged."""
    return phone.replace("+212", "0", 1)


def _wrong(status: int, text: str) -> ResponseReturnValue:
    return {"error": text}, status
