"""What people type into the search of a country with three thousand services: published questions and made ones."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from statistics import quantiles

import yaml
from bench.phrases import Words

from journeys.catalogue.searching import Index

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "search-questions.yaml"
LANGUAGES = ("ar", "fr", "en")
OF_EACH = 400
WRONG = 0.3


def questions(names: Sequence[Words], seed: int = 2026) -> list[str]:
    """The published questions, and in each language some of the words of so many names; a third has a mistake."""
    chance = Random(seed)
    published = [one["q"] for one in yaml.safe_load(PUBLISHED.read_text("utf-8"))["questions"]]
    made = [_typed(name[language], chance) for language in LANGUAGES for name in chance.sample(names, OF_EACH)]
    every = [*published, *made]
    chance.shuffle(every)
    return every


def _typed(name: str, chance: Random) -> str:
    words = name.split()
    kept = sorted(chance.sample(range(len(words)), min(len(words), chance.randint(2, 5))))
    said = [words[at] for at in kept]
    if chance.random() < WRONG:
        at = chance.randrange(len(said))
        said[at] = _mistyped(said[at], chance)
    return " ".join(said)


def _mistyped(word: str, chance: Random) -> str:
    """Two letters changed places, or one left out."""
    at = chance.randrange(max(1, len(word) - 1))
    return (
        word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :] if at % 2 else word[:at] + word[at + 1 :]
    )


def p99(index: Index, typed: Iterable[str]) -> float:
    """99 of 100 questions are answered in less, in milliseconds of processor time; each is asked once."""
    took = []
    for question in typed:
        began = time.thread_time()
        index.find(question)
        took.append(time.thread_time() - began)
    return 1000 * quantiles(took, n=100)[98]
