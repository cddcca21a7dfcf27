"""What a person types or is, is found nowhere in clear: logs, addresses, letters, cookies, tables, stored files."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from flask.sessions import SecureCookieSessionInterface
from listening import listening
from requests_made import BIRTH, INFORMATION, RECORD, pay, reference_of, section, send, start
from scenes import person_of, scene
from sqlalchemy import select
from sqlalchemy.engine import make_url
from world import Browser, World

from portal.tables import METADATA

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

TYPED = (
    "Zyxqvorta",
    "زقصفرطا",
    "QWX-77",
    "Mirzolquat",
    "Vexglimmer",
    "Oprandulez",
)
IDENTIFYING = ("AE214587", "salma@example.ma", "661204517", "Oued Sebou", "1992-04-17", "F512773", "karim@example.ma")
SECRETS = (*TYPED, *IDENTIFYING)
RECORD_TYPED = RECORD | {"fullname_ar": "زقصفرطا العلوي", "fullname_lat": "Zyxqvorta Alaoui", "act_no": "1874"}
DECIDED = RECORD_TYPED | {"sex": "F", "father_name_lat": "Mirzolquat Alaoui", "father_name_ar": "مرزلقوات العلوي"}


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """All that an operator reads from now on, at the most talkative level."""
    with listening(monkeypatch, "DEBUG") as said:
        yield said


def found_in(text: str) -> list[str]:
    """The secrets that stand in a text."""
    return [secret for secret in SECRETS if secret in text]


def asks_for_an_extract(browser: Browser) -> str:
    """A birth extract, with unusual answers everywhere."""
    start(browser, BIRTH, "fr")
    section(browser, relation="self", copies="1")
    browser.submit("/fetch/")
    person = ("fullname_ar", "fullname_lat", "birth_date", "birth_province")
    section(browser, **{key: RECORD_TYPED[key] for key in person})
    section(browser, **{key: RECORD_TYPED[key] for key in ("birth_place", "act_no", "act_year")})
    send(browser)
    reference = reference_of(browser.page)
    pay(browser)
    return reference


def asks_for_information(browser: Browser) -> str:
    """A free request with unusual answers, that a system of an administration receives."""
    start(browser, INFORMATION, "fr")
    section(browser, asked_administration="mtnra")
    section(browser, subject="Vexglimmer", text="\u202eZyxqvorta", answer_form="written")
    section(browser, subject="Vexglimmer", text="Oprandulez, QWX-77", answer_form="written")
    section(browser, urgent="no")
    send(browser)
    return reference_of(browser.page)


def decides(town: World, reference: str, other: str) -> None:
    """An officer corrects one document and grants it, and refuses another request."""
    officer = town.browser()
    officer.sign_in("agent-rabat", "fr")
    officer.get(f"/fr/desk/requests/{reference}")
    officer.submit("/grant", DECIDED)
    officer.get(f"/fr/desk/requests/{other}")
    officer.submit("/refuse", {"reason": "Oprandulez"})
    town.worker_runs()


def test_the_whole_road_leaves_nothing_in_clear(town: World, browser: Browser, log: StringIO) -> None:
    before = files_of(town)
    addresses: list[str] = []
    browser.client.event_hooks = {"request": [lambda asked: addresses.append(unquote(str(asked.url)))]}
    browser.sign_in("salma", "fr")
    reference = asks_for_an_extract(browser)
    other = scene(town, until="filed", fullname_lat="Zyxqvorta", fullname_ar="زقصفرطا")
    town.worker_runs()
    decides(town, reference, other.reference)
    karim = town.browser()
    karim.sign_in("karim", "fr")
    asks_for_information(karim)
    town.worker_runs()
    assert "Zyxqvorta" in browser.get(f"/fr/requests/{reference}").text
    assert browser.client.get(browser.page.link("/locker/")).content.startswith(b"%PDF")
    assert found_in(unquote(log.getvalue())) == []
    assert found_in(" ".join(addresses)) == []
    assert found_in(letters_of(town)) == []
    assert found_in(cookie_of(town, browser)) == []
    assert found_in(tables_of(town)) == []
    assert found_in(file_of(town.settings.database_url)) == []
    stored = stored_by(town, before)
    assert found_in(stored) == []
    assert "%PDF-" not in stored


def letters_of(town: World) -> str:
    """What was written to people by e-mail, without whom it was sent to."""
    return str([{key: said for key, said in letter.items() if key != "to"} for letter in town.letters()])


def cookie_of(town: World, browser: Browser) -> str:
    """What the browser's cookie says to whoever reads it."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(town.app)
    assert serializer
    return str(serializer.loads(browser.client.cookies["shubbak"]))


