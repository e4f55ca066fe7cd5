"""Cover: how many sources have something to say on each question, by its words alone."""

import re
from collections.abc import Iterator, Sequence

from analysis.pipeline import wording
from analysis.types import Page

# Words of a question count together when they stand within so many characters.
PIECE = 2_000
SHARE, MOST_WORDS = 0.6, 8
BREAK = re.compile(r"\n\s*\n")


class Cover:
    """Lives in a child process: given sources, then asked which questions they cover."""

    def __init__(self) -> None:
        self.sources: list[list[str]] = []

    def add(self, pages: Sequence[Page]) -> None:
        self.sources.append([piece for page in pages for piece in pieces(page.text.casefold())])

    def counts(self, words: Sequence[Sequence[str]]) -> list[int]:
        """For the words of each question, the number of sources with most of them in one place."""
        return [
            sum(covers(source, asked[:MOST_WORDS]) for source in self.sources) for asked in words
        ]


def covers(source: Sequence[str], words: Sequence[str]) -> bool:
    least = SHARE * len(words)
    return any(len(wording.mentions(piece, words)) >= least for piece in source)


def pieces(text: str) -> Iterator[str]:
    """Paragraphs, put together while they fit; a long one as it is."""
    held = ""
    for part in BREAK.split(text):
        if held and len(held) + len(part) > PIECE:
            yield held
            held = ""
        held = f"{held}\n\n{part}" if held else part
    if held:
        yield held
