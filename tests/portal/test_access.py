"""Who may do what: every route, every role, every method. What belongs to another is not found."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, partial
from uuid import UUID

import httpx
import pytest
from access_table import AIDES, ANSWERS, DRAFTS, NEVER, NO, OFFICERS, OPERATOR, ROLES, SECTIONS, TABLE, WANTED, expected
from access_things import THINGS, shared, thing
from acting_made import act_for, answer, offer
from requests_made import BIRTH, NAME
from scenes import Scene, entered, is_in, scene
from sqlalchemy import select
from world import Browser, Page, World

from portal.app import create_app
from portal.locker.models import Document

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

LAST = ("owner", "delegate", "rabat", "supervisor")
LOOKS = ("GET", "HEAD")
VIEWED = (*LOOKS, "POST")
ENDING = ("/<lang>/locker/shares/<uuid:share>/withdraw", "/<lang>/for", "/<lang>/for/look", ANSWERS)
"""What is sent there ends a share, or the right of the delegate."""


@pytest.fixture(scope="module")
def people(running_world: World) -> dict[str, Browser]:
    """One browser for each role; the delegate acts for the owner."""
    found = {role: _entered(running_world, name) for role, name in ROLES.items()}
    mandate = offer(found["owner"], "amal")
    answer(found["delegate"], mandate, "accept")
    act_for(found["delegate"], mandate.rpartition("/")[2])
    found["other"].get("/fr/companies/find")
    found["other"].submit("/companies/find", {"ice": "003271846000095"})
    shared(running_world, "salma", "youssef")
    return found


@pytest.fixture(scope="module")
def tokens(people: dict[str, Browser]) -> dict[str, str]:
    """What each role's forms carry; a visitor sees no form."""
    return {role: "" if role == "visitor" else browser.get("/fr/").token() for role, browser in people.items()}


def _entered(town: World, name: str) -> Browser:
    return entered(town, name) if name else town.browser()


def _address(town: World, rule: str, made: Scene | None) -> str:
    section = SECTIONS.get(TABLE[rule][0], "person")
    address = rule.replace("<lang>", "fr").replace("<service>", BIRTH).replace("<section>", section)
    address = address.replace("<int:thing>", "1")
    of = rule.partition("<lang>/")[2].partition("/")[0]
    address = address.replace("<code>", "AAAAA-AAAAA-AAAAA").replace("<month>", "2026-10")
    address = address.replace("<name>", "ompic").replace("<wanted>", WANTED.get(of, ""))
    address = address.replace(ANSWERS.rpartition("/")[2], "block")
    if "<uuid:device>" in rule:
        entered(town, "salma")  # the newest device is ended, not the one at hand
    for name in THINGS:
        if f"<uuid:{name}>" in address:
            address = address.replace(f"<uuid:{name}>", thing(town, name))
    if made is None:
        return address
    known = {"reference": made.reference, "uuid:debt": made.debt, "uuid:attempt": made.attempt}
    if "<uuid:document>" in rule:
        known["uuid:document"] = _document(town, made) or made.case
    for name, value in known.items():
        address = address.replace(f"<{name}>", str(value))
    return address


def _anywhere(rule: str) -> str:
    """An address of this route at which nothing is: whether a method is taken does not depend on what is there."""
    address = rule.replace("<lang>", "fr").replace("<int:thing>", "1")
    return re.sub("<[^>]*>", "A", re.sub("<uuid:[^>]*>", str(UUID(int=0)), address))


def _document(town: World, made: Scene) -> UUID | None:
    def find() -> UUID | None:
        of_case = select(Document.id).where(Document.case_id == made.case)
        return town.work.transact(lambda unit: unit.session.scalar(of_case), reading=True)

    found = find()
    if found is None:
        town.worker_runs()
    return found or find()


def _scene(town: World, until: str) -> Scene | None:
    if until in THINGS:
        return None
    if until in DRAFTS:
        return scene(town, service=DRAFTS[until], until="empty")
    return scene(town, until="filed" if until == "documented" else until) if until else None


def _asks(browser: Browser, method: str, address: str, token: str = "") -> httpx.Response:
    data = {"csrf_token": token} if method == "POST" else None
    return browser.client.request(method, address, data=data, follow_redirects=False)