def tables_of(town: World) -> str:
    """Every row of every table, but what the catalogue published."""
    with town.work.database.session(reading=True) as session:
        tables = [table for metadata in METADATA for table in metadata.sorted_tables]
        return "\n".join(str(tuple(row)) for table in tables for row in session.execute(select(table)))


def file_of(database_url: str) -> str:
    """The bytes of the database's files, where it is one of files."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return ""
    folder = Path(url.database or "")
    files = list(folder.parent.glob(f"{folder.name}*"))
    assert files
    return "".join(file.read_bytes().decode("utf-8", "ignore") for file in files)


def files_of(town: World) -> set[Path]:
    """Where documents are stored."""
    return {file for file in Path(urlsplit(town.settings.storage_url).path).rglob("*") if file.is_file()}


def stored_by(town: World, before: set[Path]) -> str:
    """The bytes of the documents that came since, as they are stored, and their names."""
    files = files_of(town) - before
    assert files
    return "".join(f"{file}{file.read_bytes().decode('utf-8', 'ignore')}" for file in files)


def test_the_names_of_people_are_the_only_thing_that_identifies_in_a_table(town: World, browser: Browser) -> None:
    browser.sign_in("salma", "fr")
    holding = [line for line in tables_of(town).splitlines() if "Salma" in line or "سلمى" in line]
    assert holding
    assert all(str(person_of(town, "salma")) in line for line in holding)


@pytest.mark.parametrize(
    ("lang", "title"),
    [("ar", "وقع خلل من جهتنا"), ("fr", "Une erreur s’est produite"), ("en", "Something went wrong on our side")],
)
def test_a_page_that_breaks_says_so_and_shows_nothing(
    browser: Browser, log: StringIO, monkeypatch: pytest.MonkeyPatch, lang: str, title: str
) -> None:
    def breaks(*_arguments: object, **_more: object) -> None:
        raise ValueError("Zyxqvorta AE214587")

    browser.sign_in("salma", lang)
    monkeypatch.setattr("portal.alerts.views.actions.inbox", breaks)
    page = browser.get(f"/{lang}/inbox")
    assert page.status == 500
    assert f'<html lang="{lang}"' in page.text
    assert title in page.words
    assert not any(word in page.text for word in ("Zyxqvorta", "Traceback", "ValueError", "/portal/", "sqlalchemy"))
    assert "unexpected problem" in log.getvalue()
    assert found_in(log.getvalue()) == []


def test_a_page_that_breaks_while_it_is_filled_in_keeps_what_was_typed(
    town: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in("salma", "fr")
    made = scene(town, until="empty")
    address = f"/fr/requests/{made.reference}/fill/whose"
    browser.get(address)

    def breaks(*_arguments: object, **_more: object) -> None:
        raise ValueError("broken")

    with monkeypatch.context() as broken:
        broken.setattr("portal.apply.filling.drafting.answer", breaks)
        assert browser.submit("/fill/", {"relation": "ward", "copies": "4"}).status == 500
    assert 'value="4"' in browser.get(address).text


def test_people_who_are_not_signed_in_are_sent_away_without_their_words(browser: Browser) -> None:
    answer = browser.client.get("/fr/requests/00000-00000/fill/person?fullname_lat=x", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?")
