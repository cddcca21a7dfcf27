"""Who wants a service online says so with one button: it is counted by month, once, and nothing says who it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from requests_made import BIRTH
from sqlalchemy import delete, select
from test_limits import client, limited
from world import Browser, Page, World

from portal import limits
from portal.discover import sheets
from portal.discover.models import Wish
from portal.i18n import casablanca_day
from portal.limits import Rule
from portal.unit import real_now

KEPT = (Wish.month, Wish.service, Wish.times)

pytestmark = pytest.mark.usefixtures("nothing_wished")


@pytest.fixture
def nothing_wished(running_world: World) -> Iterator[None]:
    """No wish before, and none left behind."""
    running_world.work.transact(lambda unit: unit.session.execute(delete(Wish)))
    yield
    running_world.work.transact(lambda unit: unit.session.execute(delete(Wish)))


@pytest.fixture
def wanted(town: World) -> str:
    """A service that cannot be asked for here."""
    services = town.work.adapters.shelf.current().services.values()
    with town.app.app_context():
        return next(one.id for one in services if not sheets.here(one))


def counted(town: World) -> list[tuple[str, int]]:
    """How often which services are wanted."""
    query = select(Wish.service, Wish.times).order_by(Wish.service)
    return town.work.transact(lambda unit: [tuple(row) for row in unit.session.execute(query)], reading=True)


def wishes(browser: Browser, service: str, **headers: str) -> str:
    """Presses the button of a sheet; the words of the page after it."""
    address = browser.get(f"/fr/services/{service}").action("/wish")
    return Page(browser.client.post(address, headers=headers)).words


def test_a_wish_is_counted_in_its_month_and_thanked_for(town: World, browser: Browser, wanted: str) -> None:
    page = wishes(browser, wanted)
    assert "Merci, c’est compté, sans votre nom. Rien n’a été envoyé à l’administration" in page
    month = casablanca_day(real_now()).replace(day=1)
    query = select(*KEPT).where(Wish.service == wanted)
    found = town.work.transact(lambda unit: [tuple(row) for row in unit.session.execute(query)], reading=True)
    assert found == [(month, wanted, 1)]
    assert list(Wish.__table__.columns) == [column.expression for column in KEPT]


def test_one_browser_counts_once_and_another_counts_again(town: World, wanted: str) -> None:
    one, other = town.browser(), town.browser()
    wishes(one, wanted)
    assert "cela compte une fois" in wishes(one, wanted)
    assert counted(town) == [(wanted, 1)]
    wishes(other, wanted)
    assert counted(town) == [(wanted, 2)]
    assert len(one.client.cookies) == 1


def test_what_can_be_asked_for_here_is_not_wished_for(town: World, browser: Browser) -> None:
    answer = browser.client.post(f"/fr/services/{BIRTH}/wish", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/fr/services/{BIRTH}")
    assert counted(town) == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_another_site_cannot_wish_in_a_visitors_name(
    town: World, browser: Browser, wanted: str, headers: dict[str, str]
) -> None:
    assert "Merci" not in wishes(browser, wanted, **headers)
    assert counted(town) == []
    wishes(browser, wanted, Origin=town.url)
    assert counted(town) == [(wanted, 1)]


def test_a_service_that_does_not_exist_is_not_wished_for(browser: Browser) -> None:
    assert browser.client.post("/fr/services/none/wish").status_code == 404


def test_a_flood_of_wishes_ends(town: World, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {rule.name for rule in limits.RULES if "wishes.wish" in rule.endpoints} == {"wishes by address"}
    monkeypatch.setattr(limits, "RULES", (Rule("wishes by address", limits.WISHES, limits.address, "2 per minute"),))
    found = client(limited(town), town)
    assert [found.post(f"/fr/services/{wanted}/wish").status_code for _ in range(3)] == [303, 303, 429]
