"""One form for the many ways people write a word, for search alone: never for what is stored or shown."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

WORDS = re.compile(r"\w+")
ARABIC = re.compile(r"[\u0620-\u064a\u0660-\u06d3]")
MARKS = re.compile(f"[{''.join(filter(unicodedata.combining, map(chr, range(0x300, 0x3100))))}\ufe20-\ufe2f]")
LONGEST, MOST = 40, 12
LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **{"ى": "ي", "ی": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ڤ": "ف", "پ": "ب", "چ": "ش", "ـ": None, "ء": None},
        **dict.fromkeys("گݣڭک", "ك"),
        **dict(zip("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2, strict=True)),
        **{"œ": "oe", "æ": "ae", "ß": "ss"},
    }
)
ARTICLES = ("وبال", "وال", "بال", "فال", "كال", "ولل", "لل", "ال")
ENDINGS = ("ات", "ين", "ون", "ها", "يه", "ه", "ي")
SHORTEST = 3
_FRENCH = snowballstemmer.stemmer("french")

# Darija in Latin letters is told by its consonants: vowels, و, ي, ا and ه are written in too many ways to count, and
# letters that Latin does not tell apart (س ص, ت ط, د ض, ق ك) count as one.
LATIN = (
    *(("kh", "x"), ("gh", "8"), ("ch", "$"), ("sh", "$"), ("dj", "j"), ("th", "t"), ("dh", "d"), ("ph", "f")),
    *(
        ("9", "k"),
        ("5", "x"),
        ("2", ""),
        ("6", "t"),
        ("4", "d"),
        ("q", "k"),
        ("c", "k"),
        ("g", "k"),
        ("p", "b"),
        ("v", "f"),
    ),
)
BONES = str.maketrans(
    {
        **dict.fromkeys("اويه", None),
        **{
            "ب": "b",
            "ت": "t",
            "ط": "t",
            "ث": "t",
            "ج": "j",
            "ح": "7",
            "خ": "x",
            "د": "d",
            "ذ": "d",
            "ض": "d",
            "ظ": "d",
        },
        **{"ر": "r", "ز": "z", "س": "s", "ص": "s", "ش": "$", "ع": "3", "غ": "8", "ف": "f", "ق": "k", "ك": "k"},
        **{"ل": "l", "م": "m", "ن": "n"},
    }
)
VOWELS = re.compile(r"[aeiouyw]")
DOUBLED = re.compile(r"(.)\1+")


def folded(text: str) -> str:
    """Lower case, no accents or vowel marks, one letter for those that people mix up, western digits."""
    return MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(LETTERS)


def spelled(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return [word[:LONGEST] for word in WORDS.findall(folded(text.replace("’", " ").replace("'", " ")))]


def words(text: str) -> list[str]:
    """The words of a text, folded and shortened to their stems, in order."""
    return [stem(word) for word in spelled(text)]


def is_arabic(word: str) -> bool:
    """Whether a word is in Arabic letters."""
    return ARABIC.search(word) is not None


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A folded word without its article and ending: what its other forms share."""
    if is_arabic(word):
        return _without_ending(_without_article(word))
    return str(_FRENCH.stemWord(word)) if word.isalpha() and len(word) > SHORTEST else word


def _without_article(word: str) -> str:
    for article in ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= SHORTEST - 1:
            return word[len(article) :]
    return word


def _without_ending(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=20_000)
def bones(word: str) -> tuple[str, ...]:
    """The consonants of a folded word, the same for Darija in Arabic and in Latin letters. In Latin letters an h may be
    ه or ح, an l in front may be the article, and the t of a ة may be written: every reading is given."""
    if is_arabic(word):
        return (DOUBLED.sub(r"\1", word.translate(BONES)),)
    for spelling, bone in LATIN:
        word = word.replace(spelling, bone)
    bare = VOWELS.sub("", word)
    readings = {bare.replace("h", ""), bare.replace("h", "7")}
    readings |= {reading.removesuffix("t") for reading in readings}
    readings |= {reading[1:] for reading in readings if reading.startswith("l")}
    return tuple(sorted(DOUBLED.sub(r"\1", reading) for reading in readings))
