"""Reads everything that can be found by words, once per publication: in which entries a word stands, and what it counts
there (BM25)."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log
from typing import TypeAlias

from journeys.catalogue.folding import words
from journeys.catalogue.values import LANGUAGES, Text

WEIGHTS = (10.0, 6.0, 2.0)  # of the name, of what people call it, of what belongs to it
SATURATION, SHORTNESS = 1.2, 0.75  # k1 and b of BM25
RAREST = 1e-6  # what a word counts at least that stands in most entries
PHRASE = 3
"""The most words of a group's member."""

READ_AGAIN = 2000
"""Texts remembered on the way: names of papers and administrations stand in many entries."""

GROUP = "#"
"""No word of anybody begins so."""

Places: TypeAlias = "tuple[array[int], array[float]]"
"""The entries in which a word stands, in order, and what it counts in each."""


@dataclass(frozen=True, slots=True)
class Found:
    """One answer: ``kind`` is service, life-event or administration."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found, with its words by weight."""

    found: Found
    names: tuple[Text, ...]
    called: tuple[str, ...]
    about: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Postings:
    """What can be found, in order, and the places of every word and of every group of words."""

    found: list[Found]
    places: dict[str, Places]


class Groups:
    """Words and phrases that mean the same: ``of`` has the group of each, ``longest`` the words of the longest phrase
    that begins with a word."""

    def __init__(self, same: Iterable[Sequence[str]]) -> None:
        self.of: dict[tuple[str, ...], str] = {}
        self.longest: dict[str, int] = {}
        for number, members in enumerate(same):
            for member in members:
                self.of.setdefault(tuple(words(member)[:PHRASE]), f"{GROUP}{number}")
        for phrase in filter(None, self.of):
            self.longest[phrase[0]] = max(self.longest.get(phrase[0], 0), len(phrase))

    def among(self, said: Sequence[str]) -> Iterator[str]:
        """The groups of everything said here."""
        for at, longest in ((at, self.longest[word]) for at, word in enumerate(said) if word in self.longest):
            for size in range(1, longest + 1):
                if group := self.of.get(tuple(said[at : at + size])):
                    yield group


def postings(entries: Iterable[Entry], groups: Groups) -> Postings:
    """Reads all entries: what a word counts in one does not depend on what is asked."""
    found: list[Found] = []
    hits: defaultdict[str, Places] = defaultdict(_nowhere)
    lengths: list[int] = []
    spoken = cache(lambda token: tuple(words(token)))
    read = lru_cache(maxsize=READ_AGAIN)(lambda text: _read(text, spoken, groups))
    for row, entry in enumerate(entries):
        found.append(entry.found)
        here: dict[str, float] = {}
        columns = [_words_of(said, read) for said in (entry.names, entry.called, entry.about)]
        for weight, column in zip(WEIGHTS, columns, strict=True):
            here |= {word: here.get(word, 0.0) + weight for word in column}
        lengths.append(sum(map(len, columns)))
        for word, often in here.items():
            rows, times = hits[word]
            rows.append(row)
            times.append(often)
    average = sum(lengths) / max(len(lengths), 1)
    spread = [SATURATION * (1 - SHORTNESS + SHORTNESS * length / average) for length in lengths]
    return Postings(found, {word: (rows, _scored(rows, often, spread)) for word, (rows, often) in hits.items()})


def _read(text: str, spoken: Callable[[str], Sequence[str]], groups: Groups) -> dict[str, None]:
    """The words of a text and the groups they belong to, each once."""
    here = [word for token in text.split() for word in spoken(token)]
    return dict.fromkeys(here) | dict.fromkeys(groups.among(here))


def _words_of(said: Iterable[Text | str], read: Callable[[str], dict[str, None]]) -> dict[str, None]:
    found: dict[str, None] = {}
    for text in (one for some in said for one in _sayings(some)):
        found |= read(text)
    return found


def _sayings(text: Text | str) -> Iterable[str]:
    return (text,) if isinstance(text, str) else (text.root[one] for one in LANGUAGES if one in text.root)


def _nowhere() -> Places:
    return array("I"), array("f")


def _scored(rows: array[int], often: array[float], spread: Sequence[float]) -> array[float]:
    """BM25: a word counts the more the rarer it is, and again and again less; more in a short entry than in a long."""
    rare = max(log((len(spread) - len(rows) + 0.5) / (len(rows) + 0.5)), RAREST)
    return array(
        "f", (rare * hits * (SATURATION + 1) / (hits + spread[row]) for row, hits in zip(rows, often, strict=True))
    )
