"""Whoever reads a sheet learns which version it is, what changed since the one before, and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from frontage import front
from samples import administration, catalogue, document, life_event, service, source, step
from sqlalchemy import event
from sqlalchemy.orm import Session
from test_discover import text_of

from journeys.catalogue.actions import current_catalogue, publish
from journeys.catalogue.definitions import Catalogue, LifeEvent, Service, Text
from payments.actor import Actor
from portal.discover.changes import of_service
from portal.discover.history import MOST

FIRST = datetime(2026, 10, 5, 9, tzinfo=UTC)
BABY = "having-a-baby"


def shown(*services: Service, baby: LifeEvent | None = None) -> Catalogue:
    """A catalogue of these services, and of a life event of all of them."""
    return catalogue(
        services=list(services),
        life_events=[baby or life_event(BABY, steps=[step(one.id) for one in services])],
        administrations=[administration("commune")],
        documents=[document("extract"), document("photo")],
        sources=[source("L1", "Law 55-19 on procedures")],
    )


def reader(session: Session, *publications: Catalogue) -> FlaskClient:
    """Somebody who reads what was published in this order, a day each."""
    for number, one in enumerate(publications):
        publish(session, FIRST + timedelta(days=number), Actor.system(), one)
    return front(current_catalogue(session), session=session).test_client()


def permit(**changes: Any) -> Service:
    """A service that changes."""
    return service("permit", **changes)


def test_a_sheet_says_its_version_and_leads_to_the_others(session: Session) -> None:
    page = reader(session, shown(permit()), shown(permit(delay=5))).get("/fr/services/permit").text
    assert "Version 2 du" in page
    assert "6 octobre 2026" in page
    assert 'href="/fr/services/permit/history"' in page


def test_what_was_never_published_has_no_version(client: FlaskClient) -> None:
    assert "Version" not in client.get("/fr/services/mystery").text


def test_the_newest_version_comes_first_and_says_what_changed(session: Session) -> None:
    client = reader(session, shown(permit()), shown(permit(delay=5, fee="free", requires=["photo"])))
    page = text_of(client.get("/fr/services/permit/history").text)
    assert page.index("Version 2 du 6 octobre 2026") < page.index("Version 1 du 5 octobre 2026")
    newest = page[page.index("Version 2") : page.index("Version 1")]
    assert "Délai 5 jours (auparavant : 3 jours)" in newest
    assert "Prix Gratuit (auparavant : 20,00 MAD )" in newest
    assert "Documents Nouveau : Nom photo" in newest
    assert "Qui peut demander" not in newest
    assert "Première publication." in page[page.index("Version 1") :]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"askable": True, "tariff": "unverified"}, {"askable": True}, "Price: A source confirms this now."),
        ({"fee": "unknown"}, {}, "Price: MAD 20.00 (before: Not known)"),
        ({}, {"silence": "approval"}, "If nobody answers: Silence counts as approval. (before: Silence does not count"),
        ({"requires": ["photo"]}, {}, "Papers: No longer: Name photo"),
        ({}, {"askable": True}, "Questions of the form: The form has 1 page."),
        ({}, {"askable": True}, "Where: Online, here (before: At the counter)"),
        ({}, {"legal_basis": ["L1:3"]}, "Legal basis: New: Law 55-19 on procedures article 3"),
        ({}, {"outputs": ["extract"]}, "What you get: New: Name extract"),
    ],
)
def test_each_change_is_said_in_words(
    session: Session, before: dict[str, Any], after: dict[str, Any], said: str
) -> None:
    client = reader(session, shown(permit(**before)), shown(permit(**after)))
    with client.application.test_request_context("/en/"):
        client.application.preprocess_request()
        subjects = of_service(current_catalogue(session), permit(**before), permit(**after))
        lines = [f"{one.label}: {line.striptags()}" for one in subjects for line in one.lines]
    assert any(line.startswith(said) for line in lines), lines


def test_a_text_is_told_in_the_readers_language_alone(session: Session) -> None:
    old = permit(askable=True)
    texts = old.texts.model_copy(update={"summary": Text({"ar": "كلام", "fr": "autres mots", "en": "words"})})
    client = reader(session, shown(old), shown(old.model_copy(update={"texts": texts})))
    assert "En bref autres mots (auparavant : mots)" in text_of(client.get("/fr/services/permit/history").text)
    assert "Summary Details were corrected." in text_of(client.get("/en/services/permit/history").text)


def test_a_service_that_was_withdrawn_and_came_back_says_both(session: Session) -> None:
    page = reader(
        session, shown(permit(), service("other")), shown(service("other")), shown(permit(), service("other"))
    )
    words = text_of(page.get("/en/services/permit/history").text)
    assert words.index("Published again.") < words.index("Withdrawn.") < words.index("First published.")


def test_a_road_says_which_steps_came_and_went(session: Session) -> None:
    one, two = service("permit"), service("badge")
    short, long = (life_event(BABY, steps=[step(key) for key in keys]) for keys in (["permit"], ["badge", "permit"]))
    client = reader(session, shown(one, two, baby=short), shown(one, two, baby=long))
    words = text_of(client.get(f"/fr/life-events/{BABY}/history").text)
    assert "Étapes Nouveau : Nom badge" in words
    assert "Changement : Nom permit" not in words
    assert "Version 2 du" in client.get(f"/fr/life-events/{BABY}").text


def test_steps_in_another_order_are_told(session: Session) -> None:
    one, two = service("permit"), service("badge")
    orders = [
        life_event(BABY, steps=[step(key) for key in keys]) for keys in (["permit", "badge"], ["badge", "permit"])
    ]
    client = reader(session, *(shown(one, two, baby=order) for order in orders))
    assert "The steps are in another order." in text_of(client.get(f"/en/life-events/{BABY}/history").text)


@pytest.mark.parametrize("address", ["services/none/history", "life-events/none/history", "services/%00/history"])
def test_what_is_not_in_the_catalogue_has_no_history(client: FlaskClient, address: str) -> None:
    assert client.get(f"/ar/{address}").status_code == 404


def test_a_long_history_has_pages_and_each_costs_one_query(session: Session) -> None:
    client = reader(session, *(shown(permit(delay=days)) for days in range(1, MOST + 5)))
    with queries(session) as asked:
        first = client.get("/en/services/permit/history").text
        older = client.get(f"/en/services/permit/history?before={MOST + 4 - MOST + 1}").text
    assert len(asked) == 2
    assert first.count("<h2") == MOST
    assert f'href="?before={4 + 1}"' in first
    assert older.count("<h2") == 4
    assert "First published." not in first
    assert "First published." in older
    assert 'href="?before=' not in older


@pytest.mark.parametrize("nonsense", ["x", "0", "-5", "9" * 40, "%00", ""])
def test_nonsense_for_a_page_is_the_first_page(session: Session, nonsense: str) -> None:
    client = reader(session, shown(permit()))
    assert "First published." in client.get(f"/en/services/permit/history?before={nonsense}").text


@contextmanager
def queries(session: Session) -> Iterator[list[str]]:
    """What the database is asked inside."""
    asked: list[str] = []
    engine = session.get_bind()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)
