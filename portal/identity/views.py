"""Sign-in at an issuer, the way back, sign-out here and there, and forms that waited meanwhile."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user
from werkzeug.exceptions import HTTPException

from portal import web
from portal.i18n import also_at, language, path_of, speak
from portal.identity import actions, joining, parking, people
from portal.identity.devices import device_of
from portal.identity.errors import NotEnough, NotKnown, WrongAnswer
from portal.identity.issuer import OpenIDConnect
from portal.identity.mandates.reading import holds
from portal.identity.mandates.visiting import end_visits
from portal.identity.ports import Claims, Farewell
from portal.settings import Issuer as IssuerSettings
from portal.settings import Settings
from portal.unit import Unit, real_now
from portal.web import adapters, steps, unit, work
from portal.who import LEVELS

bp = Blueprint("identity", __name__)

MEMORY = "sign-in"
WAITS = "parked"
JOIN = "join"
JOIN_SECONDS = 600
LONGEST_ADDRESS = 1000  # it travels in a cookie
LONGEST_TOKEN = 20_000


class Remembered:
    """What Flask-Login keeps in the cookie: the random token alone."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str) -> None:
        self.token = token

    def get_id(self) -> str:
        return self.token


def inside(address: str | None) -> str | None:
    """The address if it leads back into this site by path alone, else None."""
    if not address or len(address) > LONGEST_ADDRESS or "\\" in address:
        return None
    if not address.startswith("/") or address.startswith("//"):
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc and address.isprintable() else None


def issuer(name: str) -> OpenIDConnect:
    """The issuer of this name. Raises NotKnown."""
    try:
        return adapters().issuers[name]
    except KeyError:
        raise NotKnown(name) from None


def _settings_of(name: str) -> IssuerSettings:
    found = next((one for one in adapters().settings.issuers if one.name == name), None)
    if found is None:
        raise NotKnown(name)
    return found


def _back_url(settings: Settings) -> str:
    return f"{settings.public_url}{url_for('identity.back')}"


@bp.get("/sign-in")
@steps
def sign_in() -> ResponseReturnValue:
    """Sends the browser to the issuer; where there are several ways to sign in, they are offered first."""
    settings, wanted = adapters().settings, request.args.get("issuer")
    of_people = [one.name for one in settings.issuers if one.whom == "people"]
    level = request.args.get("level", "")
    level = level if level in LEVELS else ""
    by_mail = settings.email_accounts and level in ("", LEVELS[0])
    if wanted is None and (len(of_people) > 1 or by_mail):
        return _choice(of_people, by_mail, level)
    name = wanted or of_people[0]
    return sent_to(name, _following(name), level or None)


def sent_to(name: str, following: str, level: str | None = None, **more: str) -> ResponseReturnValue:
    """Sends the browser to an issuer, and remembers what the way back needs."""
    leave = issuer(name).leave(_back_url(adapters().settings), language(), level)
    session[MEMORY] = {**leave.memory, "issuer": name, "next": following, "language": language(), **more}
    return redirect(leave.url, 303)


def _choice(issuers: list[str], by_mail: bool, level: str) -> ResponseReturnValue:
    following, lang = inside(request.args.get("next")), language()
    also_at(next=following, level=level or None)
    ways = [
        (name, url_for("identity.sign_in", issuer=name, next=following, lang=lang, level=level or None))
        for name in issuers
    ]
    mail = url_for("mail_account.page", next=following, lang=lang) if by_mail else None
    return render_template("identity/sign_in.html", ways=ways, mail=mail, waits=WAITS in session)


def _following(name: str) -> str:
    home = "desk.queue" if _settings_of(name).whom == "staff" else "follow.dashboard"
    return inside(request.args.get("next")) or url_for(home, lang=language())


@bp.get("/sign-in/back")
@steps
def back() -> ResponseReturnValue:
    """Checks the issuer's answer and opens a session; the memory of the trip serves once."""
    memory = session.pop(MEMORY, None)
    if not memory:
        raise WrongAnswer("no memory of this sign-in")
    speak(memory["language"])
    claims = issuer(memory["issuer"]).come_back(_back_url(adapters().settings), request.args, memory)
    if g.who is not None and memory.get("join") == str(g.who.id):
        work().transact(partial(_other_account, claims))
        session[JOIN] = [
            claims.issuer,
            claims.sub,
            [claims.name_ar, claims.name_lat],
            int(real_now().timestamp()) + JOIN_SECONDS,
        ]
        return redirect(memory["next"], 303)
    return entered(claims, memory["next"], staff=_settings_of(memory["issuer"]).whom == "staff")


def _other_account(claims: Claims, unit: Unit) -> None:
    """Whoever showed that a second account is theirs is known by it from now on. Raises NotEnough where they showed it
    less surely than before."""
    person = people.signed_in_as(unit.session, real_now(), claims, unit.adapters.keyring, staff=False)
    if LEVELS.index(claims.acr) < min(LEVELS.index(person.surest), 1):
        raise NotEnough(claims.acr)


