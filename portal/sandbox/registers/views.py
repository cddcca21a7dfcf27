"""The registers under ``/registers``: what administrations hold, told fact by fact and for a purpose.

``civil-status`` and ``population`` tell facts about a person, ``families`` whom somebody represents by law (children
until they are of age, wards), ``companies`` which legal persons there are and who represents them, ``papers`` which
documents are held about somebody, and each of them.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from portal.sandbox.pages import page
from portal.sandbox.people import Human
from portal.sandbox.registers import companies, families, papers
from portal.sandbox.registers.asking import NotAnswered, admit, remember
from portal.sandbox.registers.companies import Company
from portal.sandbox.registers.facts import REGISTERS
from portal.sandbox.registers.papers import Owned
from portal.sandbox.world import world

area = Blueprint("registers", __name__, url_prefix="/registers")

OTHERS = {families.NAME: ["represents"], companies.NAME: ["company", "companies"], papers.NAME: ["documents"]}
"""Registers with an API of their own, and what they tell."""
NOBODY = "nobody is known under this number"


@area.errorhandler(NotAnswered)
def not_answered(error: NotAnswered) -> ResponseReturnValue:
    """Says why, and what to bring."""
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    return {"error": str(error)}, error.status, headers


@area.get("/")
def index() -> ResponseReturnValue:
    """The registers, their facts, and the last questions."""
    known = [(name, facts) for name, (facts, _) in REGISTERS.items()] + list(OTHERS.items())
    return page("registers.html", registers=known, questions=world().store.newest("question", 50))


@area.get("/companies/")
def all_companies() -> ResponseReturnValue:
    """The legal persons there are and who represents them, for whoever tries the portal."""
    held = world().companies
    return page("companies.html", companies=held, accountant=held.accountant)


@area.get("/<name>/health")
def health(name: str) -> ResponseReturnValue:
    """Whether the register answers."""
    if name not in REGISTERS and name not in OTHERS:
        abort(404)
    return jsonify(status="ok", register=name)


@area.get("/<name>/persons/<identifier>")
def person(name: str, identifier: str) -> ResponseReturnValue:
    """The wanted facts of one person. 401 without the token, 400 without facts or purpose, 404 for the unknown."""
    admit()
    if name not in REGISTERS:
        raise NotAnswered(404, "no such register")
    wanted = [fact for fact in request.args.get("facts", "").split(",") if fact]
    _check(name, wanted)
    remember(name, identifier, wanted)
    record = REGISTERS[name][1](_known(identifier))
    if record is None:
        raise NotAnswered(404, NOBODY)
    return _told(name, facts={fact: record[fact] for fact in wanted if fact in record})


@area.get("/families/persons/<identifier>")
def family(identifier: str) -> ResponseReturnValue:
    """Whom somebody represents by law. 401, 400 without a purpose, 404 for the unknown."""
    _asked(families.NAME, identifier, "represents")
    return _told(families.NAME, represents=world().families.represented(_known(identifier), world().today))


@area.get("/companies/by-ice/<ice>")
def company_by_ice(ice: str) -> ResponseReturnValue:
    """The legal person with this ICE. 401, 400, 404."""
    _asked(companies.NAME, ice, "company")
    return _told_of(world().companies.by_ice(ice))


@area.get("/companies/by-rc/<court>/<number>")
def company_by_rc(court: str, number: str) -> ResponseReturnValue:
    """The legal person with this number in the trade register of this court. 401, 400, 404."""
    _asked(companies.NAME, number, "company")
    return _told_of(world().companies.by_rc(court, number))


@area.get("/companies/of/<identifier>")
def companies_of(identifier: str) -> ResponseReturnValue:
    """All legal persons that somebody represents; none for whom the register does not know. 401, 400."""
    _asked(companies.NAME, identifier, "companies")
    held, known = world().companies, world().people.by_identifier(identifier)
    found = held.of(known.identifiers.values() if known else [identifier])
    return _told(companies.NAME, companies=[held.told(company) for company in found])


@area.get("/papers/of/<number>")
def papers_of(number: str) -> ResponseReturnValue:
    """The documents that administrations hold about a person or a company. 401, 400, 404."""
    _asked(papers.NAME, number, "documents")
    return _told(papers.NAME, documents=[world().papers.told(one) for one in _held(number)])


@area.get("/papers/of/<number>/<key>")
def paper(number: str, key: str) -> ResponseReturnValue:
    """One of them, as a PDF. 401, 400, 404."""
    _asked(papers.NAME, number, key)
    for one in _held(number):
        if one.paper.id == key:
            return world().papers.pdf(one), {"Content-Type": "application/pdf"}
    raise NotAnswered(404, "no such document is held")


def _held(number: str) -> list[Owned]:
    found = world().papers.of(number)
    if found is None:
        raise NotAnswered(404, NOBODY)
    return found


def _asked(register: str, about: str, fact: str) -> None:
    admit()
    remember(register, about, [fact])


def _check(name: str, wanted: list[str]) -> None:
    if not wanted:
        raise NotAnswered(400, "say in facts which facts are wanted")
    if unknown := sorted(set(wanted) - set(REGISTERS[name][0])):
        raise NotAnswered(400, f"unknown facts: {', '.join(unknown)}")


def _known(identifier: str) -> Human:
    found = world().people.by_identifier(identifier) or world().families.child(identifier)
    if found is None:
        raise NotAnswered(404, NOBODY)
    return found


def _told_of(company: Company | None) -> ResponseReturnValue:
    if company is None:
        raise NotAnswered(404, "no company is known under this number")
    return _told(companies.NAME, company=world().companies.told(company))


def _told(register: str, **said: Any) -> ResponseReturnValue:
    return jsonify(register=register, as_of=world().today.isoformat(), **said)
