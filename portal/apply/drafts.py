"""What the pages of a request read: the case of the person who asks, its definition and its content together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as having
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session
from wtforms import Form

from journeys.cases import answers as rules
from journeys.cases import content, reading
from journeys.cases.actions import office_of
from journeys.cases.conditions import holds
from journeys.cases.errors import BadReference, NotFound, WrongMove
from journeys.cases.models import Case
from journeys.cases.pages import Page
from journeys.cases.references import read_reference
from journeys.cases.states import State
from journeys.catalogue.definitions import Catalogue, FormField, Section, Service
from journeys.catalogue.form import ASKER, Prefill
from journeys.catalogue.values import Text
from journeys.exchange.errors import NotServed
from payments.money import Money
from portal.apply.forms import made_form, shown_text
from portal.apply.said import Row, Said
from portal.audit.actions import About
from portal.audit.models import Did, Kind
from portal.i18n import language, say_file, say_money
from portal.locker.actions import taken_for
from portal.locker.kinds import ATTACHMENT
from portal.locker.listing import sources
from portal.locker.models import Document
from portal.seen import refused, seen, still_acts
from portal.unit import Unit
from portal.web import NotAssured, NotCovered, NotYours, who

NUMBERS = ("cin", "residence_title", "idcs")


@dataclass
class Draft:
    """A case with its definition and content. ``values`` are right answers, ``typed`` what was typed and not right,
    ``attached`` the files that were attached, by id, and ``sources`` the documents of the locker that they are copies
    of."""

    case: Case
    service: Service
    catalogue: Catalogue
    kept: Mapping[str, Mapping[str, Any]]
    attached: Mapping[str, Document] = having(default_factory=dict)
    sources: Mapping[UUID, Document] = having(default_factory=dict)

    @property
    def values(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.kept.get(content.ANSWERS, {}).get("values", {})
        return found

    @property
    def typed(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.kept.get(content.ANSWERS, {}).get("typed", {})
        return found

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.kept.get(content.FACTS, {})

    @property
    def sections(self) -> list[Section]:
        return rules.sections(self.service, self.values)

    def section(self, wanted: str) -> Section:
        """A section that applies. Raises NotYours."""
        found = next((section for section in self.sections if section.id == wanted), None)
        if found is None:
            raise NotYours
        return found

    def unserved(self, session: Session) -> bool:
        """Whether the answers already lead to an office that takes no requests here."""
        rule = self.service.office_rule
        if rule is None:
            return False
        if not all(self.values.get(field) for field in (rule.territory, rule.administration_from) if field):
            return False
        try:
            office_of(session, self.service, self.values)
        except NotServed:
            return True
        return False

    def section_of(self, field: str) -> Section:
        """The section that asks this question."""
        return self.section(self.service.field(field).section or "")

    def after(self, section: Section) -> Section | None:
        """The section that follows, None after the last."""
        place = [one.id for one in self.sections].index(section.id) + 1
        return self.sections[place] if place < len(self.sections) else None

    def page(self, wanted: str, thing: int | None) -> Page:
        """A page that can be filled in: one of a section that applies, in a repeating one about a thing that is there
        or about the next one. Raises NotYours."""
        section = self.section(wanted)
        if thing is None and section.repeats is None:
            return Page(wanted)
        given = len(rules.things(section, self.values))
        if thing is None or section.repeats is None or not 1 <= thing <= min(given + 1, section.repeats.max):
            raise NotYours
        return Page(wanted, thing)

    @cached_property
    def file_fields(self) -> Mapping[str, str]:
        """The questions that a file answers, with their sections."""
        asked = ((field, self.catalogue.definition(field).type) for field in self.service.form)
        return {field.id: field.section or "" for field, kind in asked if kind == "file"}

    def takes_files(self, page: Page) -> list[str]:
        """The questions of a page that a file answers."""
        asked = rules.asked(self.service, page.section, self.around(page))
        return [field.id for field in asked if field.id in self.file_fields]

    def gaps(self, section: Section, moment: datetime) -> set[int | None]:
        """The things of a repeating section about which something is missing; None when there are too few or many."""
        missing = rules.problems(self.service, self.catalogue, self.values, moment)
        places = (rules.page_of(self.service, problem) for problem in missing)
        return {thing for wanted, thing in places if wanted == section.id}

    def page_sent(self, wanted: str, thing: int | None, of: int) -> Page:
        """The page that something was typed on, when the section had ``of`` things. Where things were taken out
        meanwhile it is about the next one: nothing typed is lost, and none takes another's place. Raises NotYours."""
        given = len(rules.things(self.section(wanted), self.values))
        if thing is not None and given < of and thing <= of + 1:
            thing = given + 1
        return self.page(wanted, thing)

    def first_gap(self, moment: datetime) -> tuple[str, int | None] | None:
        """The first page with something missing; None when the request can be sent."""
        for problem in rules.problems(self.service, self.catalogue, self.values, moment):
            return rules.page_of(self.service, problem)
        return None

    @property
    def number(self) -> str:
        """The number under which registers know whoever this is about; empty when there is none."""
        subject = self.kept.get(content.SUBJECT, {})
        return next((str(subject[kind]) for kind in NUMBERS if subject.get(kind)), "")

    def _part(self, section: Section) -> Prefill | None:
        """What may fill a section in, where that applies to what was answered so far."""
        part = section.prefill
        return part if part is None or part.when is None or holds(part.when, self.values) else None

    def offers(self, section: Section) -> bool:
        """Whether a register could fill this section in."""
        part = self._part(section)
        return part is not None and part.register_ != ASKER and bool(self.number)

    def wanted(self, register: str) -> tuple[str, ...]:
        """Every fact of one register that this form can use, so that consent is asked once."""
        parts = [section.prefill for section in self.sections if section.prefill and self.offers(section)]
        facts = [fact for part in parts if part.register_ == register for fact in part.facts.values()]
        return tuple(dict.fromkeys(facts))

    def prefill(self, section: Section) -> Mapping[str, Any] | None:
        """What its register, or the asker's own record, says for a section, by field id; None when nobody was asked."""
        said, part = {ASKER: {"values": self.kept.get(content.SUBJECT, {})}, **self.facts}, self._part(section)
        if part is None or part.register_ not in said:
            return None
        held = said[part.register_]["values"]
        return {field: held[fact] for field, fact in part.facts.items() if held.get(fact) not in (None, "")}

    def around(self, page: Page) -> Mapping[str, Any]:
        """The answers that the questions of a page depend on: all that have one answer, and the page's own."""
        return {**self.values, **page.own(self.values)}

    def shown(self, page: Page) -> dict[str, str]:
        """What each field of a page shows: what was typed, else the answer, else the register's fact."""
        facts = self.prefill(self.section(page.section)) or {}
        answers, typed, found = self.around(page), page.own(self.typed), {}
        for field in rules.asked(self.service, page.section, answers):
            value, kind = answers.get(field.id, facts.get(field.id)), self.catalogue.definition(field).type
            is_file = kind == "file"
            found[field.id] = self._file(value) if is_file else typed.get(field.id, shown_text(value, kind))
        return found

    def form(self, page: Page, language: str) -> Form:
        """The form of one page in the reader's language."""
        answers = self.around(page)
        asked = rules.asked(self.service, page.section, answers)
        return made_form(asked, self.catalogue, answers, self.shown(page), language)

    def said(self, language: str) -> list[Said]:
        """Every page with its questions and answers in words, in order."""
        found: list[Said] = []
        for section in self.sections:
            things = range(1, len(rules.things(section, self.values)) + 1)
            pages = [Page(section.id, number) for number in things] or [Page(section.id)]
            found += [self.said_of(section, page, language) for page in pages]
        return found

    def said_of(self, section: Section, page: Page, language: str) -> Said:
        """One page with its questions and answers in words."""
        facts = self.prefill(section) or {}
        answers, rows = self.around(page), list[Row]()
        if section.repeats and page.thing is None:
            return Said(section, page, rows)
        for field in rules.asked(self.service, section.id, answers):
            value = answers.get(field.id)
            held = value is not None and facts.get(field.id) == value
            words, code = self.words(field, value, answers, language), self.catalogue.definition(field).is_code
            rows.append(Row(field, words, code, held, self.attached.get(str(value))))
        return Said(section, page, rows)

    def words(self, field: FormField, value: Any, answers: Mapping[str, Any], language: str) -> str:
        """An answer as a reader says it: the option's label rather than its code."""
        for option, label in self.catalogue.options(field, answers):
            if option == value:
                return str(label.pick(language)[0])
        kind = self.catalogue.definition(field).type
        if kind == "file":
            return self._file(value)
        return (
            say_money(Money(value, "MAD"), language)
            if kind == "money" and value is not None
            else shown_text(value, kind)
        )

    def _file(self, value: Any) -> str:
        """What it is, where its question does not say so, what kind of file and how large, in the reader's language."""
        document = self.attached.get(str(value))
        if document is None:
            return ""
        file, source = say_file(document.media, document.size or 0), self.sources.get(document.id)
        if source is None and document.kind == ATTACHMENT:
            return file
        names = Text.model_construct(root=(source or document).names)
        return f"{names.pick(language())[0]} · {file}"


