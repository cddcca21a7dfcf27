"""Which office takes a request: of its place, then of the country; the one that names the service, then any."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from journeys.exchange.actions import competent_office, load_offices, office_at
from journeys.exchange.errors import NotServed, ServedTwice
from payments.actor import Actor


def office(name: str, administration: str = "commune", **more: Any) -> dict[str, Any]:
    """An entry of a deployment file."""
    return {"administration": administration, "names": {"fr": name}, **more}


@pytest.fixture
def offices(session: Session, moment: datetime) -> Any:
    """Loads offices, and asks which is competent by its French name."""

    def load(*entries: dict[str, Any]) -> Any:
        load_offices(session, moment, Actor.system(), entries)
        return lambda *about: competent_office(session, *about).names["fr"]

    return load


CIVIL = office("état civil", territory="rabat")
PLANNING = office("urbanisme", territory="rabat", branch="urbanisme", services=["building-permit"])


def test_two_offices_of_one_place_take_each_their_own_services(offices: Any) -> None:
    competent = offices(CIVIL, PLANNING)
    assert competent("commune", "rabat", "birth-extract") == "état civil"
    assert competent("commune", "rabat", "building-permit") == "urbanisme"


def test_an_office_that_does_everything_takes_everything(offices: Any) -> None:
    competent = offices(CIVIL | {"territory": "tayeb"})
    assert competent("commune", "tayeb", "building-permit") == "état civil"


def test_what_no_office_of_a_place_names_or_takes_is_not_served(offices: Any) -> None:
    competent = offices(PLANNING)
    with pytest.raises(NotServed):
        competent("commune", "rabat", "birth-extract")
    with pytest.raises(NotServed):
        competent("commune", "fes", "building-permit")


def test_the_office_of_a_place_comes_before_the_one_of_the_country(offices: Any) -> None:
    whole = office("partout", services=["building-permit"])
    competent = offices(CIVIL, whole)
    assert competent("commune", "rabat", "building-permit") == "état civil"
    assert competent("commune", "fes", "building-permit") == "partout"


def test_loading_again_changes_offices_and_makes_no_second(offices: Any, session: Session) -> None:
    offices(CIVIL, PLANNING)
    before = office_at(session, "commune", "rabat", "urbanisme").id
    competent = offices(PLANNING | {"names": {"fr": "autorisations"}, "services": ["demolition-permit"]})
    assert office_at(session, "commune", "rabat", "urbanisme").id == before
    assert competent("commune", "rabat", "demolition-permit") == "autorisations"
    assert competent("commune", "rabat", "building-permit") == "état civil"


@pytest.mark.parametrize("services", [[], ["building-permit"]], ids=["everything", "the same"])
def test_no_service_has_two_offices_in_one_place(offices: Any, services: list[str]) -> None:
    with pytest.raises(ServedTwice, match="commune rabat"):
        offices(CIVIL, PLANNING, PLANNING | {"branch": "autre", "services": services})


def test_both_offices_of_a_commune_are_paid_into_its_one_account(offices: Any, session: Session) -> None:
    offices(CIVIL, PLANNING)
    accounts = {office_at(session, "commune", "rabat", branch).account for branch in ("", "urbanisme")}
    assert accounts == {"beneficiary:commune:rabat"}


def test_an_administration_is_told_which_of_its_offices_is_meant(offices: Any, session: Session) -> None:
    offices(CIVIL, PLANNING, office("impôts", "dgi"))
    assert office_at(session, "commune", "rabat", "urbanisme").address == "commune:rabat:urbanisme"
    assert (office_at(session, "commune", "rabat").address, office_at(session, "dgi").address) == (
        "commune:rabat",
        "dgi",
    )
