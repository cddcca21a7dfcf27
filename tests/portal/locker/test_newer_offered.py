"""A draft is offered the newer version of what was attached to it, as long as that counts."""

from __future__ import annotations

import pytest
from files_brought import a_pdf
from lockers import added, newest
from scenes import entered
from test_revoked import revoke
from test_who_is_shown import attach
from world import World

from payments.columns import new_id

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

NEWER = "Une version plus récente"


def test_a_newer_version_is_offered_until_it_is_revoked(town: World) -> None:
    salma = entered(town, "salma")
    added(salma, {"plans.pdf": a_pdf()}, kind="arch_plans")
    older = newest(town).id
    attach(salma, older)
    form = salma.page.link("/plans")
    assert NEWER not in salma.get(form).words
    label = str(new_id())
    added(salma, {"plans.pdf": a_pdf(2)}, kind="arch_plans", label=label, replaces=str(older))
    page, newer = salma.get(form), newest(town).id
    assert NEWER in page.words
    assert f'value="{newer}"' in page.text
    revoke(town, newer)
    page = salma.get(form)
    assert NEWER not in page.words
    assert str(newer) not in page.text
    assert label not in page.text
