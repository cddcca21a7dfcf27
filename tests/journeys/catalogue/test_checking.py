"""What is wrong with a definition is found before it is published, with the file, the line and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from small_folder import administration, askable, document, field, folder, life_event, question, service, step, words

from journeys.catalogue.checking import check, checked
from journeys.catalogue.errors import BadCatalogue
from journeys.catalogue.findings import Level
from journeys.catalogue.reading import read


def found(at: Path) -> list[str]:
    """What a check says, without the places."""
    return [finding.what for finding in check(at)]


def test_a_folder_in_order_is_published_as_it_is(tmp_path: Path) -> None:
    catalogue = checked(folder(tmp_path, askable(), life_events=[life_event(step())]))
    assert catalogue.service("permit").askable
    assert list(catalogue.life_events) == ["moving"]


def test_a_finding_names_the_file_and_the_line(tmp_path: Path) -> None:
    at = folder(tmp_path, service(), service("other", administration="nobody"))
    (finding,) = (one for one in check(at) if one.level == Level.ERROR)
    lines = (at / finding.file).read_text("utf-8").splitlines()
    assert "administration: nobody" in lines[finding.line - 1]
    assert finding.todo
    assert str(finding).startswith(f"services/permits.yaml:{finding.line}: error: service other")


@pytest.mark.parametrize(
    ("spoilt", "what"),
    [
        ({"administration": "nobody"}, "there is no administration 'nobody'"),
        ({"legal_basis": ["LX:1"]}, "there is no source 'LX'"),
        ({"outputs": [{"document": "gone", "condition": None, "validity": None}]}, "there is no document 'gone'"),
        ({"form": [{"field": "gone", "required": True}]}, "there is no field 'gone'"),
        ({"names": {"ar": "رخصة", "fr": "permis"}}, "names has no en text"),
        ({"colour": "green"}, "colour: Extra inputs are not permitted"),
        ({"payment_required": "perhaps"}, "payment_required: Input should be a valid boolean"),
        ({"audience": ["nobody"]}, "audience.0: Input should be 'citizen', 'business', 'abroad' or 'non-resident'"),
        ({"names": {"de": "Erlaubnis"}}, "names: Value error, a text needs at least one of the languages"),
    ],
)
def test_a_wrong_service_is_told(tmp_path: Path, spoilt: dict[str, Any], what: str) -> None:
    assert any(what in said for said in found(folder(tmp_path, service(**spoilt))))


@pytest.mark.parametrize(
    ("days", "investment", "wrong"), [(60, False, 0), (61, False, 1), (30, True, 0), (31, True, 1)]
)
def test_no_period_is_longer_than_the_law_allows(tmp_path: Path, days: int, investment: bool, wrong: int) -> None:
    delay = {**service()["delay"], "max": days, "kind": "specific"}
    said = found(folder(tmp_path, service(delay=delay, investment_list=investment)))
    assert len([what for what in said if "above the" in what]) == wrong


def test_silence_counts_as_approval_only_where_a_text_says_so(tmp_path: Path) -> None:
    silence = {**service()["silence"], "effect": "approval"}
    assert any("silence counts as approval" in said for said in found(folder(tmp_path, service(silence=silence))))


def test_the_same_id_twice_is_told(tmp_path: Path) -> None:
    assert any("already defined" in said for said in found(folder(tmp_path, service(), service())))


@pytest.mark.parametrize(
    ("spoilt", "what"),
    [
        ({"office_rule": None}, "office_rule is missing"),
        ({"texts": {}}, "texts.summary is missing"),
        ({"form": [question(labels={"ar": "نوع"})]}, "form.kind.labels.fr is missing"),
        ({"form": [question(section="nowhere")]}, "form.kind.section is missing"),
        ({"form": [question(options=["small"])]}, "form.kind.options.small is missing"),
        ({"form": [question(options=[])]}, "there is nothing to choose from"),
        ({"form": [question(), question()]}, "another question has the same id"),
        ({"form": [question(when={"field": "later", "in": ["x"]})]}, "which is not asked earlier"),
        ({"form": [question(within="kind")]}, "kind is no province asked earlier"),
        ({"form": [question(), question(id="b", when={"field": "kind", "in": ["huge"]})]}, "kind can never be 'huge'"),
        (
            {"office_rule": {"administration": "commune", "territory": "gone"}},
            "gone is no commune or province or court",
        ),
        ({"office_rule": {}}, "give either administration or administration_from"),
    ],
)
def test_a_form_that_is_not_complete_is_told(tmp_path: Path, spoilt: dict[str, Any], what: str) -> None:
    assert any(what in said for said in found(folder(tmp_path, askable(**spoilt))))


SMALL = {"value": "small", "labels": words("small")}
HALF = {"ar": "كلام", "fr": "mots"}


@pytest.mark.parametrize(
    ("spoilt", "files", "what"),
    [
        (
            {"form": [question(options=[{"value": "small", "labels": HALF}])]},
            {},
            "form.kind.options.0.labels.en is missing",
        ),
        ({"sections": [{"id": "only", "title": words(), "intro": HALF}]}, {}, "sections.only.intro.en is missing"),
        ({"form": [question(hints=HALF)]}, {}, "form.kind.hints.en is missing"),
        (
            {"form": [question(options=[])]},
            {"fields": [field(options=[{"value": "small", "labels": HALF}])]},
            "options.0.labels of the field kind has no en text",
        ),
        (
            {"form": [question(administrations=["body"])]},
            {"administrations": [administration("body", names=HALF)]},
            "the name of body has no en text",
        ),
        ({}, {"documents": [{**document(), "names": HALF}]}, "the name of paper has no en text"),
    ],
)
def test_words_a_form_needs_are_there_in_every_language(
    tmp_path: Path, spoilt: dict[str, Any], files: dict[str, Any], what: str
) -> None:
    said = [str(one) for one in check(folder(tmp_path, askable(**spoilt), **files)) if one.level == Level.ERROR]
    assert any(what in one for one in said), said


def test_words_that_a_form_does_not_use_may_be_missing(tmp_path: Path) -> None:
    unused = field("other", options=[{"value": "small", "labels": HALF}])
    own = field(options=[{"value": "never", "labels": HALF}])
    assert checked(folder(tmp_path, askable(), fields=[own, unused])).service("permit").askable
    assert checked(folder(tmp_path / "sheet", service(), fields=[own])).service("permit")


def test_a_missing_word_is_found_at_its_line(tmp_path: Path) -> None:
    options = [SMALL, {"value": "large", "labels": HALF}]
    at = folder(tmp_path, askable(form=[question(options=options)]))
    (finding,) = (one for one in check(at) if "options.1.labels.en" in one.what)
    assert "labels" in (at / finding.file).read_text("utf-8").splitlines()[finding.line - 1]


def certificate(**more: Any) -> dict[str, Any]:
    """A paper that is made when the request is granted."""
    usual = {"document": "paper", "paper": "certificate", "statement": words(), "condition": None, "validity": None}
    return usual | more


@pytest.mark.parametrize(
    ("spoilt", "what"),
    [
        ({"statement": None}, "outputs.0.statement is missing"),
        ({"statement": {"ar": "نشهد"}}, "outputs.0.statement.fr is missing"),
        ({"shows": ["gone"]}, "gone is nothing that a paper can show"),
        ({"when": {"field": "gone", "in": ["x"]}}, "the condition asks for gone"),
        ({"when": {"field": "kind", "in": ["huge"]}}, "kind can never be 'huge'"),
        ({"paper": "neg_cert"}, "only a certificate has a statement"),
        ({"paper": "diploma"}, "outputs.0.paper: Input should be"),
    ],
)
def test_a_paper_that_cannot_be_made_is_told(tmp_path: Path, spoilt: dict[str, Any], what: str) -> None:
    assert not any(finding.level == Level.ERROR for finding in check(folder(tmp_path / "good", complete())))
    assert any(what in said for said in found(folder(tmp_path, complete(**spoilt))))


def complete(**spoilt: Any) -> dict[str, Any]:
    """A service that ends with a certificate of what was asked."""
    usual = {"shows": ["kind"], "when": {"field": "kind", "in": ["small"]}}
    return askable(outputs=[certificate(**{**usual, **spoilt})])


def test_a_certificate_shows_nothing_that_is_answered_several_times(tmp_path: Path) -> None:
    section = {"id": "only", "title": words(), "repeats": {"min": 1, "max": 3, "item": words()}}
    said = found(folder(tmp_path, askable(sections=[section], outputs=[certificate(shows=["kind"])])))
    assert any("kind is nothing that a paper can show" in what for what in said)


def test_a_price_by_an_answer_that_is_no_number_is_told(tmp_path: Path) -> None:
    line = {"id": "a", "names": words(), "minor": 100, "times": "kind", "beneficiary": "office", "tariff": "unverified"}
    said = found(folder(tmp_path, askable(fee_rule={"currency": "MAD", "lines": [{**line, "source": "GK"}]})))
    assert any("kind is no whole number of the form" in what for what in said)


def test_what_a_register_fills_in_must_be_asked(tmp_path: Path) -> None:
    section = {"id": "only", "title": words(), "prefill": {"register": "civil-status", "facts": {"gone": "gone"}}}
    assert any(
        "gone is prefilled but not asked" in said for said in found(folder(tmp_path, askable(sections=[section])))
    )


def test_a_point_on_a_map_cannot_be_asked_in_a_form(tmp_path: Path) -> None:
    at = folder(tmp_path, askable(form=[question(options=[])]), fields=[field(type="geopoint")])
    assert any("a geopoint cannot be asked in a form" in said for said in found(at))


def test_steps_that_wait_for_each_other_are_told(tmp_path: Path) -> None:
    event = life_event(step("permit", "other"), step("other", "permit"))
    said = found(folder(tmp_path, service(), service("other"), life_events=[event]))
    assert any("steps wait for each other" in what for what in said)


def test_a_condition_nobody_explains_is_told_and_can_be_published(tmp_path: Path) -> None:
    at = folder(tmp_path, service(), life_events=[life_event(step(when="owner"))])
    assert "life-event moving: nobody says what 'owner' means" in found(at)
    assert checked(at).life_event("moving").steps[0].when == "owner"


def asked(document: str = "lease", **more: Any) -> dict[str, Any]:
    """A paper that a service wants from the person."""
    needed = {"document": document, "issuer": "commune", "mode": "user", "condition": None, "replaced_by_cnie": False}
    return service(requires=[needed | more])


@pytest.mark.parametrize("holds", ["held_by_administration", "replaced_by_cnie"])
def test_what_the_state_holds_is_not_asked_without_a_named_exemption(tmp_path: Path, holds: str) -> None:
    lease = document("lease", **{holds: True})
    at = folder(tmp_path, asked(), documents=[document(), lease])
    assert "service permit: lease is asked from the person, though commune holds it" in found(at)
    exempt = {"text": words("order 12-34"), "date": "2024-05-02", "source": "GK"}
    assert checked(folder(tmp_path, asked(exemption=exempt), documents=[document(), lease]))


def test_a_pattern_that_does_not_compile_is_told(tmp_path: Path) -> None:
    at = folder(tmp_path, service(), fields=[field(type="string", pattern="[")])
    assert any("the pattern does not compile" in said for said in found(at))


def test_yes_and_no_are_answers_and_not_truth_values(tmp_path: Path) -> None:
    at = folder(tmp_path, askable())
    path = at / "services" / "permits.yaml"
    path.write_text(path.read_text("utf-8").replace("value: small", "value: yes").replace("value: large", "value: no"))
    assert [option.value for option in checked(at).service("permit").form[0].options] == ["yes", "no"]


@pytest.mark.parametrize("content", ["services: [", "just words", "services: 3"])
def test_a_broken_file_is_told_and_not_half_published(tmp_path: Path, content: str) -> None:
    at = folder(tmp_path, service())
    (at / "services" / "broken.yaml").write_text(content, "utf-8")
    assert any(finding.file == "services/broken.yaml" for finding in check(at))
    with pytest.raises(BadCatalogue, match=r"broken\.yaml"):
        read(at)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    at = folder(tmp_path, service())
    (at / "sources.yaml").unlink()
    assert "the file is missing" in found(at)


def test_nothing_with_an_error_can_be_published(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match="there is no administration 'nobody'"):
        checked(folder(tmp_path, service(administration="nobody")))


@pytest.mark.parametrize(
    ("words_of", "what"),
    [
        ({"service/gone": ["x"]}, "search search: there is no service 'gone'"),
        ({"life-event/gone": ["x"]}, "search search: there is no life-event 'gone'"),
        ({"paper/gone": ["x"]}, "words.paper/gone"),
        ({"service/permit": "x"}, "words.service/permit: Input should be a valid array"),
    ],
)
def test_words_of_what_is_not_there_are_told(tmp_path: Path, words_of: dict[str, Any], what: str) -> None:
    at = folder(tmp_path, service())
    (at / "search.yaml").write_text(yaml.safe_dump({"words": words_of}), "utf-8")
    assert any(what in said for said in found(at))
    (at / "search.yaml").write_text(yaml.safe_dump({"words": {"service/permit": ["x"]}}), "utf-8")
    assert found(at) == found(folder(tmp_path / "without", service()))
