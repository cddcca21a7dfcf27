"""People at work: the staff issuer, the second proof, roles and offices; and citizens, who find no desk."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from at_work import half_in
from click.testing import CliRunner
from scenes import entered, is_in, scene, sent
from sqlalchemy import delete, select, update
from world import Browser, World

from portal.cli import cli
from portal.identity.people import by_account
from portal.identity.staff import actions
from portal.identity.staff.models import Agent, Factor

pytestmark = pytest.mark.usefixtures("no_work_left_behind")


def without_proof(town: World, person: str) -> None:
    """Somebody who has not set up their second proof."""

    def forget(unit: object) -> None:
        session = unit.session  # type: ignore[attr-defined]
        found = by_account(session, "staff", f"staff-{person}")
        if found:
            session.execute(delete(Factor).where(Factor.person_id == found))

    town.work.transact(forget)


def word_for(town: World, person: str) -> str:
    """The word that comes with a role."""
    return town.work.transact(
        lambda unit: actions.new_word(
            unit.session, datetime.now(UTC), "staff", f"staff-{person}", unit.adapters.keyring
        )
    )


def shown_secret(browser: Browser) -> str:
    """The secret that a code generator is to read."""
    found = re.search(r'class="key">([A-Z2-7 ]+)<', browser.page.text)
    assert found
    return found[1].replace(" ", "")


def test_who_saw_a_secret_before_the_word_was_typed_again_has_nothing(town: World) -> None:
    half_in(town, "agent-tayeb")
    without_proof(town, "agent-tayeb")
    word, browser = word_for(town, "agent-tayeb"), half_in(town, "agent-tayeb")
    browser.submit("/set-up", {"word": word})
    seen = shown_secret(browser)
    browser.submit("/set-up", {"word": word})
    assert shown_secret(browser) != seen
    code = pyotp.TOTP(seen).now()
    assert browser.submit("/set-up", {"word": word, "code": code}).status == 422


def test_the_desk_asks_for_a_second_proof(town: World) -> None:
    entered(town, "agent-casa")
    browser = half_in(town, "agent-casa")
    assert "/desk/proof" in browser.page.url
    assert browser.get("/fr/desk").url.endswith("/fr/desk/proof?next=/fr/desk") or "/desk/proof" in browser.page.url


def test_the_second_proof_is_set_up_with_the_word_that_came_with_the_role(town: World) -> None:
    half_in(town, "agent-tayeb")
    without_proof(town, "agent-tayeb")
    word, browser = word_for(town, "agent-tayeb"), half_in(town, "agent-tayeb")
    assert 'class="key"' not in browser.page.text, "whoever has the sign-in alone has seen the secret"
    assert browser.submit("/set-up", {"word": "faux"}).status == 422
    assert "<svg" in browser.submit("/set-up", {"word": word}).text
    code = pyotp.TOTP(shown_secret(browser)).now()
    assert browser.submit("/set-up", {"word": "faux", "code": code}).status == 422
    browser.submit("/set-up", {"word": word})
    code = pyotp.TOTP(shown_secret(browser)).now()
    assert browser.submit("/set-up", {"word": word, "code": "000000"}).status == 422
    assert f'value="{word}"' in browser.page.text, "the word is typed once"
    assert browser.submit("/set-up", {"word": word, "code": code}).url.endswith("/fr/desk")
    assert browser.page.status == 200


def test_a_word_serves_once_and_for_its_own_person_alone(town: World) -> None:
    for name in ("agent-tayeb", "agent-casa"):
        half_in(town, name)
        without_proof(town, name)
    word, thief = word_for(town, "agent-tayeb"), half_in(town, "agent-casa")
    assert thief.submit("/set-up", {"word": word}).status == 422
    entered(town, "agent-casa")


def test_a_code_works_once(town: World) -> None:
    entered(town, "agent-casa")
    first, second = half_in(town, "agent-casa"), half_in(town, "agent-casa")
    code = town.staff_code("staff-agent-casa")
    assert first.submit("/desk/proof", {"code": code}).url.endswith("/fr/desk")
    assert second.submit("/desk/proof", {"code": code}).status == 422


def test_five_wrong_codes_end_it_for_a_while(town: World) -> None:
    entered(town, "agent-casa")
    browser = half_in(town, "agent-casa")
    for _ in range(5):
        browser.submit("/desk/proof", {"code": "000000"})
    with town.work.database.session() as session:
        person = by_account(session, "staff", "staff-agent-casa")
        factor = session.scalars(select(Factor).where(Factor.person_id == person)).one()
        code = pyotp.TOTP(actions.secret_of(factor, town.work.adapters.keyring)).now()
    assert browser.submit("/desk/proof", {"code": code}).status == 422
    over = update(Factor).values(tried_at=datetime.now(UTC) - timedelta(minutes=6), step=0)
    town.work.transact(lambda unit: unit.session.execute(over))
    for _ in range(5):
        browser.submit("/desk/proof", {"code": "000000"})
    town.work.transact(lambda unit: unit.session.execute(over))
    assert browser.submit("/desk/proof", {"code": code}).status == 422, "the second time it lasts longer"
    over = update(Factor).values(tried_at=datetime.now(UTC) - timedelta(minutes=11), step=0)
    town.work.transact(lambda unit: unit.session.execute(over))
    assert browser.submit("/desk/proof", {"code": code}).status == 200


def test_the_proof_of_one_session_is_not_anothers(town: World) -> None:
    entered(town, "agent-casa")
    assert "/desk/proof" in half_in(town, "agent-casa").get("/fr/desk").url


def test_somebody_at_work_has_nothing_of_a_citizen(town: World) -> None:
    hajar = entered(town, "agent-rabat")
    for page in ("dashboard", "payments", "locker", "inbox", "account", "mandates", "companies", "services/x/start"):
        assert hajar.get(f"/fr/{page}").status == 403, page
        assert "connecté pour votre travail" in hajar.page.words


def test_who_has_no_pages_is_led_to_where_they_work(town: World) -> None:
    operator = entered(town, "operator")
    operator.get("/fr/desk/place")
    place = re.findall(r'name="place" value="([0-9a-f-]{36})"', operator.page.text)[0]
    operator.submit("/desk/place", {"place": place})
    assert "par les commandes du portail" in operator.page.words
    assert operator.page.status == 200


def test_a_citizen_finds_no_desk(town: World) -> None:
    salma = entered(town, "salma")
    for page in ("desk", "desk/proof", "desk/place", "desk/visits"):
        assert salma.get(f"/fr/{page}").status == 404, page
    assert sent(salma, "/fr/desk/proof", {"code": "000000"}).status_code == 404


def test_who_is_both_decides_nothing_of_their_own(town: World) -> None:
    citizen = entered(town, "zineb")
    made = scene(town, "zineb", until="filed")
    assert is_in(citizen.client)
    officer = town.browser()
    officer.sign_in("zineb", "fr", staff=True)
    assert officer.get(f"/fr/desk/requests/{made.reference}").status == 403
    assert "Quelqu’un d’autre décide" in officer.page.words
    hajar = entered(town, "agent-rabat")
    assert hajar.get(f"/fr/desk/requests/{made.reference}").status == 200


def test_an_auditor_reads_and_changes_nothing(town: World) -> None:
    made = scene(town, until="filed")
    auditor = entered(town, "auditor")
    place = update(Agent).where(Agent.sub == "staff-auditor").values(office_id=_office(town, "staff-agent-rabat"))
    town.work.transact(lambda unit: unit.session.execute(place))
    assert auditor.get(f"/fr/desk/requests/{made.reference}").status == 200
    token = auditor.page.token()
    answer = auditor.client.post(f"/fr/desk/requests/{made.reference}/take", data={"csrf_token": token})
    assert answer.status_code == 404


def _office(town: World, sub: str) -> object:
    query = select(Agent.office_id).where(Agent.sub == sub).limit(1)
    return town.work.transact(lambda unit: unit.session.scalars(query).one(), reading=True)


def test_who_is_removed_is_out_at_once(town: World) -> None:
    casa = entered(town, "agent-casa")
    assert casa.get("/fr/desk").status == 200
    ended = update(Agent).where(Agent.sub == "staff-agent-casa")
    town.work.transact(lambda unit: unit.session.execute(ended.values(ended_at=datetime.now(UTC))))
    page = casa.get("/fr/desk")
    assert "/desk/place" in page.url
    assert "Vous ne travaillez dans aucun bureau" in page.words
    town.work.transact(lambda unit: unit.session.execute(ended.values(ended_at=None)))


def test_who_works_at_two_offices_says_where_today(town: World) -> None:
    office = _office(town, "staff-agent-rabat")
    second = Agent(issuer="staff", sub="staff-agent-casa", office_id=office, role="agent")
    town.work.transact(lambda unit: unit.session.add(second))
    browser = half_in(town, "agent-casa")
    assert "Où travaillez-vous" in browser.get("/fr/desk/place").words
    assert sent_place(browser, "nonsense") == 422
    extra = delete(Agent).where(Agent.sub == "staff-agent-casa", Agent.office_id == office)
    town.work.transact(lambda unit: unit.session.execute(extra))


def sent_place(browser: Browser, chosen: str) -> int:
    """What choosing this office is answered."""
    data = {"csrf_token": browser.page.token(), "place": chosen}
    return browser.client.post("/fr/desk/place", data=data).status_code


@pytest.fixture
def shell(town: World, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A shell with the town's settings."""
    import portal.settings

    monkeypatch.setattr(portal.settings, "load", lambda: town.settings)
    return CliRunner()


