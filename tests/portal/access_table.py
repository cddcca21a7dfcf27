"""Who may do what: the expected status of every route, for every role and method."""

from __future__ import annotations

from requests_made import BIRTH

# ``delegate`` acts for the owner with everything allowed. ``casa`` is an officer of another office, ``ompic`` one of
# another administration; ``supervisor`` and ``auditor`` work where ``rabat`` does, ``clerk`` helps at a counter.
ROLES = {
    "visitor": "",
    "owner": "salma",
    "other": "youssef",
    "delegate": "amal",
    "rabat": "agent-rabat",
    "casa": "agent-casa",
    "ompic": "agent-ompic",
    "supervisor": "supervisor-rabat",
    "auditor": "auditor",
    "clerk": "clerk-tayeb",
}
CITIZENS, OFFICERS = ("owner", "other", "delegate"), ("rabat", "casa", "ompic", "supervisor")
AIDES = ("auditor", "clerk")
ANSWERS = "/<lang>/mandates/<uuid:mandate>/<what>"
Statuses = tuple[int, ...]


def row(visitor: int, rest: int = 404, **others: int) -> Statuses:
    """The status for each role: visitors, all others, and those that differ (``citizens`` and ``officers`` at once)."""
    found = dict.fromkeys(ROLES, rest) | {"visitor": visitor}
    groups = {"citizens": CITIZENS, "officers": OFFICERS, "desk": (*OFFICERS, "auditor"), "staff": (*OFFICERS, *AIDES)}
    for name, status in others.items():
        found |= dict.fromkeys(groups.get(name, (name,)), status)
    return tuple(found[role] for role in ROLES)


ALL = row(200, 200)
PEOPLE = row(303, citizens=200)
OWNER = row(303, owner=200, delegate=200)
DESK = row(303, desk=200)
RABAT = row(303, rabat=200, supervisor=200, auditor=200)
LED_BACK = row(303, owner=303, delegate=303)
NOBODY = row(303)
WORK = row(303, staff=200)
CLERK = row(303, clerk=200)
SENT_BY_PEOPLE = row(400, citizens=303)
JUDGED = row(400, citizens=422)
MISSED = row(400)
DONE_BY_OWNER = row(400, owner=303, delegate=303)
DONE_BY_RABAT = row(400, rabat=303, supervisor=409)
DONE_BY_ALL = row(400, 303)
TAKEN_FROM_OWNER = row(303, owner=303, delegate=303)  # nothing of it is read for who did not sign in
JUDGED_FOR_RABAT = row(400, rabat=422, supervisor=422)
NO = row(405, 405)
NO_LANGUAGE = row(308, 308)  # read as /<lang>/ without its slash, and not found there
UNSIGNED = row(400, 400)

