"""Where the sentences of a text stand: exact offsets, whole sentences, no fragments."""

import re
from functools import lru_cache

import nupunkt
import sentencex

from analysis.pipeline.layout import CLOSING, Kind, blocks

BREAK = re.compile(r"[\n\r\t\f\v]")
PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n(?![ \t]*[•·▪◦‣●○■□➢*–—-] )[^\n]*\S[^\n]*)*")
ENDS = tuple(".!?。！？؟।…")
LEAD = " •·*-–—|>#~_"
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
    if not text.rstrip(CLOSING).endswith(ENDS):
        return False
    first = text.lstrip("\"'“‘«([（「『")[:2]
    return bool(first) and not (first[0].islower() and not first[1:].isupper())


def segments(text: str, start: int, end: int, language: str) -> list[Span]:
    """Cut `text[start:end]` at the ends of sentences, without surrounding blanks."""
    found: list[Span] = []
    for paragraph in PARAGRAPH.finditer(text, start, end):
        flat = BREAK.sub(" ", paragraph.group())
        for left, right in _joined(flat, _split(flat, language)):
            found += _trimmed(text, paragraph.start() + left, paragraph.start() + right)
    return found


def _split(flat: str, language: str) -> list[Span]:
    if language in ("en", ""):
        return nupunkt_spans(flat)
    return [
        (found["start_index"], found["end_index"])
        for found in sentencex.get_sentence_boundaries(language, flat)
    ]


def nupunkt_spans(flat: str) -> list[Span]:
    return [span for _, span in _english().tokenize_with_spans(flat)]


@lru_cache(maxsize=1)
def _english() -> "nupunkt.PunktSentenceTokenizer":
    return nupunkt.load_default_model()


def _joined(flat: str, spans: list[Span]) -> list[Span]:
    """A lower-case word begins no sentence: "EUR 2.3 bn. for the year" is one piece."""
    joined: list[Span] = []
    for start, end in spans:
        begun = flat[start : start + 2]
        if joined and begun[:1].islower() and not begun[1:].isupper():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    while start < end and (text[start].isspace() or text[start] in LEAD):
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return [(start, end)] if start < end else []
