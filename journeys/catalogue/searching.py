"""Finds services, life events and administrations by the words people type: Arabic, French, English, Darija in either
script, with typing mistakes. Built once per snapshot of the catalogue; read by all threads."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import InitVar, dataclass, field
from functools import cache, lru_cache
from heapq import nsmallest
from itertools import islice, takewhile
from math import log
from typing import TypeAlias

from rapidfuzz import fuzz, process

from journeys.catalogue.folding import MOST, SHORTEST, bones, is_arabic, spelled, stem, words
from journeys.catalogue.values import LANGUAGES, Text

WEIGHTS = (10.0, 6.0, 2.0)  # of the name, of what people call it, of what belongs to it
SATURATION, SHORTNESS = 1.2, 0.75  # k1 and b of BM25
RAREST = 1e-6  # what a word counts at least that stands in most entries
LIKE = 78.0  # how alike two words must be, of 100
CLOSE = 3  # repairs of one word
KIND_WEIGHTS = {"life-event": 1.15, "service": 1.0, "administration": 0.8}
LONGEST_QUERY = 200
MOST_BEGUN = 30
PHRASE = 3
"""The most words of a group's member."""

READ_AGAIN = 2000
"""Texts remembered while an index is made: names of papers and administrations stand in many entries."""

GROUP = "#"
"""No word of anybody begins so."""

Read = dict[str, None]
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


