"""Whoever starts a company is asked for one number at a time, and each was given by a step before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from journeys.cases.answers import asked, barred, problems, sections
from journeys.cases.fees import fee_lines, tariff_confirmed
from journeys.catalogue.definitions import Catalogue, Service
from payments.money import Money

NUMBERS = {"ice", "if_no", "tp_no", "rc_no", "cnss_emp"}
STEPS = [
    "negative-certificate", "tax-registration", "rc-sarl", "cnss-employer", "cnss-employee", "cndp-notification",
    "rc-model7", "supplier-account",
]  # fmt: skip

ICE, FILE = "001561191000066", "01890a5d-ac96-774b-bcce-b302099a8057"
PARTNERS = [
    {"partner_who": "me", "partner_share": 60_000_00},
    {"partner_who": "cnie", "partner_name": "BENNANI Omar", "partner_cin": "AB123456", "partner_share": 40_000_00},
]
EMPLOYEES = [
    {
        "employee_name": "EL IDRISSI Nadia",
        "employee_known_by": "cnie",
        "employee_cin": "K45678",
        "hired_on": "2027-01-05",
        "contract_file": FILE,
    },
    {
        "employee_name": "DIOP Awa",
        "employee_known_by": "foreigner",
        "employee_doc_no": "A012345X",
        "employee_born_on": "1994-06-30",
        "hired_on": "2027-01-05",
        "contract_file": FILE,
    },
]
ANSWERS: dict[str, dict[str, Any]] = {
    "tax-registration": {
        "for_whom": "company",
        "ice": ICE,
        "start_date": "2027-01-05",
        "seat_province": "04.421",
        "seat_commune": "c-04421-02",
        "seat": "12، زنقة الأطلس، حي المحيط",
        "statutes_file": FILE,
        "domicil_file": FILE,
    },
    "rc-sarl": {
        "ice": ICE,
        "court": "tcom-01",
        "duration": 99,
        "capital": 100_000_00,
        "capital_paid": 25_000_00,
        "capital_size": "up_to_100k",
        "partners": PARTNERS,
        "managers": [{"manager_who": "me", "manager_signs": "alone"}],
        "statutes_file": FILE,
        "domicil_file": FILE,
    },
    "cnss-employer": {
        "for_whom": "company",
        "ice": ICE,
        "first_hire_on": "2027-01-05",
        "staff_count": 2,
        "rib": "011519000001205000534921",
        "rib_file": FILE,
    },
    "cnss-employee": {"affiliated": "yes", "cnss_emp": "1234567", "employees": EMPLOYEES},
    "cndp-notification": {
        "ice": ICE,
        "processing_name": "ملف الزبناء",
        "purpose": "تسليم الطلبيات",
        "people_concerned": "الزبناء",
        "data_kinds": "الاسم والعنوان والهاتف",
        "procedure": "declaration",
        "abroad": "no",
        "kept_for": "سنة بعد آخر طلبية",
        "safeguards": "كلمات السر ونسخ احتياطية",
        "rights_contact": "مصلحة الزبناء",
    },
    "rc-model7": {"court": "tcom-01", "rc_no": "123457", "copies": 2},
    "supplier-account": {"has_esign": "yes", "ice": ICE, "contract_kind": "services"},
}


def numbers_asked(service: Service) -> set[str]:
    """The numbers of the company that this form asks for."""
    return {field.field for field in service.single} & NUMBERS


def numbers_given(service: Service) -> set[str]:
    """The numbers of the company that this service ends with."""
    return {field.field for field in service.decision} & NUMBERS


def test_every_step_of_a_limited_company_can_be_asked_for(morocco: Catalogue) -> None:
    steps = [step.service for step in morocco.life_events["start-sarl"].steps]
    assert steps == STEPS
    assert all(morocco.service(step).askable for step in steps)


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_step_filled_in_rightly_can_be_sent(morocco: Catalogue, moment: datetime, step: str) -> None:
    service = morocco.service(step)
    assert problems(service, morocco, ANSWERS[step], moment) == {}
    assert barred(service, ANSWERS[step]) == []


def test_a_company_has_a_partner_and_a_manager(morocco: Catalogue, moment: datetime) -> None:
    answers = ANSWERS["rc-sarl"] | {"partners": [], "managers": [{"manager_who": "partner"}]}
    found = problems(morocco.service("rc-sarl"), morocco, answers, moment)
    assert {key: problem.code for key, problem in found.items()} == {
        "partners": "too_few",
        "managers.1.manager_name": "required",
        "managers.1.manager_signs": "required",
    }


@pytest.mark.parametrize("step", STEPS[1:])
def test_one_number_finds_the_company(morocco: Catalogue, step: str) -> None:
    assert len(numbers_asked(morocco.service(step))) == 1


def test_a_number_that_is_asked_was_given_by_a_step_before(morocco: Catalogue) -> None:
    given: set[str] = set()
    for step in STEPS:
        assert numbers_asked(morocco.service(step)) <= given, step
        given |= numbers_given(morocco.service(step))


def test_the_trade_register_number_comes_with_its_court(morocco: Catalogue) -> None:
    assert [field.id for field in asked(morocco.service("rc-model7"), "company", {})] == ["court", "rc_no"]


@pytest.mark.parametrize(
    ("size", "papers"),
    [
        ("up_to_100k", ["statutes_file", "domicil_file"]),
        ("above_100k", ["statutes_file", "domicil_file", "capital_cert_file"]),
    ],
)
def test_the_bank_certifies_a_capital_above_100000(morocco: Catalogue, size: str, papers: list[str]) -> None:
    assert [field.id for field in asked(morocco.service("rc-sarl"), "papers", {"capital_size": size})] == papers


@pytest.mark.parametrize(
    ("who", "questions"),
    [
        ("me", set()),
        ("cnie", {"partner_name", "partner_cin"}),
        ("foreigner", {"partner_name", "partner_doc_no", "partner_nationality", "partner_born_on"}),
        ("company", {"partner_ice"}),
        ("foreign_company", {"partner_company", "partner_registration"}),
    ],
)
def test_a_partner_is_asked_what_finds_them(morocco: Catalogue, who: str, questions: set[str]) -> None:
    found = {field.id for field in asked(morocco.service("rc-sarl"), "partners", {"partner_who": who})}
    assert found == questions | {"partner_who", "partner_share"}


@pytest.mark.parametrize(
    ("known_by", "questions"),
    [
        ("cnss", {"employee_cnss"}),
        ("cnie", {"employee_cin"}),
        ("foreigner", {"employee_doc_no", "employee_born_on"}),
    ],
)
def test_an_employee_is_asked_what_finds_them(morocco: Catalogue, known_by: str, questions: set[str]) -> None:
    found = {
        field.id for field in asked(morocco.service("cnss-employee"), "employees", {"employee_known_by": known_by})
    }
    assert found - {"employee_name", "employee_known_by", "hired_on", "contract_file"} == questions


def test_a_company_is_not_asked_what_its_name_certificate_says(morocco: Catalogue) -> None:
    registration = morocco.service("tax-registration")
    company, person = (
        [section.id for section in sections(registration, {"for_whom": who})] for who in ("company", "person")
    )
    assert "business" not in company
    assert "business" in person
    assert "ice" not in {field.id for field in asked(registration, "who", {"for_whom": "person"})}


@pytest.mark.parametrize(
    ("service", "answers", "instead"),
    [
        ("tax-registration", {"for_whom": "auto_entrepreneur"}, "auto-entrepreneur"),
        ("cnss-employee", {"affiliated": "no"}, "cnss-employer"),
        ("supplier-account", {"has_esign": "no"}, "esign-certificate"),
    ],
)
def test_who_must_ask_for_something_else_first_is_told(
    morocco: Catalogue, service: str, answers: dict[str, str], instead: str
) -> None:
    assert [bar.service for bar in barred(morocco.service(service), answers)] == [instead]
    assert barred(morocco.service(service), {}) == []


def test_each_copy_from_the_trade_register_is_paid_for(morocco: Catalogue) -> None:
    (line,) = fee_lines(morocco.service("rc-model7"), {"copies": 3})
    assert (line.amount, line.times, line.tariff, line.beneficiary) == (Money(9000), 3, "unverified", "office")


@pytest.mark.parametrize("step", STEPS[1:])
def test_no_price_of_these_steps_is_shown_as_certain(morocco: Catalogue, step: str) -> None:
    service = morocco.service(step)
    assert not tariff_confirmed(service, {})
    assert (fee_lines(service, {}) == ()) is (service.fee.kind == "free")


def test_a_declaration_is_answered_in_a_day_and_an_authorisation_is_not(morocco: Catalogue) -> None:
    urgent = morocco.service("cndp-notification").delay.urgent
    assert urgent is not None
    assert (urgent.max, urgent.unit, urgent.when.allowed) == (24, "hour", ("declaration",))
