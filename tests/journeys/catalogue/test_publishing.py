"""Publishing keeps every version, makes new ones for what changed only, and takes nothing away from old requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.catalogue.actions import catalogue_at, current_catalogue, publish
from journeys.catalogue.definitions import Catalogue, Service, Text
from journeys.catalogue.errors import NotLatest, NotPublished
from journeys.catalogue.models import DefinitionVersion, Publication
from payments.actor import Actor
from portal.db import Database

EXTRACT = "birth-extract"


def renamed(catalogue: Catalogue, name: str, service: str = EXTRACT) -> Catalogue:
    """The same catalogue with one text changed."""
    old = catalogue.service(service)
    new = old.model_copy(update={"names": Text({**old.names.root, "fr": name})})
    return replace(catalogue, services={**catalogue.services, service: new})


def without(catalogue: Catalogue, service: str = EXTRACT) -> Catalogue:
    """The same catalogue without one service."""
    return replace(catalogue, services={key: one for key, one in catalogue.services.items() if key != service})


def unversioned(services: Mapping[str, Service]) -> dict[str, Any]:
    """Services as the files have them."""
    return {key: one.model_copy(update={"version": 0, "published_at": None}) for key, one in services.items()}


def test_what_was_published_is_what_is_read(session: Session, moment: datetime, morocco: Catalogue) -> None:
    published = publish(session, moment, Actor.system(), morocco)
    now = current_catalogue(session)
    assert published.number == now.number == 1
    assert unversioned(now.services) == morocco.services
    assert {one.version for one in now.services.values()} == {1}
    assert (now.communes, now.provinces, now.holidays) == (morocco.communes, morocco.provinces, morocco.holidays)
    assert (now.documents, now.fields, now.sources) == (morocco.documents, morocco.fields, morocco.sources)


def test_publishing_twice_changes_nothing(session: Session, moment: datetime, morocco: Catalogue) -> None:
    first = publish(session, moment, Actor.system(), morocco)
    versions = session.scalar(select(func.count()).select_from(DefinitionVersion))
    second = publish(session, moment, Actor.system(), morocco)
    assert (second.number, second.changed) == (first.number, {})
    assert session.scalar(select(func.count()).select_from(DefinitionVersion)) == versions
    assert session.scalar(select(func.count()).select_from(Publication)) == 1


def test_one_changed_text_makes_one_new_version(session: Session, moment: datetime, morocco: Catalogue) -> None:
    publish(session, moment, Actor.system(), morocco)
    published = publish(session, moment, Actor.system(), renamed(morocco, "Extrait"))
    assert published.number == 2
    assert published.changed == {"service": (EXTRACT,)}
    now = current_catalogue(session)
    assert now.service(EXTRACT).version == 2
    assert now.service(EXTRACT).names.pick("fr")[0] == "Extrait"
    assert now.service("negative-certificate").version == 1


def test_a_version_that_was_published_stays_as_it_was(session: Session, moment: datetime, morocco: Catalogue) -> None:
    publish(session, moment, Actor.system(), morocco)
    publish(session, moment, Actor.system(), renamed(morocco, "Extrait"))
    assert catalogue_at(session, 1).service(EXTRACT).names == morocco.service(EXTRACT).names


def test_a_withdrawn_service_is_gone_but_its_requests_keep_it(
    session: Session, moment: datetime, morocco: Catalogue
) -> None:
    publish(session, moment, Actor.system(), morocco)
    published = publish(session, moment, Actor.system(), without(morocco))
    assert published.changed == {"service": (EXTRACT,)}
    assert EXTRACT not in current_catalogue(session).services
    assert catalogue_at(session, 1).service(EXTRACT).askable


def test_a_withdrawn_service_that_comes_back_gets_a_new_version(
    session: Session, moment: datetime, morocco: Catalogue
) -> None:
    for catalogue in (morocco, without(morocco), morocco):
        publish(session, moment, Actor.system(), catalogue)
    assert current_catalogue(session).service(EXTRACT).version == 3


def test_a_publication_says_who_made_it_and_when(session: Session, moment: datetime, morocco: Catalogue) -> None:
    publish(session, moment, Actor.system(), morocco)
    publication = session.get_one(Publication, 1)
    assert (publication.published_at, publication.channel) == (moment, "system")


def test_a_service_knows_since_when_it_is_as_it_is(session: Session, moment: datetime, morocco: Catalogue) -> None:
    publish(session, moment, Actor.system(), morocco)
    publish(session, later := moment + timedelta(days=3), Actor.system(), renamed(morocco, "Extrait"))
    now = current_catalogue(session)
    assert now.service(EXTRACT).published_at == later
    assert now.service("negative-certificate").published_at == moment


def test_nothing_can_be_read_before_the_first_publication(session: Session) -> None:
    with pytest.raises(NotPublished):
        current_catalogue(session)


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_a_publication_that_never_was_is_not_found(
    session: Session, moment: datetime, morocco: Catalogue, number: int
) -> None:
    publish(session, moment, Actor.system(), morocco)
    with pytest.raises(NotPublished):
        catalogue_at(session, number)


def test_who_publishes_second_at_the_same_moment_is_told(
    database: Database, moment: datetime, morocco: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.session() as first:
        publish(first, moment, Actor.system(), morocco)
        first.commit()
    monkeypatch.setattr("journeys.catalogue.actions.current_number", lambda _session: 0)  # what the slower one saw
    with database.session() as second, pytest.raises(NotLatest):
        publish(second, moment, Actor.system(), renamed(morocco, "Extrait"))