def test_no_route_is_forgotten(town: World) -> None:
    routes = {rule.rule for rule in create_app(town.settings, town.work).url_map.iter_rules()}
    assert routes == set(TABLE)


@pytest.mark.parametrize("method", [*VIEWED, "OPTIONS", *NEVER])
def test_each_role_meets_what_the_table_says(
    town: World, people: dict[str, Browser], tokens: dict[str, str], method: str
) -> None:
    strangers_first = sorted(ROLES, key=lambda role: LAST.index(role) + 1 if role in LAST else 0)
    scenes, differing = cache(lambda until: _scene(town, until)), {}
    sends = sorted(
        (rule for rule in TABLE if rule != "/sign-out"),
        key=lambda rule: (rule in ENDING, ENDING.index(rule) if rule in ENDING else 0),
    )
    for rule in sends if method == "POST" else TABLE:
        where = scenes if method in LOOKS else partial(_scene, town)
        address = _address(town, rule, where(TABLE[rule][0])) if method in VIEWED else _anywhere(rule)
        met = {role: _asks(people[role], method, address, tokens[role]).status_code for role in strangers_first}
        right = dict(zip(ROLES, expected(rule, method), strict=True))
        differing |= {} if met == right else {rule: {role: (met[role], right[role]) for role in ROLES}}
    assert differing == {}, "route: role: (met, expected)"


@pytest.mark.parametrize("page", OPERATOR)
def test_the_operators_pages_know_nobody(people: dict[str, Browser], tokens: dict[str, str], page: str) -> None:
    for role, browser in people.items():
        met = {
            method: _asks(browser, method, page, tokens[role]).status_code for method in (*VIEWED, "OPTIONS", *NEVER)
        }
        assert met == dict.fromkeys(met, 405) | {"GET": OPERATOR[page], "HEAD": OPERATOR[page]}, role


@pytest.mark.parametrize("role", ROLES)
def test_everyone_may_leave(town: World, role: str) -> None:
    expected = dict(zip(ROLES, TABLE["/sign-out"][2], strict=True))
    leaver = _entered(town, ROLES[role])
    token = leaver.get("/fr/").token() if ROLES[role] else ""
    assert _asks(leaver, "POST", "/sign-out", token).status_code == expected[role]
    assert not is_in(leaver.client)


@pytest.mark.parametrize("rule", [rule for rule in TABLE if "<reference>" in rule])
@pytest.mark.parametrize("role", ["other", "casa", "ompic", "clerk"])
def test_a_stranger_cannot_tell_what_exists(
    town: World, people: dict[str, Browser], tokens: dict[str, str], rule: str, role: str
) -> None:
    made = _scene(town, TABLE[rule][0])
    assert made
    method = "GET" if TABLE[rule][1] != NO else "POST"
    existing, missing = (
        Page(_asks(people[role], method, _address(town, rule, one), tokens[role]))
        for one in (made, replace(made, reference="00000-00000"))
    )
    assert existing.words == missing.words
    assert existing.status == missing.status == (403 if role in (*OFFICERS, *AIDES) and "/desk" not in rule else 404)


def test_the_queue_of_another_office_does_not_show_the_request(town: World, people: dict[str, Browser]) -> None:
    made = scene(town, until="filed")
    assert made.reference in people["rabat"].get("/fr/desk").words or _beyond_the_first_page(people["rabat"])
    assert made.reference not in people["casa"].get("/fr/desk").words
    assert made.reference not in people["ompic"].get("/fr/desk").words


def test_each_administration_sees_its_own_requests(town: World, people: dict[str, Browser]) -> None:
    made = scene(town, "youssef", NAME, until="filed")
    seen = {role for role in ROLES if people[role].get(f"/fr/desk/requests/{made.reference}").status == 200}
    assert seen - {"visitor"} == {"ompic"}


def _beyond_the_first_page(officer: Browser) -> bool:
    return "?from=" in officer.page.text


def test_an_officer_finds_no_draft_and_no_unpaid_request(town: World, people: dict[str, Browser]) -> None:
    for until in ("draft", "submitted"):
        made = scene(town, until=until)
        assert people["rabat"].get(f"/fr/desk/requests/{made.reference}").status == 404
