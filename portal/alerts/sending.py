"""Hand a letter or a short message to whoever carries it."""

from __future__ import annotations

from portal.alerts.ports import Letter, NotAccepted, Note
from portal.identity import contacts
from portal.identity.contacts import Channel
from portal.unit import Work, real_now


def handed_over(work: Work, what: Letter | Note) -> bool:
    """Whether it was taken. One that is turned away for good is not tried again: whoever has that address in their
    account sees it. Raises NotReachable."""
    channel = Channel.MAIL if isinstance(what, Letter) else Channel.SMS
    try:
        _carried(work, what)
    except NotAccepted:
        keyring = work.adapters.keyring
        work.transact(lambda unit: contacts.bounced(unit.session, real_now(), unit.actor, channel, what.to, keyring))
        return False
    return True


def _carried(work: Work, what: Letter | Note) -> None:
    if isinstance(what, Letter):
        work.adapters.mailer.send(what)
    elif work.adapters.messenger is None:
        raise NotAccepted("no gateway for short messages")
    else:
        work.adapters.messenger.send(what)
