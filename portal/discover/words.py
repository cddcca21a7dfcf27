"""What a definition says of price, period, place and papers, in the words of the reader's language.

Unknown stays unknown: a fee nobody found is never shown as free, and what no source confirms carries ``unsure``.
"""

from __future__ import annotations

from dataclasses import dataclass

from journeys.catalogue.definitions import Delay, Fee, Provenance, Service
from journeys.catalogue.sheet import FROM_PERSON, Digitisation
from journeys.plans.personal import Personal
from payments.money import Money
from portal.i18n import gettext as _
from portal.i18n import ngettext
from portal.templating import money


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact at the top of a sheet: a word, what it is, a line below it, and whether it still has to be confirmed."""

    icon: str
    label: str
    value: str
    note: str = ""
    unsure: bool = False


def unsure(provenance: Provenance | None) -> bool:
    """Whether no source was found for a statement."""
    return provenance is None or not provenance.sourced


def price_unsure(service: Service) -> bool:
    """Whether a price is told that no source confirms: on the sheet, or in the tariff that would be charged."""
    if service.fee.kind == "unknown":
        return False
    return unsure(service.fee.provenance) or not service.tariff_confirmed


def price(fee: Fee) -> str:
    """“Free”, an amount, “Depends on the request”, or “Not known”."""
    if fee.kind == "free":
        return _("Free")
    if fee.kind == "fixed" and fee.amount_mad is not None:
        return money(Money(round(fee.amount_mad * 100)))
    return _("Not known") if fee.kind in ("unknown", "fixed") else _("Depends on the request")


def period(delay: Delay) -> str:
    """How long an administration may take: “3 days”, “60 days at most”, “2 hours”, “At once”, “No legal period”."""
    return _("%(period)s at most", period=_length(delay)) if delay.kind == "legal_cap" else _length(delay)


def _length(delay: Delay) -> str:
    if delay.unit == "immediate":
        return _("At once")
    if delay.max is None:
        return _("No legal period")
    number = int(delay.max)
    if delay.unit == "hour":
        return ngettext("%(num)d hour", "%(num)d hours", number)
    if delay.unit == "working_day":
        return ngettext("%(num)d working day", "%(num)d working days", number)
    return ngettext("%(num)d day", "%(num)d days", number)


def papers(service: Service) -> str:
    """How many papers a person has to bring."""
    number = sum(1 for one in service.requires if one.mode in FROM_PERSON)
    return ngettext("%(num)d paper", "%(num)d papers", number) if number else _("No paper")


def price_fact(service: Service) -> Fact:
    """What it costs."""
    fee = service.fee
    note = _("Stamp duty") if fee.stamp_duty else ""
    if fee.kind == "unknown":
        return Fact("coin", _("Price"), price(fee), _("Ask the administration before you start"))
    return Fact("coin", _("Price"), price(fee), note, price_unsure(service))


def period_fact(service: Service) -> Fact:
    """How long it takes at most."""
    delay = service.delay
    if delay.kind == "legal_cap":
        return Fact("clock", _("Time"), period(delay), _("The limit that the law sets"))
    note = "" if delay.kind == "not_covered" or delay.unit == "immediate" else _("at most")
    return Fact("clock", _("Time"), period(delay), note, delay.kind != "not_covered" and unsure(delay.provenance))


def papers_fact(service: Service, *, here: bool) -> Fact:
    """How many papers, and whether some are fetched for the person."""
    fetched = sum(1 for one in service.requires if one.mode == "exchange")
    note = ngettext("%(num)d more that we fetch", "%(num)d more that we fetch", fetched) if fetched and here else ""
    return Fact("document", _("Papers"), papers(service), note, service.attribute_status.documents == "unverified")


def place_fact(service: Service, *, here: bool, everywhere: bool = True) -> Fact:
    """Where one asks."""
    if here:
        note = _("No need to come") if everywhere else _("In some places so far")
        return Fact("pin", _("Where"), _("Online, here"), note)
    first, *more = _places(service) or [_("Not known")]
    places = (first, *(place[:1].lower() + place[1:] for place in more))
    return Fact("pin", _("Where"), _(" or ").join(places), _presence(service))


def _places(service: Service) -> list[str]:
    words = {
        "online": _("Online, on the administration’s site"),
        "counter": _("At the counter"),
        "consulate": _("At the consulate"),
    }
    return [words[channel] for channel in service.channels if channel in words]


def _presence(service: Service) -> str:
    words = {
        "in_person": _("You come in person"),
        "in_person_by_appointment": _("You come in person, by appointment"),
        "pick_up_only": _("You come only to collect it"),
    }
    return words.get(service.presence.mode, "")


def level(digitisation: Digitisation) -> str:
    """How far a service is online outside this portal, by our estimate."""
    words = {
        "information": _("You find information online; you ask at the counter."),
        "downloadable": _("You can download the form; you ask at the counter."),
        "interactive": _("You can begin online, and finish at the counter."),
        "transactional_with_visit": _("You can ask online, and come once."),
        "fully_online": _("You can do everything online."),
    }
    return words[digitisation.label]


def facts(service: Service, *, here: bool, everywhere: bool = True) -> list[Fact]:
    """The four facts at the top of a sheet, in their order. ``here``: whether this portal takes requests for it,
    ``everywhere`` or in some places."""
    place = place_fact(service, here=here, everywhere=everywhere)
    return [price_fact(service), period_fact(service), papers_fact(service, here=here), place]


def total(minor: int, open_: int) -> str:
    """What is known of a sum to which so many unknown fees belong: an amount, “Free”, or “Not known”."""
    if minor:
        return money(Money(minor, "MAD"))
    return _("Not known") if open_ else _("Free")


def facts_of_list(mine: Personal) -> list[Fact]:
    """The four facts at the top of a personal list: steps, time, price, papers."""
    needed = sum(stop.needed for stop in mine.stops)
    more = len(mine.stops) - needed
    yours = sum(paper.mode in FROM_PERSON for paper in mine.papers)
    open_ = sum(cost.open for cost in mine.costs)
    return [
        Fact(
            "branch",
            _("Steps"),
            ngettext("%(num)d step", "%(num)d steps", needed),
            ngettext("%(num)d more if you need it", "%(num)d more if you need them", more) if more else "",
        ),
        Fact(
            "clock",
            _("Time"),
            ngettext("%(num)d day", "%(num)d days", mine.days) if mine.days else _("At once"),
            _("at most, if you ask as soon as you can") if mine.days else "",
            not mine.days_sure,
        ),
        Fact(
            "coin",
            _("Price"),
            total(mine.total, open_),
            ngettext("%(num)d fee not in it", "%(num)d fees not in it", open_) if open_ else "",
            not all(cost.sourced for cost in mine.costs),
        ),
        Fact("document", _("Papers"), ngettext("%(num)d paper", "%(num)d papers", yours) if yours else _("No paper")),
    ]
