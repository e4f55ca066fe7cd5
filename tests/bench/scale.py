"""What a library of very many passages costs: seconds to fill, milliseconds to ask, memory.

`python -m tests.bench.scale FOLDER [PASSAGES]` repeats the articles of a folder in the corpus's
format (its own, if there are none) with their sentences in another order and other numbers, until
there are so many passages. The last line is JSON: {passages, sources, fill_s, index_s, p50_ms,
p95_ms, most_ms, memory_mib, peak_mib}.
"""

import json
import random
import re
import resource
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from analysis.pipeline.library import Library
from analysis.types import Page, Question
from tests.bench import corpus
from tests.bench.corpus import Document
from tests.bench.importing import written
from tests.bench.retrieval import source

PASSAGES = 100_000
ENDS = re.compile(r"(?<=[.!?])\s+")
DIGIT = re.compile(r"\d")
QUESTIONS = ("What was the price of wheat at the port?", "Which mill bought barley last season?")
MIB = 1 << 20


def documents(folder: Path) -> Iterator[Document]:
    """Articles without end: first as they are, then with sentences moved and numbers changed."""
    given = corpus.articles(folder / "articles.jsonl") or [own(number) for number in range(100)]
    for turn in count():
        for document in given:
            yield document if not turn else moved(document, turn)


def own(number: int) -> Document:
    record = written(number)
    pages = (Page(number=1, text=record["text"]),)
    return Document(record["id"], record["title"], None, None, "en", corpus.ARTICLES, pages)


def moved(document: Document, turn: int) -> Document:
    dice = random.Random(f"{document.name} {turn}")  # noqa: S311 - the same in every run
    sentences = ENDS.split(document.pages[0].text)
    dice.shuffle(sentences)
    text = DIGIT.sub(lambda _: str(dice.randrange(10)), " ".join(sentences))
    return document._replace(name=f"{document.name}-{turn}", pages=(Page(number=1, text=text),))


def asked(folder: Path) -> list[Question]:
    texts = [one.question for one in corpus.questions(folder)] or QUESTIONS
    return [Question(key="q", section="s", text=text, query=text) for text in texts]


def filled(folder: Path, passages: int) -> Library:
    library, found = Library(), documents(folder)
    while library.passages_count() < passages:
        document = next(found)
        library.add(source(document), document.pages)
    return library


def resident() -> int:
    """Bytes of memory that the process holds now."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * resource.getpagesize()


def measured(folder: Path, passages: int) -> dict[str, float]:
    before, start = resident(), time.perf_counter()
    library = filled(folder, passages)
    ready = time.perf_counter()
    questions = asked(folder)
    library.rank(questions[0])
    indexed = time.perf_counter()
    waits = sorted(wait(library, question) for question in questions)
    return {
        "passages": library.passages_count(),
        "sources": len(library.volumes),
        "fill_s": round(ready - start, 1),
        "index_s": round(indexed - ready, 1),
        "p50_ms": round(waits[len(waits) // 2], 1),
        "p95_ms": round(waits[int(len(waits) * 0.95)], 1),
        "most_ms": round(waits[-1], 1),
        "memory_mib": round((resident() - before) / MIB),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def wait(library: Library, question: Question) -> float:
    start = time.perf_counter()
    library.rank(question)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    sizes = [int(one) for one in sys.argv[2:]] or [PASSAGES]
    sys.stdout.write(f"{json.dumps(measured(Path(sys.argv[1]), sizes[0]))}\n")
