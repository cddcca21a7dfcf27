"""Who may do what: every route, every role, every method. What belongs to another is not found."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import httpx
import pytest
from requests_made import BIRTH, NAME
from scenes import Scene, entered, is_in, person_of, scene, token_of
from sqlalchemy import select
from world import Browser, Page, World

from portal.app import create_app
from portal.locker.models import Document

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

# ``casa`` is an officer of another office, ``ompic`` one of another administration.
ROLES = {
    "visitor": "",
    "owner": "salma",
    "other": "youssef",
    "rabat": "agent-rabat",
    "casa": "agent-casa",
    "ompic": "agent-ompic",
}
ALL = (200,) * 6
PEOPLE = (303, 200, 200, 200, 200, 200)
OWNER = (303, 200, 404, 404, 404, 404)
DESK = (303, 404, 404, 200, 200, 200)
RABAT = (303, 404, 404, 200, 404, 404)
LED_BACK = (303, 303, 404, 404, 404, 404)
NOBODY = (303, 404, 404, 404, 404, 404)
DONE_BY_OWNER = (400, 303, 404, 404, 404, 404)
DONE_BY_RABAT = (400, 404, 404, 303, 404, 404)
DONE_BY_ALL = (400, 303, 303, 303, 303, 303)
TAKEN_FROM_OWNER = (303, *DONE_BY_OWNER[1:])  # nothing of it is read for who did not sign in
JUDGED_FOR_RABAT = (400, 404, 404, 422, 404, 404)
NO = (405,) * 6
NO_LANGUAGE = (308,) * 6  # read as /<lang>/ without its slash, and not found there
UNSIGNED = (400,) * 6

# route: (until where the request of Salma has come, status of GET by role, status of POST by role)
TABLE: dict[str, tuple[str, tuple[int, ...], tuple[int, ...]]] = {
    "/": ("", (302,) * 6, NO),
    "/<lang>/": ("", ALL, NO),
    "/<lang>/life-events/<wanted>": ("", ALL, (303,) * 6),
    "/<lang>/life-events/<wanted>/calendar": ("", ALL, NO),
    "/<lang>/life-events/<wanted>/history": ("", ALL, NO),
    "/<lang>/search": ("", ALL, NO),
    "/<lang>/search/suggest": ("", ALL, NO),
    "/<lang>/services/<wanted>": ("", ALL, NO),
    "/<lang>/services/<wanted>/history": ("", ALL, NO),
    "/<lang>/services/<wanted>/wish": ("", NO, (303,) * 6),
    "/<lang>/administrations": ("", ALL, NO),
    "/<lang>/administrations/<wanted>": ("", ALL, NO),
    "/sitemap.xml": ("", ALL, NO),
    "/robots.txt": ("", ALL, NO),
    "/sign-in": ("", (303,) * 6, NO),
    "/sign-in/back": ("", (400,) * 6, NO),
    "/sign-out": ("", NO_LANGUAGE, DONE_BY_ALL),
    "/hooks/stripe": ("", NO, UNSIGNED),
    "/hooks/connectors/<name>": ("", NO, UNSIGNED),
    "/<lang>/dashboard": ("", PEOPLE, NO),
    "/<lang>/payments": ("", PEOPLE, NO),
    "/<lang>/locker": ("", PEOPLE, NO),
    "/<lang>/inbox": ("", PEOPLE, NO),
    "/<lang>/inbox/read": ("", NO, DONE_BY_ALL),
    "/<lang>/services/<service>/start": ("", PEOPLE, DONE_BY_ALL),
    "/<lang>/requests/<reference>": ("filed", OWNER, NO),
    "/<lang>/requests/<reference>/receipt": ("filed", OWNER, NO),
    "/<lang>/requests/<reference>/fill/<section>": ("draft", OWNER, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/fill/<section>/<int:thing>": ("things", OWNER, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/leave-out/<section>/<int:thing>": ("things", NO, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/attach/<section>": ("files", LED_BACK, TAKEN_FROM_OWNER),
    "/<lang>/requests/<reference>/attach/<section>/<int:thing>": ("things", LED_BACK, TAKEN_FROM_OWNER),
    "/<lang>/requests/<reference>/fetch/<section>": ("draft", NO, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/review": ("draft", OWNER, NO),
    "/<lang>/requests/<reference>/submit": ("draft", NO, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/discard": ("draft", NO, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/withdraw": ("filed", NO, DONE_BY_OWNER),
    "/<lang>/payments/<uuid:debt>": ("submitted", OWNER, NO),
    "/<lang>/payments/<uuid:debt>/checkout": ("submitted", NO, DONE_BY_OWNER),
    "/<lang>/payments/<uuid:attempt>/back": ("submitted", (303, 303, 404, 404, 404, 404), NO),
    "/<lang>/locker/<uuid:document>": ("documented", OWNER, NO),
    "/<lang>/desk": ("", DESK, NO),
    "/<lang>/desk/requests/<reference>": ("filed", RABAT, NO),
    "/<lang>/desk/requests/<reference>/files/<uuid:document>": ("documented", NOBODY, NO),  # made here, not brought
    "/<lang>/desk/requests/<reference>/take": ("filed", NO, DONE_BY_RABAT),
    "/<lang>/desk/requests/<reference>/grant": ("filed", NO, JUDGED_FOR_RABAT),
    "/<lang>/desk/requests/<reference>/refuse": ("filed", NO, JUDGED_FOR_RABAT),
}
# Answered before any route: by whatever name and by nobody in particular.
OPERATOR = {"/healthz": 200, "/readyz": 200, "/metrics": 404}
# What a route can do is told to whoever may enter its area; nothing else than the area is told.
OPEN = {
    "/<lang>/",
    "/<lang>/life-events/<wanted>",
    "/<lang>/life-events/<wanted>/calendar",
    "/<lang>/life-events/<wanted>/history",
    "/<lang>/search",
    "/<lang>/search/suggest",
    "/<lang>/services/<wanted>",
    "/<lang>/services/<wanted>/history",
    "/<lang>/services/<wanted>/wish",
    "/<lang>/administrations",
    "/<lang>/administrations/<wanted>",
}
VIEWED = ("GET", "HEAD", "POST")
NEVER = ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND")
DRAFTS = {"things": "cnss-employee", "files": "building-permit"}
SECTIONS = {"things": "employees", "files": "plans"}
WANTED = {"life-events": "having-a-baby", "services": BIRTH, "administrations": "ompic"}


@pytest.fixture(scope="module")
def people(running_world: World) -> dict[str, Browser]:
    """One browser for each role."""
    return {role: _entered(running_world, name) for role, name in ROLES.items()}


@pytest.fixture(scope="module")
def tokens(people: dict[str, Browser]) -> dict[str, str]:
    """What each role's forms carry; a visitor sees no form."""
    return {role: "" if role == "visitor" else token_of(browser) for role, browser in people.items()}


