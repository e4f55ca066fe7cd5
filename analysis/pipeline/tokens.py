"""Words of a text as the ranking compares them: folded, stemmed, counted by number."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import Stemmer

WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W_]+)*")  # noqa: RUF001
ACCENT = re.compile(r"[\u0300-\u036f\u064b-\u065f\u0670]")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")
_UNSPACED = r"\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
UNSPACED = re.compile(f"[{_UNSPACED}]+")
PARTS = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
LANGUAGES = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_STOP_WORDS = """
a about after all also an and any are as at be because been before being between both but by can
could did do does doing during each for from had has have having he her his how i if in into is it
its me more most my no nor not of on or our out over s same she should so some such than that the
their them then there these they this those through to too under up very was we were what when
where which while who whom whose why will with would you your
"""
STOP = frozenset(_STOP_WORDS.split())
# "WHO" among ordinary words is a name, in a line of capitals it is a word like any other.
_CAPITALS = "|".join(word.upper() for word in _STOP_WORDS.split() if len(word) > 1)
ACRONYM = re.compile(rf"(?<![A-Z]{{2}} )\b(?:{_CAPITALS})\b(?! [A-Z]{{2}})")
MARK = "x"  # makes of its letters a term of its own


def tokens(text: str, language: str) -> list[str]:
    """The terms of a text in reading order; stop words and single letters are left out."""
    return [term for word in words(text) for term in terms(word, language)]


def words(text: str) -> list[str]:
    """In lower case, in reading order; a stop word that is a name is marked."""
    return WORD.findall(ACRONYM.sub(_marked, text).lower())


def _marked(name: re.Match[str]) -> str:
    return name[0] + MARK


@lru_cache(maxsize=200_000)
def terms(word: str, language: str) -> tuple[str, ...]:
    """The terms of one lower-case word: its stem, its number, or its pairs of characters."""
    plain = unicodedata.normalize("NFKC", word)
    if UNSPACED.search(plain):
        return tuple(term for part in PARTS.findall(plain) for term in _part(part, language))
    return _part(plain, language)


def _part(plain: str, language: str) -> tuple[str, ...]:
    if UNSPACED.match(plain):
        return tuple(pairs(plain))
    if plain[0].isdigit():
        return (THOUSANDS.sub("", plain),)
    if plain in STOP or len(plain) == 1:
        return ()
    return (stem(plain, language),)


def pairs(run: str) -> list[str]:
    """Neighbouring characters, two by two: scripts without blanks between their words."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def stem(word: str, language: str) -> str:
    stemmer = _stemmer(language)
    stemmed = stemmer.stemWord(word) if stemmer else word
    return ACCENT.sub("", unicodedata.normalize("NFD", stemmed)) or word


@lru_cache
def _stemmer(language: str) -> "Stemmer.Stemmer | None":
    name = LANGUAGES.get(language or "en")
    return Stemmer.Stemmer(name) if name else None


class Vocabulary(dict[str, int]):
    """The terms met so far, each with a number; `numbers` holds those that begin with a digit."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: set[int] = set()
        self._words: dict[str, _Words] = {}

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        if term[0].isdigit():
            self.numbers.add(number)
        return number

    def numbered(self, text: str, language: str) -> list[int]:
        """The terms of a text by number, in reading order; new ones are added."""
        numbers = self._words.setdefault(language, _Words(self, language))
        return [number for word in words(text) for number in numbers[word]]

    def known(self, text: str, languages: Sequence[str]) -> list[int]:
        """The distinct terms of a text in any of these languages, as far as they were met."""
        found = (term for language in languages for term in tokens(text, language))
        return [self[term] for term in dict.fromkeys(found) if term in self]


class _Words(dict[str, tuple[int, ...]]):
    """The numbered terms of each word of one language, worked out once."""

    def __init__(self, vocabulary: Vocabulary, language: str) -> None:
        super().__init__()
        self.vocabulary, self.language = vocabulary, language

    def __missing__(self, word: str) -> tuple[int, ...]:
        numbers = tuple(self.vocabulary[term] for term in terms(word, self.language))
        self[word] = numbers
        return numbers
