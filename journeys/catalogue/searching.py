"""Finds services, life events and administrations by the words people type: Arabic, French, English, Darija in either
script, with typing mistakes. Built once per snapshot of the catalogue; read by all threads."""

from __future__ import annotations

import sqlite3
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from journeys.catalogue.folding import MOST, SHORTEST, bones, is_arabic, spelled, stem, words
from journeys.catalogue.values import LANGUAGES, Text

if TYPE_CHECKING:
    from journeys.catalogue.definitions import Catalogue

WEIGHTS = (10.0, 6.0, 2.0)  # of the name, of what people call it, of what belongs to it
LIKE = 78.0  # how alike two words must be, of 100
CLOSE = 3  # repairs of one word
KIND_WEIGHTS = {"life-event": 1.15, "service": 1.0, "administration": 0.8}
LONGEST_QUERY = 200
MOST_BEGUN = 30
PHRASE = 3
"""The most words of a group's member."""


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
    """Reads ``entries`` once. ``same`` are groups of words that mean the same; ``idle`` words carry no meaning."""

    entries: Sequence[Entry]
    same: Iterable[Sequence[str]] = ()
    idle: Iterable[str] = ()
    _groups: dict[tuple[str, ...], str] = field(init=False, default_factory=dict)
    _idle: frozenset[str] = field(init=False)
    _known: dict[str, None] = field(init=False, default_factory=dict)
    _bones: dict[str, list[str]] = field(init=False)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._idle = frozenset(word for idle in self.idle for word in spelled(idle))
        for number, members in enumerate(self.same):
            for member in members:
                self._groups.setdefault(tuple(words(member)[:PHRASE]), f"same{number}")
        self._fill()
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
        return [self.entries[row].found for row in best[:most]]

    def _score(self, row: int, score: float, covered: float) -> float:
        return score * covered * covered * KIND_WEIGHTS[self.entries[row].found.kind]

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

    def _fill(self) -> None:
        self._table = sqlite3.connect(":memory:", check_same_thread=False)
        options = "content='', columnsize=1, tokenize=\"unicode61 remove_diacritics 0\""
        self._table.execute(f"CREATE VIRTUAL TABLE entry USING fts5(names, called, about, {options})")
        for row, entry in enumerate(self.entries):
            columns = (self._indexed(entry.names), self._indexed(entry.called), self._indexed(entry.about))
            self._table.execute("INSERT INTO entry (rowid, names, called, about) VALUES (?, ?, ?, ?)", (row, *columns))
        self._table.commit()

    def _indexed(self, said: Iterable[Text | str]) -> str:
        """The words of some texts with the groups they belong to, each group once."""
        found: dict[str, None] = {}
        groups: dict[str, None] = {}
        for text in (one for some in said for one in _sayings(some)):
            here = words(text)
            found |= dict.fromkeys(here)
            for size in range(1, PHRASE + 1):
                for at in range(len(here) - size + 1):
                    if group := self._groups.get(tuple(here[at : at + size])):
                        groups[group] = None
        self._known |= found
        return " ".join((*found, *groups))


def _sayings(text: Text | str) -> Iterable[str]:
    return (text,) if isinstance(text, str) else (text.root[one] for one in LANGUAGES if one in text.root)


def made_index(catalogue: Catalogue) -> Index:
    """The index of everything in a catalogue that has a page of its own."""
    said = catalogue.search_words
    return Index(list(_entries(catalogue, said.words)), said.same, [one for some in said.idle.values() for one in some])


def _entries(catalogue: Catalogue, called: Mapping[str, Sequence[str]]) -> Iterator[Entry]:
    def entry(kind: str, key: str, names: Text, about: Iterable[Text]) -> Entry:
        return Entry(Found(kind, key), (names,), tuple(called.get(f"{kind}/{key}", ())), tuple(about))

    documents, bodies = catalogue.documents, catalogue.administrations
    for service in catalogue.services.values():
        issued = [documents[one.document].names for one in service.outputs if one.document in documents]
        summary = [service.texts.summary] if service.texts.summary else []
        asked_of = [bodies[service.administration].names] if service.administration in bodies else []
        yield entry("service", service.id, service.names, [*issued, *summary, *asked_of])
    for event in catalogue.life_events.values():
        steps = [catalogue.services[step.service].names for step in event.steps if step.service in catalogue.services]
        yield entry("life-event", event.id, event.names, steps[:4])
    for body in bodies.values():
        if body.kind != "actor":
            yield entry("administration", body.id, body.names, ())
