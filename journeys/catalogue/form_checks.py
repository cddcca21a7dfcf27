"""Checks the form of a service that wants to be askable: complete, in every language, and consistent in itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.findings import Trouble
from journeys.catalogue.form import CHOSEN, NOT_ASKED, Condition, FormField, Section, TariffTable
from journeys.catalogue.service import Service
from journeys.catalogue.sheet import CERTIFICATE, Output
from journeys.catalogue.values import Text, Where, texts

Complaint = tuple[str, str]
OFFICE_KEYS = {"territory": ("commune", "province", "court", "choice"), "administration_from": ("administration",)}
MOST_FILES = 4
"""On one page: that many of the largest size are one request."""
UNFINISHED = "Write it, or remove the sections until the service can be asked for."


def form_troubles(catalogue: Catalogue, service: Service) -> Iterator[Trouble]:
    """What keeps a service with sections from being asked for."""
    if not service.sections:
        return
    for missing in service.missing_to_be_askable():
        yield f"{missing} is missing", UNFINISHED, _where(service, missing)
    yield from _questions(catalogue, service, "form", service.form)
    yield from _questions(catalogue, service, "decision", service.decision)
    yield from _fees_and_office(catalogue, service)
    yield from _bars(catalogue, service)
    yield from _paper_names(catalogue, service)
    yield from _papers(service)
    yield from _outputs(catalogue, service)
    for index, section in enumerate(service.sections):
        for what, remedy in _section(catalogue, service, section):
            yield f"section {section.id}: {what}", remedy, ("sections", index)


def _where(service: Service, missing: str) -> Where:
    """The way to a part that ``missing_to_be_askable`` names by ids."""
    part, *rest = missing.split(".")
    if part in ("form", "decision", "sections") and rest:
        ids = [one.id for one in getattr(service, part)]
        return (part, ids.index(rest[0]), *map(_step, rest[1:]))
    return (part, *map(_step, rest))


def _step(written: str) -> str | int:
    return int(written) if written.isdigit() else written


def _questions(catalogue: Catalogue, service: Service, part: str, fields: tuple[FormField, ...]) -> Iterator[Trouble]:
    for index, field in enumerate(fields):
        before = {earlier.id: earlier for earlier in fields[:index]}
        for what, remedy in _question(catalogue, service, field, before):
            yield f"{part}.{field.id}: {what}", remedy, (part, index)
        if part == "decision" and _type(catalogue, field) == "file":
            yield f"decision.{field.id}: an officer types a decision", "Remove the file.", (part, index)


def _question(
    catalogue: Catalogue, service: Service, field: FormField, before: Mapping[str, FormField]
) -> Iterator[Complaint]:
    kind = _type(catalogue, field)
    if field.id in before:
        yield "another question has the same id", "Give one of them an id of its own."
    if field.id in service.repeating:
        yield "a repeating section has the same id", "Give one of them an id of its own."
    if field.document and kind != "file":
        yield f"a {kind} brings no document", "Remove document, or ask for a file."
    seen = {key: one for key, one in before.items() if one.section not in service.repeating - {field.section}}
    if kind in NOT_ASKED:
        yield f"a {kind} cannot be asked in a form", "Remove it from the form."
    if kind in CHOSEN and kind != "commune":
        yield from _choice(catalogue, service, field)
    if field.within and _type(catalogue, seen.get(field.within)) != "province":
        yield f"{field.within} is no province asked earlier", "Ask the province in an earlier section."
    if field.when:
        yield from _condition(catalogue, service, field.when, seen)
    yield from _borrowed_words(catalogue, field)


def _borrowed_words(catalogue: Catalogue, field: FormField) -> Iterator[Complaint]:
    """Words a question takes from elsewhere: those of its field, of the field's options, of administrations. Places are
    names and need no translation."""
    definition = catalogue.fields.get(field.field)
    if definition is None:
        return  # told as an unknown reference
    own = {name for name in ("labels", "options") if getattr(field, name)}
    for name, text, _where in texts({"labels": definition.labels, "options": definition.options}):
        if name.partition(".")[0] not in own and text.missing:
            yield f"{name} of the field {field.field} {_lacks(text)}", "Write it in fields.yaml."
    for key in field.administrations:
        body = catalogue.administrations.get(key)
        if body and body.names.missing:
            yield f"the name of {key} {_lacks(body.names)}", "Write it in administrations.yaml."


def _lacks(text: Text) -> str:
    return f"has no {' and no '.join(text.missing)} text"


def _paper_names(catalogue: Catalogue, service: Service) -> Iterator[Trouble]:
    """The papers that are asked for and given go by the names of their kind."""
    for part in ("requires", "outputs"):
        for index, one in enumerate(getattr(service, part)):
            paper = catalogue.documents.get(one.document)
            if paper and paper.names.missing:
                what = f"the name of {one.document} {_lacks(paper.names)}"
                yield what, "Write it in documents.yaml.", (part, index)


def _choice(catalogue: Catalogue, service: Service, field: FormField) -> Iterator[Complaint]:
    if set(field.administrations) - set(catalogue.administrations):
        return  # told as an unknown reference
    offered = catalogue.options(field, {})
    if not offered:
        yield "there is nothing to choose from", "Write its options."
    if not field.options and any(option.labels is None for option in catalogue.definition(field).options):
        yield "an option has no label", "Write its labels in fields.yaml or here."


def _condition(
    catalogue: Catalogue, service: Service, when: Condition, asked: Mapping[str, FormField]
) -> Iterator[Complaint]:
    field = asked.get(when.field)
    if field is None:
        remedy = "Move it up out of repeating sections, or mend the id."
        yield f"the condition asks for {when.field}, which is not asked earlier", remedy
    elif _type(catalogue, field) == "choice":
        offered = {value for value, _ in catalogue.options(field, {})}
        for value in sorted(set(when.allowed) - offered):
            yield f"{when.field} can never be {value!r}", "Use one of its options."


def _section(catalogue: Catalogue, service: Service, section: Section) -> Iterator[Complaint]:
    asked = {field.id: field for field in service.single}
    for condition in (section.when, section.prefill.when if section.prefill else None):
        if condition:
            yield from _condition(catalogue, service, condition, asked)
    files = [field for field in service.fields_of(section.id) if _type(catalogue, field) == "file"]
    if len(files) > MOST_FILES:
        yield f"it asks for {len(files)} files", f"Ask for at most {MOST_FILES} on one page."
    if section.repeats and section.prefill:
        yield "a register says one thing, not several", "Remove prefill, or repeats."
    for key in section.prefill.facts if section.prefill else ():
        if key not in asked or asked[key].section != section.id:
            yield f"{key} is prefilled but not asked here", "Mend the id, or move it."


def _fees_and_office(catalogue: Catalogue, service: Service) -> Iterator[Trouble]:
    types = {field.id: _type(catalogue, field) for field in service.single}
    for index, line in enumerate(service.fee_rule.lines if service.fee_rule else ()):
        if line.times and types.get(line.times) != "integer" and line.times not in service.repeating:
            where = ("fee_rule", "lines", index, "times")
            remedy = "Name an integer of the form, or a section that repeats."
            yield f"{line.times} is no whole number of the form", remedy, where
        if line.when:
            asked = {field.id: field for field in service.single}
            where = ("fee_rule", "lines", index, "when")
            yield from ((what, remedy, where) for what, remedy in _condition(catalogue, service, line.when, asked))
        if line.table:
            yield from _table(catalogue, service, line.table, ("fee_rule", "lines", index, "table"))
    rule = service.office_rule
    for name, wanted in OFFICE_KEYS.items() if rule else ():
        key = getattr(rule, name)
        if key and types.get(key) not in wanted:
            kinds = " or ".join(wanted)
            yield f"{key} is no {kinds} of the form", f"Name a {kinds} of the form.", ("office_rule", name)


def _table(catalogue: Catalogue, service: Service, table: TariffTable, where: Where) -> Iterator[Trouble]:
    """A table has one row for every combination of the answers it is made by, so that a price is always found."""
    asked = {field.id: field for field in service.single}
    for key in table.by:
        if key not in asked or not asked[key].required or _type(catalogue, asked[key]) != "choice":
            yield f"{key} is no choice that everybody answers", "Name a required choice of the form.", (*where, "by")
            return
    offered = [[value for value, _ in catalogue.options(asked[key], {})] for key in table.by]
    wanted, given = set(product(*offered)), [row.is_ for row in table.rows]
    for missing in sorted(wanted - set(given)):
        yield f"there is no price for {', '.join(missing)}", "Add a row.", (*where, "rows")
    for index, row in enumerate(given):
        if row not in wanted or row in given[:index]:
            yield f"the row {', '.join(row)} is never met", "Mend it, or remove it.", (*where, "rows", index)


def _papers(service: Service) -> Iterator[Trouble]:
    """Every paper that the person brings has a question that takes it."""
    taken = {field.document for field in service.form}
    for index, needed in enumerate(service.requires):
        if needed.mode == "user" and needed.document not in taken:
            remedy = f"Ask for a file with document: {needed.document}."
            yield f"no question takes the {needed.document}", remedy, ("requires", index)


def _outputs(catalogue: Catalogue, service: Service) -> Iterator[Trouble]:
    """What a paper is made of is asked or decided, once for each request."""
    asked = {field.id: field for field in service.single}
    known = asked | {field.id: field for field in service.decision}
    for index, output in enumerate(service.outputs):
        if output.when:
            where = ("outputs", index, "when")
            yield from ((what, remedy, where) for what, remedy in _condition(catalogue, service, output.when, asked))
        if (output.statement or output.shows) and output.paper != CERTIFICATE:
            remedy = f"Write paper: {CERTIFICATE}, or remove statement and shows."
            yield f"only a {CERTIFICATE} has a statement and shows facts", remedy, ("outputs", index)
        for name, keys in (("shows", output.shows), ("apart", output.apart or ())):
            for place, key in enumerate(keys):
                if key not in known or _type(catalogue, known[key]) == "file":
                    remedy = "Name a question of the form outside repeating sections, or of the decision."
                    yield f"{key} is nothing that a paper can show", remedy, ("outputs", index, name, place)
        for what, remedy in _end(catalogue, service, output):
            yield what, remedy, ("outputs", index)


def _end(catalogue: Catalogue, service: Service, output: Output) -> Iterator[Complaint]:
    """A certificate ends in one way, on a day that is known whenever it is made."""
    if (output.valid_for or output.valid_until) and output.paper != CERTIFICATE:
        yield f"only a {CERTIFICATE} ends as its service says", "Remove valid_for and valid_until."
    if output.valid_for and output.valid_until:
        yield "valid_for and valid_until say its end twice", "Remove one of them."
    if output.valid_until and output.valid_until not in _days(catalogue, service.decision):
        yield f"{output.valid_until} is no day that is always decided", "Name a required whole date of the decision."


def _days(catalogue: Catalogue, fields: tuple[FormField, ...]) -> set[str]:
    """The required questions among these whose answer is one whole day."""
    always = (field for field in fields if field.required and not field.when)
    kinds = {field.id: catalogue.fields.get(field.field) for field in always}
    return {key for key, kind in kinds.items() if kind and kind.type == "date" and not kind.partial}


def _bars(catalogue: Catalogue, service: Service) -> Iterator[Trouble]:
    asked = {field.id: field for field in service.single}
    for index, bar in enumerate(service.bars):
        for what, remedy in _condition(catalogue, service, bar.when, asked):
            yield what, remedy, ("bars", index, "when")


def _type(catalogue: Catalogue, field: FormField | None) -> str | None:
    definition = catalogue.fields.get(field.field) if field else None
    return definition.type if definition else None
