"""Every role, kind and right has its words, in every language; pages are found by an index."""

from __future__ import annotations

from typing import Any

import pytest
from looked import SALMA, YOUSSEF, Looked, about
from markupsafe import Markup
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from portal.audit import words
from portal.audit.chain import _waiting
from portal.audit.models import Access, Basis, Did, Kind, Role
from portal.i18n import LANGUAGES, speaking
from portal.unit import real_now

DIALECTS: dict[str, Any] = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}


def entry(**changes: Any) -> Access:
    """One record, as it is shown."""
    usual = {"role": Role.AGENT, "kind": Kind.REQUEST, "basis": Basis.MANDATE, "did": Did.READ, "refused": False}
    return Access(at=real_now(), subject_id=SALMA, reader="", **usual | changes)


def nobody(_one: Access) -> Markup:
    return Markup()


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_has_its_words(code: str) -> None:
    with speaking(code):
        said = {
            words.sentence(entry(role=role, kind=kind, did=did, refused=refused), nobody)
            for role in Role
            for kind in Kind
            for did in (Did.READ, Did.CHANGED)
            for refused in (False, True)
        }
        assert len(said) == len(Role) * len(Kind) * 4
        assert len({words.why(entry(basis=basis)) for basis in Basis}) == len(Basis)
    assert not any("%(" in one for one in said)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_document_that_was_revoked_was_not_changed(code: str) -> None:
    about = {"kind": Kind.DOCUMENT, "document_id": SALMA}
    with speaking(code):
        revoked = words.sentence(entry(did=Did.REVOKED, **about), nobody)
        changed = words.sentence(entry(did=Did.CHANGED, **about), nobody)
        by_others = words.sentence(entry(did=Did.REVOKED, role=Role.SUPERVISOR, **about), nobody)
    assert len({revoked, changed, by_others}) == 3


def test_on_the_page_of_a_document_whoever_checked_it_has_this_very_one() -> None:
    checker = entry(role=Role.CHECKER, kind=Kind.DOCUMENT)
    with speaking("fr"):
        assert words.on_its_page(checker, nobody) == "Quelqu’un a vérifié ce document."
        assert words.on_its_page(entry(), nobody) == words.sentence(entry(), nobody)
    with speaking("ar"):
        assert words.on_its_page(checker, nobody) == "تحقق شخص من صحة هذه الوثيقة."


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_refusal_gives_no_right(code: str) -> None:
    with speaking(code):
        assert words.why(entry(refused=True)) == words.why(entry(basis=Basis.NONE)) != words.why(entry())


def test_a_name_cannot_bring_marks_of_its_own() -> None:
    with speaking("en"):
        said = words.sentence(entry(), lambda _one: Markup("{}").format("<b>"))
    assert said == "An officer (&lt;b&gt;) read your request."


def plan(seen: Looked, query: Any) -> str:
    """How the database finds what is asked for."""
    with seen.work.database.session() as session:
        kind = session.get_bind().dialect.name
        said = str(query.compile(dialect=DIALECTS[kind], compile_kwargs={"literal_binds": True}))
        if kind == "postgresql":
            session.execute(text("ANALYZE access"))
            session.execute(text("SET LOCAL enable_seqscan = off"))
        how = "EXPLAIN" if kind == "postgresql" else "EXPLAIN QUERY PLAN"
        return str(session.execute(text(f"{how} {said.replace(':', chr(92) + ':')}")).all())


def test_a_persons_page_and_what_waits_are_found_by_their_index(seen: Looked) -> None:
    for subject, count in ((YOUSSEF, 2000), (SALMA, 5)):
        seen.batch(count, subject)
    seen.note(about())
    mine = Access.__table__.select().where(Access.subject_id == SALMA).order_by(Access.id.desc()).limit(5)
    assert "ix_access_subject" in plan(seen, mine)
    assert "ix_access_waiting" in plan(seen, _waiting(real_now()).limit(5))
    batch = Access.__table__.select().where(Access.batch == 1).order_by(Access.position)
    assert "ix_access_batch" in plan(seen, batch)
