"""Finds services, life events and administrations by the words people type: Arabic, French, English, Darija in either
script, with typing mistakes. Built once per snapshot of the catalogue; read by all threads."""

from __future__ import annotations

import sqlite3
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import InitVar, dataclass, field
from functools import lru_cache
from itertools import islice, takewhile

from rapidfuzz import fuzz, process

from journeys.catalogue.folding import MOST, SHORTEST, bones, is_arabic, spelled, stem, words
from journeys.catalogue.values import LANGUAGES, Text

WEIGHTS = (10.0, 6.0, 2.0)  # of the name, of what people call it, of what belongs to it
LIKE = 78.0  # how alike two words must be, of 100
CLOSE = 3  # repairs of one word
KIND_WEIGHTS = {"life-event": 1.15, "service": 1.0, "administration": 0.8}
LONGEST_QUERY = 200
MOST_BEGUN = 30
PHRASE = 3
"""The most words of a group's member."""

READ_AGAIN = 2000
"""Texts remembered while an index is made: names of papers and administrations stand in many entries."""

Read = tuple[list[str], list[str]]


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
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self, entries: Iterable[Entry]) -> None:
        self._idle = frozenset(word for idle in self.idle for word in spelled(idle))
        for number, members in enumerate(self.same):
            for member in members:
                self._groups.setdefault(tuple(words(member)[:PHRASE]), f"same{number}")
        for member in filter(None, self._groups):
            self._begin[member[0]] = max(self._begin.get(member[0], 0), len(member))
        self._fill(entries)
        self._known |= dict.fromkeys(member[0] for member in self._groups if len(member) == 1)
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
        concepts = list(self._concepts(typed, unfinished=unfinished))
        scores: defaultdict[int, float] = defaultdict(float)
        met: defaultdict[int, int] = defaultdict(int)
        for concept in concepts:
            for row, score in self._rows(concept):
                scores[row] += score
                met[row] += 1
        best = sorted(scores, key=lambda row: (-self._score(row, scores[row], met[row] / len(concepts)), row))
        return [self._found[row] for row in best[:most]]

    def _score(self, row: int, score: float, covered: float) -> float:
        return score * covered * covered * KIND_WEIGHTS[self._found[row].kind]

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

    def _rows(self, concept: tuple[str, ...]) -> list[tuple[int, float]]:
        anyone = " OR ".join(f'"{word}"' for word in concept)
        query = "SELECT rowid, -bm25(entry, ?, ?, ?) FROM entry WHERE entry MATCH ? ORDER BY rank LIMIT 400"
        with self._lock:
            return self._table.execute(query, (*WEIGHTS, anyone)).fetchall()

    def _fill(self, entries: Iterable[Entry]) -> None:
        self._table = sqlite3.connect(":memory:", check_same_thread=False)
        options = "content='', columnsize=1, tokenize=\"unicode61 remove_diacritics 0\""
        self._table.execute(f"CREATE VIRTUAL TABLE entry USING fts5(names, called, about, {options})")
        read = lru_cache(maxsize=READ_AGAIN)(self._read)
        self._table.executemany(
            "INSERT INTO entry (rowid, names, called, about) VALUES (?, ?, ?, ?)",
            (
                (row, *(_indexed(said, read) for said in (entry.names, entry.called, entry.about)))
                for row, entry in enumerate(self._kept(entries))
            ),
        )
        self._table.commit()

    def _kept(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            self._found.append(entry.found)
            yield entry

    def _read(self, text: str) -> Read:
        """The words of a text, which are known from now on, and the groups they belong to."""
        here = words(text)
        self._known |= dict.fromkeys(here)
        groups = (
            self._groups.get(tuple(here[at : at + size]))
            for at, word in enumerate(here)
            for size in range(1, self._begin.get(word, 0) + 1)
        )
        return here, [group for group in groups if group]


def _indexed(said: Iterable[Text | str], read: Callable[[str], Read]) -> str:
    """The words of some texts with the groups they belong to, each once."""
    found: dict[str, None] = {}
    groups: dict[str, None] = {}
    for text in (one for some in said for one in _sayings(some)):
        here, among = read(text)
        found |= dict.fromkeys(here)
        groups |= dict.fromkeys(among)
    return " ".join((*found, *groups))


def _sayings(text: Text | str) -> Iterable[str]:
    return (text,) if isinstance(text, str) else (text.root[one] for one in LANGUAGES if one in text.root)
