"""The form kit speaks the reader's language, and our own templates stay strict beside it."""

from __future__ import annotations

import pytest
from flask import Flask, render_template, render_template_string
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovDateInput, GovRadioInput, GovTextInput
from jinja2 import UndefinedError
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.templating import KIT_ENGLISH, KITS, Kit


class Question(FlaskForm):  # type: ignore[misc]
    """A form with one field of each kind that the kit says something in."""

    name = StringField("الاسم", widget=GovTextInput(), description="كما في البطاقة")
    relation = RadioField(
        "لمن؟", choices=[SelectChoice("self", "لي"), SelectChoice("child", "لولدي")], widget=GovRadioInput()
    )
    story = TextAreaField("ماذا؟", widget=GovCharacterCount())
    day = DateField("متى؟", widget=GovDateInput())


def shown(app: Flask, field: str, lang: str = "ar", **params: object) -> str:
    """A field as a page of ``lang`` shows it, wrong."""
    with app.test_request_context(f"/{lang}/"):
        app.preprocess_request()
        form = Question()
        form[field].errors = ["المرجو الإجابة"]
        return render_template_string("{{ form[field](params=params) }}", form=form, field=field, params=params)


def test_a_wrong_field_says_error_in_arabic(app: Flask) -> None:
    html = shown(app, "name")
    assert '<span class="govuk-visually-hidden">خطأ:</span> المرجو الإجابة' in html
    assert 'aria-describedby="name-hint name-error"' in html


def test_a_date_asks_for_day_month_and_year_in_french(app: Flask) -> None:
    html = shown(app, "day", "fr")
    assert all(f">\n    {word}\n" in html or word in html for word in ("Jour", "Mois", "Année"))
    assert "Day" not in html


def test_a_long_answer_counts_its_characters_in_arabic(app: Flask) -> None:
    html = shown(app, "story", maxlength=200)
    assert "200 حرفا على الأكثر" in html
    assert 'data-i18n.characters-under-limit.few="الحروف المتبقية: %{count}"' in html
    assert "You can enter" not in html


def test_radios_keep_their_white_space_rules(app: Flask) -> None:
    assert 'class="govuk-radios" data-module="govuk-radios"' in shown(app, "relation")


def test_the_summary_of_errors_speaks_the_language_of_the_page_and_names_the_question(app: Flask) -> None:
    page = '{% from "parts/forms.html" import errors %}{{ errors(form) }}'
    with app.test_request_context("/fr/"):
        app.preprocess_request()
        form = Question()
        form.name.errors = ["Écrivez votre nom"]
        html = render_template_string(page, form=form)
    assert "Veuillez vérifier ce qui suit" in html
    assert '<a href="#name">الاسم : Écrivez votre nom</a>' in html


def test_a_template_of_ours_that_forgets_a_value_fails(app: Flask) -> None:
    with app.test_request_context("/ar/"):
        app.preprocess_request()
        with pytest.raises(UndefinedError):
            render_template("errors/problem.html", title="t", what="w")


def test_every_english_word_that_we_translate_is_still_in_the_kit(app: Flask) -> None:
    kit = Kit(KITS[0])
    plain = "\n".join(super(Kit, kit).get_source(app.jinja_env, name)[0] for name in kit.list_templates())
    assert [english for english in KIT_ENGLISH if english not in plain] == []
