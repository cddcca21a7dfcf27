"""Everybody of the demonstration signs in: citizens on their dashboard, people at work at their desk."""

from __future__ import annotations

import pytest
from world import World

from portal.sandbox.people import People

EVERYONE = People.read().everyone
CITIZENS = [one.id for one in EVERYONE if one.is_citizen]
AT_WORK = [one.id for one in EVERYONE if one.staff]


@pytest.mark.parametrize("name", CITIZENS)
def test_every_citizen_signs_in(town: World, name: str) -> None:
    page = town.browser().sign_in(name, "ar")
    assert page.url == f"{town.url}/ar/dashboard"
    [person] = [one for one in EVERYONE if one.id == name]
    assert f"{person.given_name_ar} {person.family_name_ar}" in page.words


@pytest.mark.parametrize("name", AT_WORK)
def test_everybody_at_work_signs_in(town: World, name: str) -> None:
    page = town.browser().sign_in(name, "fr", staff=True)
    assert page.url.startswith(f"{town.url}/fr/desk")
    assert "Où je travaille" in page.words
