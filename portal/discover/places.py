"""Where a service can be asked for from here: everywhere, or at the offices that take part so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from journeys.catalogue.definitions import Catalogue, OfficeRule, Service
from journeys.exchange.actions import offices_that_take
from journeys.exchange.models import ANYWHERE


@dataclass(frozen=True, slots=True)
class Places:
    """``everywhere``, else the names of the offices that take requests from here: there may be none."""

    everywhere: bool
    offices: tuple[dict[str, str], ...] = ()


def places(session: Session, catalogue: Catalogue, service: Service) -> Places:
    """Where requests for a service are taken."""
    rule = service.office_rule
    if rule is None:
        return Places(everywhere=False)
    bodies = _bodies(catalogue, service, rule)
    taking = offices_that_take(session, bodies, service.id)
    if all(
        _whole(catalogue, service, rule, {one.territory for one in taking if one.administration == key})
        for key in bodies
    ):
        return Places(everywhere=True)
    return Places(everywhere=False, offices=tuple(one.names for one in taking))


def _bodies(catalogue: Catalogue, service: Service, rule: OfficeRule) -> Sequence[str]:
    """The administrations that may be competent."""
    if rule.administration_from:
        return [key for key, _ in catalogue.options(service.field(rule.administration_from), {})]
    return [rule.administration or ""]


def _whole(catalogue: Catalogue, service: Service, rule: OfficeRule, served: set[str]) -> bool:
    """Whether these territories are all there are."""
    if ANYWHERE in served or rule.territory is None:
        return ANYWHERE in served
    asked = service.field(rule.territory)
    if catalogue.definition(asked).type == "commune":
        return served >= catalogue.communes.keys()
    return served >= {value for value, _ in catalogue.options(asked, {})}
