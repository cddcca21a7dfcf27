"""What people read when something goes wrong: what happened and what to do next, never how it broke inside."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext

from portal.ways import ACCOUNT, AGAIN, BACK, DESK, FOR, HOME, MANDATES, PAYMENTS, SEARCH, SERVICE, SIGN_IN


@dataclass(frozen=True, slots=True)
class Page:
    """A status, the words of its page, and the names of the ways on from it, the best first."""

    status: int
    title: str
    what: str
    next: str
    ways: tuple[str, ...] = (HOME, ACCOUNT)
    retry_seconds: int | None = None


_ = lazy_gettext

NOT_FOUND = Page(
    404,
    _("This page does not exist"),
    _("The address may be mistyped, or what it led to is not yours to see."),
    _("Go to the home page, or to your account, and look for it there."),
    ways=(SEARCH, HOME, ACCOUNT),
)
NO_SUCH_LINK = Page(
    404,
    _("This link opens no document"),
    _(
        "It is not valid, its time is over, it was opened as often as it may be, "
        "or whoever shared the document has ended it."
    ),
    _("Ask whoever sent it to you for a new one."),
    ways=(HOME,),
)
SOMEBODY_WAS_FASTER = Page(
    409,
    _("This has already moved on"),
    _("While this page was open, the request was changed: in another window, or by somebody else."),
    _("Nothing was lost. Open the request again to see where it is now."),
    ways=(ACCOUNT, HOME),
)
OUTSIDE_IS_DOWN = Page(
    503,
    _("A partner service does not answer at the moment"),
    _("What you have typed is saved. Nothing was paid twice."),
    _("Please try again in a few minutes."),
    retry_seconds=30,
    ways=(AGAIN, ACCOUNT, HOME),
)
BAD_MESSAGE = Page(
    400, _("This message was not accepted"), _("Its signature, age or form is wrong."), _("Check the keys.")
)
NOT_SERVED = Page(
    409,
    _("This office cannot be reached here yet"),
    _("The office that is competent for your request does not receive requests through this portal."),
    _("Your answers are kept. The service page says where to go instead."),
    ways=(SERVICE, ACCOUNT, HOME),
)
NOT_ASKABLE = Page(
    409,
    _("This service cannot be asked for online here yet"),
    _("Some of what it needs is not confirmed."),
    _("The service page says where to ask for it."),
    ways=(SERVICE, HOME, ACCOUNT),
)
SIGN_IN_FAILED = Page(
    400,
    _("Signing in did not work"),
    _(
        "The answer of the identity service did not fit our question. "
        "This happens when a page is used twice or is too old."
    ),
    _("Please sign in again. What you have typed before is saved."),
    ways=(SIGN_IN, HOME),
)
NOT_ENOUGH = Page(
    403,
    _("Your digital ID is not strong enough for this service"),
    _("This service must know more surely who you are than your digital ID can prove today."),
    _("Ask your identity service how to raise its level, then come back. What you have typed before is saved."),
    ways=(ACCOUNT, HOME),
)
SIGN_IN_REFUSED = Page(
    403,
    _("You did not sign in"),
    _("You, or the identity service, stopped the sign-in."),
    _("You can try again whenever you like."),
    ways=(SIGN_IN, HOME),
)
FORM_TOO_OLD = Page(
    400,
    _("This page was open for too long"),
    _("For your safety, forms are valid for a limited time only."),
    _("Go back, reload the page, and send it again."),
    ways=(BACK, HOME),
)
TOO_LARGE = Page(
    413,
    _("This is too large"),
    _("What was sent is larger than we take."),
    _("Please send less at once."),
    ways=(BACK, HOME, ACCOUNT),
)
BROKEN = Page(
    500,
    _("Something went wrong on our side"),
    _("What you sent before is saved."),
    _("Please try again. If it happens again, write to us with the time it happened."),
    ways=(AGAIN, HOME, ACCOUNT),
)
BUSY = Page(
    503,
    _("The portal is very busy"),
    _("Nothing was lost."),
    _("Please try again in a moment."),
    retry_seconds=5,
    ways=(AGAIN, HOME),
)
MANY_FILES = Page(
    503,
    _("Too many files are being read just now"),
    _("Each person’s files are read one after the other. Nothing was lost."),
    _("Please try again in a moment."),
    retry_seconds=10,
    ways=(AGAIN, ACCOUNT, HOME),
)
TOO_MANY = Page(
    429,
    _("Too many attempts in a short time"),
    _("More came from your connection, or from your account, than one person usually sends. Nothing was lost."),
    _("Please wait a minute, then try again."),
    retry_seconds=60,
    ways=(AGAIN, HOME),
)
NOT_INTACT = Page(
    500,
    _("This document cannot be opened"),
    _("Its content does not pass our integrity check, so we do not show it."),
    _("We have been told. Please come back later."),
)
NOT_OPEN = Page(
    403,
    _("You may not open this page"),
    _("It is kept for other people."),
    _("Go to the home page, or to your account."),
)
NOT_THIS_WAY = Page(
    405,
    _("This page cannot be opened this way"),
    _("This happens when the address of a form was kept or typed, or when a form was sent to the wrong place."),
    _("Nothing was lost. Begin again where the form was."),
    ways=(BACK, HOME, ACCOUNT),
)
NOT_PAYABLE = Page(
    409,
    _("This cannot be paid now"),
    _("The amount is no longer owed, or the request was changed."),
    _("Open your payments to see what is owed."),
    ways=(PAYMENTS, HOME),
)
NOT_COVERED = Page(
    403,
    _("Your mandate does not allow this"),
    _("You act for somebody else, and what they let you do does not include this."),
    _("Ask them for a wider mandate, or say again for whom you act."),
    ways=(FOR, ACCOUNT, HOME),
)
MANDATE_OVER = Page(
    403,
    _("You can no longer act for them"),
    _("The mandate by which you acted has ended. Nothing was sent."),
    _("Say for whom you act now. What was filled in before belongs to whom it is about, and is kept."),
    ways=(FOR, HOME),
)
MANDATE_MOVED = Page(
    409,
    _("This mandate has moved on"),
    _("It was answered or ended meanwhile, or its ground does not allow this."),
    _("Open your mandates to see where it stands."),
    ways=(MANDATES, ACCOUNT, HOME),
)
AT_WORK = Page(
    403,
    _("You are signed in for your work"),
    _("Requests, documents and payments of your own are kept apart from your work."),
    _("To ask for yourself, sign out and sign in with your own digital ID."),
    ways=(DESK, HOME),
)
TOO_NEAR = Page(
    403,
    _("Somebody else decides this request"),
    _("It is your own, or that of somebody for whom you act or who acts for you."),
    _("Leave it to a colleague. That you opened it is written down."),
    ways=(DESK, HOME),
)
DIED = Page(
    403,
    _("This digital ID is no longer in use"),
    _("We were told that the person it belonged to has died. Their requests and documents are kept for their heirs."),
    _("If this is a mistake, or if you are an heir, write to us or ask at a counter."),
    ways=(HOME,),
)
CHANGED_PERSON = Page(
    403,
    _("This digital ID cannot be used here"),
    _("Your identity service now says something else about who this is. To be safe, nobody’s data was opened."),
    _("Ask your identity service to correct it. If it is right, write to us: we will open a new account for you."),
    ways=(HOME,),
)
TOO_MANY_ASKED = Page(
    429,
    _("This was asked too often"),
    _("More codes or requests were asked for than one person usually needs."),
    _("Use the last code that you got, or try again in an hour."),
    retry_seconds=3600,
    ways=(AGAIN, ACCOUNT, HOME),
)
NOT_THE_SAME = Page(
    409,
    _("These accounts cannot be joined"),
    _("They are two people’s, or one of them is an account for work."),
    _("Nothing was changed. Only two accounts of your own can be joined."),
    ways=(ACCOUNT, HOME),
)
BEING_CHECKED = Page(
    409,
    _("This file cannot be opened now"),
    _("It is still being checked for malicious code, or some was found in it."),
    _("Try again in a few minutes. If it stays so, ask for another file."),
    ways=(BACK, ACCOUNT, DESK),
)
KEPT_BY_LAW = Page(
    409,
    _("This file belongs to a request"),
    _("It is kept as long as the law asks for the request to be kept, and cannot be deleted before."),
    _("A draft that is thrown away takes its files with it."),
    ways=(BACK, ACCOUNT),
)
