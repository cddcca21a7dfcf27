"""Ask: the pages of a form, one subject each; of a section that repeats, a page for each thing and the list of them."""

from __future__ import annotations

from datetime import date
from time import monotonic

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import Form

from journeys.cases import actions, content, drafting
from journeys.cases import answers as rules
from journeys.cases.errors import WrongMove
from journeys.cases.pages import Page
from journeys.cases.states import State
from journeys.catalogue.definitions import Section
from journeys.catalogue.form import ASKER
from journeys.exchange.actions import note_exchange
from journeys.exchange.ports import Facts, NotAccepted, NotKnown, NotReachable
from portal.apply import files
from portal.apply.drafts import Draft, load, open_draft, own_case
from portal.apply.forms import LONGEST, add_problems
from portal.apply.picking import offers, picked
from portal.apply.views import page_url
from portal.audit.actions import About, Reader, note
from portal.audit.models import Basis, Kind, Role
from portal.i18n import gettext, say_day
from portal.locker.arriving import MOST_SECONDS
from portal.unit import Unit
from portal.web import adapters, keep_if_refused, steps, unit, who, work

bp = Blueprint("filling", __name__)

WRONG = "wrong"
"""Where the browser's session holds what was wrong with a page, until it is shown."""


@bp.get("/requests/<reference>/fill/<section>")
@bp.get("/requests/<reference>/fill/<section>/<int:thing>")
def page(lang: str, reference: str, section: str, thing: int | None = None) -> ResponseReturnValue:
    """One page of the form, filled with what is known; of a section that repeats, the list of what it has."""
    draft = open_draft(unit(), reference)
    part = draft.section(section)
    if part.repeats and thing is None:
        return _things(draft, part, lang)
    found, wrong = draft.page(section, thing), _wrong_here()
    form = draft.form(found, lang)
    add_problems(form, wrong)
    return _shown(draft, found, form), 422 if wrong else 200


def _things(draft: Draft, section: Section, lang: str) -> ResponseReturnValue:
    """What a repeating section has, with a way to add, change and leave out; its first page when it must have one."""
    given = rules.things(section, draft.values)
    if not given and section.repeats and section.repeats.min:
        return redirect(page_url(draft, lang, section.id, 1, review=_reviewing()), 303)
    pages = [draft.said_of(section, Page(section.id, number + 1), lang) for number in range(len(given))]
    return render_template(
        "apply/things.html",
        draft=draft,
        section=section,
        pages=pages,
        gaps=draft.gaps(section, unit().moment),
        onwards=_onwards(unit().session, draft, section, lang),
        review=_reviewing(),
        **_step(draft, section.id),
    )


def _onwards(session: Session, draft: Draft, section: Section, lang: str) -> str:
    following = draft.after(section)
    ends = rules.barred(draft.service, draft.values) or draft.unserved(session)
    if following is None or _reviewing() or ends:
        return url_for("apply.review", lang=lang, reference=draft.case.reference)
    return page_url(draft, lang, following.id)


def _reviewing() -> int | None:
    return 1 if "review" in request.args else None


def _step(draft: Draft, section: str) -> dict[str, int]:
    ids = [one.id for one in draft.sections]
    return {"step": ids.index(section) + 1, "steps": len(ids)}


def _shown(draft: Draft, page: Page, form: Form) -> str:
    part = draft.section(page.section)
    source = draft.facts.get(part.prefill.register_) if draft.offers(part) and part.prefill else None
    return render_template(
        "apply/fill.html",
        draft=draft,
        section=part,
        page=page,
        form=form,
        takes_files=draft.takes_files(page),
        offers=offers(unit(), draft, page),
        of=len(rules.things(part, draft.values)),
        review=_reviewing(),
        source=source and {**source, "as_of": say_day(date.fromisoformat(source["as_of"]))},
        offer=source is None and draft.offers(part),
        register_name=register_name(part.prefill.register_) if part.prefill else "",
        given=bool(part.prefill and part.prefill.register_ == ASKER and draft.prefill(part)),
        **_step(draft, page.section),
    )


def register_name(register: str) -> str:
    """What people call a register."""
    names = {"civil-status": gettext("civil status"), "population": gettext("population")}
    found: str = names.get(register, register)
    return found


