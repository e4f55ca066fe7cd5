"""Is a word of a claim used as its quotes use it? Numbers, directions and negations in context.

A claim may hold every number and word of its quotes and still say something else: two figures
exchanged, what rose said to have fallen, a "not" gone. So each of these is looked for in the
quotes by the words around it, and it clashes where the same words stand around another.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import NamedTuple

from analysis.pipeline.amounts import Amount, amounts

_UP = """
rose rise rises risen rising grew grow grows grown growth growing increase increases increased
increasing higher up improve improves improved improvement raised gained gain gains expanded
widened exceeded climbed accelerated strengthened more greater longer larger better positive above
over profit profits upper largest highest maximum most upward appreciated tailwind
"""
_DOWN = """
fell fall falls fallen falling decline declines declined declining decrease decreases decreased
decreasing lower down narrowed dropped drop drops cut reduced reduces reduction reducing shrank lost
weaker weakened worsened slowed contracted deteriorated less fewer shorter smaller worse negative
below under loss losses lowest smallest minimum least downward depreciated headwind
"""
UP, DOWN = frozenset(_UP.split()), frozenset(_DOWN.split())
NEGATION = re.compile(
    r"\b(?:not|no|never|without|neither|nor|none|cannot|unable|failed to)\b|n't\b", re.IGNORECASE
)
# Two negations are none.
DOUBLED = re.compile(r"(?:\bnot|n't) (?:no|not|never|without|unable)\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+")
ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
CLAUSE = re.compile(r"[.;:!?](?:\s|$)")
_SMALL = """
the a an of and or in to for is are was were be been has have had that which this these it its by
with as at on from than but also do does did will would can could should may might there their they
"""
SMALL = frozenset(_SMALL.split())
# How alike the words around must be to speak of the same place, and how much more alike elsewhere.
ALIKE, APART = 0.6, 0.3
BEFORE, AFTER, AFTERWARDS = 5, 3, 0.5
IN_A_ROW = 6
NEGATED_WORDS = 2
# What that many words around weigh together: the nearest 1, the next one half, then a third.
WEIGHTS = tuple(sum(1 / (1 + at) for at in range(count)) for count in range(BEFORE + 1))


class Used(NamedTuple):
    """A word or number in a text, with the words before and after it, the nearest first."""

    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def likeness(self, other: "Used") -> float:
        """How much of the words around is the same, 0 to 1; the near ones count most."""
        total = _weight(self.before) + _weight(self.after) * AFTERWARDS
        if not total:
            return 0.0
        shared = _shared(self.before, other.before)
        return (shared + _shared(self.after, other.after) * AFTERWARDS) / total


def _weight(words: Sequence[str]) -> float:
    return WEIGHTS[len(words)]


def _shared(words: Sequence[str], others: Sequence[str]) -> float:
    """The weight of the words that stand as near to the other place, give or take one."""
    return sum(
        1 / (1 + at) for at, word in enumerate(words) if word in others[max(0, at - 1) : at + 2]
    )


def used(text: str, start: int, end: int) -> Used:
    """The words around `text[start:end]` within its clause."""
    left = [found.end() for found in CLAUSE.finditer(text, 0, start)]
    right = CLAUSE.search(text, end)
    before = WORD.findall(text[left[-1] if left else 0 : start].casefold())[-BEFORE:]
    after = WORD.findall(text[end : right.start() if right else len(text)].casefold())[:AFTER]
    return Used(text[start:end].casefold(), tuple(reversed(before)), tuple(after))


# --- numbers ------------------------------------------------------------------------------


def misplaced(claim: str, said: str, is_same: Callable[[Amount, Amount], bool]) -> str:
    """The first number of a claim that its quotes give for something else; "" if there is none."""
    mine, offered = amounts(claim), amounts(said)
    if not mine or not offered:
        return ""
    there = cache(lambda one: used(said, one.start, one.end))
    for one in mine:
        if _is_misplaced(one, used(claim, one.start, one.end), offered, there):
            return one.raw
    return _out_of_line(_Line(claim, mine), _Line(said, offered), is_same)


def _is_misplaced(
    number: Amount, place: Used, offered: Sequence[Amount], there: Callable[[Amount], Used]
) -> bool:
    """Whether the words around a number stand rather around another one of its kind."""
    kind = (number.unit, number.currency)
    alike = [one for one in offered if (one.unit, one.currency) == kind]
    own = [one for one in alike if abs(one.value) == abs(number.value)]
    # Most numbers have none of their kind to be mistaken for, and no words need to be compared.
    if not own or len(own) == len(alike):
        return False
    other = max(place.likeness(there(one)) for one in alike if one not in own)
    return other >= ALIKE and other > APART + max(place.likeness(there(one)) for one in own)


class _Line:
    """The words of a text in a row, with one sign for every number, and the numbers by place."""

    def __init__(self, text: str, numbers: Sequence[Amount]) -> None:
        self.words: list[str] = []
        self.numbers: dict[int, Amount] = {}
        at = 0
        for number in numbers:
            self.words += WORD.findall(text[at : number.start].casefold())
            self.numbers[len(self.words)] = number
            self.words.append("#")
            at = number.end
        self.words += WORD.findall(text[at:].casefold())


def _out_of_line(claim: _Line, said: _Line, is_same: Callable[[Amount, Amount], bool]) -> str:
    """A number where the same words in a row have another one."""
    matcher = SequenceMatcher(None, claim.words, said.words, autojunk=False)
    for here, there, size in matcher.get_matching_blocks():
        if size < IN_A_ROW:
            continue
        for place in range(size):
            one, other = claim.numbers.get(here + place), said.numbers.get(there + place)
            if one and other and not is_same(one, other):
                return one.raw
    return ""


# --- directions ---------------------------------------------------------------------------


def turned(claim: str, said: str) -> str:
    """What is wrong with the first direction that a claim turns around; "" if none is."""
    offered = list(_directions(said))
    for is_up, place in _directions(claim):
        own = [place.likeness(other) for up, other in offered if up is is_up]
        others = [place.likeness(other) for up, other in offered if up is not is_up]
        if others and max(others) >= ALIKE and max(others) > max(own, default=0.0) + APART:
            return f"its quotes say {'down' if is_up else 'up'} where it says “{place.text}”"
    return ""


def _directions(text: str) -> Iterator[tuple[bool, Used]]:
    for found in WORD.finditer(text):
        word = found.group().casefold()
        if word in UP or word in DOWN:
            yield word in UP, used(text, *found.span())


# --- negations ----------------------------------------------------------------------------


def denied(claim: str, said: str) -> str:
    """What only one of claim and quotes denies; "" if they agree."""
    claim, said = ASIDE.sub(" ", claim), ASIDE.sub(" ", said)
    if (found := NEGATION.search(claim)) and not NEGATION.search(said):
        return f"it says “{found.group()}”, which its quotes do not"
    if (found := DOUBLED.search(claim)) and not DOUBLED.search(said):
        return f"it says “{found.group()}”, which its quotes do not"
    if words := _affirmed(said, claim):
        return f"it denies “{words}”, which its quotes state"
    if words := _affirmed(claim, said):
        return f"it states “{words}”, which its quotes deny"
    return ""


def _affirmed(text: str, denying: str) -> str:
    """Words that the denying text negates and the other holds without a negation before them."""
    negated = {word for found in NEGATION.finditer(text) for word in _negated(text, found.end())}
    for found in NEGATION.finditer(denying):
        words = _negated(denying, found.end())
        if not words or not negated.isdisjoint(words):
            continue
        subject = _subject(denying, found.start())
        if _holds(text, words) or _moves_so(text, words[0], subject):
            return " ".join(words)
    return ""


def _moves_so(text: str, word: str, subject: Sequence[str]) -> bool:
    """Whether a text says that the subject moves the way that the word names."""
    way = next((way for way in (UP, DOWN) if word in way), frozenset[str]())
    words = WORD.findall(text.casefold())
    moves = [at for at, one in enumerate(words) if one in way]
    return any(set(subject) & set(words[max(0, at - BEFORE) : at]) for at in moves)


def _subject(text: str, at: int) -> tuple[str, ...]:
    words = [word for word in WORD.findall(text[:at].casefold()) if word not in SMALL]
    return tuple(words[-NEGATED_WORDS:])


def _negated(text: str, at: int) -> tuple[str, ...]:
    end = CLAUSE.search(text, at)
    words = WORD.findall(text[at : end.start() if end else len(text)].casefold())
    return tuple([word for word in words if word not in SMALL][:NEGATED_WORDS])


def _holds(text: str, words: Sequence[str]) -> bool:
    """Whether the words stand together in a text, small words between them or not."""
    telling = [word for word in WORD.findall(text.casefold()) if word not in SMALL]
    width = len(words)
    return any(tuple(telling[at : at + width]) == words for at in range(len(telling)))
