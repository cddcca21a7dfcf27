"""The home page: where one begins, what is asked for most, and what is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from frontage import front
from histories import FILED, a_case
from samples import administration, catalogue, document, life_event, service, step
from sqlalchemy.orm import Session
from test_discover import text_of

from journeys.cases.models import Case
from journeys.cases.reading import most_asked
from journeys.catalogue.actions import current_catalogue, publish
from journeys.catalogue.definitions import Catalogue, LifeEvent, Service
from payments.actor import Actor
from portal.discover import lately

SOON = timedelta(hours=1)


def of(*services: Service, life_events: list[LifeEvent] | None = None) -> Catalogue:
    """A catalogue of these."""
    return catalogue(
        services=list(services),
        life_events=life_events or [],
        administrations=[administration("commune")],
        documents=[document("extract")],
    )


def asked(key: str, name: str | None = None) -> Service:
    """A service that can be asked for."""
    found = service(key, askable=True)
    return found if name is None else found.model_copy(update={"names": service(name).names})


def home(shown: Catalogue, session: Session, lang: str = "en") -> str:
    """The words of the home page, as somebody reads it whose process has just begun."""
    return text_of(front(shown, session=session).test_client().get(f"/{lang}/").text)


def file(session: Session, key: str, times: int) -> None:
    """So many requests for a service were filed just now."""
    for _ in range(times):
        session.get_one(Case, a_case(session, *FILED)).service = key
    session.flush()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour has begun since everything that was done until now, and a few requests are enough."""
    monkeypatch.setattr(lately, "real_now", lambda: datetime.now(UTC) + SOON)
    monkeypatch.setattr(lately, "FEWEST_REQUESTS", 3)


def test_having_a_baby_is_one_tap_from_home(client: FlaskClient) -> None:
    page = client.get("/ar/").text.partition("<main")[2]
    first = page.partition('<li class="card">')[2].partition("</li>")[0]
    assert 'href="/ar/life-events/having-a-baby"' in first


def test_people_abroad_find_what_is_theirs_first() -> None:
    events = [
        life_event("having-a-baby", steps=[step("one")]).model_copy(update={"audience": ("citizen", "abroad")}),
        life_event("mre-summer-return", steps=[step("one")]).model_copy(update={"audience": ("abroad",)}),
        life_event("open-shop", steps=[step("one")], kind="business").model_copy(update={"audience": ("business",)}),
    ]
    page = text_of(front(of(service("one"), life_events=events)).test_client().get("/fr/").text)
    family, company, abroad = (page.index(words) for words in ("Pour vous", "entreprise", "Si vous vivez à l’étranger"))
    assert family < page.index("Nom having-a-baby") < company < page.index("Nom open-shop") < abroad
    theirs = page[abroad:]
    assert theirs.index("Nom mre-summer-return") < theirs.index("Nom having-a-baby")
    assert "Nom mre-summer-return" not in page[:abroad]


def test_services_asked_for_most_come_first(session: Session, later: None) -> None:
    file(session, "rare", 1)
    file(session, "usual", 3)
    page = home(of(asked("rare"), asked("usual"), asked("never")), session)
    assert "Most used services Counted over the last 4 requests filed here" in page
    assert page.index("Name usual") < page.index("Name rare") < page.index("1 more service to ask for here")


def test_with_too_few_requests_no_service_is_called_most_used(session: Session, later: None) -> None:
    file(session, "usual", 2)
    page = home(of(asked("usual")), session)
    assert "Most used services" not in page
    assert "Too few requests were filed here lately" in page
    assert "Name usual" in page


def test_a_draft_is_no_request(session: Session, later: None) -> None:
    for _ in range(5):
        a_case(session)
    assert "Too few requests" in home(of(asked("birth-extract")), session)


def test_what_was_withdrawn_from_the_catalogue_is_not_offered(session: Session, later: None) -> None:
    file(session, "gone", 5)
    assert "gone" not in home(of(asked("usual")), session)


def test_only_the_newest_history_is_counted(session: Session, later: None, monkeypatch: pytest.MonkeyPatch) -> None:
    file(session, "old", 3)
    file(session, "new", 3)
    monkeypatch.setattr("journeys.cases.reading.MOST_COUNTED", 3 * len(FILED))
    now = datetime.now(UTC) + SOON
    assert most_asked(session, now - timedelta(days=1), now) == [("new", 3)]
    assert most_asked(session, now, now + SOON) == []


def test_requests_are_counted_once_an_hour(session: Session, later: None, monkeypatch: pytest.MonkeyPatch) -> None:
    file(session, "usual", 3)
    reader = front(of(asked("usual")), session=session).test_client()
    assert "last 3 requests" in reader.get("/en/").text
    file(session, "usual", 1)
    assert "last 3 requests" in reader.get("/en/").text
    monkeypatch.setattr(lately, "real_now", lambda: datetime.now(UTC) + 2 * SOON)
    assert "last 4 requests" in reader.get("/en/").text


def published(session: Session, *catalogues: Catalogue) -> Catalogue:
    """These catalogues, published one after the other on the first days of October."""
    for day, one in enumerate(catalogues, 1):
        publish(session, datetime(2026, 10, day, 9, tzinfo=UTC), Actor.system(), one)
    return current_catalogue(session)


def test_before_anything_changed_the_first_day_is_told(session: Session) -> None:
    page = home(published(session, of(asked("one"), service("two"))), session, "fr")
    assert "1er octobre 2026 Les premières démarches ont été publiées ici. On compte aujourd’hui : 2 démarches" in page
    assert "Nouvelle page" not in page


def test_what_is_new_is_dated_and_says_how_it_is_new(session: Session) -> None:
    before = of(service("opening"), asked("moving"), service("same"))
    after = of(asked("opening"), asked("moving", "moved"), service("same"), service("added"))
    page = home(published(session, before, after), session)
    news = page.partition("What is new")[2].partition("How it works")[0]
    assert news.startswith(" 2 October 2026 ")
    assert "Name opening Can be asked for here now" in news
    assert "Name added New page" in news
    assert "Name moved Changed" in news
    assert "Name same" not in news


def test_what_was_new_and_is_gone_is_not_named(session: Session) -> None:
    first = of(service("stays"))
    shown = published(session, first, of(service("stays"), service("passing")), first)
    assert "passing" not in home(shown, session)


def test_a_publication_that_changes_everything_names_a_few_and_counts_the_rest(session: Session) -> None:
    many = [f"s{number}" for number in range(10)]
    shown = published(session, of(*(asked(key) for key in many)), of(*(asked(key, f"{key}-anew") for key in many)))
    news = home(shown, session).partition("What is new")[2]
    assert news.count(" Changed") == lately.MOST_SERVICES
    assert "and 4 more services" in news


def test_only_the_last_publications_are_news(session: Session) -> None:
    catalogues = [of(asked("one", f"name-{number}")) for number in range(6)]
    news = home(published(session, *catalogues), session).partition("What is new")[2]
    assert [number for number in range(6) if f"name-{number} Changed" in news] == [3, 4, 5]
    assert news.index("name-5 Changed") < news.index("name-3 Changed")


def test_a_change_that_is_no_service_is_no_news(session: Session) -> None:
    first = of(service("one"))
    second = replace(first, administrations={**first.administrations, "court": administration("court")})
    assert "2 October" not in home(published(session, first, second), session)