@bp.post("/requests/<reference>/fill/<section>")
@bp.post("/requests/<reference>/fill/<section>/<int:thing>")
def save(lang: str, reference: str, section: str, thing: int | None = None) -> ResponseReturnValue:
    """Saves what was typed, then judges it; goes on when all is well."""
    draft = open_draft(unit(), reference, lock=True)
    return _saved(unit(), draft, draft.page_sent(section, thing, _shown_of()), {}, {}, lang)


@bp.get("/requests/<reference>/attach/<section>")
@bp.get("/requests/<reference>/attach/<section>/<int:thing>")
def after_attaching(lang: str, reference: str, section: str, thing: int | None = None) -> ResponseReturnValue:
    """Who reloads a page that a file was sent from is shown the page."""
    draft = open_draft(unit(), reference)
    draft.section(section)
    return redirect(page_url(draft, lang, section, thing), 303)


@bp.post("/requests/<reference>/attach/<section>")
@bp.post("/requests/<reference>/attach/<section>/<int:thing>")
@steps
def attach(lang: str, reference: str, section: str, thing: int | None = None) -> ResponseReturnValue:
    """Takes the files of a page in, then saves the page as any other."""

    def prepare(unit: Unit) -> list[files.Reserved]:
        draft = open_draft(unit, reference)
        page = draft.page_sent(section, thing, _shown_of())
        _keep_if_refused(draft, page, _typed(draft, page))
        asked = {key: picked(key) for key in draft.takes_files(page) if _sent(key) or picked(key)}
        return [files.reserve(unit, draft, draft.service.field(key), chosen) for key, chosen in asked.items()]

    def call(reserved: list[files.Reserved]) -> list[files.Stored | rules.BadAnswer]:
        end = monotonic() + MOST_SECONDS
        return [files.store(adapters(), one, _sent(one.field), end, who().id) for one in reserved]

    def record(
        unit: Unit, reserved: list[files.Reserved], said: list[files.Stored | rules.BadAnswer]
    ) -> ResponseReturnValue:
        draft = open_draft(unit, reference, lock=True)
        typed, problems = files.kept(unit, reserved, said)
        return _saved(unit, draft, draft.page_sent(section, thing, _shown_of()), typed, problems, lang)

    return work().three_steps(prepare, call, record, actor=who().actor, language=lang)


def _sent(field: str) -> list[FileStorage]:
    """The files that were chosen to answer a question."""
    return [one for one in request.files.getlist(field) if one]


def _saved(
    unit: Unit, draft: Draft, page: Page, sent: dict[str, str], refused: dict[str, rules.BadAnswer], lang: str
) -> ResponseReturnValue:
    """The page is saved and judged. ``sent`` are the files that came with it, ``refused`` what is wrong with others."""
    typed, keyring = _typed(draft, page) | sent, unit.adapters.keyring
    _keep_if_refused(draft, page, typed)
    answered = unit.do(drafting.answer, draft.case, draft.service, draft.catalogue, page, typed, keyring)
    draft = load(unit, draft.case)
    files.forget_unused(unit, draft)
    wrong = {key: problem for key, problem in answered.problems.items() if _was_asked(key)} | refused
    if wrong:
        return _corrected(page_url(draft, lang, page.section, page.thing, _reviewing()), wrong)
    section = draft.section(page.section)
    if answered.problems:  # an answer opened questions of this page that nobody has seen yet
        flash(gettext("Your answers are saved. They open another question on this page."))
        return redirect(page_url(draft, lang, section.id, page.thing, _reviewing()), 303)
    if page.thing:
        return redirect(page_url(draft, lang, section.id, review=_reviewing()), 303)
    return redirect(_onwards(unit.session, draft, section, lang), 303)


def _corrected(url: str, wrong: dict[str, rules.BadAnswer]) -> ResponseReturnValue:
    """To the page again, with what is wrong: a page of its own, so that who goes back later need not send it again."""
    told = {key: [one.code, {name: str(value) for name, value in one.params.items()}] for key, one in wrong.items()}
    session[WRONG] = {"at": url, "problems": told}
    return redirect(url, 303)


def _wrong_here() -> dict[str, rules.BadAnswer]:
    """What was wrong with the page at hand when it was sent a moment ago. It is said once."""
    said = session.pop(WRONG, None)
    if not said or said["at"] != request.full_path.rstrip("?"):
        return {}
    return {key: rules.BadAnswer(code, **params) for key, (code, params) in said["problems"].items()}