def entered(claims: Claims, following: str, *, staff: bool = False) -> ResponseReturnValue:
    """Opens a session for whom these claims vouch for, in place of the one there was, and leads on: to a form that
    waits, or to where they wanted to go."""
    keyring, device = adapters().keyring, device_of(request.headers.get("User-Agent", ""))

    def open_session(unit: Unit) -> actions.SignedIn:
        if g.who is not None:
            actions.sign_out(unit.session, real_now(), unit.actor, g.who.sign_in, keyring)
        opened = unit.in_real_time().do(actions.sign_in, claims, keyring, staff=staff, device=device)
        unit.in_real_time().do(joining.take_in, opened.person, keyring)
        for_whom = _for_whom(unit, opened.person, ticket)
        if for_whom is not None:
            actions.act_for(unit.session, real_now(), unit.actor, opened.sign_in, for_whom)
        return opened

    ticket = session.get(WAITS)
    opened = work().transact(open_session)
    session.clear()
    login_user(Remembered(opened.token))
    if ticket and not staff:
        session[WAITS] = ticket
        return redirect(url_for("identity.take_up", lang=language(), next=following), 303)
    return redirect(following, 303)


def _for_whom(unit: Unit, person: UUID, ticket: str | None) -> UUID | None:
    """The mandate by which somebody acted until now, or when the form was sent that waits: signing in again, or more
    surely, changes nobody's mind."""
    if g.who is not None:
        return g.who.acting.mandate if g.who.acting and g.who.id == person else None
    found = parking.waiting(unit.session, real_now(), ticket, person, unit.adapters.keyring) if ticket else None
    return found.mandate if found is not None and holds(unit.session, person, found.mandate, real_now()) else None


@bp.get("/sign-in/go-on")
def take_up() -> ResponseReturnValue:
    """A form that waited while its sender signed in: shown once, to be sent again whole. From then on the page has it,
    and nobody else: sent later, it would write over newer answers."""
    following = inside(request.args.get("next")) or path_of("follow.dashboard")
    ticket, keyring = session.pop(WAITS, None), unit().adapters.keyring
    found = parking.waiting(unit().session, real_now(), ticket, web.who().id, keyring) if ticket else None
    if found is None:
        return redirect(following, 303)
    return render_template("identity/go_on.html", waiting=found, following=following, by_itself=_only_keeps(found.path))


def _only_keeps(path: str) -> bool:
    """Whether a form keeps answers of a draft and does nothing else: what does more is sent by a press alone, once it
    was read, for anybody at the same machine could have left it there."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(urlsplit(path).path, "POST")
    except HTTPException:
        return False
    return bool(endpoint == "filling.save")


def park(path: str) -> bool:
    """Keeps the form that this request sent, for whoever was signed in when it was opened and for this browser alone.
    Returns whether it will be found again."""
    if "_user_id" not in session:
        return False
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    keyring, token = adapters().keyring, session["_user_id"]

    def keep(unit: Unit) -> str | None:
        row = actions.holder(unit.session, token)
        if row is None:
            return None
        session, now, whose = unit.session, real_now(), row.person_id
        return parking.park(session, now, unit.actor, path, fields, whose, keyring, row.mandate_id)

    ticket = work().transact(keep)
    if ticket is not None:
        session[WAITS] = ticket
    return ticket is not None


@bp.post("/sign-out")
@steps
def sign_out() -> ResponseReturnValue:
    """Ends the session here, then at the issuer."""
    home = url_for("discover.home", lang=language())
    if g.who is None:
        return redirect(home, 303)
    who, keyring = web.who(), adapters().keyring

    def end(unit: Unit) -> str | None:
        if who.staff:
            unit.in_real_time().do(end_visits, who.id)
        return actions.sign_out(unit.session, real_now(), unit.actor, who.sign_in, keyring)

    id_token = work().transact(end, actor=who.oneself)
    logout_user()
    session.clear()
    after = adapters().settings.public_url + home
    away = issuer(who.issuer).goodbye(id_token, after) if id_token and who.issuer in adapters().issuers else None
    return redirect(away or home, 303)


@bp.post("/sign-out/back-channel")
@steps
def back_channel() -> ResponseReturnValue:
    """An issuer says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8)."""
    token, headers = request.form.get("logout_token", "")[:LONGEST_TOKEN], {"Cache-Control": "no-store"}
    for name, one in adapters().issuers.items():
        try:
            said = one.read_farewell(token)
        except WrongAnswer:
            continue
        _part(name, said)
        return Response(status=200, headers=headers)
    return Response('{"error": "invalid_request"}', 400, headers, content_type="application/json")


def _part(name: str, said: Farewell) -> None:
    work().transact(lambda unit: actions.farewell(unit.session, real_now(), unit.actor, name, said))
