"""Who may do what: every route, every role, reading and sending. What belongs to another is not found."""

from __future__ import annotations

from uuid import UUID

import httpx
import pytest
from requests_made import BIRTH
from scenes import Scene, person_of, scene
from sqlalchemy import select
from world import Browser, World

from portal.app import create_app
from portal.locker.models import Document

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

ROLES = {"visitor": "", "owner": "salma", "other": "youssef", "rabat": "agent-rabat", "casa": "agent-casa"}
ALL = (200, 200, 200, 200, 200)
PEOPLE = (303, 200, 200, 200, 200)
OWNER = (303, 200, 404, 404, 404)
DESK = (303, 404, 404, 200, 200)
RABAT = (303, 404, 404, 200, 404)
DONE_BY_OWNER = (400, 303, 404, 404, 404)
DONE_BY_RABAT = (400, 404, 404, 303, 404)
DONE_BY_ALL = (400, 303, 303, 303, 303)
NO = (405,) * 5
UNSIGNED = (400,) * 5

# route: (until where the request of Salma has come, status of GET by role, status of POST by role)
TABLE: dict[str, tuple[str, tuple[int, ...], tuple[int, ...]]] = {
    "/": ("", (302,) * 5, NO),
    "/healthz": ("", ALL, NO),
    "/readyz": ("", ALL, NO),
    "/<lang>/": ("", ALL, NO),
    "/<lang>/life-events/<wanted>": ("", ALL, NO),
    "/<lang>/services/<wanted>": ("", ALL, NO),
    "/<lang>/administrations/<wanted>": ("", ALL, NO),
    "/sign-in": ("", (303,) * 5, NO),
    "/sign-in/back": ("", (400,) * 5, NO),
    "/sign-out": ("", NO, DONE_BY_ALL),
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
    "/<lang>/requests/<reference>/fill/<section>": ("draft", OWNER, (400, 422, 404, 404, 404)),
    "/<lang>/requests/<reference>/fetch/<section>": ("draft", NO, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/review": ("draft", OWNER, NO),
    "/<lang>/requests/<reference>/submit": ("draft", NO, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/discard": ("draft", NO, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/withdraw": ("filed", NO, DONE_BY_OWNER),
    "/<lang>/payments/<uuid:debt>": ("submitted", OWNER, NO),
    "/<lang>/payments/<uuid:debt>/checkout": ("submitted", NO, DONE_BY_OWNER),
    "/<lang>/payments/<uuid:attempt>/back": ("submitted", (303, 303, 404, 404, 404), NO),
    "/<lang>/locker/<uuid:document>": ("documented", OWNER, NO),
    "/<lang>/desk": ("", DESK, NO),
    "/<lang>/desk/requests/<reference>": ("filed", RABAT, NO),
    "/<lang>/desk/requests/<reference>/take": ("filed", NO, DONE_BY_RABAT),
    "/<lang>/desk/requests/<reference>/grant": ("filed", NO, (400, 404, 404, 422, 404)),
    "/<lang>/desk/requests/<reference>/refuse": ("filed", NO, (400, 404, 404, 422, 404)),
}
WANTED = {"life-events": "having-a-baby", "services": BIRTH, "administrations": "ompic"}


@pytest.fixture(scope="module")
def people(running_world: World) -> dict[str, Browser]:
    """One browser for each role."""
    return {role: _entered(running_world, name) for role, name in ROLES.items()}


def _entered(town: World, name: str) -> Browser:
    browser = town.browser()
    if name:
        browser.sign_in(name, "fr")
    return browser


def _address(town: World, rule: str, made: Scene | None) -> str:
    address = rule.replace("<lang>", "fr").replace("<service>", BIRTH).replace("<section>", "person")
    of = rule.partition("<lang>/")[2].partition("/")[0]
    address = address.replace("<name>", "ompic").replace("<wanted>", WANTED.get(of, ""))
    if made is None:
        return address
    known = {"reference": made.reference, "uuid:debt": made.debt, "uuid:attempt": made.attempt}
    if "<uuid:document>" in rule:
        known["uuid:document"] = _document(town, made)
    for name, value in known.items():
        address = address.replace(f"<{name}>", str(value))
    return address


def _document(town: World, made: Scene) -> UUID:
    town.worker_runs()
    return town.work.transact(
        lambda unit: unit.session.scalars(select(Document.id).where(Document.case_id == made.case)).one(), reading=True
    )


def _scene(town: World, until: str) -> Scene | None:
    return scene(town, until="filed" if until == "documented" else until) if until else None


def _asks(browser: Browser, method: str, address: str) -> httpx.Response:
    data = None
    if method == "POST" and "shubbak" in browser.client.cookies:
        data = {"csrf_token": browser.get("/fr/dashboard").token()} if _is_in(browser) else {}
    return browser.client.request(method, address, data=data, follow_redirects=False)


def _is_in(browser: Browser) -> bool:
    return browser.client.get("/fr/dashboard", follow_redirects=False).status_code == 200


def test_no_route_is_forgotten(town: World) -> None:
    routes = {rule.rule for rule in create_app(town.settings, town.work).url_map.iter_rules()}
    assert routes == set(TABLE)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("rule", [rule for rule in TABLE if rule != "/sign-out"])
def test_each_role_meets_what_the_table_says(town: World, people: dict[str, Browser], rule: str, method: str) -> None:
    until, reading, sending = TABLE[rule]
    expected = sending if method == "POST" else reading
    address = _address(town, rule, _scene(town, until))
    strangers_first = sorted(ROLES, key=lambda role: role in ("owner", "rabat"))
    met = {role: _asks(people[role], method, address).status_code for role in strangers_first}
    assert met == dict(zip(ROLES, expected, strict=True))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_nothing_is_done_by_any_other_method(town: World, people: dict[str, Browser], method: str) -> None:
    made = scene(town, until="submitted")
    for rule in TABLE:
        address = _address(town, rule.replace("<uuid:document>", str(made.case)), made)
        assert _asks(people["owner"], method, address).status_code == 405, rule


@pytest.mark.parametrize("role", ROLES)
def test_everyone_may_leave(town: World, role: str) -> None:
    expected = dict(zip(ROLES, TABLE["/sign-out"][2], strict=True))
    leaver = _entered(town, ROLES[role])
    assert _asks(leaver, "POST", "/sign-out").status_code == expected[role]
    assert not _is_in(leaver)


def test_a_stranger_cannot_tell_what_exists(town: World, people: dict[str, Browser]) -> None:
    made = scene(town, until="filed")
    existing = people["other"].get(f"/fr/requests/{made.reference}")
    missing = people["other"].get("/fr/requests/00000-00000")
    assert existing.words == missing.words
    assert existing.status == missing.status == 404


def test_the_queue_of_another_office_does_not_show_the_request(town: World, people: dict[str, Browser]) -> None:
    made = scene(town, until="filed")
    assert made.reference in people["rabat"].get("/fr/desk").words or _beyond_the_first_page(people["rabat"])
    assert made.reference not in people["casa"].get("/fr/desk").words


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
