"""What the pages of a service and of a life event show, gathered from the catalogue as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app

from journeys.catalogue.definitions import Catalogue, LifeEvent, Requirement, Service, Step, Text
from portal import i18n
from portal.discover.words import law
from portal.i18n import gettext as _

FROM_PERSON = ("user", "declaration")
IF_AT_HAND = ("has", "known")
APPEAL_BY_LAW = "L5519 art. 21"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a service asks for: its name, who issues it, and a remark."""

    name: Text
    issuer: Text | None
    remark: str


@dataclass(frozen=True, slots=True)
class Papers:
    """Documents by who brings them: the person, the administrations among themselves, or signing in."""

    yours: tuple[Paper, ...]
    fetched: tuple[Paper, ...]
    identity: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal text: its name in the reader's language, or its title as the source writes it, and the articles."""

    name: str | None
    title: str
    articles: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the road: the step, its service, who decides, when it applies, and what it waits for."""

    step: Step
    service: Service | None
    administration: Text | None
    condition: str
    waits_for: tuple[Service, ...]
    here: bool

    @property
    def kind(self) -> str:
        """``maybe`` when it depends on the person or is optional, else ``next``."""
        return "maybe" if self.condition or self.step.optional else "next"


def here(service: Service) -> bool:
    """Whether this portal takes requests for a service. An unverified tariff is charged in a demonstration only."""
    unverified = service.fee_rule is not None and any(line.tariff == "unverified" for line in service.fee_rule.lines)
    return service.askable and (not unverified or bool(current_app.config["DEMO"]))


def papers(catalogue: Catalogue, service: Service) -> Papers:
    """The documents a service asks for, by who brings them."""
    return Papers(
        _papers(catalogue, (one for one in service.requires if one.mode in FROM_PERSON)),
        _papers(catalogue, (one for one in service.requires if one.mode == "exchange")),
        _papers(catalogue, (one for one in service.requires if one.mode == "identity")),
    )


def _papers(catalogue: Catalogue, required: Iterable[Requirement]) -> tuple[Paper, ...]:
    return tuple(
        Paper(catalogue.documents[one.document].names, _issuer(catalogue, one.issuer), _remark(one))
        for one in required
        if one.document in catalogue.documents
    )


def _issuer(catalogue: Catalogue, issuer: str | None) -> Text | None:
    """Where a paper is got; nothing is said of what people have at home or buy from anyone."""
    return None if issuer in ("applicant", "private") else administration(catalogue, issuer)


def _remark(required: Requirement) -> str:
    if required.replaced_by_cnie:
        return _("Not needed if you hold an electronic national ID card")
    if required.condition in IF_AT_HAND:
        return _("If you have it")
    if required.condition:
        return _("Depending on your situation")
    return _("A sworn statement that you sign") if required.mode == "declaration" else ""


def administration(catalogue: Catalogue, wanted: str | None) -> Text | None:
    """The names of an administration, None when it is not known."""
    found = catalogue.administrations.get(wanted or "")
    return found.names if found else None


def outputs(catalogue: Catalogue, service: Service) -> list[Text]:
    """The names of the documents a service gives."""
    return [catalogue.documents[one.document].names for one in service.outputs if one.document in catalogue.documents]


def legal_basis(catalogue: Catalogue, service: Service) -> list[Basis]:
    """The texts a service rests on, with their articles."""
    found = []
    for entry in service.legal_basis:
        source, _colon, articles = entry.partition(":")
        title = catalogue.sources[source].title if source in catalogue.sources else source
        found.append(Basis(law(title), title, _articles(articles)))
    return found


def _articles(articles: str) -> str:
    if not articles:
        return ""
    if articles.startswith("annex"):
        return _("annex %(number)s", number=articles.removeprefix("annex").lstrip("-"))
    comma = "، " if i18n.language() == "ar" else ", "
    numbers = comma.join(articles.split(","))
    return _("articles %(numbers)s", numbers=numbers) if "," in articles else _("article %(number)s", number=numbers)


def appealable(service: Service) -> bool:
    """Whether the general appeal of law 55-19 (article 21) is what the sheet names as the way out."""
    return APPEAL_BY_LAW in (service.silence.remedy or "")


def road(catalogue: Catalogue, life_event: LifeEvent) -> list[Stop]:
    """The stops of a life event, in order."""
    return [_stop(catalogue, life_event, step) for step in sorted(life_event.steps, key=lambda step: step.order)]


def _stop(catalogue: Catalogue, life_event: LifeEvent, step: Step) -> Stop:
    service = catalogue.services.get(step.service)
    before = dict.fromkeys(one.step for one in step.depends_on)
    return Stop(
        step,
        service,
        administration(catalogue, step.administration),
        _condition(life_event, step.when),
        tuple(catalogue.services[one] for one in before if one in catalogue.services),
        service is not None and here(service),
    )


def _condition(life_event: LifeEvent, token: str | None) -> str:
    """When a step applies, in the reader's words; that it depends, when nobody has put it in their language yet."""
    if not token:
        return ""
    words, code = life_event.conditions[token].pick(i18n.language()) if token in life_event.conditions else ("", "")
    if code == i18n.language():
        return _("Only if: %(condition)s", condition=words)
    return _("Depending on your situation")
