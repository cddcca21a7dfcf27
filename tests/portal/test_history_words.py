"""A request's history speaks to its reader: “you” to whose request it is, of “the person” to everybody else."""

from __future__ import annotations

import re

import pytest
from acting_made import act_for, answer, choice, offer
from scenes import entered, scene
from world import Browser, Page, World

from journeys.cases.states import Verb
from portal.i18n import LANGUAGES, speaking

pytestmark = pytest.mark.usefixtures("no_work_left_behind")

YOU = {
    "ar": re.compile("بدأت|أرسلت|بموافقتك|سحبت|قلت|طلبنا"),
    "fr": re.compile(r"\b[Vv]o(us|tre|s)\b"),
    "en": re.compile("[Yy]ou"),
}
SENT = {
    "ar": ("أرسلت الطلب.", "أرسل المرتفق الطلب."),
    "fr": ("Vous avez envoyé la demande.", "L’usager a envoyé la demande."),
    "en": ("You sent the request.", "The person sent the request."),
}


def history(page: Page) -> str:
    """The part of a page that tells what has happened."""
    found = re.search(r'(?s)<ol class="timeline">(.*?)</ol>', page.text)
    assert found, page.words[:400]
    return found[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_officer_reads_of_the_person_and_the_person_reads_you(
    town: World, salma: Browser, hajar: Browser, lang: str
) -> None:
    made = scene(town, until="filed")
    to_person, to_officer = SENT[lang]
    assert to_person in history(salma.get(f"/{lang}/requests/{made.reference}"))
    told = history(hajar.get(f"/{lang}/desk/requests/{made.reference}"))
    assert to_officer in told
    assert not YOU[lang].search(told)


def test_whoever_acts_for_somebody_is_not_said_to_have_sent_what_that_one_sent(town: World) -> None:
    salma, amal = entered(town, "salma"), entered(town, "amal")
    made = scene(town, until="filed")
    answer(amal, offer(salma, "amal"), "accept")
    act_for(amal, choice(amal, "Salma"))
    assert SENT["fr"][1] in history(amal.get(f"/fr/requests/{made.reference}"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("verb", Verb)
def test_whatever_was_done_has_its_words_and_only_the_subject_is_spoken_to(town: World, lang: str, verb: Verb) -> None:
    with town.app.test_request_context(f"/{lang}/"), speaking(lang):
        done = town.app.jinja_env.get_template("parts/case.html").module.done
        said = {reader: done(verb, reader).strip() for reader in ("subject", "other", "mandate")}
    assert all(said.values())
    assert not any(YOU[lang].search(said[reader]) for reader in ("other", "mandate"))