def _entered(town: World, name: str) -> Browser:
    return entered(town, name) if name else town.browser()


def _address(town: World, rule: str, made: Scene | None) -> str:
    section = SECTIONS.get(TABLE[rule][0], "person")
    address = rule.replace("<lang>", "fr").replace("<service>", BIRTH).replace("<section>", section)
    address = address.replace("<int:thing>", "1")
    of = rule.partition("<lang>/")[2].partition("/")[0]
    address = address.replace("<name>", "ompic").replace("<wanted>", WANTED.get(of, ""))
    if made is None:
        return address
    known = {"reference": made.reference, "uuid:debt": made.debt, "uuid:attempt": made.attempt}
    if "<uuid:document>" in rule:
        known["uuid:document"] = _document(town, made) or made.case
    for name, value in known.items():
        address = address.replace(f"<{name}>", str(value))
    return address


def _document(town: World, made: Scene) -> UUID | None:
    town.worker_runs()
    return town.work.transact(
        lambda unit: unit.session.scalar(select(Document.id).where(Document.case_id == made.case)), reading=True
    )


def _scene(town: World, until: str) -> Scene | None:
    if until in DRAFTS:
        return scene(town, service=DRAFTS[until], until="empty")
    return scene(town, until="filed" if until == "documented" else until) if until else None


def _expected(rule: str, method: str) -> tuple[int, ...]:
    _until, reading, sending = TABLE[rule]
    if method == "OPTIONS":
        open_to_all = rule in OPEN or not rule.startswith("/<lang>/")
        return ALL if open_to_all else DESK if rule.startswith("/<lang>/desk") else PEOPLE
    return NO if method in NEVER else sending if method == "POST" else reading


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
    strangers_first = sorted(ROLES, key=lambda role: role in ("owner", "rabat"))
    differing, any_will_do = {}, scene(town, until="submitted")
    for rule in TABLE.keys() - {"/sign-out"} if method == "POST" else TABLE:
        made = _scene(town, TABLE[rule][0]) if method in VIEWED else any_will_do
        address = _address(town, rule, made)
        met = {role: _asks(people[role], method, address, tokens[role]).status_code for role in strangers_first}
        expected = dict(zip(ROLES, _expected(rule, method), strict=True))
        differing |= {} if met == expected else {rule: {role: (met[role], expected[role]) for role in ROLES}}
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
    token = token_of(leaver) if ROLES[role] else ""
    assert _asks(leaver, "POST", "/sign-out", token).status_code == expected[role]
    assert not is_in(leaver.client)


@pytest.mark.parametrize("rule", [rule for rule in TABLE if "<reference>" in rule])
@pytest.mark.parametrize("role", ["other", "casa", "ompic"])
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
    assert existing.status == missing.status == 404


def test_the_queue_of_another_office_does_not_show_the_request(town: World, people: dict[str, Browser]) -> None:
    made = scene(town, until="filed")
    assert made.reference in people["rabat"].get("/fr/desk").words or _beyond_the_first_page(people["rabat"])
    assert made.reference not in people["casa"].get("/fr/desk").words
    assert made.reference not in people["ompic"].get("/fr/desk").words


def test_each_administration_sees_its_own_requests(town: World, people: dict[str, Browser]) -> None:
    made = scene(town, "youssef", NAME, until="filed")
    seen = {role: people[role].get(f"/fr/desk/requests/{made.reference}").status for role in ROLES if role != "visitor"}
    assert seen == {"owner": 404, "other": 404, "rabat": 404, "casa": 404, "ompic": 200}


def _beyond_the_first_page(officer: Browser) -> bool:
    return "?from=" in officer.page.text


def test_an_officer_finds_no_draft_and_no_unpaid_request(town: World, people: dict[str, Browser]) -> None:
    for until in ("draft", "submitted"):
        made = scene(town, until=until)
        assert people["rabat"].get(f"/fr/desk/requests/{made.reference}").status == 404


def test_an_officers_own_request_is_not_seen_by_citizens(town: World, people: dict[str, Browser]) -> None:
    made = scene(town, "agent-rabat")
    assert person_of(town, "agent-rabat") != person_of(town, "salma")
    assert people["owner"].get(f"/fr/requests/{made.reference}/review").status == 404
    assert people["rabat"].get(f"/fr/requests/{made.reference}/review").status == 200
