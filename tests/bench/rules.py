"""Claims made of sentences by rule: true ones said otherwise, and false ones of every kind."""

import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from analysis.pipeline.amounts import amounts

MOVES = {
    "increased": "rose", "rose": "increased", "decreased": "fell", "fell": "decreased",
    "grew": "increased", "declined": "decreased", "higher": "greater", "lower": "smaller",
    "growth": "an increase", "increase": "growth", "decline": "decrease",
}  # fmt: skip
TURNS = {
    "increased": "decreased", "rose": "fell", "decreased": "increased", "fell": "rose",
    "grew": "declined", "declined": "grew", "higher": "lower", "lower": "higher",
    "growth": "decline", "increase": "decrease", "decrease": "increase", "up": "down",
    "down": "up", "improved": "worsened", "gain": "loss",
}  # fmt: skip
LOOSE = {
    "approximately": "about", "primarily": "mainly", "due to": "because of",
    "compared to": "against", "compared with": "against", "in order to": "to",
    "however": "but", "revenue": "sales", "revenues": "sales", "company": "firm", "use": "employ",
    "used": "employed", "show": "indicate", "showed": "indicated", "shows": "indicates",
    "found": "observed", "study": "investigation", "patients": "subjects", "large": "big",
    "significant": "marked", "important": "essential", "began": "started", "begin": "start",
    "help": "assist", "many": "numerous", "several": "some", "people": "persons", "also": "too",
    "obtained": "received", "performed": "carried out", "conducted": "carried out",
    "demonstrated": "showed", "evaluated": "assessed", "included": "comprised", "buy": "purchase",
    "provide": "give", "provided": "gave", "expect": "anticipate", "expects": "anticipates",
    "such as": "like", "quarter": "three months", "year over year": "on the year",
    "driven by": "because of", "located": "situated", "released": "issued", "known": "familiar",
    "born": "first seen", "film": "movie", "received": "got", "require": "need",
    "requires": "needs", "reported": "stated", "associated": "linked", "cause": "bring about",
    "effects": "consequences", "effect": "consequence", "method": "way", "methods": "ways",
}  # fmt: skip
ASIDE = re.compile(r"\s?\([^()]*\)|\s?\[[^\[\]]*\]")
ADVERB = re.compile(
    r"\b(?!(?:only|early|family|supply|apply|reply|July|Italy|daily)\b)[a-z]{3,}ly\b ?"
)
LEADING = re.compile(r"^((?:In|During|At|On|For|After|Since) [^,]{4,60}), (.+?)([.!]?)$")
AUXILIARY = re.compile(r"\b(is|are|was|were|will|did|does|do|has|have|can|could|should)\b(?! not)")
NEGATED = re.compile(r"\b(is|are|was|were|will|did|does|do|has|have|can|could|should) not\b")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
QUARTER = re.compile(r"\b(first|second|third|fourth) quarter\b", re.IGNORECASE)
NEXT_QUARTER = {"first": "second", "second": "third", "third": "fourth", "fourth": "first"}
FRAMES = ("According to the document, {}.", "The document states that {}.", "{}, the report says.")
CLAUSE = re.compile(r", (?:which|while|although|including|compared|primarily|and) ")


class Place(NamedTuple):
    """A sentence, the one after it, and one from elsewhere in its document."""

    sentence: str
    after: str
    elsewhere: str
    foreign_names: Sequence[str]


Rule = Callable[[Place, random.Random], str | None]


# --- true claims --------------------------------------------------------------------------


def shortened(place: Place, chance: random.Random) -> str | None:
    found = CLAUSE.search(place.sentence, 60)
    return f"{place.sentence[: found.start()]}." if found else None


def reworded(place: Place, chance: random.Random) -> str | None:
    return _exchanged(place.sentence, MOVES)


def framed(place: Place, chance: random.Random) -> str | None:
    return chance.choice(FRAMES).format(place.sentence.rstrip("."))


def rescaled(place: Place, chance: random.Random) -> str | None:
    found = re.search(r"\$(\d)[,.]?(\d)(\d\d) million", place.sentence)
    if not found:
        return None
    billions = f"${round(int(''.join(found.groups())) / 1000, 1)} billion"
    return place.sentence.replace(found.group(), billions, 1)


