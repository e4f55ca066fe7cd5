"""Figures that a sentence states: "Net income rose to $19,881 million from $19,442 million."

Only the plain form "subject, verb, number" is read. What a number is of must stand in the
sentence itself, so sentences that begin with "it" or list things "respectively" give none.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from analysis.pipeline import periods
from analysis.pipeline.amounts import Amount, amounts
from analysis.pipeline.marks import Mark
from analysis.pipeline.periods import Found, Period

LEVEL = re.compile(
    r"\b(?:was|were|is|are|reached|totall?ed|amounted to|came to|stood at|equall?ed|accounted for"
    r"|had been|has been)\b",
    re.I,
)
MOVE = re.compile(
    r"\b(?:(?P<up>rose|grew|increased|climbed|gained|(?:was|were) up|up)"
    r"|(?P<down>fell|declined|decreased|dropped|shrank|lost|(?:was|were) down|down))\b",
    re.I,
)
OPENING = re.compile(r"^(?:In|During|For|As of|At|On|By|Over)\s[^,]*,\s+(?=\S)")
OF_TIME = re.compile(r"\s*,?\s*\b(?:for|in|during|of|on|as of|at|over)\s+(?:the\s+)?$", re.I)
WHEN = re.compile(r"\s*,?\s*(?:for|in|during|of|on|as of|at)\s+(?:the\s+)?$", re.I)
NO_SUBJECT = re.compile(
    r"^(?:it|they|this|these|that|those|there|he|she|we|which|who|such|both|all|some|each|if|when"
    r"|because|although|while|and|or|but|with|as)\b|\bquarter\b|\b(?:which|that|who|because|if|when|while)\b|\d|[,;:]",
    re.I,
)
DIGIT = re.compile(r"\d")
ARTICLE = re.compile(r"^(?:the|our|its|their)\s+", re.I)
RATE = re.compile(
    r"\s+at an? (?:[\w-]+ )?(?:annual|annuali[sz]ed|average)(?: growth)? rate of\s+$", re.I
)
LONGEST_SUBJECT, FARTHEST = 9, 24


def stated(sentence: str) -> Iterator[Mark]:
    """The figures that a sentence states of its subject; offsets are those of the sentence."""
    if "respectively" in sentence or not DIGIT.search(sentence):
        return
    opening = OPENING.match(sentence)
    start = opening.end() if opening else 0
    verb = _first_verb(sentence, start)
    if verb is None or not DIGIT.search(sentence, verb.end()):
        return
    times = list(periods.periods(sentence))
    subject = _subject(sentence, start, verb.start(), times)
    if subject:
        numbers = [one for one in amounts(sentence) if not _inside(one, times)]
        yield from _Statement(sentence, subject, verb, numbers, times).marks()


def _inside(number: Amount, times: Sequence[Found]) -> bool:
    return any(time.start <= number.start < time.end for time in times)


def _first_verb(sentence: str, start: int) -> re.Match[str] | None:
    found = [verb for verb in (LEVEL.search(sentence, start), MOVE.search(sentence, start)) if verb]
    return min(found, key=lambda verb: (verb.start(), -verb.end()), default=None)


def _subject(sentence: str, start: int, end: int, times: Sequence[Found]) -> str:
    """The words before the verb without their period; "" if they name nothing by themselves."""
    for time in times:
        if start < time.start < end and not sentence[time.end : end].strip(" ,"):
            end = start + len(OF_TIME.sub("", sentence[start : time.start]))
    words = ARTICLE.sub("", " ".join(sentence[start:end].split()))
    if not words or NO_SUBJECT.search(words) or len(words.split()) > LONGEST_SUBJECT:
        return ""
    return words[0].upper() + words[1:] if words.split()[0].islower() else words


class _Statement:
    """One sentence taken apart."""

    def __init__(
        self,
        sentence: str,
        subject: str,
        verb: re.Match[str],
        numbers: Sequence[Amount],
        times: Sequence[Found],
    ) -> None:
        self.sentence, self.subject, self.verb = sentence, subject, verb
        self.numbers = [number for number in numbers if number.start >= verb.end()]
        self.times = times

    def marks(self) -> Iterator[Mark]:
        move = MOVE.fullmatch(self.verb.group())
        level = self._reached() if move else self._stated()
        if move:
            yield from self._change(negative=bool(move["down"]))
        if level is None or not (level.unit or level.currency or level.scaled):
            return
        yield self._mark(self.subject, level, level.value, self._when(level))
        yield from self._others(level)

    def _stated(self) -> Amount | None:
        near = [one for one in self.numbers if one.start - self.verb.end() <= FARTHEST]
        between = self.sentence[self.verb.end() : near[0].start] if near else ""
        return (
            near[0] if near and not re.search(r"\b(?:than|up|down|from|not)\b", between) else None
        )

    def _reached(self) -> Amount | None:
        """The number after "to" in "rose 8% to $21 million from $19 million"."""
        for number in self.numbers:
            if re.search(r"\bto\s+(?:about\s+|nearly\s+)?$", self.sentence[: number.start]):
                return number
        return None

    def _change(self, *, negative: bool) -> Iterator[Mark]:
        """The percentage of a move: "fell 5%", "grew at an annual rate of 1.1 percent"."""
        first = self.numbers[0] if self.numbers else None
        if first is None or first.unit != "%":
            return
        between = self.sentence[self.verb.end() : first.start]
        is_rate = bool(RATE.fullmatch(between))
        if is_rate or between.strip() in ("", "by", "about", "nearly", "by about"):
            value = -abs(first.value) if negative else first.value
            label = f"{self.subject} ({'annual rate' if is_rate else 'change'})"
            yield self._mark(label, first, value, self._when(first))

    def _others(self, level: Amount) -> Iterator[Mark]:
        """Further numbers of the same kind that have a period of their own right after them."""
        for number in self.numbers[self.numbers.index(level) + 1 :]:
            same = (number.unit, number.currency) == (level.unit, level.currency)
            when = self._after(number)
            if same and when is not None:
                yield self._mark(self.subject, number, number.value, when)

    def _when(self, number: Amount) -> Period | None:
        """The period right after the number, else the only one named if it is no other's."""
        named = {time.period.label: time.period for time in self.times}
        taken = {self._after(other) for other in self.numbers if other is not number}
        only = next(iter(named.values())) if len(named) == 1 else None
        return self._after(number) or (only if only not in taken else None)

    def _after(self, number: Amount) -> Period | None:
        for time in self.times:
            if time.start >= number.end and WHEN.fullmatch(self.sentence[number.end : time.start]):
                return time.period
        return None

    def _mark(self, label: str, number: Amount, value: Decimal, when: Period | None) -> Mark:
        return Mark(
            label=label,
            period=when,
            value=value,
            step=number.step,
            raw=number.raw,
            unit=number.unit,
            currency=number.currency,
            start=0,
            end=len(self.sentence),
        )
