"""A small catalogue, and people who read its public pages."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from frontage import front
from samples import administration, catalogue, document, life_event, service, source, step

from journeys.catalogue.definitions import Catalogue
from portal.unit import real_now


@pytest.fixture
def town() -> Catalogue:
    """One askable service, one that nobody knows the price of, and a life event with both."""
    return catalogue(
        services=[
            service("birth-extract", askable=True, outputs=["extract"]),
            service("mystery", fee="unknown", delay=None, requires=["photo"], legal_basis=["L1:3,4"], sourced=False),
        ],
        life_events=[
            life_event(
                "having-a-baby",
                steps=[step("birth-extract"), step("mystery", after="birth-extract", when="late")],
                conditions={"late": {"ar": "انقضى الأجل", "en": "the period is over"}},
            )
        ],
        administrations=[administration("commune")],
        documents=[document("extract"), document("photo")],
        sources=[source("L1", "Law 55-19 on procedures", fr="Loi n° 55-19 sur les procédures")],
    )


@pytest.fixture
def app(town: Catalogue) -> Flask:
    """The public pages in a demonstration."""
    return front(town)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who reads the public pages."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask) -> FlaskClient:
    """A citizen who reads them."""

    @app.before_request
    def come_in() -> None:
        names, never = {"name_ar": "فاطمة", "name_lat": "Fatima"}, real_now() + timedelta(hours=1)
        g.who = SimpleNamespace(**names, staff=False, acting=None, role=None, proved_at=None, ends_at=never)

    return app.test_client()
