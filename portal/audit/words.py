"""An access record in plain words: who, what and why, in whole sentences that each language builds its own way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from markupsafe import Markup

from portal.audit.models import Access, Basis, Did, Kind, Role
from portal.i18n import CASABLANCA
from portal.i18n import said as _

Named = Callable[[Access], Markup]
"""The name of the body that looked, empty when none is known."""


def sentence(one: Access, name: Named) -> Markup:
    """“An officer (Commune of Rabat) read your request.”"""
    words = {"who": _who(one, name(one)), "what": what(Kind(one.kind))}
    if one.refused and one.did != Did.READ:
        return _("%(who)s wanted to change %(what)s, and was refused.", **words)
    if one.refused:
        return _("%(who)s wanted to read %(what)s, and was refused.", **words)
    if one.did == Did.REVOKED:
        return _("%(who)s revoked this document.", **words)
    if one.did == Did.ADDED:
        return _("%(who)s put a document into your locker.", **words)
    if one.did == Did.CHANGED:
        return _("%(who)s changed %(what)s.", **words)
    if one.role == Role.CHECKER:
        return _("%(who)s checked %(what)s.", **words)
    if one.role == Role.REGISTER:
        return _("%(who)s was asked for %(what)s.", **words)
    if one.role == Role.CONNECTOR:
        return _("%(who)s received %(what)s.", **words)
    return _("%(who)s read %(what)s.", **words)


def on_its_page(one: Access, name: Named) -> Markup:
    """The same on the page of the document that was looked at, where it need not be said which."""
    if one.role == Role.CHECKER and one.did == Did.READ and not one.refused:
        return _("Somebody who has this document checked it.")
    return sentence(one, name)


def register(name: str) -> Markup | None:
    """What people call a register of this name in the settings; None for one that is not known here."""
    words = {
        "population": _("the population register"),
        "civil-status": _("the civil status register"),
        "nationality": _("the nationality register"),
        "companies": _("the register of companies"),
        "papers": _("the register of documents"),
    }
    return words.get(name)


def _who(one: Access, body: Markup) -> Markup:
    who = role(Role(one.role))
    return _("%(role)s (%(body)s)", role=who, body=body) if body else who


def role(found: Role) -> Markup:
    """Who looked, at the beginning of a sentence."""
    words = {
        Role.AGENT: _("An officer"),
        Role.SUPERVISOR: _("A supervisor"),
        Role.AUDITOR: _("An auditor"),
        Role.CLERK: _("An officer at a counter"),
        Role.COMPANY_USER: _("Someone from the company"),
        Role.DELEGATE: _("Somebody who may act for you"),
        Role.PARENT: _("One of your parents"),
        Role.GUARDIAN: _("Your guardian"),
        Role.CONNECTOR: _("The system of an administration"),
        Role.REGISTER: _("An official register"),
        Role.CHECKER: _("Somebody"),
        Role.RECIPIENT: _("Somebody with whom you shared it"),
        Role.LINK: _("Somebody who has a link of yours"),
        Role.STRANGER: _("Somebody without any right to it"),
    }
    return words[found]


def what(found: Kind) -> Markup:
    """What was looked at, within a sentence."""
    words = {
        Kind.REQUEST: _("your request"),
        Kind.LIST: _("the list of your requests"),
        Kind.FILE: _("a file of your request"),
        Kind.DOCUMENT: _("one of your documents"),
        Kind.PROFILE: _("your personal details"),
        Kind.PAYMENT: _("one of your payments"),
        Kind.MESSAGE: _("a message to you"),
        Kind.FACTS: _("official data about you"),
        Kind.MANDATE: _("one of your mandates"),
        Kind.DECISION: _("the decision on your request"),
    }
    return words[found]


def why(one: Access) -> Markup:
    """By which right; that there was none, for what was refused."""
    if one.role == Role.CLERK and one.mandate_id is None and not one.refused:
        return _("They asked for a code to be sent to you. Without it they see nothing.")
    words = {
        Basis.COMPETENT_OFFICE: _("This office decides your request (law 55-19)."),
        Basis.MANDATE: _("A mandate allows it."),
        Basis.COMPANY: _("A role in the company allows it."),
        Basis.CIVIL_REGISTER: _("According to the civil register, this person may act for you."),
        Basis.COMMERCIAL_REGISTER: _("According to the commercial register, this person represents the company."),
        Basis.ASSISTED: _("You were helped at a counter, with the code that you gave."),
        Basis.HAND_OVER: _("Your request was handed over to the administration that decides it."),
        Basis.CONSENT: _("Somebody who may act for you agreed to it (law 55-19, article 24).")
        if one.mandate_id
        else _("You agreed to it (law 55-19, article 24)."),
        Basis.SHOWN: _("Whoever holds a document, or knows its number, may check whether it is genuine."),
        Basis.SHARED: _("You shared the document."),
        Basis.AUDIT: _("It is checked whether requests are handled as the law asks."),
        Basis.NONE: _("No right allowed it: nothing was shown, and nothing was changed."),
    }
    return words[Basis.NONE if one.refused else Basis(one.basis)]


def clock(at: datetime) -> str:
    """The time of day in Casablanca: “10:30”."""
    return f"{at.astimezone(CASABLANCA):%H:%M}"
