"""What an import costs beside bare reading: 600 articles imported, parsed and indexed.

`python -m tests.bench.importing [FOLDER]` takes the articles.jsonl of a folder in the corpus's
format and repeats it with other words until there are enough; without one it writes its own.
Bare is what the same libraries do with nothing kept: JSON read, BM25 of bm25s indexed in memory.
Ours is `begin` and the worker's task (rows, files, prints, near-duplicates), then the library of
a run filled from the stored pages and asked once. `ratio` is by the clock on the wall,
`cpu_ratio` by the time of processors, which other work on the machine disturbs less.
The last line is JSON: {articles, import_s, index_s, bare_s, ratio, import_ratio, cpu_s,
bare_cpu_s, cpu_ratio}.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from analysis.types import Page
from researcher.kit import memory
from tests.bench.corpus import ARTICLES, Document, rows, say
from tests.bench.plain import Plain
from tests.bench.setting import fresh_product

COUNT = 600
# Imported when there is a product, since its models need one.
OURS = "tests.bench.import_once"
ROUNDS = 3
# Of each three words one is little, as in any English text.
LITTLE = "the of and to in for that is was are be with on as by from".split()  # noqa: SIM905 words
WORDS = [
    "harvest",
    "wheat",
    "barley",
    "export",
    "port",
    "price",
    "market",
    "season",
    "rain",
    "buyer",
    "mill",
    "rail",
    "stock",
]
QUESTION = "What did the study find about the price of wheat?"


def main(folder: Path | None) -> None:
    lines = [json.dumps(one, ensure_ascii=False) for one in articles(folder)]
    content = "\n".join(lines).encode()
    say(f"{len(lines)} articles, {len(content) >> 10:,} kB; best of {ROUNDS} rounds")
    with fresh_product():
        # As a worker does before its first task.
        import_module(OURS)
        memory.settle()
        told = measured(content)
    print(json.dumps({"articles": len(lines), **told}))


def articles(folder: Path | None) -> list[dict[str, Any]]:
    """As many different articles as are measured."""
    path = folder / "articles.jsonl" if folder else None
    given = list(rows(path)) if path and path.exists() else [written(n) for n in range(COUNT)]
    return [other(given[n % len(given)], n // len(given), n) for n in range(COUNT)]


def written(number: int) -> dict[str, Any]:
    dice = random.Random(number)  # noqa: S311 - the same in every run
    paragraphs = (" ".join(_sentence(dice) for _ in range(10)) for _ in range(11))
    text = "\n\n".join([f"Report {number}.", *paragraphs])
    return {"id": f"w-{number}", "title": f"Report {number}", "url": "", "text": text}


def _sentence(dice: random.Random) -> str:
    words = [*dice.choices(WORDS, k=9), *dice.choices(LITTLE, k=5)]
    dice.shuffle(words)
    return " ".join(words).capitalize() + "."


def other(record: dict[str, Any], turn: int, number: int) -> dict[str, Any]:
    """The record itself at first; later one in which every fourth word is another."""
    if not turn:
        return record
    words = record["text"].split(" ")
    words[::4] = (f"{word}{turn}" for word in words[::4])
    return {**record, "id": f"{record['id']}-{number}", "text": " ".join(words)}


def measured(content: bytes) -> dict[str, float]:
    bares = [took(lambda: read_bare(content)) for _ in range(ROUNDS)]
    bare, bare_cpu = (min(times) for times in zip(*bares, strict=True))
    ours = [import_module(OURS).once(content, turn) for turn in range(ROUNDS)]
    imported, indexed, _ = min(ours, key=lambda times: times[0] + times[1])
    cpu = min(times[2] for times in ours)
    return {
        "import_s": round(imported, 2),
        "index_s": round(indexed, 2),
        "bare_s": round(bare, 2),
        "ratio": round((imported + indexed) / bare, 2),
        "import_ratio": round(imported / bare, 2),
        "cpu_s": round(cpu, 2),
        "bare_cpu_s": round(bare_cpu, 2),
        "cpu_ratio": round(cpu / bare_cpu, 2),
    }


def read_bare(content: bytes) -> None:
    """Read the lines, index them with bm25s, ask once."""
    documents = [
        Document(
            str(n),
            one.get("title", ""),
            None,
            None,
            "en",
            ARTICLES,
            (Page(number=1, text=one["text"]),),
        )
        for n, one in enumerate(map(json.loads, content.splitlines()))
    ]
    Plain(documents).rank(QUESTION, 10)


def took(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds on the wall, and of the processor."""
    began, spent = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - spent


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