def loose(place: Place, chance: random.Random) -> str | None:
    text = ADVERB.sub("", ASIDE.sub("", place.sentence))
    for old, new in LOOSE.items():
        text = re.sub(rf"\b{old}\b", new, text)
    if found := LEADING.match(text):
        time, rest, end = found.groups()
        text = f"{rest[0].upper()}{rest[1:]} {time[0].lower()}{time[1:]}{end or '.'}"
    return " ".join(text.split())


# --- false claims -------------------------------------------------------------------------


def number(place: Place, chance: random.Random) -> str | None:
    found = [one for one in amounts(place.sentence) if not YEAR.fullmatch(one.raw)]
    if not found:
        return None
    one = chance.choice(found)
    digits = re.search(r"\d[\d.,]*\d|\d", one.raw)
    if not digits:
        return None
    printed = digits.group()
    changed = _scaled(printed, chance.choice((0.6, 0.8, 0.9, 1.1, 1.3, 1.6)))
    if changed == printed:
        return None
    raw = place.sentence[one.start : one.end].replace(printed, changed, 1)
    return place.sentence[: one.start] + raw + place.sentence[one.end :]


def _scaled(printed: str, factor: float) -> str:
    """The same digits a little larger or smaller, printed the same way."""
    places = len(printed.partition(".")[2])
    value = float(printed.replace(",", "")) * factor
    return f"{value:,.{places}f}" if "," in printed else f"{value:.{places}f}"


def swapped(place: Place, chance: random.Random) -> str | None:
    found = [one for one in amounts(place.sentence) if not YEAR.fullmatch(one.raw)]
    pairs = [
        (one, other)
        for at, one in enumerate(found)
        for other in found[at + 1 :]
        if (one.unit, one.currency) == (other.unit, other.currency) and one.value != other.value
    ]
    if not pairs:
        return None
    one, other = chance.choice(pairs)
    text = place.sentence
    first, second = text[one.start : one.end], text[other.start : other.end]
    between = text[one.end : other.start]
    return text[: one.start] + second + between + first + text[other.end :]


def unit(place: Place, chance: random.Random) -> str | None:
    for old, new in (("million", "billion"), ("billion", "million"), ("%", " basis points")):
        if re.search(rf"\d\s?{old}", place.sentence):
            return re.sub(rf"(\d)\s?{old}", rf"\1 {new.strip()}", place.sentence, count=1)
    return re.sub(r"\$(?=\d)", "€", place.sentence, count=1) if "$" in place.sentence else None


def period(place: Place, chance: random.Random) -> str | None:
    if found := YEAR.search(place.sentence):
        other = str(int(found.group()) + chance.choice((-2, -1, 1, 2)))
        return None if other in place.sentence else place.sentence.replace(found.group(), other)
    if found := QUARTER.search(place.sentence):
        other = NEXT_QUARTER[found[1].lower()]
        return place.sentence.replace(found.group(), f"{other} quarter", 1)
    return None


def direction(place: Place, chance: random.Random) -> str | None:
    return _exchanged(place.sentence, TURNS)


def negation(place: Place, chance: random.Random) -> str | None:
    if found := NEGATED.search(place.sentence):
        return place.sentence.replace(found.group(), found[1], 1)
    found = AUXILIARY.search(place.sentence)
    return f"{place.sentence[: found.end()]} not{place.sentence[found.end() :]}" if found else None


def name(place: Place, chance: random.Random) -> str | None:
    found = [one for one in NAME.findall(place.sentence) if len(one) > 4]
    foreign = [one for one in place.foreign_names if one not in place.sentence]
    if not found or not foreign:
        return None
    return place.sentence.replace(chance.choice(found), chance.choice(foreign), 1)


def _exchanged(sentence: str, words: dict[str, str]) -> str | None:
    """The sentence with its first word of these exchanged; None if it holds none."""
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\b")
    found = pattern.search(sentence)
    if not found:
        return None
    return sentence[: found.start()] + words[found.group()] + sentence[found.end() :]


TRUE_RULES: tuple[Rule, ...] = (shortened, reworded, framed, rescaled, loose)
FALSE_RULES: dict[str, Rule] = {
    "number": number,
    "swapped": swapped,
    "unit": unit,
    "period": period,
    "direction": direction,
    "negation": negation,
    "name": name,
}
