"""Words of a text as the ranking compares them: folded, stemmed, counted by number."""

import re
import unicodedata
from array import array
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
CAPITALS = re.compile(rf"\b(?:{_CAPITALS})\b")
ACRONYM = re.compile(rf"(?<![A-Z]{{2}} ){CAPITALS.pattern}(?! [A-Z]{{2}})")
MARK = "x"  # makes of its letters a term of its own
MOST_PIECES = 200_000


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
    if word.isascii():
        return _part(word, language)
    plain = unicodedata.normalize("NFKC", word)
    if UNSPACED.search(plain):
        return tuple(term for part in PARTS.findall(plain) for term in _part(part, language))
    return _part(plain, language)


def _part(plain: str, language: str) -> tuple[str, ...]:
    if not plain.isascii() and UNSPACED.match(plain):
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
    if stemmed.isascii():
        return stemmed or word
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
        self._pieces: dict[str, _Pieces] = {}

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        if term[0].isdigit():
            self.numbers.add(number)
        return number

    def numbered(self, text: str, language: str) -> "array[int]":
        """The terms of a text by number, in reading order; new ones are added."""
        known = self._pieces.setdefault(language, _Pieces(self, language))
        pieces = text.split()
        found = b"".join(map(known.__getitem__, pieces))
        if not known.capitals.isdisjoint(pieces):
            # Whether it is a name is told by its neighbours.
            found = b"".join(map(known.__getitem__, words(text)))
        known.keep_small()
        return array("i", found)

    def known(self, text: str, languages: Sequence[str]) -> list[int]:
        """The distinct terms of a text in any of these languages, as far as they were met."""
        found = (term for language in languages for term in tokens(text, language))
        return [self[term] for term in dict.fromkeys(found) if term in self]


class _Pieces(dict[str, bytes]):
    """The numbered terms of what stands between two blanks, in one language, worked out once.

    No word has a blank in it, and most pieces were met before: so a text costs little more than
    to be split and joined. The numbers are bytes, as an array of integers has them; `capitals` are
    the pieces that have a stop word in capitals in them.
    """

    def __init__(self, vocabulary: Vocabulary, language: str) -> None:
        super().__init__()
        self.vocabulary, self.language = vocabulary, language
        self.capitals: set[str] = set()

    def __missing__(self, piece: str) -> bytes:
        found = WORD.findall(piece.lower())
        if not STOP.isdisjoint(found) and CAPITALS.search(piece):
            self.capitals.add(piece)
        found = [term for word in found for term in terms(word, self.language)]
        numbers = self[piece] = array("i", map(self.vocabulary.__getitem__, found)).tobytes()
        return numbers

    def keep_small(self) -> None:
        """Forget all when there are too many: it is quicker to meet them again than to choose."""
        if len(self) > MOST_PIECES:
            self.clear()
