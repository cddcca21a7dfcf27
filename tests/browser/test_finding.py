"""A parent finds "having a baby" from the home page, answers its questions, and reads what they must do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from browsing import Town
from playwright.sync_api import Browser, Page, expect
from road.test_the_road import no_overflow

from journeys.catalogue.definitions import Catalogue
from journeys.catalogue.reading import read
from journeys.catalogue.sheet import FROM_PERSON
from journeys.plans.personal import Answers, Personal, personal, questions
from portal.cli import DEFINITIONS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("road")]

Telephone = Callable[..., Page]

EVENT = "having-a-baby"
TRUE = {"employee", "first_child"}


@pytest.fixture
def telephone(chromium: Browser) -> Iterator[Telephone]:
    """A small telephone that speaks Arabic, with or without scripts."""
    contexts = []

    def opened(*, scripts: bool) -> Page:
        context = chromium.new_context(
            locale="ar-MA",
            viewport={"width": 360, "height": 740},
            has_touch=True,
            is_mobile=True,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """What the town publishes."""
    return read(DEFINITIONS)


def expected(catalogue: Catalogue) -> tuple[Answers, Personal]:
    """The answers of somebody employed with a first child, born in a hospital, in time; and what follows from them."""
    event = catalogue.life_event(EVENT)
    answers = {question.token: question.token in TRUE for question in questions(catalogue, event)}
    return answers, personal(catalogue, event, answers, datetime.now(UTC))


def name(catalogue: Catalogue, service: str) -> str:
    """What a service is called in Arabic."""
    return catalogue.service(service).names.pick("ar")[0]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_parent_finds_the_life_event_and_reads_their_list(
    town: Town, telephone: Telephone, catalogue: Catalogue, scripts: bool
) -> None:
    answers, mine = expected(catalogue)
    page = telephone(scripts=scripts)
    page.goto(f"{town.portal}/")
    page.locator(f'main a[href="/ar/life-events/{EVENT}"]:visible').first.tap()  # the first tap
    expect(page.locator("h1")).to_have_text(catalogue.life_event(EVENT).names.pick("ar")[0])
    no_overflow(page)
    for token in (token for token, true in answers.items() if true):
        page.locator(f'label[for="is-{token}"]').tap()
    page.locator('main form button[class="govuk-button"]').first.tap()
    no_overflow(page)
    reads_the_steps(page, catalogue, mine)
    reads_the_papers(page, catalogue, mine)
    reads_the_price_and_the_time(page, catalogue, mine)
    page.goto(f"{town.portal}/ar/life-events/{EVENT}")
    expect(page.locator("#steps")).to_be_visible()
    assert page.url == f"{town.portal}/ar/life-events/{EVENT}"


def reads_the_steps(page: Page, catalogue: Catalogue, mine: Personal) -> None:
    """The steps in order, what can be done together, and what is not for them."""
    shown = page.locator('section[aria-labelledby="steps"] h3').all_inner_texts()
    assert shown == [name(catalogue, stop.service.id) for stop in mine.stops]
    together = page.locator('section[aria-labelledby="steps"] .abreast')
    ranks = [stop.rank for stop in mine.stops]
    assert [together.nth(at).locator("h3").count() for at in range(together.count())] == [
        ranks.count(rank) for rank in sorted(set(ranks))
    ]
    assert name(catalogue, "birth-declaration") in shown
    assert name(catalogue, "admin-birth-certificate") not in shown
    expect(page.locator('section[aria-labelledby="not"]')).to_contain_text(name(catalogue, "admin-birth-certificate"))


def reads_the_papers(page: Page, catalogue: Catalogue, mine: Personal) -> None:
    """Each paper once, those from the parent apart from those the administrations fetch."""
    papers = page.locator('section[aria-labelledby="papers"] .papers > li > span')
    shown = [paper.evaluate("found => found.firstChild.textContent.trim()") for paper in papers.all()]
    wanted = [catalogue.documents[paper.document].names.pick("ar")[0] for paper in mine.papers]
    assert sorted(shown) == sorted(wanted)
    assert len(set(shown)) == len(shown) > 0
    yours = [paper for paper in mine.papers if paper.mode in FROM_PERSON]
    assert page.locator('section[aria-labelledby="papers"] .papers').first.locator("li").count() == len(yours)


def reads_the_price_and_the_time(page: Page, catalogue: Catalogue, mine: Personal) -> None:
    """What each administration takes, the sum, and the longest way in days; a fee nobody knows is not called free."""
    bill = page.locator('section[aria-labelledby="cost"] tbody tr')
    assert bill.count() == len(mine.costs)
    for at, cost in enumerate(mine.costs):
        expect(bill.nth(at)).to_contain_text(catalogue.administrations[cost.administration].names.pick("ar")[0])
        if cost.minor:
            expect(bill.nth(at)).to_contain_text(f"{cost.minor / 100:,.2f}".translate(str.maketrans(",.", ".,")))
        elif cost.open:
            expect(bill.nth(at)).not_to_contain_text("0,00")
    total = page.locator('section[aria-labelledby="cost"] tfoot')
    known = f"{mine.total / 100:,.2f}".translate(str.maketrans(",.", ".,"))
    expect(total).to_contain_text(known if mine.total else "غير معروف")
    expect(page.locator(".facts")).to_contain_text(str(mine.days))
