"""Forms made from a definition: one WTForms class per section, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, Field, FileField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from journeys.cases import answers as rules
from journeys.catalogue.definitions import Catalogue, FormField
from journeys.catalogue.folding import folded
from portal.i18n import gettext
from portal.locker.sentences import file_sentence
from portal.locker.taken import MEDIA, MOST_MB

MOST_RADIOS = 7
PLACES = frozenset({"region", "province", "commune", "court"})
LONGEST = 10_000


def made_form(
    fields: Iterable[FormField],
    catalogue: Catalogue,
    values: Mapping[str, Any],
    shown: Mapping[str, str],
    language: str,
) -> Form:
    """A form of these fields, filled with ``shown`` (texts by field id). Judging is done by the rules, not here, and
    the pages hold the token against forged posts."""
    members = {field.id: _made(field, catalogue, values, language) for field in fields}
    made: Form = type("MadeForm", (Form,), members)()
    for name in members:
        made._fields[name].data = shown.get(name, "")
    return made


def add_problems(form: Form, problems: Mapping[str, rules.BadAnswer]) -> None:
    """Puts what is wrong at its field, in words."""
    for name, problem in problems.items():
        if name in form._fields:
            form._fields[name].errors = [sentence(problem)]


def _made(field: FormField, catalogue: Catalogue, values: Mapping[str, Any], language: str) -> Field[Any]:
    definition = catalogue.definition(field)
    label = _in(catalogue.labels(field), language)
    hint = _hint(field, definition.type, language)
    if not field.required:
        label = gettext("%(label)s (optional)", label=label)
    common: dict[str, Any] = {"label": label, "description": hint}
    options = catalogue.options(field, values)
    if options:
        choices = [SelectChoice(value, _in(text, language)) for value, text in options]
        if len(choices) <= MOST_RADIOS:
            return RadioField(choices=choices, validate_choice=False, **common)
        empty = [SelectChoice("", gettext("Choose"))]
        if definition.type in PLACES:  # the files have them by region, and who looks for one goes by its name
            choices.sort(key=lambda choice: folded(str(choice.label)))
        return SelectField(choices=empty + choices, validate_choice=False, **common)
    if definition.type == "text":
        return TextAreaField(render_kw={"rows": field.rows or 5}, **common)
    if definition.type == "boolean":
        return BooleanField(**common)
    if definition.type == "file":
        return FileField(render_kw={"accept": ",".join(MEDIA), "multiple": True}, **common)
    keyboard = KEYBOARDS.get(definition.id) or KEYBOARDS.get(definition.type) or (CODE if definition.is_code else {})
    return StringField(render_kw={"type": "text"} | keyboard, **common)


def _hint(field: FormField, kind: str, language: str) -> str:
    usual = {
        "date": gettext("Day/month/year, for example 31/12/1990."),
        "file": gettext("A PDF or a clear photo (JPEG, PNG or WebP), at most %(most)s MB.", most=MOST_MB)
        + " "
        + gettext("Several photos become the pages of one document, in their order."),
    }
    own = _in(field.hints, language) if field.hints else ""
    return f"{own} {usual['file']}".strip() if kind == "file" else own or usual.get(kind, "")


def _in(text: Any, language: str) -> str:
    found: str = text.pick(language)[0]
    return found


KEYBOARDS: dict[str, dict[str, str]] = {
    "integer": {"inputmode": "numeric", "dir": "ltr"},
    "date": {"inputmode": "numeric", "dir": "ltr"},
    "year": {"inputmode": "numeric", "dir": "ltr"},
    "email": {"type": "email", "autocomplete": "email", "dir": "ltr"},
    "phone": {"type": "tel", "autocomplete": "tel", "dir": "ltr"},
}

CODE = {"dir": "ltr"}


def shown_text(value: Any, kind: str) -> str:
    """An answer as a field of this kind shows it: whole dates as day/month/year, the rest as it would be typed."""
    if kind == "date" and isinstance(value, str) and len(value) == 10:
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    return rules.as_typed(kind, value)


def _apart(params: Mapping[str, str]) -> dict[str, str]:
    """The example, kept in its own direction inside a sentence of the other one; a code is read sign by sign."""
    example = params["example"]
    is_code = any(sign.isdigit() for sign in example)
    return {"example": f"\u2066\u202d{example}\u202c\u2069" if is_code else f"\u2068{example}\u2069"}


def sentence(problem: rules.BadAnswer) -> str:
    """What is wrong and what to do, in the reader's language."""
    params = {key: str(value) for key, value in problem.params.items()}
    most = params.get("most", "")
    sentences = {
        "required": gettext("Please answer this question."),
        "too_long": gettext("This is too long: at most %(most)s characters.", most=most),
        "too_short": gettext("This is too short: at least %(least)s characters.", least=params.get("least", "")),
        "wrong_script": gettext("Please use the letters this question asks for."),
        "not_arabic": gettext("Please write this in Arabic letters."),
        "not_latin": gettext("Please write this in Latin letters."),
        "wrong_format": gettext("This does not have the right form. Please check it."),
        "wrong_characters": gettext("Some characters cannot be used here. Please type it again."),
        "not_an_option": gettext("Please choose one of the answers offered."),
        "wrong_date": gettext("Please write a real date as day/month/year, for example 31/12/1990."),
        "future_date": gettext("This date is in the future. Please check it."),
        "too_old": gettext("This date is too far in the past. Please check it."),
        "wrong_number": gettext("Please write a whole number."),
        "too_small": gettext("This number is too small: at least %(least)s.", least=params.get("least", "")),
        "too_many": gettext("This number is too large: at most %(most)s.", most=most),
        "too_few": gettext("Please add at least %(least)s.", least=params.get("least", "")),
        "no_file": gettext("No file is chosen yet. Please choose one."),
        "no_room": gettext("The files of this request exceed %(most)s MB. Please scan more lightly.", most=most),
        "wrong_phone": gettext("Please write a phone number such as 06 12 34 56 78."),
        "wrong_email": gettext("Please write an e-mail address such as name@example.ma."),
    }
    if problem.code == "wrong_format" and params.get("example"):
        example: str = gettext("This does not have the right form. It looks like this: %(example)s", **_apart(params))
        return example
    of_files = file_sentence(problem.code, params)
    if of_files and "file" in params:
        of_files = gettext(
            "%(file)s: %(problem)s Please choose all pages again, the good ones too.",
            file=f"\u2068{params['file']}\u2069",
            problem=of_files,
        )
    return sentences.get(problem.code) or of_files or sentences["wrong_format"]
