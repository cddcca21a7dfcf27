"""A form asks each question with its label, its hint and what is wrong tied to it, in the reader's language."""

from __future__ import annotations

import re

import pytest
from flask import Flask, render_template, render_template_string
from jinja2 import UndefinedError
from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

CHOICES = [SelectChoice("self", "لي"), SelectChoice("child", "لولدي")]
QUESTION = '{% from "parts/forms.html" import question %}{{ question(field) }}'
SUMMARY = '{% from "parts/forms.html" import errors %}{{ errors(form) }}'
KINDS = ("name", "relation", "place", "story", "honour")


class Questions(Form):
    """One question of each kind."""

    name = StringField("الاسم", description="كما في البطاقة", render_kw={"type": "tel", "dir": "ltr"})
    relation = RadioField("لمن؟", choices=CHOICES, validate_choice=False)
    place = SelectField("أين؟", choices=CHOICES, validate_choice=False)
    story = TextAreaField("ماذا؟", render_kw={"rows": 7})
    honour = BooleanField("أصرح بشرفي")


def shown(app: Flask, name: str, answer: str = "", problem: str = "") -> str:
    """A question as an Arabic page shows it."""
    with app.test_request_context("/ar/"):
        app.preprocess_request()
        form = Questions()
        form._fields[name].data = answer
        form._fields[name].errors = [problem] if problem else []
        html: str = render_template_string(QUESTION, field=form._fields[name])
    return re.sub(r"\s+", " ", html)


@pytest.mark.parametrize("name", KINDS)
def test_a_wrong_answer_is_told_at_its_question(app: Flask, name: str) -> None:
    html = shown(app, name, problem="المرجو الإجابة")
    assert 'class="govuk-form-group govuk-form-group--error"' in html
    assert '<span class="govuk-visually-hidden">خطأ:</span> المرجو الإجابة' in html
    described = re.findall(r'aria-describedby="([^"]+)"', html)
    assert described == [f"{name}-hint {name}-error" if name == "name" else f"{name}-error"]
    assert all(f'id="{one}"' in html for one in described[0].split())


@pytest.mark.parametrize("name", KINDS)
def test_a_question_that_is_right_says_nothing_of_errors(app: Flask, name: str) -> None:
    assert "error" not in shown(app, name)


def test_what_was_typed_is_shown_again_and_never_as_markup(app: Flask) -> None:
    assert 'value="&lt;b&gt;&#34;"' in shown(app, "name", '<b>"')
    assert "&lt;/textarea&gt;</textarea>" in shown(app, "story", "</textarea>")
    assert re.findall(r'value="(\w+)" checked', shown(app, "relation", "child")) == ["child"]
    assert re.findall(r'value="(\w+)" selected', shown(app, "place", "child")) == ["child"]
    assert re.findall(r'value="(\w+)" checked', shown(app, "honour", "yes")) == ["yes"]
    assert "checked" not in shown(app, "honour", "no")


def test_a_telephone_brings_its_keyboard_and_a_long_answer_its_room(app: Flask) -> None:
    assert 'type="tel" dir="ltr"' in shown(app, "name")
    assert 'rows="7"' in shown(app, "story")


def test_the_line_a_long_answer_begins_with_is_kept(app: Flask) -> None:
    with app.test_request_context("/ar/"):
        app.preprocess_request()
        form = Questions(data={"story": "\nالسطر الثاني"})
        html = render_template_string(QUESTION, field=form.story)
    assert ">\n\nالسطر الثاني</textarea>" in html  # browsers drop the first line feed


def test_the_summary_of_errors_speaks_the_language_of_the_page_and_names_the_question(app: Flask) -> None:
    with app.test_request_context("/fr/"):
        app.preprocess_request()
        form = Questions()
        form.name.errors = ["Écrivez votre nom"]
        html = render_template_string(SUMMARY, form=form)
    assert "Veuillez vérifier ce qui suit" in html
    assert '<a href="#name">الاسم : Écrivez votre nom</a>' in html


def test_a_template_of_ours_that_forgets_a_value_fails(app: Flask) -> None:
    with app.test_request_context("/ar/"):
        app.preprocess_request()
        with pytest.raises(UndefinedError):
            render_template("errors/problem.html", title="t", what="w")
