"""Hostile values in every part of every request, as each role: never broken, never the inside. The drill tries more."""

from __future__ import annotations

import pytest
from fuzzing import Attackers, Target, some_roles, targets
from hostile import try_all
from hypothesis import strategies as st
from raw_requests import Answer, Asked, is_sound
from world import World

MOST = 12

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


@pytest.fixture(scope="module")
def attackers(running_world: World) -> Attackers:
    """One for each role."""
    return Attackers(running_world)


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.id)
def test_hostile_requests_get_a_sound_answer(attackers: Attackers, target: Target) -> None:
    for role in some_roles(target):
        attackers.attack(target, role, MOST)


PAGE = '<html lang="fr" dir="ltr"><title>Une page · Shubbak</title>{}</html>'
UNSOUND = {
    "broken": Answer(500, {"Content-Type": "text/html"}, PAGE.format("")),
    "a trace": Answer(200, {"Content-Type": "text/plain"}, 'Traceback (most recent call last):\n  File "/x.py"'),
    "the name of an error": Answer(404, {"Content-Type": "text/html"}, PAGE.format("UnicodeDecodeError")),
    "runs what was typed": Answer(200, {"Content-Type": "text/html"}, PAGE.format("<script>alert(1)</script>")),
    "leads out": Answer(303, {"Location": "//evil.example"}, ""),
    "another header": Answer(200, {"X": "a\r\nSet-Cookie: x=1"}, ""),
    "no language": Answer(200, {"Content-Type": "text/html"}, "<html><title>x</title>"),
    "the wrong direction": Answer(200, {"Content-Type": "text/html"}, PAGE.replace("fr", "ar").format("")),
    "no title": Answer(
        200, {"Content-Type": "text/html"}, '<html lang="fr" dir="ltr"><title> · Shubbak</title></html>'
    ),
}


@pytest.mark.parametrize("answer", UNSOUND.values(), ids=UNSOUND)
def test_an_unsound_answer_is_seen(town: World, answer: Answer) -> None:
    asked = Asked("GET", b"/")
    is_sound(town, asked, Answer(200, {"Content-Type": "text/html"}, PAGE.format("")))
    with pytest.raises(AssertionError):
        is_sound(town, asked, answer)


def test_what_is_found_is_told_with_its_request() -> None:
    def check(asked: Asked) -> None:
        assert b"\x00" not in asked.path

    with pytest.raises(AssertionError):
        try_all(st.binary().map(lambda path: Asked("GET", path)), check, 500)
