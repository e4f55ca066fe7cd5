"""The floor: plain BM25 of bm25s over 200-word passages or single PDF pages."""

from collections.abc import Sequence

import bm25s
import Stemmer

from tests.bench.corpus import ARTICLES, Document
from tests.bench.scoring import Hit

WORDS, STEP = 200, 150


class Plain:
    """English stemmer and stop words, each unit under its title, ranked by the bare question."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.units = [unit for document in documents for unit in units(document)]
        self.stemmer = Stemmer.Stemmer("english")
        self.index = bm25s.BM25()
        titles = {one.name: one.title if one.group == ARTICLES else one.name for one in documents}
        texts = [f"{titles[unit.document]}\n{unit.text}" for unit in self.units]
        self.index.index(self._tokens(texts), show_progress=False)

    def rank(self, question: str, limit: int) -> list[Hit]:
        found, _ = self.index.retrieve(
            self._tokens([question]), k=min(limit, len(self.units)), show_progress=False
        )
        return [self.units[number] for number in found[0]]

    def _tokens(self, texts: list[str]) -> bm25s.tokenization.Tokenized:
        return bm25s.tokenize(texts, stopwords="en", stemmer=self.stemmer, show_progress=False)


def units(document: Document) -> list[Hit]:
    """Single pages of a PDF, else passages of 200 words that overlap by 50."""
    if document.group == "pdf":
        return [Hit(document.name, page.number, page.text) for page in document.pages]
    return [
        Hit(document.name, page.number, text)
        for page in document.pages
        for text in windows(page.text)
    ]


def windows(text: str) -> list[str]:
    words = text.split()
    starts = range(0, max(1, len(words) - (WORDS - STEP)), STEP)
    return [" ".join(words[start : start + WORDS]) for start in starts]
