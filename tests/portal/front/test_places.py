"""A sheet does not promise everybody what only some offices take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from frontage import MOMENT, front
from sqlalchemy import StaticPool, create_engine
from sqlalchemy.orm import Session
from test_discover import text_of

from journeys.base import Base
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.reading import read
from journeys.exchange.actions import load_offices
from payments.actor import Actor

MOROCCO = Path(__file__).resolve().parents[3] / "journeys" / "definitions" / "morocco"
RABAT, FES = "c-04421-02", "c-03231-02"


@pytest.fixture(scope="module")
def morocco() -> Catalogue:
    """The catalogue of the country."""
    return read(MOROCCO)


def office(
    administration: str, territory: str = "", *services: str, name: str = "Bureau", **more: Any
) -> dict[str, Any]:
    """An entry of a deployment's offices."""
    names = {"ar": name, "fr": name, "en": name}
    return {"administration": administration, "territory": territory, "services": services, "names": names, **more}


def sheet(catalogue: Catalogue, offices: Iterable[dict[str, Any]], wanted: str) -> str:
    """What the sheet of a service says where these offices take part."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        load_offices(session, MOMENT, Actor.system(), offices)
        session.commit()
        page = front(catalogue, session=session).test_client().get(f"/en/services/{wanted}")
    engine.dispose()
    return text_of(page.text)


def test_a_sheet_names_the_offices_that_take_part(morocco: Catalogue) -> None:
    page = sheet(morocco, [office("commune", RABAT, name="Rabat"), office("commune", FES, name="Fès")], "birth-extract")
    assert "In some places so far" in page
    assert "So far 2 offices take these requests from here Fès Rabat" in page


def test_of_two_offices_of_a_place_the_one_that_names_the_service_is_named(morocco: Catalogue) -> None:
    planning = office("commune", RABAT, "building-permit", name="Urbanisme", branch="u")
    offices = [office("commune", RABAT, name="Etat civil"), planning]
    assert "1 office takes these requests from here Urbanisme" in sheet(morocco, offices, "building-permit")
    assert "1 office takes these requests from here Etat civil" in sheet(morocco, offices, "birth-extract")


def test_where_nobody_takes_part_yet_the_sheet_says_so(morocco: Catalogue) -> None:
    page = sheet(morocco, [office("commune", RABAT, "building-permit")], "birth-extract")
    assert "So far no office takes these requests from here" in page


@pytest.mark.parametrize("wanted", ["birth-extract", "tax-compliance-cert", "information-request"])
def test_what_is_taken_everywhere_is_not_made_smaller(morocco: Catalogue, wanted: str) -> None:
    everywhere = replace(morocco, communes={key: morocco.communes[key] for key in (RABAT, FES)})
    asked = everywhere.services["information-request"]
    chosen = [key for key, _ in everywhere.options(asked.field(asked.office_rule.administration_from), {})]  # type: ignore[union-attr, arg-type]
    offices = [office("commune", RABAT), office("commune", FES), office("dgi"), *map(office, chosen)]
    assert "So far" not in sheet(everywhere, offices, wanted)
    fewer = [one for one in offices if one["administration"] not in (chosen[0], "dgi") and one["territory"] != FES]
    assert "So far" in sheet(everywhere, fewer, wanted)
