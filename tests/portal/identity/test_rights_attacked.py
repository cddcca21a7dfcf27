"""Attacks on who may act for whom: each was shown to work once, and leads nowhere now."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from acting_made import EVERYTHING, act_for, answer, ask, begun, choice, offer, represented
from mandates_made import KEYS
from requests_made import BIRTH, INFORMATION, section
from scenes import entered, person_of, scene, sent
from sqlalchemy import select
from test_account_pages import by_mail
from test_companies import company_of
from test_seen import records
from world import Browser, World

from portal.identity import contacts
from portal.identity.contacts import Channel
from portal.identity.mandates import actions, reading
from portal.identity.mandates.models import Mandate
from portal.identity.mandates.states import State
from portal.unit import Unit, real_now

pytestmark = pytest.mark.usefixtures("no_work_left_behind", "clean")

ZELLIGE = "003271846000095"


def state_of(town: World, mandate: str) -> str:
    """Where a mandate stands, by its address."""
    wanted = select(Mandate.state).where(Mandate.id == UUID(mandate.rpartition("/")[2]))
    return str(town.work.transact(lambda unit: unit.session.scalar(wanted), reading=True))


def low(town: World, person: str) -> Browser:
    """Somebody who has a digital ID, signed in with little of it."""
    entered(town, person)
    browser = town.browser()
    browser.sign_in(person, "fr", level="low")
    return browser


def test_who_leads_a_company_narrowly_gives_nobody_more_than_they_have(town: World) -> None:
    meryem, youssef, salma = (entered(town, name) for name in ("meryem", "youssef", "salma"))
    represented(meryem, "Zellige")
    company = company_of(town, ZELLIGE)
    narrow = {"passes_on": "yes", "reach": "service", "service": INFORMATION}
    leads = offer(meryem, "youssef", ("see",), company=company, **narrow)
    answer(youssef, leads, "accept")
    wide = ask(salma, "", EVERYTHING, company=company)
    answer(youssef, wide, "accept")
    assert state_of(town, wide) == State.REQUESTED
    fitting = ask(salma, "", ("see",), company=company, reach="service", service=INFORMATION)
    answer(youssef, fitting, "accept")
    assert state_of(town, fitting) == State.ACTIVE
    answer(meryem, leads, "revoke")
    assert state_of(town, fitting) == State.ENDED, "it hung on the right of who gave it"


def test_who_leads_narrowly_revokes_nothing_wider(town: World) -> None:
    meryem, youssef, sanae = (entered(town, name) for name in ("meryem", "youssef", "sanae"))
    represented(meryem, "Zellige")
    company = company_of(town, ZELLIGE)
    wide = offer(meryem, "BM483615", company=company)
    answer(sanae, wide, "accept")
    answer(youssef, offer(meryem, "youssef", ("see",), company=company, passes_on="yes"), "accept")
    assert "Révoquer" not in youssef.get(wide).words
    sent(youssef, f"{wide}/revoke")
    assert state_of(town, wide) == State.ACTIVE


@pytest.mark.parametrize("page", ["account", "account/contacts", "account/data.json", "mandates/new", "account/visit"])
def test_a_digital_id_is_not_opened_by_less_than_one(town: World, page: str) -> None:
    answer = low(town, "salma").client.get(f"/fr/{page}")
    assert answer.status_code == 403
    assert "preuve" in answer.text or "connexion plus sûre" in answer.text


def test_a_paper_asks_for_what_its_service_asked(town: World) -> None:
    entered(town, "salma")
    scene(town, "salma", BIRTH, until="filed")
    town.worker_runs()
    browser = low(town, "salma")
    found = re.findall(r'href="(/fr/locker/[0-9a-f-]{36})"', browser.get("/fr/locker").text)
    assert browser.client.get(found[0]).status_code == 403


def test_nobody_is_known_more_surely_by_acting_for_somebody(town: World) -> None:
    unsure, youssef = by_mail(town, "peu.sur@example.ma"), entered(town, "youssef")
    answer(youssef, offer(unsure, "youssef"), "accept")
    act_for(youssef, choice(youssef, "peu.sur"))
    assert youssef.get(f"/fr/services/{BIRTH}/start").status == 403
    assert begun(youssef, INFORMATION)


def test_two_domains_are_two_addresses() -> None:
    marks = {contacts.found_by(KEYS, Channel.MAIL, one) for one in ("v@strasse.de", "v@straße.de", "v@ς.gr", "v@σ.gr")}
    assert len(marks) == 4
    assert contacts.found_by(KEYS, Channel.MAIL, "V@Strasse.DE") in marks


def test_who_acts_for_somebody_does_not_decide_for_them(town: World) -> None:
    salma, zineb = entered(town, "salma"), entered(town, "zineb")
    made = scene(town, "salma", BIRTH, until="filed")
    officer = town.browser()
    officer.sign_in("zineb", "fr", staff=True)
    assert officer.get(f"/fr/desk/requests/{made.reference}").status == 200
    mandate = offer(salma, zineb_card(town))
    answer(zineb, mandate, "accept")
    assert officer.get(f"/fr/desk/requests/{made.reference}").status == 403
    answer(salma, mandate, "revoke")
    assert officer.get(f"/fr/desk/requests/{made.reference}").status == 200


def zineb_card(town: World) -> str:
    """The number of the card of an officer who is a citizen too."""
    return str(next(one.cin for one in town.sandbox.world.people.everyone if one.id == "zineb"))


def test_what_a_register_says_after_a_mandate_was_revoked_is_not_kept(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    karim, youssef = entered(town, "karim"), entered(town, "youssef")
    mandate = offer(karim, "youssef") if (karim.get("/fr/mandates/new")) else ""
    answer(youssef, mandate, "accept")
    act_for(youssef, choice(youssef, "Karim"))
    begun(youssef, BIRTH)
    section(youssef, relation="self", copies="1")
    register = town.work.adapters.registers["civil-status"]._adapter
    facts = register.facts

    def slow(*asked: object) -> object:
        answer(karim, mandate, "revoke")
        return facts(*asked)

    monkeypatch.setattr(register, "facts", slow)
    assert youssef.submit("/fetch/").status == 403
    assert records(town, person_of(town, "karim"))[-1].refused


def test_an_opened_paper_says_who_opened_it(town: World) -> None:
    salma, youssef = entered(town, "salma"), entered(town, "youssef")
    scene(town, "salma", BIRTH, until="filed")
    town.worker_runs()
    answer(youssef, offer(salma, "youssef"), "accept")
    act_for(youssef, choice(youssef, "Salma"))
    youssef.client.get(re.findall(r'href="(/fr/locker/[0-9a-f-]{36})"', youssef.get("/fr/locker").text)[0])
    last = records(town, person_of(town, "salma"))[-1]
    assert (last.kind, last.reader_id) == ("document", person_of(town, "youssef"))
    assert last.mandate_id


def test_anothers_paper_is_refused_and_that_is_written_down(town: World) -> None:
    salma, youssef = entered(town, "salma"), entered(town, "youssef")
    made = scene(town, "salma", BIRTH, until="filed")
    town.worker_runs()
    receipt = salma.get(f"/fr/requests/{made.reference}/receipt").text
    theirs = re.findall(r'href="(/fr/locker/[0-9a-f-]{36}/file)"', receipt)[0]
    for _ in range(2):
        assert youssef.client.get(theirs).status_code == 404
    refused = [one for one in records(town, person_of(town, "salma")) if one.refused and one.case_id == made.case]
    assert [(one.reader_id, one.kind) for one in refused] == [(person_of(town, "youssef"), "document")]


def test_adding_an_address_again_sends_no_further_letters(town: World) -> None:
    youssef = entered(town, "youssef")
    for _ in range(8):
        youssef.get("/fr/account/contacts")
        page = youssef.post("/fr/account/contacts", {"address": "bombe@example.org"})
        contact = page.url.rpartition("/contacts/")[2].partition("/")[0]
        sent(youssef, f"/fr/account/contacts/{contact}/remove")
    town.worker_runs()
    assert sum("bombe@example.org" in one["to"] for one in town.letters()) == 3


def test_who_was_blocked_sends_no_letters_and_offers_nothing(town: World) -> None:
    owner, youssef = by_mail(town, "tranquille@example.org"), entered(town, "youssef")
    answer(owner, ask(youssef, "tranquille@example.org"), "block")
    town.worker_runs()
    letters = sum("tranquille@example.org" in one["to"] for one in town.letters())
    ask(youssef, "tranquille@example.org")
    offer(youssef, "tranquille@example.org")
    town.worker_runs()
    assert sum("tranquille@example.org" in one["to"] for one in town.letters()) == letters
    assert "En attente de votre réponse" not in owner.get("/fr/mandates").words
    assert "Youssef" in owner.page.words
    owner.submit("/mandates/unblock", {"person": str(person_of(town, "youssef"))})
    assert "En attente de votre réponse" in owner.get("/fr/mandates").words


def test_many_offers_hide_none(town: World) -> None:
    amal, salma, youssef = (entered(town, name) for name in ("amal", "salma", "youssef"))
    genuine = offer(salma, "amal")
    for _ in range(reading.MOST):
        offer(youssef, "amal")
    first = amal.get("/fr/mandates")
    assert genuine not in first.text
    assert genuine in amal.get(f"/fr/mandates{first.link('only=waiting')}").text


@pytest.mark.parametrize("address", ["/fr/for?q=%00", "/fr/for?q=%ED%A0%80", "/fr/mandates?only=%00"])
def test_nothing_typed_breaks_a_page(town: World, address: str) -> None:
    assert entered(town, "salma").get(address).status == 200


def test_a_reason_holds_no_strange_characters(town: World) -> None:
    salma, youssef = entered(town, "salma"), entered(town, "youssef")
    mandate = offer(salma, "youssef")
    answer(youssef, mandate, "accept")
    assert sent(salma, f"{mandate}/revoke", {"reason": "assez\x00\u202e"}).status_code == 303
    assert "assez" in salma.get(mandate).words


def test_what_is_marked_as_read_stays_within_a_mandate(town: World) -> None:
    salma, youssef = entered(town, "salma"), entered(town, "youssef")
    scene(town, "salma", BIRTH, until="filed")
    town.worker_runs()
    narrow = offer(salma, "youssef", ("see", "receive"), reach="service", service=INFORMATION)
    answer(youssef, narrow, "accept")
    act_for(youssef, choice(youssef, "Salma"))
    sent(youssef, "/fr/inbox/read")
    assert "/inbox/read" in salma.get("/fr/inbox").text, "what is outside the mandate was marked as read"


def test_a_mandate_that_is_over_leaves_a_record_of_who_tried(town: World) -> None:
    salma, youssef = entered(town, "salma"), entered(town, "youssef")
    mandate = offer(salma, "youssef")
    answer(youssef, mandate, "accept")
    act_for(youssef, choice(youssef, "Salma"))
    answer(salma, mandate, "revoke")
    assert youssef.get("/fr/dashboard").status == 403
    last = records(town, person_of(town, "salma"))[-1]
    assert (last.refused, last.reader_id) == (True, person_of(town, "youssef"))


def test_two_last_leaders_cannot_both_leave(town: World) -> None:
    meryem, sanae = entered(town, "meryem"), entered(town, "sanae")
    represented(meryem, "Zellige")
    company = company_of(town, ZELLIGE)
    answer(sanae, offer(meryem, "BM483615", company=company, passes_on="yes"), "accept")

    def leave(unit: Unit, name: str) -> None:
        row = reading.leading(unit.session, person_of(town, name), UUID(company), real_now())
        assert row
        unit.in_real_time().do(actions.give_up, row, "")

    town.work.transact(lambda unit: leave(unit, "sanae"))
    with pytest.raises(actions.LastOne):
        town.work.transact(lambda unit: leave(unit, "meryem"))


def test_a_mother_sees_who_looked_at_her_childs_data(town: World) -> None:
    salma, youssef = entered(town, "salma"), entered(town, "youssef")
    mandate = represented(salma, "Yahya")
    act_for(salma, mandate)
    salma.get("/fr/dashboard")
    act_for(salma, "")
    link = re.search(r'href="(/fr/account/access\?of=[0-9a-f-]{36})"', salma.get(f"/fr/mandates/{mandate}").text)
    assert link
    assert "Yahya" in salma.get(link[1]).words
    assert "Un parent" in salma.page.words or "vos parents" in salma.page.words
    assert youssef.get(link[1]).status == 404