def reference_of(typed: str) -> str:
    """The reference that was typed. Raises NotYours for what is none."""
    try:
        return read_reference(typed)
    except BadReference:
        raise NotYours from None


def own_case(unit: Unit, typed: str, *, lock: bool = False) -> Case:
    """The case of whoever this person acts for. Raises NotYours for another's, an unknown and a malformed reference
    alike, NotCovered and NotAssured."""
    try:
        case = reading.case_by_reference(unit.session, reference_of(typed), lock=lock)
    except NotFound:
        raise NotYours from None
    return let_in(unit, case)


def let_in(unit: Unit, case: Case) -> Case:
    """The same case, when this person may open it: it is whose they act for, their mandate reaches it, and they are
    known as surely as its service asks. Looking at it for another leaves a record, and so does being refused."""
    me, about = who(), About(case.subject_id, Kind.REQUEST, case.id, case.reference, case.service)
    if case.subject_id != me.subject:
        refused(me, about)
        raise NotYours
    service = unit.adapters.shelf.at(case.publication).service(case.service)
    if not me.reaches(service.id, service.administration) or not me.vouched(service.assurance):
        refused(me, about)
        raise NotCovered(None)
    if not me.assured(service.assurance):
        raise NotAssured(service.assurance)
    if me.acting is not None and not unit.reading:  # between two steps of one request it may have ended
        still_acts(unit, me)
    seen(unit, me, about, Did.READ if unit.reading or request.method == "GET" else Did.CHANGED)
    return case


def load(unit: Unit, case: Case) -> Draft:
    """A case with its content, and the catalogue it was opened under."""
    catalogue = unit.adapters.shelf.at(case.publication)
    kept = content.read_all(unit.adapters.keyring, case)
    draft = Draft(case, catalogue.service(case.service), catalogue, kept)
    if draft.file_fields:
        draft.attached = {str(document.id): document for document in taken_for(unit.session, case.id)}
        draft.sources = sources(unit.session, draft.attached.values())
    return draft


def open_draft(unit: Unit, typed: str, *, lock: bool = False) -> Draft:
    """A draft of the person who asks that can still be changed. Raises NotYours, and WrongMove once it was sent."""
    case = own_case(unit, typed, lock=lock)
    if case.state != State.DRAFT:
        raise WrongMove(case.state, "fill")
    return load(unit, case)
