"""Where the sentences of a text stand: exact offsets, whole sentences, no fragments."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import nupunkt
import sentencex

from analysis.pipeline.layout import CLOSING, LETTERS, OPENING, Kind, blocks

BREAKS = "\n\r\t\f\v"
ENDS = tuple(".!?。！？؟।…")  # noqa: RUF001
INNER_END = re.compile(r"[.!?][^\w\s]{0,4}\s+\S|[。！？؟।](?!$)")  # noqa: RUF001
WIDE_END = re.compile(r"[。！？؟।]")  # noqa: RUF001
_BEFORE_NAME = ("approx", "ca", "incl", "excl", "resp", "vs", "Messrs", "M", "MM", "Mme", "Mlle")
BEFORE_NAME = re.compile(rf"\b(?:{'|'.join(_BEFORE_NAME)})\.\s*$")
NAME_ENDS = tuple(f"{word}." for word in _BEFORE_NAME)
BEFORE_NUMBER = re.compile(
    r"\b(?:approx|ca|Rs|Nos?|Nr|Arts?|Figs?|Tab|Eq|Vol|Kap|Abs|vs)\.\s*$", re.I
)
# Words that end a sentence although the model takes them for abbreviations as well.
_EVERYDAY = """
ago all bed call can cancer chip day found hand ill life low mass met month
reports rest saw sent series sleep stock story talent tasks tax week will yard
""".split()  # noqa: SIM905 words
EVERYDAY = tuple(f"{word}." for word in _EVERYDAY)
EVERYDAY_WORD = re.compile("|".join(rf"(?<=\b{re.escape(word)})" for word in EVERYDAY))
NEXT = re.compile(r"\.\s+(?=[A-Z])")
LONGEST_WORD = 12
# A blank of another kind between a letter and a full stop ends the process that sentencex is in.
WIDE_BLANK = re.compile(r"[^\S ](?=\s*\.)")
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
    flat = text[start:end]
    for mark in BREAKS:
        flat = flat.replace(mark, " ")
    pieces = _joined(flat, _split(flat, language))
    return [span for left, right in pieces if (span := trimmed(text, start + left, start + right))]


def _split(flat: str, language: str) -> list[Span]:
    if not INNER_END.search(flat):
        return [(0, len(flat))]
    if language in ("en", "") and (flat.isascii() or not WIDE_END.search(flat)):
        return nupunkt_spans(flat)
    flat = WIDE_BLANK.sub(" ", flat)
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
    starts.update(found.end() for found in NEXT.finditer(flat) if _is_everyday(flat, found))
    return list(pairwise([*sorted(starts), len(flat)]))


def _is_everyday(flat: str, found: re.Match[str]) -> bool:
    """Whether the word before a full stop ends a sentence there."""
    end = found.start() + 1
    return flat.endswith(EVERYDAY, 0, end) and bool(EVERYDAY_WORD.match(flat, end))


@lru_cache(maxsize=1)
def _english() -> "nupunkt.PunktSentenceTokenizer":
    return nupunkt.load_default_model()


def _joined(flat: str, spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and _goes_on(flat, start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _goes_on(flat: str, start: int) -> bool:
    """A small letter begins no sentence ("EUR 2.3 bn. for the year"), and some words end none."""
    first = flat[start : start + 1]
    if first.islower() and not flat[start + 1 : start + 2].isupper():
        return True
    before = flat[max(0, start - LONGEST_WORD) : start]
    if first.isdigit():
        return bool(BEFORE_NUMBER.search(before))
    return before.rstrip().endswith(NAME_ENDS) and bool(BEFORE_NAME.search(before))


def trimmed(text: str, start: int, end: int) -> Span | None:
    """The part without a bullet before it and without blanks around it."""
    if not text[start : start + 1].isalnum():
        bullet = LEAD.match(text, start, end)
        start = bullet.end() if bullet else start
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
