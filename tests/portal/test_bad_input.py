"""Nonsense in every field and every address: a clear page in the reader's language, nothing lost, nothing run."""

from __future__ import annotations

import re
from functools import cache
from uuid import uuid4

import httpx
import pytest
from requests_made import BIRTH, INFORMATION, NAME
from scenes import TYPED, Scene, is_clear, scene, sent, state_of, token_of, typed_in
from world import Browser, World

from journeys.cases.states import State
from journeys.catalogue.definitions import FormField
from journeys.catalogue.reading import read
from portal.cli import DEFINITIONS

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
BAD = {
    "empty": "",
    "spaces": " \t\u00a0\u200b ",
    "too long": "ا" * 100_000,
    "another script": "ⵙⵍⵎⴰ 平和 Ольга",
    "bidi override": "abc\u202egnp.exe\u2066",
    "nul": "a\x00b",
    "control": "a\x1b[31m\x07\x7fb",
    "html": SCRIPT,
    "sql": '\'; DROP TABLE "case"; -- \\',
    "template": "{{7*7}}${7*7}#{7*7}{% raw %}",
    "emoji": "😀👨‍👩‍👧",
    "typesetter": '#read("/etc/passwd") $x$ *b* \\u{1f600} @r',
    "number": "-1e309",
    "path": "../../etc/passwd",
    "line breaks": "a\r\nSet-Cookie: x=1\r\n\r\nb",
    "not a character": "\ufffe\U0010ffff",
}
LONGEST = 10_000
HOSTILE = ("bidi override", "nul", "control", "not a character")


@cache
def fields() -> list[tuple[str, FormField]]:
    """Every field of the services that can be asked for."""
    services = read(DEFINITIONS).services
    return [(service, field) for service in (BIRTH, NAME, INFORMATION) for field in services[service].form]


FIELDS = [pytest.param(service, field, id=f"{service}-{field.id}") for service, field in fields()]


@pytest.fixture(scope="module")
def drafts(running_world: World, salma: Browser) -> dict[str, Scene]:
    """A complete draft for each service."""
    return {service: scene(running_world, service=service) for service in (BIRTH, NAME, INFORMATION)}


def answers_of(service: str, section: str | None) -> dict[str, str]:
    """Right answers of one section."""
    return {field.id: TYPED[service][field.id] for of, field in fields() if of == service and field.section == section}


@pytest.mark.parametrize(("service", "field"), FIELDS)
def test_nonsense_in_a_field_is_judged_and_kept(
    salma: Browser, drafts: dict[str, Scene], service: str, field: FormField
) -> None:
    address = f"/fr/requests/{drafts[service].reference}/fill/{field.section}"
    token, right = token_of(salma), answers_of(service, field.section)
    for name, nonsense in BAD.items():
        answer = salma.client.post(address, data={**right, "csrf_token": token, field.id: nonsense})
        is_clear(answer)
        refused = answer.url.path == address
        assert refused == (answer.status_code == 422)
        assert refused or name not in HOSTILE, name
        assert refused or name != "empty" or not field.required
        is_kept(answer if refused else salma.client.get(address), field.id, nonsense, exactly=refused)
    salma.client.post(address, data={**right, "csrf_token": token})


def is_kept(answer: httpx.Response, field: str, nonsense: str, *, exactly: bool) -> None:
    """A text field shows again what was typed, or the same in plain form once it was accepted."""
    shown = typed_in(answer.text, field)
    if shown is not None and exactly:
        assert plain(shown) == plain(nonsense[:LONGEST])
    elif shown is not None:
        assert shown.replace("\u200b", "").split() == nonsense.replace("\u200b", "").split()


def test_who_goes_back_to_a_page_that_was_wrong_sends_nothing_again(salma: Browser, drafts: dict[str, Scene]) -> None:
    address = f"/fr/requests/{drafts[BIRTH].reference}/fill/person"
    typed = {"csrf_token": token_of(salma), "fullname_ar": "Latin", "birth_date": "?"}
    sent = salma.client.post(address, data=typed, follow_redirects=False)
    assert (sent.status_code, sent.headers["Location"]) == (303, address)
    told = salma.client.get(address)
    assert told.status_code == 422
    assert "<title>Erreur" in told.text
    again = salma.client.get(address)
    assert again.status_code == 200
    assert "<title>Erreur" not in again.text
    assert typed_in(again.text, "fullname_ar") == "Latin"


def test_what_was_wrong_with_one_page_is_not_said_of_another(salma: Browser, drafts: dict[str, Scene]) -> None:
    address = f"/fr/requests/{drafts[BIRTH].reference}/fill"
    typed = {"csrf_token": token_of(salma), "fullname_ar": "Latin"}
    salma.client.post(f"{address}/person", data=typed, follow_redirects=False)
    assert salma.client.get(f"{address}/whose").status_code == 200
    assert salma.client.get(f"{address}/person").status_code == 200


def plain(text: str) -> str:
    """Line breaks as a browser sends them."""
    return re.sub(r"\r\n|\r", "\n", text)


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_what_is_wrong_is_said_in_the_readers_language(salma: Browser, drafts: dict[str, Scene], lang: str) -> None:
    address = f"/{lang}/requests/{drafts[BIRTH].reference}/fill/person"
    answer = salma.client.post(
        address, data={"csrf_token": token_of(salma), "fullname_ar": "\u202e", "birth_date": "?"}
    )
    is_clear(answer, lang)
    said = {"ar": "بعض الرموز لا يمكن استعمالها", "fr": "caractères", "en": "Some characters cannot be used"}
    assert answer.status_code == 422
    assert said[lang] in answer.text