def test_agents_are_added_listed_and_removed_by_the_operator(town: World, shell: CliRunner) -> None:
    where = ["--administration", "commune", "--territory", "c-06141-01"]
    added = shell.invoke(cli, ["agents", "add", "staff", "staff-new", *where, "--role", "supervisor"])
    assert added.exit_code == 0, added.output
    assert re.search(r": [0-9a-f]{20}\n", added.output)
    assert "staff-new" in shell.invoke(cli, ["agents", "list"]).output
    assert shell.invoke(cli, ["agents", "remove", "staff", "staff-new"]).exit_code == 0
    assert "staff-new" not in shell.invoke(cli, ["agents", "list"]).output
    assert shell.invoke(cli, ["agents", "remove", "staff", "staff-new"]).exit_code == 1


def test_who_lost_their_telephone_is_removed_and_added_with_a_new_word(town: World, shell: CliRunner) -> None:
    entered(town, "agent-urba-casa")
    where = ["--administration", "commune", "--territory", "c-06141-01", "--branch", "urbanisme"]
    assert shell.invoke(cli, ["agents", "remove", "staff", "staff-agent-urba-casa"]).exit_code == 0
    added = shell.invoke(cli, ["agents", "add", "staff", "staff-agent-urba-casa", *where])
    word = re.search(r": ([0-9a-f]{20})\n", added.output)
    assert word, added.output
    browser = half_in(town, "agent-urba-casa")
    browser.get("/fr/desk/proof")
    browser.submit("/set-up", {"word": word[1]})
    browser.submit("/set-up", {"word": word[1], "code": pyotp.TOTP(shown_secret(browser)).now()})
    assert browser.get("/fr/desk").status == 200


