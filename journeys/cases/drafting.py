"""What one may do to a draft: answer a page, keep what was typed, take a thing out of a section that repeats.

None of it is an action of the history: a draft is saved as it grows, and what was sent is what counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from journeys.cases import answers as rules
from journeys.cases import content, events
from journeys.cases.models import Case
from journeys.cases.pages import Page
from journeys.cases.ports import Keys
from journeys.cases.states import State, Verb, after
from journeys.catalogue.definitions import Catalogue, Service
from payments.actor import Actor


def answer(
    session: Session,
    moment: datetime,
    actor: Actor,
    case: Case,
    service: Service,
    catalogue: Catalogue,
    page: Page,
    typed: Mapping[str, str],
    keys: Keys,
) -> events.Answered:
    """Saves one page as it was typed, then judges it: right values count as answers, wrong ones stay as typed."""
    after(State(case.state), Verb.SUBMIT)
    kept = content.read(keys, case, content.ANSWERS)
    good, problems = rules.check_section(service, catalogue, page.section, typed, kept.get("values", {}), moment)
    asked = {field.id for field in service.fields_of(page.section)}
    wrong = {key: text for key, text in typed.items() if key in asked and key not in good}
    saved = {"values": page.put(kept.get("values", {}), asked, good), "typed": page.put(_typed(kept), asked, wrong)}
    content.write(session, keys, case, content.ANSWERS, saved, moment)
    case.changed_at = moment
    return events.Answered(*case.about, problems)


def keep_typed(
    session: Session,
    moment: datetime,
    _actor: Actor,
    case: Case,
    service: Service,
    page: Page,
    typed: Mapping[str, str],
    keys: Keys,
) -> None:
    """Keeps what was typed on one page, unjudged: for the case that judging it fails."""
    asked = {field.id for field in service.fields_of(page.section)}
    kept = content.read(keys, case, content.ANSWERS)
    texts = {key: text for key, text in typed.items() if key in asked}
    values = kept.get("values", {})
    saved = {"values": page.put(values, set(), page.own(values)), "typed": page.put(_typed(kept), set(texts), texts)}
    content.write(session, keys, case, content.ANSWERS, saved, moment)


def leave_out(
    session: Session, moment: datetime, _actor: Actor, case: Case, page: Page, of: int, keys: Keys
) -> events.Answered | None:
    """Takes one thing out of a repeating section that has ``of`` things; None when it has another number by now."""
    after(State(case.state), Verb.SUBMIT)
    kept = content.read(keys, case, content.ANSWERS)
    if len(kept.get("values", {}).get(page.section, ())) != of:
        return None
    saved = {"values": page.without(kept.get("values", {})), "typed": page.without(_typed(kept))}
    content.write(session, keys, case, content.ANSWERS, saved, moment)
    case.changed_at = moment
    return events.Answered(*case.about, {})


def _typed(kept: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = kept.get("typed", {})
    return found
