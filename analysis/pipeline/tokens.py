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
# It begins with letters, not with what stands before them, since letters are found at once.
ACRONYM = re.compile(rf"(?:{_CAPITALS})\b(?! [A-Z]{{2}})")
BEFORE_ACRONYM = re.compile(r"(?<!\w)(?<![A-Z]{2} )")
MARK = "x"  # makes of its letters a term of its own
MOST_PIECES = 200_000
CAPITAL = array("i", [-1]).tobytes()
MARKS = ".,;:!?()[]\"'-"  # that stand around words and are no part of any


def tokens(text: str, language: str) -> list[str]:
    """The terms of a text in reading order; stop words and single letters are left out."""
    return [term for word in words(text) for term in terms(word, language)]


def words(text: str) -> list[str]:
    """In lower case, in reading order; a stop word that is a name is marked."""
    return WORD.findall(marked(text).lower())


def marked(text: str) -> str:
    return ACRONYM.sub(_marked, text)


def _marked(name: re.Match[str]) -> str:
    is_name = BEFORE_ACRONYM.match(name.string, name.start())
    return name[0] + MARK if is_name else name[0]


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
    # Without a cache of its own, which costs more than stemming: terms are kept here.
    return Stemmer.Stemmer(name, 0) if name else None


class Vocabulary(dict[str, int]):
    """The terms met so far, each with a number.

    `spelled` are the terms by their numbers, `numbers` those that begin with a digit.
    """

    def __init__(self) -> None:
        super().__init__()
        self.spelled: list[str] = []
        self.numbers: set[int] = set()
        self._pieces: dict[str, _Pieces] = {}

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        self.spelled.append(term)
        if term[0].isdigit():
            self.numbers.add(number)
        return number

    def numbered(self, text: str, language: str) -> "array[int]":
        """The terms of a text by number, in reading order; new ones are added."""
        known = self._pieces.get(language)
        if known is None:
            known = self._pieces[language] = _Pieces(self, language)
        found = b"".join(map(known.__getitem__, text.split()))
        if CAPITAL in found:
            # Whether it is a name is told by its neighbours.
            found = b"".join(map(known.__getitem__, marked(text).split()))
            found = found.replace(CAPITAL, b"")
        known.keep_small()
        return array("i", found)

    def known(self, text: str, languages: Sequence[str]) -> list[int]:
        """The distinct terms of a text in any of these languages, as far as they were met."""
        found = (term for language in languages for term in tokens(text, language))
        return [self[term] for term in dict.fromkeys(found) if term in self]


class _Pieces(dict[str, bytes]):
    """The numbered terms of what stands between two blanks, in one language, worked out once.

    No word has a blank in it, and most pieces were met before: so a text costs little more than
    to be split and joined. The numbers are bytes, as an array of integers has them; CAPITAL is
    before those of a piece that has a stop word in capitals in it.
    """

    def __init__(self, vocabulary: Vocabulary, language: str) -> None:
        super().__init__()
        self.vocabulary, self.language = vocabulary, language
        self.words: dict[str, bytes] = {}

    def __missing__(self, piece: str) -> bytes:
        word = piece.strip(MARKS).lower()
        # Most are one plain word and its marks, which needs no search.
        numbers = self.words.get(word)
        if not numbers or word in STOP:
            is_plain = word.isascii() and word.isalnum() and word not in STOP
            numbers = self._numbers(word) if is_plain else self._searched(piece)
        self[piece] = numbers
        return numbers

    def _searched(self, piece: str) -> bytes:
        found = WORD.findall(piece.lower())
        numbers = b"".join([self.words.get(word) or self._numbers(word) for word in found])
        is_name = not STOP.isdisjoint(found) and CAPITALS.search(piece)
        return CAPITAL + numbers if is_name else numbers

    def _numbers(self, word: str) -> bytes:
        found = [self.vocabulary[term] for term in terms(word, self.language)]
        numbers = self.words[word] = array("i", found).tobytes()
        return numbers

    def keep_small(self) -> None:
        """Forget all when there are too many: it is quicker to meet them again than to choose."""
        if len(self) > MOST_PIECES:
            self.clear()
            self.words.clear()
