"""What the services of a birth, of proof and of life abroad ask, and who is told at once that they cannot ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from journeys.cases.answers import asked, barred, problems, pruned, sections
from journeys.cases.fees import fee_lines, tariff_confirmed
from journeys.catalogue.definitions import Catalogue

RIB = "011519000001205000534921"
STORED = "01890a5d-ac96-774b-bcce-b302099a8057"
IN_RABAT = {"birth_province": "04.421", "birth_place": "c-04421-02"}

FILLED: dict[str, dict[str, Any]] = {
    "birth-declaration": {
        **IN_RABAT,
        "declarant": "mother",
        "late": "no",
        "parents": "married",
        "first_child": "yes",
        "place": "hospital",
        "birth_date": "2026-09-20",
        "fullname_ar": "آدم العلوي",
        "fullname_lat": "EL ALAOUI Adam",
        "sex": "M",
        "father_name_ar": "يوسف العلوي",
        "father_cin": "AB123456",
    },
    "family-booklet": {
        "applicant": "spouse",
        "other_spouse_ar": "يوسف العلوي",
        "why": "first",
        "office_province": "04.421",
        "office_commune": "c-04421-02",
    },
    "cnss-maternity": {"leave_from": "2026-09-01", "born": "no", "medical_file": STORED, "rib": RIB},
    "cnss-family-allowance": {
        "status": "employee",
        "other_parent": "no",
        "children": [
            {"child_name_ar": "آدم العلوي", "child_birth_date": "2026-09-20", "child_situation": "home"},
            {
                "child_name_ar": "هبة العلوي",
                "child_birth_date": "2018-02-01",
                "child_situation": "school",
                "child_massar": "J123456789",
            },
        ],
        "account": "new",
        "rib": RIB,
        "rib_file": STORED,
    },
    "rsu-registration": {
        "declarant": "parent",
        "declarant_activity": "seeks",
        "members": [{"member_relation": "child", "member_idcs": "1234567890", "member_activity": "young"}],
        "home_status": "tenant",
        "rooms": 2,
        "electricity": "own",
        "water": "shared",
        "utilities_cost": 18_000,
        "phone_cost": 0,
        "vehicle": "none",
    },
    "direct-social-support": {
        "rsu": "under",
        "resident": "yes",
        "income": "none",
        "aid": "children",
        "birth": "first",
        "rib": RIB,
    },
    "criminal-record": {"born": "abroad", "birth_country": "Lyon, France", "mother_name": "فاطمة العلوي"},
    "residence-certificate": {
        "card": "none",
        "housing": "hosted",
        "province": "04.421",
        "commune": "c-04421-02",
        "home_address": "12 زنقة الأرز، أكدال",
        "host_file": STORED,
    },
    "consular-registration": {
        "consulate": "lyon",
        "address_abroad": "8 rue des Lilas, 69003 Lyon",
        "address_shown": "no",
        "stay_file": STORED,
        "address_file": STORED,
    },
}


@pytest.mark.parametrize("service", sorted(FILLED))
def test_a_form_filled_in_rightly_can_be_sent(morocco: Catalogue, moment: datetime, service: str) -> None:
    found, answers = morocco.service(service), FILLED[service]
    assert problems(found, morocco, answers, moment) == {}
    assert barred(found, answers) == []
    assert pruned(found, answers) == answers


@pytest.mark.parametrize(
    ("service", "changes", "wanted"),
    [
        ("residence-certificate", {"housing": "tenant"}, "lease_file"),
        ("residence-certificate", {"housing": "owner"}, "title_no"),
        ("residence-certificate", {"housing": "hosted"}, "host_file"),
        ("consular-registration", {"address_shown": "yes"}, "stay_file"),
        ("cnss-family-allowance", {"account": "known"}, "account"),
    ],
)
def test_a_paper_is_asked_of_whom_it_concerns_and_of_nobody_else(
    morocco: Catalogue, service: str, changes: dict[str, str], wanted: str
) -> None:
    found, answers = morocco.service(service), {**FILLED[service], **changes}
    last = sections(found, answers)[-1]
    assert [field.id for field in asked(found, last.id, answers)] == [wanted]


def test_who_lives_alone_is_not_asked_for_a_household(morocco: Catalogue) -> None:
    service = morocco.service("rsu-registration")
    alone = {**FILLED["rsu-registration"], "declarant": "alone"}
    assert "members" not in [section.id for section in sections(service, alone)]
    assert "members" not in pruned(service, alone)


@pytest.mark.parametrize(("declarant", "other"), [("mother", "father"), ("father", "mother")])
def test_a_parent_is_asked_for_the_other_one(morocco: Catalogue, declarant: str, other: str) -> None:
    service = morocco.service("birth-declaration")
    shown = [section.id for section in sections(service, {"declarant": declarant, "parents": "married"})]
    assert shown == ["declarant", "parents", "birth", "child", other]


def test_nobody_asks_a_mother_for_a_father_who_is_not_known(morocco: Catalogue) -> None:
    service = morocco.service("birth-declaration")
    shown = [section.id for section in sections(service, {"declarant": "mother", "parents": "mother_only"})]
    assert shown == ["declarant", "parents", "birth", "child"]


@pytest.mark.parametrize(
    ("service", "changes", "instead"),
    [
        ("birth-declaration", {"late": "yes"}, "birth-late-registration"),
        ("residence-certificate", {"card": "same", "purpose": "administration"}, "complaint"),
        ("direct-social-support", {"rsu": "absent"}, "rsu-registration"),
        ("direct-social-support", {"rsu": "over"}, "rsu-registration"),
        ("direct-social-support", {"income": "declared"}, "cnss-family-allowance"),
        ("direct-social-support", {"income": "public"}, None),
        ("direct-social-support", {"income": "pension"}, None),
        ("direct-social-support", {"income": "compensation"}, None),
        ("direct-social-support", {"income": "solidarity"}, None),
        ("direct-social-support", {"resident": "no"}, None),
        ("cnss-family-allowance", {"status": "neither"}, "direct-social-support"),
        ("consular-registration", {"consulate": "other"}, None),
    ],
)
def test_who_cannot_ask_is_told_and_shown_what_else_there_is(
    morocco: Catalogue, service: str, changes: dict[str, str], instead: str | None
) -> None:
    told = barred(morocco.service(service), {**FILLED[service], **changes})
    assert [bar.service for bar in told] == [instead]


@pytest.mark.parametrize("purpose", ["cnie", "private", "abroad"])
def test_a_card_bars_a_residence_certificate_only_where_the_law_replaces_it(morocco: Catalogue, purpose: str) -> None:
    answers = {**FILLED["residence-certificate"], "card": "same", "purpose": purpose}
    assert barred(morocco.service("residence-certificate"), answers) == []


@pytest.mark.parametrize("service", ["direct-social-support", "cnss-maternity"])
def test_a_bank_account_is_typed_and_no_paper_of_the_bank_is_asked(morocco: Catalogue, service: str) -> None:
    found = morocco.service(service)
    assert "rib" not in {needed.document for needed in found.requires}
    assert "rib" in {field.field for field in found.form}


@pytest.mark.parametrize(("born", "place"), [("morocco", "birth_province"), ("abroad", "birth_country")])
def test_a_criminal_record_asks_the_province_of_who_was_born_here_alone(
    morocco: Catalogue, born: str, place: str
) -> None:
    service = morocco.service("criminal-record")
    shown = [field.id for field in asked(service, "details", {"born": born})]
    assert shown == [place, "father_name", "mother_name"]


def test_a_wrong_bank_account_is_noticed(morocco: Catalogue, moment: datetime) -> None:
    answers = {**FILLED["direct-social-support"], "rib": RIB[:-1] + "2"}
    found = problems(morocco.service("direct-social-support"), morocco, answers, moment)
    assert {key: problem.code for key, problem in found.items()} == {"rib": "wrong_format"}


def test_direct_social_support_is_free_by_its_decree_and_other_prices_are_to_be_confirmed(morocco: Catalogue) -> None:
    unsure = {key for key, answers in FILLED.items() if not tariff_confirmed(morocco.service(key), answers)}
    assert fee_lines(morocco.service("direct-social-support"), {}) == ()
    assert unsure == set(FILLED) - {"direct-social-support"}