# route: (until where the request of Salma has come, status of GET by role, status of POST by role)
TABLE: dict[str, tuple[str, Statuses, Statuses]] = {
    "/": ("", row(302, 302), NO),
    "/<lang>/": ("", ALL, NO),
    "/<lang>/life-events/<wanted>": ("", ALL, row(303, 303)),
    "/<lang>/life-events/<wanted>/calendar": ("", ALL, NO),
    "/<lang>/life-events/<wanted>/history": ("", ALL, NO),
    "/<lang>/search": ("", ALL, NO),
    "/<lang>/search/suggest": ("", ALL, NO),
    "/<lang>/services/<wanted>": ("", ALL, NO),
    "/<lang>/services/<wanted>/history": ("", ALL, NO),
    "/<lang>/services/<wanted>/wish": ("", NO, row(303, 303)),
    "/<lang>/administrations": ("", ALL, NO),
    "/<lang>/administrations/<wanted>": ("", ALL, NO),
    "/<lang>/access-roots": ("", ALL, NO),
    "/access-roots.json": ("", ALL, NO),
    "/<lang>/verify": ("", ALL, row(400, 422)),
    "/<lang>/verify/<code>": ("", row(404), NO),
    "/<lang>/verify-file": ("", NO, row(400, 422)),
    "/V/<code>": ("", row(303, 303), NO),
    "/.well-known/jwks.json": ("", ALL, NO),
    "/status/<month>": ("", ALL, NO),
    "/sitemap.xml": ("", ALL, NO),
    "/robots.txt": ("", ALL, NO),
    "/sign-in": ("", ALL, NO),
    "/sign-in/back": ("", UNSIGNED, NO),
    "/sign-in/go-on": ("", row(303, 303), NO),
    "/sign-in/mail": ("", ALL, row(400, 422)),
    "/sign-in/mail/code": ("", row(303, 303), row(400, 303)),
    "/sign-out": ("", NO_LANGUAGE, DONE_BY_ALL),
    "/sign-out/back-channel": ("", NO, UNSIGNED),
    "/hooks/stripe": ("", NO, UNSIGNED),
    "/hooks/connectors/<name>": ("", NO, UNSIGNED),
    "/<lang>/for": ("", row(303, 303, citizens=200), row(400, 303)),  # a clerk begins a visit elsewhere
    "/<lang>/for/look": ("", NO, row(400, 403, citizens=303)),
    "/<lang>/stay": ("", row(303, 200), NO),
    "/<lang>/account": ("", PEOPLE, NO),
    "/<lang>/account/language": ("", NO, SENT_BY_PEOPLE),
    "/<lang>/account/contacts": ("", PEOPLE, JUDGED),
    "/<lang>/account/contacts/<uuid:contact>/code": ("contact", row(303, owner=200), row(400, owner=422)),
    "/<lang>/account/contacts/<uuid:contact>/send": ("contact", NO, row(400, owner=303)),
    "/<lang>/account/contacts/<uuid:contact>/choose": ("contact", NO, row(400, owner=303)),
    "/<lang>/account/contacts/<uuid:contact>/remove": (
        "contact",
        NO,
        MISSED,
    ),  # an issuer's is not the person's to remove
    "/<lang>/account/devices": ("", PEOPLE, NO),
    "/<lang>/account/devices/end": ("", NO, SENT_BY_PEOPLE),
    "/<lang>/account/devices/<uuid:device>/end": ("device", NO, row(400, owner=303)),
    "/<lang>/account/data.json": ("", PEOPLE, NO),
    "/<lang>/account/join": ("", PEOPLE, MISSED),
    "/<lang>/account/join/consent": ("", NOBODY, MISSED),
    "/<lang>/account/close": ("", PEOPLE, JUDGED),
    "/<lang>/account/visit": ("", PEOPLE, row(400, citizens=200)),
    "/<lang>/account/access": ("", PEOPLE, NO),
    "/<lang>/account/access/proofs.json": ("", PEOPLE, NO),
    "/<lang>/mandates": ("", PEOPLE, NO),
    "/<lang>/mandates/new": ("", PEOPLE, JUDGED),
    "/<lang>/mandates/ask": ("", PEOPLE, JUDGED),
    "/<lang>/mandates/unblock": ("", NO, MISSED),
    "/<lang>/mandates/<uuid:mandate>": ("mandate", row(303, owner=200, delegate=200), NO),
    ANSWERS: ("mandate", NO, row(400, owner=303, delegate=303)),
    "/<lang>/companies": ("", PEOPLE, NO),
    "/<lang>/companies/find": ("", PEOPLE, JUDGED),
    "/<lang>/companies/<uuid:company>": ("company", PEOPLE, NO),
    "/<lang>/dashboard": ("", PEOPLE, NO),
    "/<lang>/payments": ("", PEOPLE, NO),
    "/<lang>/locker": ("", PEOPLE, NO),
    "/<lang>/locker/add": ("", PEOPLE, row(303, citizens=422)),
    "/<lang>/locker/fetch": ("", PEOPLE, SENT_BY_PEOPLE),
    "/<lang>/locker/everything.zip": ("", PEOPLE, NO),
    "/<lang>/locker/received": ("", PEOPLE, NO),
    "/<lang>/locker/received/<uuid:share>": ("share", row(303, other=200), row(400, other=200)),
    "/<lang>/shared/<word>": ("", row(404), row(400, 404)),
    "/<lang>/inbox": ("", PEOPLE, NO),
    "/<lang>/inbox/read": ("", NO, SENT_BY_PEOPLE),
    "/<lang>/services/<service>/start": ("", PEOPLE, SENT_BY_PEOPLE),
    "/<lang>/requests/<reference>": ("filed", OWNER, NO),
    "/<lang>/requests/<reference>/receipt": ("filed", OWNER, NO),
    "/<lang>/requests/<reference>/fill/<section>": ("draft", OWNER, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/fill/<section>/<int:thing>": ("things", OWNER, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/leave-out/<section>/<int:thing>": ("things", NO, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/attach/<section>": ("files", LED_BACK, TAKEN_FROM_OWNER),
    "/<lang>/requests/<reference>/attach/<section>/<int:thing>": ("things", LED_BACK, TAKEN_FROM_OWNER),
    "/<lang>/requests/<reference>/fetch/<section>": ("draft", NO, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/review": ("draft", OWNER, NO),
    "/<lang>/requests/<reference>/submit": ("draft", NO, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/discard": ("draft", NO, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/withdraw": ("filed", NO, DONE_BY_OWNER),
    "/<lang>/requests/<reference>/contest": ("filed", NO, row(400, owner=303)),
    "/<lang>/payments/<uuid:debt>": ("submitted", OWNER, NO),
    "/<lang>/payments/<uuid:debt>/checkout": ("submitted", NO, DONE_BY_OWNER),
    "/<lang>/payments/<uuid:attempt>/back": ("submitted", LED_BACK, NO),
    "/<lang>/locker/<uuid:document>": ("documented", OWNER, DONE_BY_OWNER),
    "/<lang>/locker/<uuid:document>/file": ("documented", OWNER, NO),
    "/<lang>/locker/<uuid:document>/picture": ("documented", OWNER, NO),
    "/<lang>/locker/<uuid:document>/remove": ("documented", NO, DONE_BY_OWNER),
    "/<lang>/locker/<uuid:document>/put-back": ("documented", NO, DONE_BY_OWNER),
    "/<lang>/locker/<uuid:document>/share": ("documented", OWNER, row(400, owner=422, delegate=422)),
    "/<lang>/locker/shares/<uuid:share>": ("share", OWNER, NO),
    "/<lang>/locker/shares/<uuid:share>/withdraw": ("share", NO, DONE_BY_OWNER),
    "/<lang>/desk": ("", DESK, NO),
    "/<lang>/desk/place": ("", WORK, row(400, staff=422)),
    "/<lang>/desk/proof": ("", WORK, row(400, staff=422)),
    "/<lang>/desk/proof/set-up": ("", NO, row(400, staff=303)),
    "/<lang>/desk/proof/passkey": ("", NO, MISSED),
    "/<lang>/desk/proof/passkey/options": ("", NO, MISSED),  # the tests' portal has a number for a name
    "/<lang>/desk/keys": ("", NOBODY, MISSED),
    "/<lang>/desk/keys/options": ("", NO, MISSED),
    "/<lang>/desk/keys/<uuid:key>/remove": ("contact", NO, MISSED),
    "/<lang>/desk/visits": ("", CLERK, row(400, clerk=422)),
    "/<lang>/desk/visits/code": ("", row(303, clerk=303), row(400, clerk=303)),
    "/<lang>/desk/visits/certify": ("", row(303, clerk=303), row(303, clerk=303)),  # nobody stands at the counter
    "/<lang>/desk/requests/<reference>": ("filed", RABAT, NO),
    "/<lang>/desk/requests/<reference>/files/<uuid:document>": ("documented", NOBODY, NO),  # made here, not brought
    "/<lang>/desk/shared": ("", DESK, NO),
    "/<lang>/desk/shared/<uuid:share>": ("share", NOBODY, MISSED),  # shared with another than an office
    "/<lang>/desk/requests/<reference>/documents/<uuid:document>/revoke": ("documented", NO, row(400, supervisor=303)),
    "/<lang>/desk/documents": ("", row(303, supervisor=200), row(400, supervisor=422)),
    "/<lang>/desk/documents/<uuid:document>/revoke": ("documented", NO, MISSED),  # issued here, not certified
    "/<lang>/desk/requests/<reference>/take": ("filed", NO, DONE_BY_RABAT),
    "/<lang>/desk/requests/<reference>/grant": ("filed", NO, JUDGED_FOR_RABAT),
    "/<lang>/desk/requests/<reference>/refuse": ("filed", NO, JUDGED_FOR_RABAT),
}
# Answered before any route: by whatever name and by nobody in particular.
OPERATOR = {"/healthz": 200, "/readyz": 200, "/metrics": 404}
# What a route can do is told to whoever may enter its area; nothing else than the area is told.
OPEN = {
    "/<lang>/",
    "/<lang>/life-events/<wanted>",
    "/<lang>/life-events/<wanted>/calendar",
    "/<lang>/life-events/<wanted>/history",
    "/<lang>/search",
    "/<lang>/search/suggest",
    "/<lang>/services/<wanted>",
    "/<lang>/services/<wanted>/history",
    "/<lang>/services/<wanted>/wish",
    "/<lang>/administrations",
    "/<lang>/administrations/<wanted>",
    "/<lang>/access-roots",
    "/<lang>/verify",
    "/<lang>/shared/<word>",
    "/<lang>/verify/<code>",
    "/<lang>/verify-file",
}

NEVER = ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND")
DRAFTS = {"things": "cnss-employee", "files": "building-permit"}
SECTIONS = {"things": "employees", "files": "plans"}
WANTED = {"life-events": "having-a-baby", "services": BIRTH, "administrations": "ompic"}


def expected(rule: str, method: str) -> Statuses:
    """The status of a route and a method for each role."""
    found = _of_anybody(rule, method)
    if (
        rule.startswith(
            ("/<lang>/for", "/<lang>/stay", "/<lang>/desk", "/<lang>/life-events", "/<lang>/services/<wanted>")
        )
        or rule in OPEN
        or "<lang>" not in rule
    ):
        return found
    # whoever is signed in for their work is told so on the pages of citizens
    at_work = {*OFFICERS, *AIDES}
    return tuple(
        403 if status == 404 and role in at_work else status for role, status in zip(ROLES, found, strict=True)
    )


def _of_anybody(rule: str, method: str) -> Statuses:
    _until, reading, sending = TABLE[rule]
    if method == "OPTIONS":
        return ALL if rule in OPEN or not rule.startswith("/<lang>/") else _area(rule)
    return NO if method in NEVER else sending if method == "POST" else reading


def _area(rule: str) -> Statuses:
    """Who may enter the area that a route belongs to."""
    part = rule.removeprefix("/<lang>/")
    if part in ("for", "for/look", "stay"):
        return row(303, 200)
    if part.startswith("desk/visits"):
        return CLERK
    return (
        WORK if part.startswith(("desk/place", "desk/proof", "desk/keys")) else DESK if part[:4] == "desk" else PEOPLE
    )
