"""What differs between two versions is told place by place, by the names that people gave things."""

from __future__ import annotations

from typing import Any

import pytest
from small_folder import askable, question, service, words

from journeys.catalogue.differences import changed
from journeys.catalogue.service import Service


def told(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The differences of two services, in words."""
    return [str(one) for one in changed(*map(_read, (before, after)))]


def _read(written: dict[str, Any]) -> Service:
    """As files are read: a question without an id has that of its field."""
    return Service.model_validate({**written, "form": [{"id": one["field"], **one} for one in written["form"]]})


def paper(document: str, mode: str = "user") -> dict[str, Any]:
    """A paper that is asked for."""
    return {"document": document, "issuer": "commune", "mode": mode, "condition": None, "replaced_by_cnie": False}


def asked(**changes: Any) -> dict[str, Any]:
    """A service with a question that has an id of its own."""
    return askable(form=[question(id="size", **changes)])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (service(), service(), []),
        (service(), service(channels=["online"]), ["channels: ['counter'] → ['online']"]),
        (
            service(requires=[paper("photo")]),
            service(requires=[paper("photo", "exchange")]),
            ["requires.photo.mode: user → exchange"],
        ),
        (
            service(requires=[paper("photo"), paper("lease")]),
            service(requires=[paper("lease"), paper("photo")]),
            ["requires: in another order"],
        ),
        (asked(), asked(required=False), ["form.size.required: True → False"]),
        (asked(), asked(hints=words("hint")), ["form.size.hints: nothing → " + str(words("hint"))[:59] + "…"]),
    ],
)
def test_a_difference_says_where_it_is(before: dict[str, Any], after: dict[str, Any], said: list[str]) -> None:
    assert told(before, after) == said


def test_what_came_and_what_went_are_told_apart() -> None:
    came, went = told(service(requires=[paper("photo")]), service(requires=[paper("lease")]))[::-1]
    assert came.startswith("requires.lease: nothing → {")
    assert went.startswith("requires.photo: {")
    assert went.endswith("→ nothing")


def test_a_form_that_was_not_there_before_is_told_question_by_question() -> None:
    assert any(one.startswith("sections.only: nothing → ") for one in told(service(), askable()))


def test_entries_that_share_a_name_are_told_as_one_list() -> None:
    twice = [paper("photo"), {**paper("photo"), "mode": "exchange"}]
    (said,) = told(service(), service(requires=twice))
    assert said.startswith("requires: [] → [")
