"""What changed from one published version to the next, subject by subject, in the words of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from markupsafe import Markup

from journeys.catalogue.definitions import Catalogue, FeeLine, FormField, LifeEvent, Service, Text
from journeys.catalogue.differences import Change, changed
from payments.money import Money
from portal.discover import sheets, words
from portal.i18n import ngettext
from portal.i18n import said as _
from portal.templating import money, text

One = TypeVar("One", Service, LifeEvent)
Said = Markup | str | None
Names = Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Subject:
    """What changes are about, and what is said of them, line by line."""

    label: Markup
    lines: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class Two(Generic[One]):
    """Two versions that follow each other, what differs between them, and the catalogue that names things today."""

    catalogue: Catalogue
    old: One
    new: One
    changes: tuple[Change, ...]

    def among(self, part: str) -> Iterator[tuple[str, Change]]:
        """The changes of a list, by the entry they are in."""
        yield from ((one.where[1], one) for one in self.changes if one.where[0] == part and len(one.where) > 1)


Say = Callable[[Two[One]], Iterator[Markup]]
Table = tuple[tuple[Callable[[], Markup], tuple[str, ...], Say[One]], ...]


def of_service(catalogue: Catalogue, old: Service, new: Service) -> list[Subject]:
    """What a reader of the sheet would want to know of."""
    return _subjects(Two(catalogue, old, new, changed(old, new)), SERVICE)


def of_life_event(catalogue: Catalogue, old: LifeEvent, new: LifeEvent) -> list[Subject]:
    """What a reader of the road would want to know of."""
    return _subjects(Two(catalogue, old, new, changed(old, new)), LIFE_EVENT)


def _subjects(two: Two[One], table: Table[One]) -> list[Subject]:
    found = []
    for label, places, say in table:
        lines = tuple(dict.fromkeys(say(two)))
        if lines or any(_lies_in(change, places) for change in two.changes):
            found.append(Subject(label(), lines or (_("Details were corrected."),)))
    return found


def _lies_in(change: Change, places: tuple[str, ...]) -> bool:
    return change.where[0] in places or ".".join(change.where[:2]) in places


def _now(before: Said, after: Said) -> Iterator[Markup]:
    """What stands there now, and what stood there before."""
    if before == after:
        return
    if not before:
        yield _("New: %(words)s", words=after)
    elif not after:
        yield _("No longer: %(words)s", words=before)
    else:
        yield _("%(now)s (before: %(before)s)", now=after, before=before)


def _texts(two: Two[One], *names: str) -> Iterator[Markup]:
    """Texts of the definitions themselves, each by its name."""
    for name in names:
        yield from _now(text(getattr(two.old, name)), text(getattr(two.new, name)))


def _plain_words(two: Two[Service], name: str) -> Iterator[Markup]:
    yield from _now(text(getattr(two.old.texts, name)), text(getattr(two.new.texts, name)))


def _sure(before: bool, after: bool) -> Iterator[Markup]:
    """Whether a source confirms it now, or does not any more."""
    if before != after:
        yield _("A source confirms this now.") if after else _("This is to be confirmed.")


def _entries(two: Two[One], part: str, names: Names, *ignored: str) -> Iterator[Markup]:
    """What came into a list, left it, or is another there; by the names it goes by."""
    for key, change in two.among(part):
        words = text(names.get(key)) or Markup.escape(key)
        if len(change.where) == 2 and change.before is None and change.after is not None:
            yield _("New: %(words)s", words=words)
        elif len(change.where) == 2 and change.after is None and change.before is not None:
            yield _("No longer: %(words)s", words=words)
        elif change.where[-1] not in ignored:
            yield _("Changed: %(words)s", words=words)


def _price(two: Two[Service]) -> Iterator[Markup]:
    old, new = two.old, two.new
    yield from _now(words.price(old.fee), words.price(new.fee))
    yield from _now(text(old.fee.formula), text(new.fee.formula))
    was, now = _lines(old), _lines(new)
    for key in dict.fromkeys((*was, *now)):
        yield from _now(_line(old, was.get(key)), _line(new, now.get(key)))
    yield from _sure(not words.price_unsure(old), not words.price_unsure(new))
    yield from _plain_words(two, "cost")


def _lines(service: Service) -> dict[str, FeeLine]:
    return {line.id: line for line in service.fee_rule.lines} if service.fee_rule else {}


def _line(service: Service, line: FeeLine | None) -> Markup | None:
    """A line of the price with its amount; by a table of answers it has none."""
    if line is None or service.fee_rule is None:
        return None
    if not line.minor:
        return text(line.names)
    return Markup("{}: {}").format(text(line.names), money(Money(line.minor, service.fee_rule.currency)))


def _time(two: Two[Service]) -> Iterator[Markup]:
    old, new = two.old.delay, two.new.delay
    yield from _now(words.period(old), words.period(new))
    yield from _now(text(old.counting), text(new.counting))
    yield from _texts(two, "extension")
    yield from _sure(old.provenance.sourced, new.provenance.sourced)
    yield from _plain_words(two, "how_long")


def _silence(two: Two[Service]) -> Iterator[Markup]:
    said = {
        "approval": _("Silence counts as approval."),
        "rejection": _("Silence counts as a refusal."),
        "none": _("Silence does not count as approval."),
    }
    old, new = two.old.silence, two.new.silence
    yield from _now(said.get(old.effect), said.get(new.effect))
    yield from _now(text(old.remedy), text(new.remedy))
    yield from _sure(old.provenance.sourced, new.provenance.sourced)


def _papers(two: Two[Service]) -> Iterator[Markup]:
    yield from _entries(two, "requires", _documents(two))
    old, new = (one.attribute_status.documents != "unverified" for one in (two.old, two.new))
    yield from _sure(old, new)


def _results(two: Two[Service]) -> Iterator[Markup]:
    yield from _entries(two, "outputs", _documents(two))
    yield from _plain_words(two, "what_you_get")


def _documents(two: Two[Service]) -> Names:
    return {key: one.names for key, one in two.catalogue.documents.items()}


def _questions(two: Two[Service]) -> Iterator[Markup]:
    """The form; when there was none before, how long it is."""
    pages = len(two.new.sections)
    if pages and not two.old.sections:
        yield Markup.escape(ngettext("The form has %(num)d page.", "The form has %(num)d pages.", pages))
    elif pages:
        yield from _entries(two, "sections", {one.id: one.title for one in (*two.old.sections, *two.new.sections)})
        asked = (*two.old.form, *two.new.form)
        yield from _entries(two, "form", {one.id: _label(two.catalogue, one) for one in asked})


def _label(catalogue: Catalogue, field: FormField) -> Text:
    known = catalogue.fields.get(field.field)
    return field.labels or (known.labels if known else Text({"en": field.id}))


def _who(two: Two[Service]) -> Iterator[Markup]:
    yield from _texts(two, "eligibility", "user_deadline")
    yield from _plain_words(two, "who_may_ask")


def _where(two: Two[Service]) -> Iterator[Markup]:
    old, new = (words.place_fact(one, here=sheets.here(one)) for one in (two.old, two.new))
    yield from _now(old.value, new.value)
    yield from _now(old.note, new.note)
    bodies = (text(sheets.administration(two.catalogue, one.administration)) for one in (two.old, two.new))
    yield from _now(*bodies)


def _basis(two: Two[Service]) -> Iterator[Markup]:
    for service, other, say in ((two.new, two.old, "New: %(words)s"), (two.old, two.new, "No longer: %(words)s")):
        known = sheets.legal_basis(two.catalogue, other)
        for one in sheets.legal_basis(two.catalogue, service):
            if one not in known:
                yield _(say, words=Markup(" ").join(filter(None, (text(one.text), one.articles))))


def _steps(two: Two[LifeEvent]) -> Iterator[Markup]:
    old, new = (_in_order(one) for one in (two.old, two.new))
    known = two.catalogue.services
    yield from _entries(two, "steps", {key: known[key].names for key in (*old, *new) if key in known}, "order")
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield _("The steps are in another order.")


def _in_order(event: LifeEvent) -> list[str]:
    return [step.service for step in sorted(event.steps, key=lambda step: step.order)]


SERVICE: Table[Service] = (
    (lambda: _("Name"), ("names",), lambda two: _texts(two, "names")),
    (lambda: _("Summary"), ("texts.summary",), lambda two: _plain_words(two, "summary")),
    (lambda: _("Price"), ("fee", "fee_rule", "payment_required", "payment_unknown", "texts.cost"), _price),
    (lambda: _("Time"), ("delay", "extension", "texts.how_long"), _time),
    (lambda: _("If nobody answers"), ("silence",), _silence),
    (lambda: _("Papers"), ("requires",), _papers),
    (lambda: _("Questions of the form"), ("sections", "form", "decision"), _questions),
    (lambda: _("Who may ask"), ("audience", "eligibility", "user_deadline", "bars", "texts.who_may_ask"), _who),
    (lambda: _("What you get"), ("outputs", "texts.what_you_get"), _results),
    (lambda: _("Where"), ("administration", "office_rule", "channels", "presence", "digitisation"), _where),
    (lambda: _("What happens after you ask"), ("texts.after",), lambda two: _plain_words(two, "after")),
    (
        lambda: _("Good to know"),
        ("note", "texts.good_to_know"),
        lambda two: iter((*_plain_words(two, "good_to_know"), *_texts(two, "note"))),
    ),
    (lambda: _("Signing in"), ("assurance", "signature"), lambda two: iter(())),
    (lambda: _("Legal basis"), ("legal_basis", "investment_list"), _basis),
    (lambda: _("Where we read this"), ("attribute_status", "provenance"), lambda two: iter(())),
)

LIFE_EVENT: Table[LifeEvent] = (
    (lambda: _("Name"), ("names",), lambda two: _texts(two, "names")),
    (lambda: _("Steps"), ("steps",), _steps),
    (lambda: _("Questions"), ("conditions",), lambda two: _entries(two, "conditions", _conditions(two))),
    (lambda: _("For whom"), ("audience",), lambda two: iter(())),
)


def _conditions(two: Two[LifeEvent]) -> Names:
    return {**two.old.conditions, **two.new.conditions}
