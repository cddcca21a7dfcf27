"""One look at a catalogue tells who offers what, what can be asked for, and which life events lead there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from small_folder import administration, askable, folder, life_event, service, step
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.catalogue import definitions
from journeys.catalogue.actions import catalogue_at, current_catalogue, look_over, publish
from journeys.catalogue.checking import checked
from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.indexing import Found
from journeys.catalogue.keeping import maker
from journeys.catalogue.models import KeptOverview
from journeys.catalogue.overview import looked_over
from payments.actor import Actor


def town(at: Path) -> Catalogue:
    """Three services of two administrations, and a life event with two of them."""
    services = [askable(), service("badge"), service("seal", administration="court", audience=["business"])]
    events = [life_event(step("permit"), step("seal"))]
    folder(at, *services, life_events=events)
    bodies = (at / "administrations.yaml").read_text("utf-8")
    other = str([administration("court")]).replace("None", "null").replace("True", "true")
    (at / "administrations.yaml").write_text(f"{bodies.rstrip()}\n- {other[1:-1]}\n", "utf-8")
    return checked(at)


def test_services_are_listed_by_administration_and_by_what_can_be_asked_for(tmp_path: Path) -> None:
    seen = town(tmp_path).overview
    assert seen.offered_by("commune") == ["permit", "badge"]
    assert seen.offered_by("court") == ["seal"]
    assert seen.offered_by("nobody") == []
    assert [key for key, one in seen.services.items() if one.askable] == ["permit"]
    assert seen.services["seal"].audience == ("business",)
    assert seen.life_events["moving"].administrations == ("commune",)


def test_a_service_knows_its_life_events(tmp_path: Path) -> None:
    catalogue = town(tmp_path)
    assert [event.id for event in catalogue.life_events_of("seal")] == ["moving"]
    assert catalogue.life_events_of("badge") == ()


def test_everything_with_a_page_is_found(tmp_path: Path) -> None:
    index = town(tmp_path).index
    assert index.find("badge")[0] == Found("service", "badge")
    assert index.find("moving")[0] == Found("life-event", "moving")
    assert index.find("court")[0] == Found("administration", "court")


def test_what_was_published_is_seen_as_it_was(tmp_path: Path, session: Session, moment: datetime) -> None:
    catalogue = town(tmp_path)
    publish(session, moment, Actor.system(), catalogue)
    published = current_catalogue(session).overview
    assert published.services == {key: catalogue.overview.services[key] for key in sorted(catalogue.services)}
    assert published.life_events == catalogue.overview.life_events
    assert published.life_events_of == catalogue.overview.life_events_of


def test_what_was_kept_is_what_would_be_seen(tmp_path: Path, session: Session, moment: datetime) -> None:
    publish(session, moment, Actor.system(), town(tmp_path))
    read, made = current_catalogue(session), looked_over(current_catalogue(session))
    kept = read.overview
    assert (kept.services, kept.life_events, kept.life_events_of) == (
        made.services,
        made.life_events,
        made.life_events_of,
    )
    assert [one.published_at for one in kept.services.values()] == [moment] * 3
    assert kept.index.postings == made.index.postings
    assert kept.index.find("bad", unfinished=True) == made.index.find("bad", unfinished=True) != []


def test_nothing_is_looked_over_again(
    tmp_path: Path, session: Session, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(session, moment, Actor.system(), town(tmp_path))
    monkeypatch.setattr(definitions, "looked_over", lambda _catalogue: pytest.fail("looked over again"))
    assert current_catalogue(session).index.find("badge")


def test_what_other_code_kept_is_not_believed(tmp_path: Path, session: Session, moment: datetime) -> None:
    publish(session, moment, Actor.system(), town(tmp_path))
    session.execute(update(KeptOverview).values(made_by="older code", rows=b"", scores=b""))
    assert current_catalogue(session).index.find("badge")[0] == Found("service", "badge")
    look_over(session)
    assert session.scalars(select(KeptOverview.made_by)).all() == [maker()]


def test_only_the_newest_publication_keeps_its_overview(tmp_path: Path, session: Session, moment: datetime) -> None:
    look_over(session)
    assert session.scalars(select(KeptOverview.publication)).all() == []
    catalogue = town(tmp_path)
    publish(session, moment, Actor.system(), catalogue)
    publish(session, moment, Actor.system(), replace(catalogue, life_events={}))
    assert session.scalars(select(KeptOverview.publication)).all() == [2]
    assert current_catalogue(session).overview.life_events == {}
    assert list(catalogue_at(session, 1).overview.life_events) == ["moving"]
