"""The definitions of Morocco are whole, honest, and askable where they say so."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from journeys.catalogue.checking import check
from journeys.catalogue.definitions import Catalogue, FormField, Text
from journeys.catalogue.findings import Level

ASKABLE = {
    "birth-declaration",
    "birth-extract",
    "building-permit",
    "cndp-notification",
    "cnss-employee",
    "cnss-employer",
    "cnss-family-allowance",
    "cnss-maternity",
    "consular-registration",
    "criminal-record",
    "direct-social-support",
    "family-booklet",
    "information-request",
    "negative-certificate",
    "rc-model7",
    "rc-sarl",
    "residence-certificate",
    "rsu-registration",
    "supplier-account",
    "tax-compliance-cert",
    "tax-registration",
    "vehicle-tax",
}
# Where the answer is what is asked about: an address to be certified, the card of the parent who did not sign in.
ASKED_ABOUT = {
    "birth-declaration": {"cin"},
    "consular-registration": {"address"},
    "residence-certificate": {"address"},
}


def test_every_definition_of_morocco_is_there(morocco: Catalogue) -> None:
    assert len(morocco.services) == 216
    assert sum(event.kind == "citizen" for event in morocco.life_events.values()) == 34
    assert sum(event.kind == "business" for event in morocco.life_events.values()) == 19
    assert (len(morocco.regions), len(morocco.provinces), len(morocco.communes)) == (12, 75, 1544)


def test_the_definitions_of_morocco_have_nothing_to_mend(morocco_folder: Path) -> None:
    assert [str(finding) for finding in check(morocco_folder) if finding.level == Level.ERROR] == []


def test_these_services_can_be_asked_for_and_no_other(morocco: Catalogue) -> None:
    assert {service.id for service in morocco.services.values() if service.askable} == ASKABLE


def test_a_service_with_a_sheet_only_says_what_it_lacks(morocco: Catalogue) -> None:
    missing = morocco.service("birth-full-copy").missing_to_be_askable()
    assert {"sections", "fee_rule", "office_rule", "texts.summary"} <= set(missing)


def test_a_price_without_a_source_is_marked_as_such(morocco: Catalogue) -> None:
    extract, certificate = (morocco.service(key).fee_rule for key in ("birth-extract", "negative-certificate"))
    assert extract is not None
    assert certificate is not None
    assert [line.tariff for line in extract.lines] == ["unverified"]
    assert [line.tariff for line in certificate.lines] == ["sourced"]


@pytest.mark.parametrize("service", sorted(ASKABLE))
def test_nobody_is_asked_who_they_are_or_where_they_live(morocco: Catalogue, service: str) -> None:
    asked = {field.field for field in morocco.service(service).single} & {"cin", "passport_no", "address", "postcode"}
    assert asked == ASKED_ABOUT.get(service, set())


def test_a_register_fills_in_only_a_persons_own_record(morocco: Catalogue) -> None:
    prefills = [section.prefill for section in morocco.service("birth-extract").sections if section.prefill]
    assert {fact for prefill in prefills for fact in prefill.facts.values()} == {
        "fullname_ar", "fullname_lat", "birth_date", "birth_province", "birth_place", "act_no", "act_year",
    }  # fmt: skip
    assert all(prefill.when is not None and prefill.when.allowed == ("self",) for prefill in prefills)


def test_the_communes_offered_are_those_of_the_province(morocco: Catalogue) -> None:
    place = morocco.service("birth-extract").field("birth_place")
    offered = dict(morocco.options(place, {"birth_province": "04.421"}))
    assert offered["c-04421-02"].pick("fr") == ("Rabat", "fr")
    assert all("04421" in key for key in offered)
    assert morocco.options(place, {}) == ()


def test_a_question_without_words_of_its_own_takes_those_of_its_field(morocco: Catalogue) -> None:
    asked = FormField(field="sex", id="sex", required=True)
    assert morocco.labels(asked).pick("en") == ("Sex", "en")
    assert [value for value, _ in morocco.options(asked, {})] == ["F", "M"]


def test_the_administrations_offered_go_by_their_own_names(morocco: Catalogue) -> None:
    asked = morocco.service("information-request").field("asked_administration")
    assert dict(morocco.options(asked, {}))["mj"].pick("ar") == ("وزارة العدل", "ar")


def test_the_life_events_of_a_service_are_found(morocco: Catalogue) -> None:
    assert "having-a-baby" in {event.id for event in morocco.life_events_of("birth-extract")}
    assert morocco.life_events_of("no-such-service") == ()


def test_conditions_of_life_events_speak_three_languages(morocco: Catalogue) -> None:
    texts = [text for event in morocco.life_events.values() for text in event.conditions.values()]
    assert texts
    assert not any(text.missing for text in texts)


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        ({"ar": "ا", "fr": "b", "en": "c"}, "ar", ("ا", "ar")),
        ({"ar": "ا", "fr": "b"}, "en", ("b", "fr")),
        ({"ar": "ا", "en": "c"}, "fr", ("ا", "ar")),
        ({"en": "c"}, "ar", ("c", "en")),
        ({"zgh": "ⴰ"}, "fr", ("ⴰ", "zgh")),
    ],
)
def test_a_reader_gets_their_language_or_is_told_which_it_is(
    texts: dict[str, str], language: str, expected: tuple[str, str]
) -> None:
    assert Text(texts).pick(language) == expected


def test_definitions_cannot_be_changed_by_who_reads_them(morocco: Catalogue) -> None:
    with pytest.raises(ValidationError):
        morocco.service("birth-extract").names = Text({"fr": "autre"})  # type: ignore[misc]
    with pytest.raises(TypeError):
        morocco.services["birth-extract"] = morocco.service("birth-extract")  # type: ignore[index]