@dataclass
class Index:
    """Reads ``entries`` once and keeps none. ``same`` are groups of words that mean the same; ``idle`` words carry no
    meaning."""

    entries: InitVar[Iterable[Entry]]
    same: Iterable[Sequence[str]] = ()
    idle: Iterable[str] = ()
    _found: list[Found] = field(init=False, default_factory=list)
    _groups: dict[tuple[str, ...], str] = field(init=False, default_factory=dict)
    _begin: dict[str, int] = field(init=False, default_factory=dict)
    _idle: frozenset[str] = field(init=False)
    _known: dict[str, None] = field(init=False, default_factory=dict)
    _bones: dict[str, list[str]] = field(init=False)
    _places: dict[str, Places] = field(init=False)

    def __post_init__(self, entries: Iterable[Entry]) -> None:
        self._idle = frozenset(word for idle in self.idle for word in spelled(idle))
        for number, members in enumerate(self.same):
            for member in members:
                self._groups.setdefault(tuple(words(member)[:PHRASE]), f"{GROUP}{number}")
        for phrase in filter(None, self._groups):
            self._begin[phrase[0]] = max(self._begin.get(phrase[0], 0), len(phrase))
        self._fill(entries)
        self._known |= dict.fromkeys(phrase[0] for phrase in self._groups if len(phrase) == 1)
        skeletons: defaultdict[str, list[str]] = defaultdict(list)
        for word in filter(is_arabic, self._known):
            skeletons[bones(word)[0]].append(word)
        self._bones = dict(skeletons)
        self._sorted = sorted(self._known)
        self._latin = tuple(word for word in self._known if not is_arabic(word))
        self._arabic = tuple(word for word in self._known if is_arabic(word))
        self._meanings = lru_cache(maxsize=4096)(self._meant_by)

    def find(self, typed: str, *, most: int = 20, unfinished: bool = False) -> list[Found]:
        """The best answers first; nothing for what holds no word that means anything. ``unfinished``: the last word may
        go on."""
        scores: defaultdict[int, float] = defaultdict(float)
        met: defaultdict[int, int] = defaultdict(int)
        said = 0
        for concept in self._concepts(typed, unfinished=unfinished):
            said += 1
            for row, score in self._weighed(concept).items():
                scores[row] += score
                met[row] += 1
        kinds = self._kinds
        ranked = ((-score * kinds[row] * (met[row] / said) ** 2, row) for row, score in scores.items())
        return [self._found[row] for _, row in nsmallest(most, ranked)]

    def _weighed(self, concept: tuple[str, ...]) -> dict[int, float]:
        """The entries in which one of these words stands, with what all of them count there."""
        found: dict[int, float] = {}
        for rows, scores in (self._places[word] for word in concept if word in self._places):
            if not found:
                found = dict(zip(rows, scores, strict=True))
                continue
            for row, score in zip(rows, scores, strict=True):
                found[row] = found.get(row, 0.0) + score
        return found

    def _concepts(self, typed: str, *, unfinished: bool) -> Iterator[tuple[str, ...]]:
        """What the words mean, each as the indexed words that may stand for it."""
        typed_words = spelled(typed[:LONGEST_QUERY])[:MOST]
        said = [stem(word) for word in typed_words]
        at = 0
        while at < len(said):
            size = next((n for n in range(PHRASE, 1, -1) if tuple(said[at : at + n]) in self._groups), 1)
            if size > 1:
                yield (self._groups[tuple(said[at : at + size])],)
            elif unfinished and at == len(said) - 1 and (begun := self._begun(said[at])):
                yield begun
            elif typed_words[at] not in self._idle and (meant := self._meanings(said[at])):
                yield meant
            at += size

    def _begun(self, word: str) -> tuple[str, ...]:
        """Known words that begin like this one, with the groups they belong to."""
        first = bisect_left(self._sorted, word)
        begun = list(takewhile(lambda known: known.startswith(word), islice(self._sorted, first, first + MOST_BEGUN)))
        return (*begun, *filter(None, (self._groups.get((one,)) for one in begun)))

    def _meant_by(self, word: str) -> tuple[str, ...]:
        group = self._groups.get((word,))
        if group or word in self._known:
            return tuple(filter(None, (group, word)))
        close = self._alike(word)
        return tuple(dict.fromkeys(filter(None, (*close, *(self._groups.get((one,)) for one in close)))))

    def _alike(self, word: str) -> list[str]:
        """Known words that an unknown one may stand for: mistyped, or Darija in Latin letters."""
        if len(word) < SHORTEST:
            return []
        among = self._arabic if is_arabic(word) else self._latin
        close = [found for found, *_ in process.extract(word, among, scorer=fuzz.ratio, score_cutoff=LIKE, limit=CLOSE)]
        if is_arabic(word):
            return close
        said = [found for reading in bones(word) if len(reading) > 1 for found in self._bones.get(reading, ())]
        return [*said[: 2 * CLOSE], *close]

    def _fill(self, entries: Iterable[Entry]) -> None:
        """BM25 of every word in every entry: what a word counts there does not depend on what is asked."""
        hits: defaultdict[str, Places] = defaultdict(_nowhere)
        lengths: list[int] = []
        spoken = cache(lambda token: tuple(words(token)))
        read = lru_cache(maxsize=READ_AGAIN)(lambda text: self._read(text, spoken))
        for row, entry in enumerate(self._kept(entries)):
            here: dict[str, float] = {}
            columns = [_indexed(said, read) for said in (entry.names, entry.called, entry.about)]
            for weight, column in zip(WEIGHTS, columns, strict=True):
                here |= {word: here.get(word, 0.0) + weight for word in column}
            lengths.append(sum(map(len, columns)))
            for word, often in here.items():
                rows, times = hits[word]
                rows.append(row)
                times.append(often)
        average = sum(lengths) / max(len(lengths), 1)
        spread = [SATURATION * (1 - SHORTNESS + SHORTNESS * length / average) for length in lengths]
        self._places = {word: (rows, _scored(rows, often, spread)) for word, (rows, often) in hits.items()}
        self._kinds = [KIND_WEIGHTS[found.kind] for found in self._found]

    def _kept(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            self._found.append(entry.found)
            yield entry

    def _read(self, text: str, spoken: Callable[[str], Sequence[str]]) -> Read:
        """The words of a text, which are known from now on, and the groups they belong to."""
        here = [word for token in text.split() for word in spoken(token)]
        found = dict.fromkeys(here)
        self._known |= found
        for at, longest in ((at, self._begin[word]) for at, word in enumerate(here) if word in self._begin):
            for size in range(1, longest + 1):
                if group := self._groups.get(tuple(here[at : at + size])):
                    found[group] = None
        return found


def _indexed(said: Iterable[Text | str], read: Callable[[str], Read]) -> dict[str, None]:
    """The words of some texts with the groups they belong to, each once."""
    found: dict[str, None] = {}
    for text in (one for some in said for one in _sayings(some)):
        found |= read(text)
    return found


def _nowhere() -> Places:
    return array("I"), array("f")


def _scored(rows: array[int], often: array[float], spread: Sequence[float]) -> array[float]:
    """BM25: a word counts the more the rarer it is, and again and again less; more in a short entry than in a long."""
    rare = max(log((len(spread) - len(rows) + 0.5) / (len(rows) + 0.5)), RAREST)
    return array(
        "f", (rare * hits * (SATURATION + 1) / (hits + spread[row]) for row, hits in zip(rows, often, strict=True))
    )


def _sayings(text: Text | str) -> Iterable[str]:
    return (text,) if isinstance(text, str) else (text.root[one] for one in LANGUAGES if one in text.root)