@pytest.mark.parametrize(
    "wrong",
    [["national", "x", "--administration", "commune"], ["staff", "x", "--administration", "nowhere"], ["staff", "x"]],
)
def test_no_agent_is_made_of_nonsense(town: World, shell: CliRunner, wrong: list[str]) -> None:
    answer = shell.invoke(cli, ["agents", "add", *wrong])
    assert answer.exit_code != 0
    assert "Traceback" not in answer.output


def test_a_death_is_noted_by_the_operator(town: World, shell: CliRunner) -> None:
    omar = entered(town, "omar")
    assert shell.invoke(cli, ["people", "died", "cin", "K246019", "2026-11-20"]).exit_code == 0
    assert not is_in(omar.client)
    again = town.browser()
    assert "n’est plus utilisée" in again.sign_in("omar", "fr").words
    assert again.page.status == 403
    assert shell.invoke(cli, ["people", "died", "cin", "ZZ0", "2026-11-20"]).exit_code == 1
    assert shell.invoke(cli, ["people", "lives", "cin", "K246019"]).exit_code == 0
    assert "Bonjour, Omar" in entered(town, "omar").page.words


def test_a_word_that_was_taken_back_is_not_sent(town: World, shell: CliRunner) -> None:
    where = ["--administration", "commune", "--territory", "c-06141-01", "--mail", "gone@example.ma"]
    assert shell.invoke(cli, ["agents", "add", "staff", "staff-gone", *where]).exit_code == 0
    assert shell.invoke(cli, ["agents", "remove", "staff", "staff-gone"]).exit_code == 0
    town.worker_runs()
    assert not [one for one in town.letters() if "gone@example.ma" in one["to"]]
