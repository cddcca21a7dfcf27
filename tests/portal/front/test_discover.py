"""What a person reads before asking: life events, sheets, administrations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from frontage import front
from samples import administration, catalogue, document, service

from journeys.catalogue.definitions import Catalogue, Text
from journeys.catalogue.reading import read

MOROCCO = Path(__file__).resolve().parents[3] / "journeys" / "definitions" / "morocco"


def text_of(html: str) -> str:
    """What is read on a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


def reader(*services: object, demo: bool = True) -> FlaskClient:
    """Somebody who reads a catalogue of these services."""
    shown = catalogue(
        services=list(services), administrations=[administration("commune")], documents=[document("extract")]
    )
    return front(shown, demo=demo).test_client()


def test_home_shows_life_events_and_what_can_be_asked_for(client: FlaskClient) -> None:
    page = client.get("/fr/").text
    assert 'href="/fr/life-events/having-a-baby"' in page
    assert "2 étapes" in page
    assert 'href="/fr/services/birth-extract"' in page
    assert 'href="/fr/services/mystery"' not in page


def test_a_life_event_is_an_ordered_road(client: FlaskClient) -> None:
    page = text_of(client.get("/en/life-events/having-a-baby").text)
    assert page.index("Name birth-extract") < page.index("Name mystery")
    assert "Comes after: Name birth-extract" in page
    assert "Only if: the period is over" in page


def test_a_condition_without_words_in_the_language_stays_neutral(client: FlaskClient) -> None:
    page = text_of(client.get("/fr/life-events/having-a-baby").text)
    assert "Selon votre situation" in page
    assert "the period is over" not in page


def test_a_sheet_shows_four_facts_and_one_way_to_ask(client: FlaskClient) -> None:
    page = client.get("/ar/services/birth-extract").text
    assert page.count("<dt>") >= 4
    assert "20,00 درهم" in page
    assert "3 أيام" in page
    assert page.count('class="govuk-button"') == 1
    assert 'href="/ar/services/birth-extract/start"' in page


def test_an_unknown_fee_is_never_free(client: FlaskClient) -> None:
    page = text_of(client.get("/fr/services/mystery").text)
    assert "Non connu" in page
    assert "Gratuit" not in page
    assert "0,00" not in page


def test_what_no_source_confirms_is_marked(client: FlaskClient) -> None:
    assert "À confirmer" in text_of(client.get("/fr/services/mystery").text)
    assert "À confirmer" not in text_of(client.get("/fr/services/birth-extract").text)


def test_a_price_is_marked_when_the_tariff_behind_it_is_not_confirmed() -> None:
    extract = service("birth-extract", askable=True, tariff="unverified")
    assert "À confirmer" in text_of(reader(extract).get("/fr/services/birth-extract").text)


def test_a_sheet_that_cannot_be_asked_for_here_offers_to_wish_for_it_and_no_more(client: FlaskClient) -> None:
    page = client.get("/fr/services/mystery").text
    assert "Pas encore sur ce portail" in page
    assert "/start" not in page
    assert re.findall(r'<form method="post" action="([^"]+)"', page.partition("<main")[2]) == [
        "/fr/services/mystery/wish"
    ]
    assert "/wish" not in client.get("/fr/services/birth-extract").text


def test_a_legal_text_is_named_in_the_language_of_the_page(client: FlaskClient) -> None:
    assert "Loi n° 55-19 sur les procédures (articles 3, 4)" in text_of(client.get("/fr/services/mystery").text)
    assert "Law 55-19 on procedures (articles 3, 4)" in text_of(client.get("/en/services/mystery").text)
    assert "Nous n’avons trouvé aucun texte légal" in text_of(client.get("/fr/services/birth-extract").text)


def test_silence_that_counts_as_approval_is_said() -> None:
    page = reader(service("permit", silence="approval")).get("/fr/services/permit").text
    assert "Silence vaut accord" in page


def test_an_unverified_tariff_is_asked_for_in_a_demonstration_only() -> None:
    extract = service("birth-extract", askable=True, tariff="unverified")
    assert "/start" in reader(extract).get("/fr/services/birth-extract").text
    assert "/start" not in reader(extract, demo=False).get("/fr/services/birth-extract").text


def test_an_administration_lists_its_services(client: FlaskClient) -> None:
    page = text_of(client.get("/fr/administrations/commune").text)
    assert "Nom birth-extract" in page
    assert "Nom mystery" in page


@pytest.mark.parametrize("address", ["services/none", "life-events/none", "administrations/none"])
def test_what_is_not_in_the_catalogue_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(f"/ar/{address}").status_code == 404


def test_a_demonstration_says_so_on_every_page(client: FlaskClient, town: Catalogue) -> None:
    assert "Démonstration" in client.get("/fr/").text
    assert "Démonstration" not in front(town, demo=False).test_client().get("/fr/").text


def test_a_person_who_signed_in_finds_their_account_and_the_way_out(signed_in: FlaskClient) -> None:
    page = signed_in.get("/fr/").text
    assert "Fatima" in page
    assert 'href="/fr/inbox"' in page
    assert 'href="/fr/for"' in page
    assert 'href="/fr/desk"' not in page
    assert '<form method="post" action="/sign-out?lang=fr">' in page
    assert "Se connecter" not in page


def test_no_page_holds_a_script_or_a_style_of_its_own(client: FlaskClient) -> None:
    for address in ("/ar/", "/ar/services/birth-extract", "/ar/life-events/having-a-baby"):
        page = client.get(address).text
        assert " style=" not in page
        assert "<style" not in page
        assert not re.search(r'<script(?![^>]* src=| type="application/ld\+json">)', page)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_every_sheet_and_road_of_morocco_can_be_read(lang: str) -> None:
    morocco = read(MOROCCO)
    client = front(morocco).test_client()
    addresses = [f"services/{key}" for key in morocco.services]
    addresses += [f"life-events/{key}" for key in morocco.life_events]
    addresses += [f"administrations/{key}" for key, body in morocco.administrations.items() if not body.is_actor]
    assert [one for one in addresses if client.get(f"/{lang}/{one}").status_code != 200] == []


def test_who_issues_papers_without_being_an_administration_has_no_page(client: FlaskClient) -> None:
    assert client.get("/fr/administrations/applicant").status_code == 404


def test_a_level_of_digitisation_is_always_said_to_be_our_estimate(client: FlaskClient) -> None:
    page = text_of(client.get("/fr/services/birth-extract").text)
    assert "Vous trouvez l’information en ligne et faites la demande au guichet. Notre estimation" in page


def test_names_in_amazigh_stand_in_their_own_letters() -> None:
    zgh = {"zgh": "ⴰⵙⵉⵜ"}
    named = [
        one.model_copy(update={"names": Text({**one.names.root, **zgh})})
        for one in (service("permit", requires=["paper"]), administration("commune"), document("paper"))
    ]
    shown = catalogue(services=named[:1], administrations=named[1:2], documents=named[2:])
    reading = front(shown).test_client()
    said = '<bdi lang="zgh" dir="ltr">ⴰⵙⵉⵜ</bdi>'
    assert reading.get("/ar/services/permit").text.count(said) == 2
    assert said in reading.get("/fr/administrations/commune").text
    assert said not in reader(service("permit")).get("/ar/services/permit").text


def test_where_one_asks_is_said_in_one_sentence() -> None:
    both = service("permit").model_copy(update={"channels": ("counter", "consulate")})
    assert "Au guichet ou au consulat" in text_of(reader(both).get("/fr/services/permit").text)