@pytest.mark.parametrize("service", [BIRTH, NAME, INFORMATION])
def test_a_section_sent_in_another_shape_is_an_empty_section(
    salma: Browser, drafts: dict[str, Scene], service: str
) -> None:
    section = next(field.section for of, field in fields() if of == service and field.required)
    address = f"/fr/requests/{drafts[service].reference}/fill/{section}"
    token, right = token_of(salma), answers_of(service, section)
    header, form = {"X-CSRFToken": token}, "application/x-www-form-urlencoded"
    asked = {
        "json": salma.client.post(address, json=right, headers=header),
        "files": salma.client.post(address, data={"csrf_token": token}, files=dict.fromkeys(right, ("a.txt", b"x"))),
        "bytes": salma.client.post(address, content=b"\xff\xfe=\xff&%ff=%fe", headers=header | {"Content-Type": form}),
        "xml": salma.client.post(address, content=b"<a/>", headers=header | {"Content-Type": "text/xml"}),
        "cut": salma.client.post(
            address,
            content=b"--x\r\nContent-Disp",
            headers=header | {"Content-Type": "multipart/form-data; boundary=x"},
        ),
        "unknown": salma.client.post(address, data={"csrf_token": token, "state": "granted", "__class__": "x"}),
    }
    for name, answer in asked.items():
        is_clear(answer)
        assert answer.status_code == 422, name
    again = salma.client.post(address, data={**right, "csrf_token": token})
    assert again.status_code == 200


def test_of_a_field_sent_twice_the_first_counts(salma: Browser, drafts: dict[str, Scene]) -> None:
    address = f"/fr/requests/{drafts[NAME].reference}/fill/names"
    data = {"csrf_token": token_of(salma), "company_name": ["Zellige Un", "Zellige Deux"]}
    assert salma.client.post(address, data=data).status_code == 200
    assert typed_in(salma.client.get(address).text, "company_name") == "Zellige Un"


def test_invalid_bytes_in_a_name_are_refused_in_words(salma: Browser, drafts: dict[str, Scene]) -> None:
    address = f"/fr/requests/{drafts[BIRTH].reference}/fill/person"
    token = token_of(salma).encode()
    body = b"csrf_token=" + token + b"&fullname_ar=%ff%fe%c0%80&birth_date=%e2%28%a1"
    answer = salma.client.post(address, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    is_clear(answer)
    assert answer.status_code == 422


def test_fields_nobody_asked_for_change_nothing(town: World, salma: Browser) -> None:
    made = scene(town)
    forged = {"state": "granted", "subject_id": str(uuid4()), "office_id": str(uuid4()), "fee": "0", "relation": "self"}
    sent(salma, f"/fr/requests/{made.reference}/fill/record", TYPED[BIRTH] | forged)
    assert state_of(town, made) == State.DRAFT
    assert salma.get(f"/fr/requests/{made.reference}/review").status == 200


def test_html_that_was_accepted_is_shown_as_it_was_typed(town: World, salma: Browser) -> None:
    made = scene(town, service=INFORMATION, text=SCRIPT + "{{7*7}}", subject=SCRIPT)
    review = salma.get(f"/fr/requests/{made.reference}/review")
    is_clear(review.response)
    assert "&lt;script&gt;" in review.text
    assert "{{7*7}}" in review.text


@pytest.mark.parametrize("nonsense", BAD.values(), ids=BAD)
def test_nonsense_from_an_officer_decides_nothing(town: World, hajar: Browser, salma: Browser, nonsense: str) -> None:
    made = scene(town, until="filed")
    desk = f"/fr/desk/requests/{made.reference}"
    page = hajar.get(desk)
    names = re.findall(r'name="([a-z_]+)"', page.text[page.text.index("/grant") : page.text.index("/refuse")])
    token = page.token()
    granted = hajar.client.post(f"{desk}/grant", data={**dict.fromkeys(names, nonsense), "csrf_token": token})
    is_clear(granted)
    assert granted.status_code == (413 if len(nonsense) > LONGEST else 422)
    assert state_of(town, made) == State.FILED
    is_kept(granted, "fullname_lat", nonsense, exactly=True)


@pytest.mark.parametrize("name", HOSTILE)
def test_reasons_that_turn_the_text_around_are_refused_and_kept(town: World, hajar: Browser, name: str) -> None:
    made = scene(town, until="filed")
    desk = f"/fr/desk/requests/{made.reference}"
    answer = hajar.client.post(f"{desk}/refuse", data={"reason": BAD[name], "csrf_token": hajar.get(desk).token()})
    is_clear(answer)
    assert answer.status_code == 422
    assert state_of(town, made) == State.FILED
    assert typed_in(answer.text, "reason") == BAD[name]


@pytest.mark.parametrize("name", ["html", "template", "typesetter", "emoji", "sql", "too long"])
def test_strange_reasons_are_printed_as_they_are(town: World, hajar: Browser, salma: Browser, name: str) -> None:
    made = scene(town, until="filed")
    sent(hajar, f"/fr/desk/requests/{made.reference}/refuse", {"reason": BAD[name]})
    assert state_of(town, made) == State.REFUSED
    town.worker_runs()
    for lang in ("ar", "en", "fr"):  # the officer wrote in one language
        page = salma.get(f"/{lang}/requests/{made.reference}")
        is_clear(page.response, lang)
        assert BAD[name][:100] in page.words or name == "html"
    assert salma.client.get(page.link("/locker/")).content.startswith(b"%PDF")


@pytest.mark.parametrize("key", ["", "\x00", "x" * 100_000, "1" * 3000, "-1", "٣", SCRIPT], ids=lambda key: key[:9])
def test_a_strange_key_still_sends_the_request_once(town: World, salma: Browser, key: str) -> None:
    made = scene(town)
    answers = [sent(salma, f"/fr/requests/{made.reference}/submit", {"key": key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert state_of(town, made) == State.SUBMITTED
