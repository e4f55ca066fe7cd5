"""Does a source say it? Quotes are located, claims are checked against their quotes.

Everything here is mechanical: exact words, numbers with their units, direction, negation, and
how many of a claim's words its quotes share. What it cannot decide it does not pass.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from analysis.pipeline import alignment, computed, names
from analysis.pipeline.amounts import Amount, amounts
from analysis.pipeline.tokens import STOP, tokens
from analysis.types import Quote, Verdict

SHORTEST_QUOTE = 12
FUZZY_ENOUGH = 92.0
COVERED, HALF_COVERED = 0.7, 0.5
# What a claim states one after the other; fewer words than these are not judged by themselves.
STATEMENTS, FEWEST_WORDS = re.compile(r"[.;!?]\s+|, (?:and|but|while|whereas|although) "), 5
SAME = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
    "\u2212": "-", "\u00a0": " ", "\u00ad": None, "\ufb01": "fi", "\ufb02": "fl",
})  # fmt: skip
_UP = """
rose rise risen grew grow grown growth increase increased higher up improved improvement raised
gained gain expanded widened exceeded climbed accelerated strengthened
"""
_DOWN = """
fell fall fallen declined decline decrease decreased lower down narrowed dropped drop cut reduced
reduction shrank lost weaker weakened worsened slowed contracted deteriorated
"""
UP, DOWN = frozenset(_UP.split()), frozenset(_DOWN.split())
WORD = re.compile(r"[a-z]+")
NEARBY = 6
TURNED = {
    1: "its quotes say down where it says up",
    -1: "its quotes say up where it says down",
}


class Located(NamedTuple):
    """Where a quote stands: `text[start:end]`; `score` is 100 for the exact words."""

    start: int
    end: int
    score: float


OF_ITS_WORDS = "of its words stand in its quotes"


class Checked(NamedTuple):
    """What a check gave: `cover` is the share of the claim's words that its quotes hold."""

    verdict: Verdict
    cover: float
    reasons: tuple[str, ...]


def located(quote: Quote, page: str) -> Quote | None:
    """The quote as it stands on its page, exactly; None if the page does not hold it."""
    if page[quote.start : quote.end] == quote.text and quote.text.strip():
        return quote
    found = locate(quote.text, page)
    if found is None:
        return None
    text = page[found.start : found.end]
    return quote.model_copy(update={"start": found.start, "end": found.end, "text": text})


def locate(quote: str, page: str) -> Located | None:
    """Find words on a page: as they are, else but for blanks and signs, else nearly."""
    at = page.find(quote)
    if at >= 0 and len(quote) >= SHORTEST_QUOTE:
        return Located(at, at + len(quote), 100.0)
    folded, places = _folded(page)
    wanted = _folded(quote)[0].strip(" \"'")
    if len(wanted) < SHORTEST_QUOTE:
        return None
    at = folded.find(wanted)
    if at >= 0:
        return Located(places[at], places[at + len(wanted) - 1] + 1, 100.0)
    near = fuzz.partial_ratio_alignment(wanted, folded, score_cutoff=FUZZY_ENOUGH)
    if near is None or near.dest_end <= near.dest_start:
        return None
    return Located(places[near.dest_start], places[near.dest_end - 1] + 1, near.score)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text with signs made alike and blanks joined, and where each character stood."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for part in sign.translate(SAME).casefold():
            if part.isspace() and (not signs or signs[-1] == " "):
                continue
            signs.append(" " if part.isspace() else part)
            places.append(place)
    return "".join(signs), places


def check(claim: str, quotes: Sequence[str], language: str = "", known: str = "") -> Checked:
    """Whether quotes carry a claim. Each reason names what is wrong, or what was compared.

    `known` is what the sources of the quotes are called: names of a claim may stand there too.
    """
    if not quotes:
        return Checked(Verdict.NOT_FOUND, 0.0, ("it has no quote",))
    said = " ".join(" ".join(quotes).split())
    if " ".join(claim.split()) in said:
        return Checked(Verdict.SUPPORTED, 1.0, ("verbatim quotation",))
    formulas, missing = _numbers(claim, said, quotes, known)
    if missing:
        return Checked(Verdict.NOT_FOUND, 0.0, (f"not in its quotes: {', '.join(missing)}",))
    if strange := _strange(claim, said, known):
        return Checked(Verdict.NOT_FOUND, 0.0, (f"not in its quotes: {strange}",))
    if clash := _clash(claim, said):
        return Checked(Verdict.CONTRADICTED, 0.0, (clash,))
    found = _covered(claim, said, language, computed=len(formulas))
    return found._replace(reasons=(*found.reasons, *formulas))


def _strange(claim: str, said: str, known: str) -> str:
    """A name, a code or a period that the quotes do not hold."""
    unknown = names.unknown_name(claim, said, known) or names.unknown_code(claim, f"{said} {known}")
    return unknown or names.other_period(claim, said)


