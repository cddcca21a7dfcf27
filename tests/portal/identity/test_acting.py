"""Acting for another: parents, managers, accountants; what a mandate covers, and the moment it ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from acting_made import CINS, act_for, answer, ask, begun, changed, choice, offer, represented
from requests_made import BIRTH, INFORMATION, fill_birth, section, send
from scenes import entered, scene, sent
from sqlalchemy import select, update
from world import World

from journeys.cases.models import Case, CaseAction
from portal.unit import real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def _case_of(town: World, reference: str) -> tuple[Case, list[CaseAction]]:
    def read(unit: object) -> tuple[Case, list[CaseAction]]:
        session = unit.session  # type: ignore[attr-defined]
        case = session.scalars(select(Case).where(Case.reference == reference)).unique().one()
        actions = session.scalars(select(CaseAction).where(CaseAction.case_id == case.id)).all()
        session.expunge_all()
        return case, list(actions)

    return town.work.transact(read, reading=True)


def test_a_mother_finds_her_child_in_the_register_and_asks_in_its_name(town: World, clean: None) -> None:
    salma = entered(town, "salma")
    page = act_for(salma, represented(salma, "Yahya"))
    assert "Vous agissez pour Yahya Bensouda" in page.words
    reference = begun(salma, BIRTH)
    assert "Vous agissez pour Yahya Bensouda" in salma.page.words
    case, actions = _case_of(town, reference)
    me, child = actions[0].actor_id, case.subject_id
    assert me != child
    assert (actions[0].subject_id, actions[0].channel) == (child, "web")
    assert actions[0].mandate_id is not None


def test_what_is_a_childs_is_not_among_the_mothers_own(town: World, clean: None) -> None:
    salma = entered(town, "salma")
    mandate = represented(salma, "Yahya")
    act_for(salma, mandate)
    reference = begun(salma)
    act_for(salma, "")
    assert reference not in salma.get("/fr/dashboard").text
    assert salma.get(f"/fr/requests/{reference}").status == 404
    act_for(salma, mandate)
    assert reference in salma.get("/fr/dashboard").text


def test_a_guardian_acts_for_a_ward(town: World, clean: None) -> None:
    rachid = entered(town, "rachid")
    assert "Vous agissez pour" in act_for(rachid, represented(rachid, "Abdelhak")).words


def test_a_form_says_for_whom_it_is_answered_and_a_childs_data_are_fetched(town: World, clean: None) -> None:
    salma = entered(town, "salma")
    act_for(salma, represented(salma, "Yahya"))
    begun(salma, BIRTH)
    assert "Vous répondez pour Yahya" in salma.page.words
    section(salma, relation="self", copies="1")
    salma.submit("/fetch/")
    assert 'value="يحيى بنسودة"' in salma.page.text


def test_majority_ends_what_a_mother_may_do(town: World, clean: None) -> None:
    salma = entered(town, "salma")
    mandate = represented(salma, "Yahya")
    act_for(salma, mandate)
    changed(town, mandate, until=real_now() - timedelta(seconds=1))
    page = salma.get("/fr/dashboard")
    assert page.status == 403
    assert "Vous ne pouvez plus agir" in page.words


def test_an_accountant_asks_receives_and_loses_a_mandate(town: World, clean: None) -> None:
    nabil, salma = entered(town, "nabil"), entered(town, "salma")
    mandate = ask(nabil, "salma", ("see", "fill"))
    town.worker_runs()
    assert "Nabil Guessous vous demande une procuration" in salma.get("/fr/inbox").words
    answer(salma, mandate, "accept")
    act_for(nabil, choice(nabil, "Salma"))
    reference = begun(nabil)
    town.worker_runs()
    assert "Nabil Guessous a commencé une demande en votre nom" in salma.get("/fr/inbox").words
    salma.get(mandate)
    salma.submit("/revoke", {"reason": "C’est fini"})
    page = nabil.get(f"/fr/requests/{reference}/fill/question")
    assert page.status == 403
    assert "Vous ne pouvez plus agir" in page.words
    assert "C’est fini" in nabil.get(mandate).words


def test_nobody_learns_whether_a_person_is_known_here(town: World, clean: None) -> None:
    nabil = entered(town, "nabil")
    known, unknown = ask(nabil, "salma"), ask(nabil, "ZZ999999")
    pages = [nabil.get(one).words.replace(one.rpartition("/")[2], "") for one in (known, unknown)]
    assert pages[0] == pages[1]


def test_a_mandate_is_nobody_elses_business(town: World, clean: None) -> None:
    salma, youssef = entered(town, "salma"), entered(town, "youssef")
    mandate = offer(salma, "nabil")
    assert youssef.get(mandate).status == 404
    assert sent(youssef, f"{mandate}/accept").status_code == 404


def test_an_offer_that_was_answered_by_somebody_else_stays_theirs(town: World, clean: None) -> None:
    salma, nabil, amal = (entered(town, name) for name in ("salma", "nabil", "amal"))
    mandate = offer(salma, "nabil")
    assert sent(amal, f"{mandate}/accept").status_code == 404
    answer(nabil, mandate, "accept")
    assert "En vigueur" in nabil.page.words


def test_a_message_leads_to_an_offer_that_was_taken_back_before_it_was_read(town: World, clean: None) -> None:
    salma, nabil = entered(town, "salma"), entered(town, "nabil")
    mandate = offer(salma, "nabil")
    town.worker_runs()
    answer(salma, mandate, "take-back")
    assert mandate in nabil.get("/fr/inbox").text
    page = nabil.get(mandate)
    assert page.status == 200
    assert "Elle a été retirée." in page.words
    assert "/accept" not in page.text


def test_a_daughter_acts_for_her_mother_and_the_mother_sees_all(town: World, clean: None) -> None:
    fatima, amal = entered(town, "fatima"), entered(town, "amal")
    mandate = offer(fatima, "amal", ("see", "fill", "sign"))
    answer(amal, mandate, "accept")
    act_for(amal, choice(amal, "Fatima"))
    reference = begun(amal)
    page = fatima.get(mandate)
    assert reference in page.words
    assert "Un brouillon a été commencé" in page.words
    assert reference in fatima.get("/fr/dashboard").text
    assert "Par procuration" in fatima.get(f"/fr/requests/{reference}").words or fatima.page.status == 200


@pytest.mark.parametrize(
    ("scopes", "address", "method", "status"),
    [
        (("see",), "/fr/dashboard", "GET", 200),
        (("see",), "/fr/inbox", "GET", 403),
        (("see",), "/fr/locker", "GET", 403),
        (("see", "receive"), "/fr/locker", "GET", 200),
        (("see", "receive"), "/fr/inbox", "GET", 200),
        (("see",), f"/fr/services/{INFORMATION}/start", "POST", 403),
        (("see", "fill"), f"/fr/services/{INFORMATION}/start", "POST", 303),
        (("see", "fill"), "/fr/requests/{filed}/withdraw", "POST", 403),
        (("see", "sign"), "/fr/requests/{filed}/withdraw", "POST", 303),
        (("see", "fill", "sign"), "/fr/payments/{debt}/checkout", "POST", 403),
        (("see", "pay"), "/fr/payments/{debt}/checkout", "POST", 303),
    ],
)
def test_each_scope_opens_what_it_says(
    town: World, clean: None, scopes: tuple[str, ...], address: str, method: str, status: int
) -> None:
    fatima, amal = entered(town, "fatima"), entered(town, "amal")
    filed, due = scene(town, "fatima", until="filed"), scene(town, "fatima", until="submitted")
    answer(amal, offer(fatima, "amal", scopes), "accept")
    act_for(amal, choice(amal, "Fatima"))
    where = address.format(filed=filed.reference, debt=due.debt)
    got = amal.client.get(where) if method == "GET" else sent(amal, where)
    assert got.status_code == status


def test_who_goes_to_pay_for_somebody_tells_them_and_history_names_them(town: World, clean: None) -> None:
    fatima, amal = entered(town, "fatima"), entered(town, "amal")
    answer(amal, offer(fatima, "amal"), "accept")
    act_for(amal, choice(amal, "Fatima"))
    reference = begun(amal, BIRTH)
    fill_birth(amal)
    send(amal)
    debt = re.search(r"/payments/([0-9a-f-]{36})/checkout", amal.get(f"/fr/requests/{reference}").text)
    assert debt
    sent(amal, f"/fr/payments/{debt[1]}/checkout")
    town.worker_runs()
    assert "Amal Kettani est allé payer" in fatima.get("/fr/inbox").words
    assert "Amal Kettani (par procuration)" in fatima.get(f"/fr/requests/{reference}").words


def test_a_narrow_mandate_reaches_its_service_alone(town: World, clean: None) -> None:
    fatima, amal = entered(town, "fatima"), entered(town, "amal")
    birth = scene(town, "fatima", until="filed")
    mandate = offer(fatima, "amal", reach="service", service=INFORMATION)
    answer(amal, mandate, "accept")
    act_for(amal, choice(amal, "Fatima"))
    assert birth.reference not in amal.get("/fr/dashboard").text
    assert amal.get(f"/fr/requests/{birth.reference}").status == 403
    assert amal.get(f"/fr/services/{BIRTH}/start").status == 403
    assert amal.get(f"/fr/services/{INFORMATION}/start").status == 200


def test_a_mandate_that_ends_in_mid_form_sends_nothing(town: World, clean: None) -> None:
    fatima, amal = entered(town, "fatima"), entered(town, "amal")
    mandate = offer(fatima, "amal")
    answer(amal, mandate, "accept")
    act_for(amal, choice(amal, "Fatima"))
    reference = begun(amal)
    before = _case_of(town, reference)[0].steps
    form, token = amal.page.action("/fill/"), amal.page.token()
    changed(town, mandate, until=real_now() - timedelta(seconds=1))
    refused = amal.client.post(form, data={"csrf_token": token, "asked_administration": "mtnra"})
    assert refused.status_code == 403
    assert _case_of(town, reference)[0].steps == before
    assert "mtnra" not in fatima.get(f"/fr/requests/{reference}/fill/request").text


def test_the_represented_contests_what_was_done(town: World, clean: None) -> None:
    fatima, amal = entered(town, "fatima"), entered(town, "amal")
    filed = scene(town, "fatima", until="filed")
    mandate = offer(fatima, "amal")
    answer(amal, mandate, "accept")
    found = mandate.rpartition("/")[2]
    acted = update(CaseAction).where(CaseAction.case_id == filed.case).values(mandate_id=__import__("uuid").UUID(found))
    town.work.transact(lambda unit: unit.session.execute(acted))
    fatima.get(f"/fr/requests/{filed.reference}")
    page = fatima.submit("/contest", {"reason": "Je ne voulais pas cela"})
    assert "Je ne voulais pas" not in page.words
    hajar = entered(town, "agent-rabat")
    assert "Je ne voulais pas cela" in hajar.get(f"/fr/desk/requests/{filed.reference}").words


def test_an_address_is_invited_by_a_letter_that_names_nobody(town: World, clean: None) -> None:
    salma = entered(town, "salma")
    offer(salma, "quelquun@example.ma")
    town.worker_runs()
    letter = next(one for one in town.letters() if "quelquun@example.ma" in one["to"])
    assert "Salma" not in letter["text"]
    assert "/mandates" in letter["text"]


def test_who_was_blocked_asks_in_vain(town: World, clean: None) -> None:
    nabil, salma = entered(town, "nabil"), entered(town, "salma")
    answer(salma, ask(nabil, "salma"), "block")
    again = ask(nabil, "salma")
    assert again.rpartition("/")[2] not in salma.get("/fr/mandates").text
    assert "Sans réponse" in nabil.get("/fr/mandates").words or "Demandée" in nabil.page.words
    assert CINS["salma"] not in nabil.page.text