def _shown_of() -> int:
    """How many things the section had when the page was shown."""
    return request.form.get("of", type=int, default=0)


def _was_asked(field: str) -> bool:
    """Whether the page that was sent showed this question; all of them when it does not say."""
    said = request.form.get("asked", "").split()
    return not said or field in said


def _typed(draft: Draft, page: Page) -> dict[str, str]:
    """What was typed on this page. Which file answers a question is what we know, unless it was taken away."""
    typed = {
        field.id: request.form[field.id][:LONGEST]
        for field in draft.service.fields_of(page.section)
        if field.id in request.form and field.id not in draft.file_fields
    }
    held = page.own(draft.values)
    gone = set(request.form.getlist("remove"))
    return typed | {key: "" if key in gone else str(held.get(key, "")) for key in draft.takes_files(page)}


def _keep_if_refused(draft: Draft, page: Page, typed: dict[str, str]) -> None:
    reference = draft.case.reference
    keep_if_refused(lambda later: _keep(later, reference, page, typed))


def _keep(later: Unit, reference: str, page: Page, typed: dict[str, str]) -> None:
    case = own_case(later, reference, lock=True)
    if case.state == State.DRAFT:
        service = later.adapters.shelf.at(case.publication).service(case.service)
        later.do(drafting.keep_typed, case, service, page, typed, later.adapters.keyring)


@bp.post("/requests/<reference>/leave-out/<section>/<int:thing>")
def leave_out(lang: str, reference: str, section: str, thing: int) -> ResponseReturnValue:
    """Takes one thing out of a section that repeats. Pressed twice, it takes out one."""
    draft = open_draft(unit(), reference, lock=True)
    page = draft.page(section, thing)
    unit().do(drafting.leave_out, draft.case, page, _shown_of(), unit().adapters.keyring)
    files.forget_unused(unit(), load(unit(), draft.case))
    return redirect(page_url(draft, lang, section, review=_reviewing()), 303)


@bp.post("/requests/<reference>/fetch/<section>")
@steps
def fetch(lang: str, reference: str, section: str) -> ResponseReturnValue:
    """With consent, asks the section's register for what it holds of this person (law 55-19 art. 24)."""

    def prepare(unit: Unit) -> tuple[str, str, tuple[str, ...]]:
        draft = load(unit, own_case(unit, reference))
        part = draft.section(section)
        if part.prefill is None or not draft.offers(part) or draft.case.state != State.DRAFT:
            raise WrongMove(draft.case.state, "fetch")
        return part.prefill.register_, draft.number, draft.wanted(part.prefill.register_)

    def call(prepared: tuple[str, str, tuple[str, ...]]) -> Facts | Exception:
        register, number, wanted = prepared
        try:
            return adapters().registers[register].facts(number, wanted, reference)
        except KeyError:
            return NotReachable("not set up")
        except (NotReachable, NotAccepted, NotKnown) as error:
            return error

    def record(unit: Unit, prepared: tuple[str, str, tuple[str, ...]], facts: Facts | Exception) -> None:
        case = own_case(unit, reference, lock=True)
        said = dict(facts.values) if isinstance(facts, Facts) else {}
        outcome = "answered" if isinstance(facts, Facts) else "unknown" if isinstance(facts, NotKnown) else "silent"
        digest = content.digest(said)
        unit.do(note_exchange, about=case.id, partner=prepared[0], kind="facts", outcome=outcome, digest=digest)
        if isinstance(facts, Facts):
            unit.do(actions.keep_facts, case, facts, unit.adapters.keyring)
            told = About(case.subject_id, Kind.FACTS, case.id, case.reference, case.service)
            unit.in_real_time().do(note, Reader(Role.REGISTER, Basis.CONSENT, prepared[0]), told)
        elif isinstance(facts, NotKnown):
            flash(gettext("The register holds nothing under your card number. Please fill in the answers yourself."))
        else:
            flash(
                gettext(
                    "The register does not answer at the moment. You can fill in the answers yourself, or try later."
                )
            )

    work().three_steps(prepare, call, record, actor=who().actor, language=lang)
    return redirect(url_for("filling.page", lang=lang, reference=reference, section=section), 303)
