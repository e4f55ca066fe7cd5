"""Where the sentences of a text stand: exact offsets, whole sentences, no fragments."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import nupunkt
import sentencex

from analysis.pipeline.layout import CLOSING, LETTERS, OPENING, Kind, blocks

BREAK = re.compile(r"[\n\r\t\f\v]")
ENDS = tuple(".!?。！？؟।…")  # noqa: RUF001
INNER_END = re.compile(r"[.!?][^\w\s]{0,4}\s+\S|[。！？؟।](?!$)")  # noqa: RUF001
WIDE_END = re.compile(r"[。！？؟।]")  # noqa: RUF001
BEFORE_NAME = re.compile(r"\b(?:approx|ca|incl|excl|resp|vs|Messrs|M|MM|Mme|Mlle)\.\s*$")
BEFORE_NUMBER = re.compile(
    r"\b(?:approx|ca|Rs|Nos?|Nr|Arts?|Figs?|Tab|Eq|Vol|Kap|Abs|vs)\.\s*$", re.I
)
# Words that end a sentence although the model takes them for abbreviations as well.
_EVERYDAY = """
ago all bed call can cancer chip day found hand ill life low mass met month
reports rest saw sent series sleep stock story talent tasks tax week will yard
""".split()  # noqa: SIM905 words
# Looked for from the full stop back: stops are few, and a word begins at every fifth letter.
_BEFORE = "|".join(rf"(?<=\b{word}\.)" for word in _EVERYDAY)
EVERYDAY = re.compile(rf"\.(?:{_BEFORE})\s+(?=[A-Z])")
LONGEST_WORD = 12
WINDOW = 4000
LEAD = re.compile(r"\s*(?:[•·▪◦‣●○■□➢*–—>#|-]+\s+)?")  # noqa: RUF001
Span = tuple[int, int]


def sentence_spans(text: str, language: str) -> list[Span]:
    """The whole sentences of a text as (start, end); rows and headings are none."""
    return [
        (start, end)
        for block in blocks(text)
        if block.kind is Kind.PROSE
        for start, end in segments(text, block.start, block.end, language)
        if is_sentence(text[start:end])
    ]


def is_sentence(text: str) -> bool:
    """Whether a piece of text is begun and ended as a sentence is."""
    if not (text.rstrip(CLOSING).endswith(ENDS) and LETTERS.search(text)):
        return False
    first = text.lstrip(OPENING)[:2]
    return bool(first) and not (first[0].islower() and not first[1:].isupper())


def segments(text: str, start: int, end: int, language: str) -> list[Span]:
    """Cut the paragraph `text[start:end]` at the ends of sentences, without blanks around."""
    flat = BREAK.sub(" ", text[start:end])
    pieces = _joined(flat, _split(flat, language))
    return [span for left, right in pieces if (span := _trimmed(text, start + left, start + right))]


def _split(flat: str, language: str) -> list[Span]:
    if not INNER_END.search(flat):
        return [(0, len(flat))]
    if language in ("en", "") and not WIDE_END.search(flat):
        return nupunkt_spans(flat)
    return [
        (start + found["start_index"], start + found["end_index"])
        for start, end in _windows(flat)
        for found in sentencex.get_sentence_boundaries(language or "en", flat[start:end])
    ]


def _windows(flat: str) -> Iterator[Span]:
    """A very long paragraph in parts; sentencex takes time by the square of the length."""
    start = 0
    while len(flat) - start > WINDOW:
        end = max(flat.rfind(mark, start, start + WINDOW) for mark in ENDS) + 1
        end = end if end > start else start + WINDOW
        yield start, end
        start = end
    yield start, len(flat)


def nupunkt_spans(flat: str) -> list[Span]:
    """The sentences, each with the blanks behind it."""
    starts = {start for start, _ in _english().span_tokenize(flat)} or {0}
    starts.update(word.end() for word in EVERYDAY.finditer(flat))
    return list(pairwise([*sorted(starts), len(flat)]))


@lru_cache(maxsize=1)
def _english() -> "nupunkt.PunktSentenceTokenizer":
    return nupunkt.load_default_model()


def _joined(flat: str, spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and _goes_on(flat[max(0, start - LONGEST_WORD) : start], flat[start : start + 2]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _goes_on(before: str, begun: str) -> bool:
    """A small letter begins no sentence ("EUR 2.3 bn. for the year"), and some words end none."""
    if begun[:1].islower() and not begun[1:].isupper():
        return True
    return bool(BEFORE_NUMBER.search(before) if begun[:1].isdigit() else BEFORE_NAME.search(before))


def _trimmed(text: str, start: int, end: int) -> Span | None:
    bullet = LEAD.match(text, start, end)
    start = bullet.end() if bullet else start
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
