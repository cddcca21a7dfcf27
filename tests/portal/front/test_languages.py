"""A page speaks one language, says where it is in the others, and writes numbers as its readers do."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from journeys.catalogue.definitions import Text
from payments.money import Money
from portal import i18n, templating

LANGUAGES = ("ar", "fr", "en")


@pytest.mark.parametrize(("lang", "direction"), [("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")])
def test_a_page_says_its_language_and_direction(client: FlaskClient, lang: str, direction: str) -> None:
    assert f'<html lang="{lang}" dir="{direction}">' in client.get(f"/{lang}/").text


def test_an_arabic_page_takes_the_mirrored_style(client: FlaskClient) -> None:
    assert "app.rtl.css" in client.get("/ar/").text
    assert "app.rtl.css" not in client.get("/fr/").text


def test_a_language_we_do_not_speak_is_not_found(client: FlaskClient) -> None:
    assert client.get("/de/").status_code == 404


def test_each_page_leads_to_itself_in_the_other_languages(client: FlaskClient) -> None:
    page = client.get("/ar/services/birth-extract?from=home").text
    assert 'href="/fr/services/birth-extract?from=home" lang="fr"' in page
    assert 'href="/en/services/birth-extract?from=home" lang="en"' in page


def test_links_stay_in_the_language_of_the_page(client: FlaskClient) -> None:
    assert 'href="/fr/life-events/having-a-baby"' in client.get("/fr/").text


def test_a_page_that_does_not_exist_speaks_the_language_of_its_address(client: FlaskClient) -> None:
    answer = client.get("/fr/nothing")
    assert answer.status_code == 404
    assert '<html lang="fr"' in answer.text


@pytest.mark.parametrize(
    ("address", "accepted", "lang"),
    [
        ("/sign-in", "", "ar"),
        ("/sign-in", "fr-FR,fr;q=0.9,en;q=0.5", "fr"),
        ("/sign-in", "de", "ar"),
        ("/sign-in?next=/fr/dashboard", "en", "fr"),
        ("/sign-in?lang=en", "fr", "en"),
    ],
)
def test_an_address_without_a_language_takes_the_readers(app: Flask, address: str, accepted: str, lang: str) -> None:
    with app.test_request_context(address, headers={"Accept-Language": accepted}):
        app.preprocess_request()
        assert i18n.language() == lang
        assert url_for("discover.home") == f"/{lang}/"


def test_a_message_is_said_in_the_language_of_its_reader(app: Flask) -> None:
    with app.test_request_context("/en/"), i18n.speaking("fr"):
        assert i18n.gettext("Sign in") == "Se connecter"
    with app.app_context(), i18n.speaking("ar"):
        assert i18n.gettext("Sign in") == "تسجيل الدخول"


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "يوم واحد"), (2, "يومان"), (3, "3 أيام"), (11, "11 يوما"), (100, "100 يوم"), (103, "103 أيام")],
)
def test_arabic_counts_with_its_six_forms(app: Flask, number: int, words: str) -> None:
    with app.app_context(), i18n.speaking("ar"):
        assert i18n.ngettext("%(num)d day", "%(num)d days", number) == words


@pytest.mark.parametrize(
    ("lang", "words"), [("ar", "1.234,50 درهم"), ("fr", "1\u202f234,50 MAD"), ("en", "MAD 1,234.50")]
)
def test_money_is_written_as_its_readers_write_it(lang: str, words: str) -> None:
    assert i18n.say_money(Money(123450), lang) == words


@pytest.mark.parametrize(
    ("lang", "small", "large"),
    [
        ("ar", "صورة، 976 كيلوبايت", "ملف \u2066PDF\u2069، 1,1 ميغابايت"),
        ("fr", "Image, 976 ko", "PDF, 1,1 Mo"),
        ("en", "Picture, 976 kB", "PDF, 1.1 MB"),
    ],
)
def test_a_large_file_is_measured_in_megabytes(app: Flask, lang: str, small: str, large: str) -> None:
    with app.app_context(), i18n.speaking(lang):
        assert i18n.say_file("image/jpeg", 976 * 1024) == small
        assert i18n.say_file("application/pdf", 1127 * 1024) == large


def test_the_first_megabyte_begins_at_a_thousand_kilobytes(app: Flask) -> None:
    with app.app_context(), i18n.speaking("en"):
        assert i18n.say_file("application/pdf", 1) == "PDF, 1 kB"
        assert i18n.say_file("application/pdf", 999 * 1024) == "PDF, 999 kB"
        assert i18n.say_file("application/pdf", 1000 * 1024) == "PDF, 1.0 MB"


@pytest.mark.parametrize(("lang", "words"), [("ar", "5 غشت 2026"), ("fr", "5 août 2026"), ("en", "5 August 2026")])
def test_months_have_their_moroccan_names(lang: str, words: str) -> None:
    assert i18n.say_day(date(2026, 8, 5), lang) == words


@pytest.mark.parametrize(
    ("lang", "words"), [("ar", "1 دجنبر 2026"), ("fr", "1er décembre 2026"), ("en", "1 December 2026")]
)
def test_the_first_of_a_month_is_said_as_people_say_it(lang: str, words: str) -> None:
    assert i18n.say_day(date(2026, 12, 1), lang) == words


def test_a_moment_is_told_in_casablanca_time() -> None:
    late = datetime(2026, 10, 5, 23, 30, tzinfo=UTC)
    assert i18n.say_moment(late, "fr") == "6 octobre 2026, 00:30"
    assert i18n.say_moment(late, "ar") == "6 أكتوبر 2026، 00:30"
    assert i18n.say_day(late, "en") == "6 October 2026"


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        i18n.say_moment(datetime(2026, 10, 5))  # noqa: DTZ001


def test_what_is_not_prose_keeps_its_own_direction(app: Flask) -> None:
    with app.app_context(), i18n.speaking("ar"):
        assert templating.ref("AB-1") == '<bdi class="ref" dir="ltr">AB-1</bdi>'
        assert 'dir="rtl">20,00 درهم</bdi>' in templating.money(Money(2000))
        assert '<time datetime="2026-08-05">5 غشت 2026</time>' in templating.day(date(2026, 8, 5))


def test_a_text_in_another_language_says_so(app: Flask) -> None:
    with app.app_context(), i18n.speaking("ar"):
        assert templating.text(Text({"fr": "Extrait <b>"})) == '<bdi lang="fr" dir="ltr">Extrait &lt;b&gt;</bdi>'
        assert templating.text(Text({"ar": "نسخة"})) == "نسخة"
        assert templating.text(None) == ""


def test_no_french_line_begins_with_a_sign(app: Flask) -> None:
    with app.app_context(), i18n.speaking("fr"):
        assert templating.text(Text({"fr": "« Où ? » : ici"})) == "«\u00a0Où\u00a0?\u00a0»\u00a0: ici"
    with app.app_context(), i18n.speaking("en"):
        assert templating.text(Text({"en": "a : b"})) == "a : b"
