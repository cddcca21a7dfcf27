"""Administrations: all of them to look through, and each with what it offers."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from frontage import front
from samples import administration, catalogue, document, service
from test_discover import text_of

from journeys.catalogue.definitions import Administration, Text


def body(key: str, **changes: Any) -> Administration:
    """An administration with these changes."""
    return administration(key).model_copy(update=changes)


@pytest.fixture
def reader() -> FlaskClient:
    """Somebody who reads of a ministry, an agency of it, a commune, and an actor that is no administration."""
    site = {"name": "Idarati", "url": "https://www.idarati.ma", "what": {"fr": "le portail des démarches"}}
    agency = Administration.model_validate(
        {
            **administration("agency").model_dump(),
            "kind": "agency",
            "parent": "ministry",
            "platforms": [site, {**site, "name": "Sans adresse", "url": None}],
            "provenance": {"existence": {"source": "L1", "status": "unverified"}},
        }
    )
    shown = catalogue(
        services=[service("aaa-sheet"), service("birth-extract", askable=True)],
        administrations=[
            administration("commune"),
            body("ministry", kind="ministry"),
            agency,
            body("applicant", kind="actor"),
            body("museum", kind="museum"),
        ],
        documents=[document("extract")],
    )
    return front(shown).test_client()


def test_every_administration_is_listed_by_kind_with_its_services(reader: FlaskClient) -> None:
    page = text_of(reader.get("/fr/administrations").text)
    assert "Communes et autorités locales Nom commune 2 démarches · 1 à faire ici" in page
    assert "Gouvernement et ministères Nom ministry Aucune démarche décrite" in page
    assert page.rindex("Autres administrations") < page.index("Nom museum")
    assert "Nom applicant" not in page


def test_the_list_can_be_searched_by_the_browser_itself(reader: FlaskClient) -> None:
    main = reader.get("/fr/administrations").text.partition("<main")[2].partition("</main>")[0]
    assert "<details" not in main


def test_the_way_to_the_list_is_on_every_page(reader: FlaskClient) -> None:
    for address in ("/ar/", "/ar/services/birth-extract", "/ar/administrations/commune"):
        assert 'href="/ar/administrations"' in reader.get(address).text


def test_what_can_be_asked_for_here_comes_first(reader: FlaskClient) -> None:
    page = text_of(reader.get("/en/administrations/commune").text)
    assert page.index("Name birth-extract") < page.index("What to know before you go") < page.index("Name aaa-sheet")


def test_an_administration_says_where_it_belongs_and_what_its_sites_are_for(reader: FlaskClient) -> None:
    page = reader.get("/fr/administrations/agency").text
    assert "Rattachée à : Nom ministry" in text_of(page)
    assert "Idarati le portail des démarches" in text_of(page)
    assert "Sans adresse" not in page
    assert "Aucune source ne confirme encore le nom exact" in text_of(page)
    assert "Nom agency" in text_of(reader.get("/fr/administrations/ministry").text)


def test_a_site_that_no_source_confirms_is_marked(reader: FlaskClient) -> None:
    assert "Ses propres sites À confirmer" in text_of(reader.get("/fr/administrations/agency").text)


def test_accents_move_no_name_in_a_list() -> None:
    named = {"a": "Zaouia", "b": "Équipement", "c": "Eau"}
    bodies = [body(key, names=Text({"fr": name})) for key, name in named.items()]
    page = text_of(front(catalogue(administrations=bodies)).test_client().get("/fr/administrations").text)
    assert page.index("Eau") < page.index("Équipement") < page.index("Zaouia")
