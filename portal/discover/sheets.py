"""What the pages of a service and of a life event show, gathered from the catalogue as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from flask import current_app

from journeys.catalogue.definitions import Catalogue, LifeEvent, Requirement, Service, Source, Step, Text
from journeys.catalogue.sheet import FROM_PERSON
from journeys.plans.personal import Cost, Personal
from journeys.plans.personal import Paper as PersonalPaper
from journeys.plans.personal import Stop as PersonalStop
from portal import i18n
from portal.i18n import gettext as _

BROUGHT = {"yours": FROM_PERSON, "fetched": ("exchange",), "identity": ("identity",)}
NOT_A_SOURCE = "general-knowledge"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a service asks for: its name, who issues it, and a remark."""

    name: Text
    issuer: Text | None
    condition: Text | None
    remark: str


@dataclass(frozen=True, slots=True)
class Papers:
    """Documents by who brings them: the person, the administrations among themselves, or signing in."""

    yours: tuple[Paper, ...]
    fetched: tuple[Paper, ...]
    identity: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A document that a service gives: its name, when, and how long it is valid."""

    name: Text
    condition: Text | None
    validity: Text | None


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal text and the articles."""

    text: Text
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
    return service.askable and (service.tariff_confirmed or bool(current_app.config["DEMO"]))


def all_here(catalogue: Catalogue) -> list[str]:
    """The ids of all services this portal takes requests for, by the same rule."""
    known = catalogue.overview.services.items()
    return [key for key, one in known if one.askable and (one.tariff_confirmed or current_app.config["DEMO"])]


def papers(catalogue: Catalogue, service: Service) -> Papers:
    """The documents a service asks for, by who brings them."""
    return Papers(
        _papers(catalogue, (one for one in service.requires if one.mode in FROM_PERSON)),
        _papers(catalogue, (one for one in service.requires if one.mode == "exchange")),
        _papers(catalogue, (one for one in service.requires if one.mode == "identity")),
    )


def _papers(catalogue: Catalogue, required: Iterable[Requirement]) -> tuple[Paper, ...]:
    return tuple(
        Paper(
            catalogue.documents[one.document].names,
            _issuer(catalogue, one.issuer),
            _when(catalogue, one.condition),
            _remark(catalogue, one),
        )
        for one in required
        if one.document in catalogue.documents
    )


def _issuer(catalogue: Catalogue, issuer: str | None) -> Text | None:
    """Where a paper is got; nothing is said of what people have at home or buy from anyone."""
    return None if issuer in ("applicant", "private") else administration(catalogue, issuer)


def _when(catalogue: Catalogue, token: str | None) -> Text | None:
    """When a paper is wanted, in the words of its condition."""
    known = catalogue.situations.get(token or "")
    return known.labels if known else None


def _remark(catalogue: Catalogue, required: Requirement) -> str:
    if required.replaced_by_cnie:
        return _("Not needed if you hold an electronic national ID card")
    if required.condition and required.condition not in catalogue.situations:
        return _("When it is needed is to be confirmed")
    return _("A sworn statement that you sign") if required.mode == "declaration" else ""


def administration(catalogue: Catalogue, wanted: str | None) -> Text | None:
    """The names of an administration, None when it is not known."""
    found = catalogue.administrations.get(wanted or "")
    return found.names if found else None


def outputs(catalogue: Catalogue, service: Service) -> list[Result]:
    """The documents a service gives."""
    return [
        Result(catalogue.documents[one.document].names, _when(catalogue, one.condition), one.validity)
        for one in service.outputs
        if one.document in catalogue.documents
    ]


def sources(catalogue: Catalogue, service: Service) -> list[Source]:
    """Where what the sheet says was read. General knowledge is no source."""
    known = (catalogue.sources.get(one) for one in service.provenance.sources)
    return [one for one in known if one and one.kind != NOT_A_SOURCE]


def legal_basis(catalogue: Catalogue, service: Service) -> list[Basis]:
    """The texts a service rests on, with their articles."""
    found = []
    for entry in service.legal_basis:
        source, _colon, articles = entry.partition(":")
        text = catalogue.sources[source].said if source in catalogue.sources else Text({"en": source})
        found.append(Basis(text, _articles(articles)))
    return found


def _articles(articles: str) -> str:
    if not articles:
        return ""
    if articles.startswith("annex"):
        return _("annex %(number)s", number=articles.removeprefix("annex").lstrip("-"))
    comma = "، " if i18n.language() == "ar" else ", "
    numbers = comma.join(articles.split(","))
    return _("articles %(numbers)s", numbers=numbers) if "," in articles else _("article %(number)s", number=numbers)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A paper of a personal list: its name, who issues it, when it is wanted, and the services that want it."""

    name: Text
    issuer: Text | None
    condition: Text | None
    services: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A personal list as it is shown: stops by rank, papers by who brings them, what each administration costs, and
    what is not for this person."""

    ranks: tuple[tuple[PersonalStop, ...], ...]
    yours: tuple[Gathered, ...]
    fetched: tuple[Gathered, ...]
    identity: tuple[Gathered, ...]
    costs: tuple[tuple[Text | None, Cost], ...]
    left_out: tuple[Text, ...]


def personal_list(catalogue: Catalogue, mine: Personal) -> Listed:
    """What a personal list shows."""
    by = {
        key: _gathered(catalogue, (one for one in mine.papers if one.mode in modes)) for key, modes in BROUGHT.items()
    }
    left_out = (catalogue.services.get(step.service) for step in mine.left_out)
    return Listed(
        tuple(tuple(stops) for _rank, stops in groupby(mine.stops, key=lambda stop: stop.rank)),
        by["yours"],
        by["fetched"],
        by["identity"],
        tuple((administration(catalogue, cost.administration), cost) for cost in mine.costs),
        tuple(one.names for one in left_out if one),
    )


def _gathered(catalogue: Catalogue, papers: Iterable[PersonalPaper]) -> tuple[Gathered, ...]:
    return tuple(
        Gathered(
            catalogue.documents[one.document].names,
            _issuer(catalogue, one.issuer),
            _when(catalogue, one.condition),
            tuple(catalogue.services[service].names for service in one.services),
        )
        for one in papers
        if one.document in catalogue.documents
    )


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
        _condition(catalogue, life_event, step.when),
        tuple(catalogue.services[one] for one in before if one in catalogue.services),
        service is not None and here(service),
    )


def _condition(catalogue: Catalogue, life_event: LifeEvent, token: str | None) -> str:
    """When a step applies, in the reader's words; that it depends, when nobody has put it in their language yet."""
    if not token:
        return ""
    known = catalogue.situation(life_event, token)
    words, code = known.pick(i18n.language()) if known else ("", "")
    if code == i18n.language():
        return _("Only if: %(condition)s", condition=words)
    return _("Depending on your situation")