def _numbers(
    claim: str, said: str, quotes: Sequence[str], known: str
) -> tuple[list[str], list[str]]:
    """The formulas of numbers that were computed, and the numbers that come from nowhere.

    The parts of a date may come from the name or the date of a source.
    """
    formulas, missing = [], []
    for number in amounts(claim):
        if _stands(number, said) or (_is_bare(number) and _stands(number, known)):
            continue
        if formula := computed.formula(number, claim, quotes):
            formulas.append(f"{number.raw} is computed: {formula}")
        else:
            missing.append(number.raw)
    return formulas, missing


def is_doubtful(verdict: Verdict, reasons: Sequence[str]) -> bool:
    """Whether nothing mechanical speaks against a claim, and too few shared words for it."""
    return verdict is not Verdict.SUPPORTED and any(OF_ITS_WORDS in reason for reason in reasons)


def _stands(number: Amount, said: str) -> bool:
    """Whether a number with its unit stands in a text; "$4.1 billion" is "$4,126 million"."""
    return any(_agrees(number, other) for other in amounts(said))


def _is_bare(number: Amount) -> bool:
    """A whole number as dates have them: no unit, no currency, no scale."""
    return not (number.unit or number.currency or number.scaled) and number.step == 1


def _agrees(number: Amount, other: Amount) -> bool:
    return _is_same(number, other) or _rounds_to(number, other)


def _is_same(number: Amount, other: Amount) -> bool:
    currencies = {number.currency, other.currency} - {""}
    same_kind = number.unit == other.unit and len(currencies) < 2
    return same_kind and abs(number.value) == abs(other.value)


def _rounds_to(number: Amount, other: Amount) -> bool:
    """Whether a coarser number of the claim is the finer one of the source, rounded."""
    if number.unit != other.unit or number.step <= other.step or not number.scaled:
        return False
    return abs(abs(number.value) - abs(other.value)) * 2 <= number.step


def _clash(claim: str, said: str) -> str:
    """A number in another's place, a direction turned, a negation that only one of the two has."""
    if number := alignment.misplaced(claim, said, _agrees):
        return f"its quotes give {number} for something else"
    return _turned(claim, said) or alignment.turned(claim, said) or alignment.denied(claim, said)


def _turned(claim: str, said: str) -> str:
    """What the claim says to move one way and its quotes the other way."""
    words, others = (WORD.findall(text.casefold()) for text in (claim, said))
    way = _way(set(words))
    if way and _way(set(others)) == -way:
        return TURNED[way]
    way = next((_way({word}) for word in words if _way({word})), 0)
    ways = _ways_of(_subject(words), others)
    return TURNED[way] if ways and way not in ways else ""


def _way(words: set[str]) -> int:
    """1 for words that only say up, -1 for words that only say down, else 0."""
    return bool(words & UP) - bool(words & DOWN)


def _subject(words: Sequence[str]) -> set[str]:
    """The words just before the first that says up or down: what is said to move."""
    moves = [at for at, word in enumerate(words) if word in UP | DOWN]
    return set(words[max(0, moves[0] - NEARBY // 2) : moves[0]]) - STOP if moves else set()


def _ways_of(subject: set[str], words: Sequence[str]) -> set[int]:
    """The ways that words say the subject to move, right after they name it."""
    places = [at for at, word in enumerate(words) if word in subject]
    after = {word for at in places for word in words[at + 1 : at + 1 + NEARBY]}
    return {_way({word}) for word in after} - {0}


def _covered(claim: str, said: str, language: str, *, computed: int) -> Checked:
    """How many of the words of a claim its quotes hold; computed numbers count as held.

    A whole statement of it that they hardly hold is not made good by the words of another.
    """
    others = set(tokens(said, language))
    held, count = _held(claim, others, language, computed)
    cover = held / count if count else 0.0
    reason = f"{held} of {count} {OF_ITS_WORDS}"
    if cover < HALF_COVERED:
        return Checked(Verdict.NOT_FOUND, cover, (reason,))
    for statement in STATEMENTS.split(claim):
        held, count = _held(statement, others, language, computed)
        if count >= FEWEST_WORDS and held < HALF_COVERED * count:
            reason = f"of one of its statements {held} of {count} {OF_ITS_WORDS}"
            return Checked(Verdict.NOT_FOUND, cover, (reason,))
    return Checked(Verdict.SUPPORTED if cover >= COVERED else Verdict.PARTIAL, cover, (reason,))


def _held(text: str, others: set[str], language: str, computed: int) -> tuple[int, int]:
    """How many of the words of a text are among the others, and of how many."""
    words = set(tokens(text, language))
    return min(len(words), len(words & others) + computed), len(words)
