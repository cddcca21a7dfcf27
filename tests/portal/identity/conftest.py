"""A town in which nobody acts for anybody yet."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from world import World

from portal.identity.mandates import actions
from portal.identity.mandates.models import Mandate
from portal.identity.mandates.states import OPEN, State, Verb
from portal.unit import Unit, real_now


@pytest.fixture
def clean(town: World) -> None:
    """No mandate of an earlier test counts."""

    def end(unit: Unit) -> None:
        for row in unit.session.scalars(select(Mandate).where(Mandate.state.in_((State.ACTIVE, *OPEN)))):
            if row.state in (State.ACTIVE, *OPEN):  # what was passed on ended with another
                actions.move(unit.session, real_now(), unit.actor, row, Verb.END)

    town.work.transact(end)
