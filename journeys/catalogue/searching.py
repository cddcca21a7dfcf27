"""Finds services, life events and administrations by the words people type: Arabic, French, English, Darija in either
script, with typing mistakes. Made once per publication; read by all threads."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from heapq import nsmallest
from itertools import islice, takewhile

from rapidfuzz import fuzz, process

from journeys.catalogue.folding import MOST, SHORTEST, bones, is_arabic, spelled, stem
from journeys.catalogue.indexing import GROUP, PHRASE, Found, Groups, Postings

LIKE = 78.0  # how alike two words must be, of 100
CLOSE = 3  # repairs of one word
KIND_WEIGHTS = {"life-event": 1.15, "service": 1.0, "administration": 0.8}
LONGEST_QUERY = 200
MOST_BEGUN = 30


class Index:
    """Finds among ``postings``; ``idle`` words carry no meaning."""

    def __init__(self, postings: Postings, groups: Groups, idle: Iterable[str] = ()) -> None:
        self.postings, self.groups = postings, groups
        self._idle = frozenset(word for some in idle for word in spelled(some))
        known = dict.fromkeys(word for word in postings.places if not word.startswith(GROUP))
        self._known = known | dict.fromkeys(phrase[0] for phrase in self.groups.of if len(phrase) == 1)
        skeletons: defaultdict[str, list[str]] = defaultdict(list)
        for word in filter(is_arabic, self._known):
            skeletons[bones(word)[0]].append(word)
        self._bones = dict(skeletons)
        self._sorted = sorted(self._known)
        self._latin = tuple(word for word in self._known if not is_arabic(word))
        self._arabic = tuple(word for word in self._known if is_arabic(word))
        self._kinds = [KIND_WEIGHTS[found.kind] for found in postings.found]
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
        return [self.postings.found[row] for _, row in nsmallest(most, ranked)]

    def _weighed(self, concept: tuple[str, ...]) -> dict[int, float]:
        """The entries in which one of these words stands, with what all of them count there."""
        found: dict[int, float] = {}
        places = self.postings.places
        for rows, scores in (places[word] for word in concept if word in places):
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
            size = next((n for n in range(PHRASE, 1, -1) if tuple(said[at : at + n]) in self.groups.of), 1)
            if size > 1:
                yield (self.groups.of[tuple(said[at : at + size])],)
            elif unfinished and at == len(said) - 1 and (begun := self._begun(said[at])):
                yield begun
            elif typed_words[at] not in self._idle and (meant := self._meanings(said[at])):
                yield meant
            at += size

    def _begun(self, word: str) -> tuple[str, ...]:
        """Known words that begin like this one, with the groups they belong to."""
        first = bisect_left(self._sorted, word)
        begun = list(takewhile(lambda known: known.startswith(word), islice(self._sorted, first, first + MOST_BEGUN)))
        return (*begun, *filter(None, (self.groups.of.get((one,)) for one in begun)))

    def _meant_by(self, word: str) -> tuple[str, ...]:
        group = self.groups.of.get((word,))
        if group or word in self._known:
            return tuple(filter(None, (group, word)))
        close = self._alike(word)
        return tuple(dict.fromkeys(filter(None, (*close, *(self.groups.of.get((one,)) for one in close)))))

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
