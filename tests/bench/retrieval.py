"""How well our library finds gold evidence, beside plain BM25 in the same run.

    python -m tests.bench.retrieval FOLDER

Then the same for questions that nobody tuned for (`unseen.py`), and ours with the order of the
meaning beside ours without it, where a model for embeddings is named (`meaning.py`).
The last line of the output is one JSON object: {set: {"bm25": {...}, "ours": {...}}}, with a third
entry "meaning" where it was measured.
"""

import argparse
import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from statistics import mean
from typing import Generic, NamedTuple, Protocol, TypeVar
from uuid import uuid4

from analysis.pipeline.library import Library
from analysis.types import Page, Question, SourceRef
from tests.bench import corpus, scoring, unseen
from tests.bench.corpus import Asked, Document
from tests.bench.meaning import MISSING, Meanings, WithMeaning, from_environment
from tests.bench.plain import Plain
from tests.bench.scoring import CUTS, Hit, Right

MEASURES = (*(f"r{cut}" for cut in CUTS), "mrr")
Scores = dict[str, float]
Kinds = Mapping[str, Sequence["Outcome"]]


class Ranker(Protocol):
    def rank(self, question: str, limit: int) -> list[Hit]: ...


R = TypeVar("R", bound=Ranker)


class Ours:
    """The product's library with the documents as its sources."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.library = Library()
        for document in documents:
            self.library.add(source(document), document.pages)

    def rank(self, question: str, limit: int) -> list[Hit]:
        asked = Question(key="q", section="s", text=question, query=question)
        found = self.library.rank(asked, limit)
        return [Hit(passage.source, passage.page, passage.text) for passage in found]


class Timed(NamedTuple, Generic[R]):
    """A ranker of one group of documents, and the CPU seconds that it took to build."""

    ranker: R
    seconds: float


class Outcome(NamedTuple):
    """What both rankers scored for one question, by one measure of being right."""

    kind: str
    bm25: Scores
    ours: Scores
    meaning: Scores | None = None


def source(document: Document) -> SourceRef:
    return SourceRef(
        key=document.name,
        id=uuid4(),
        name=document.name,
        title=document.title,
        media_type="application/pdf" if document.group == "pdf" else "text/plain",
        language=document.language,
        pages=len(document.pages),
        characters=sum(len(page.text) for page in document.pages),
        sha256="",
        fetched_at=datetime.now(UTC),
        published_on=document.published_on,
        as_of=document.as_of,
    )


def warm() -> None:
    """Load once what a process loads once, so that it is not counted to the first document."""
    library = Library()
    page = Page(number=1, text="One sentence. And another one.")
    library.add(source(Document("warm", "", None, None, "en", "texts", (page,))), [page])


def build(make: Callable[[Sequence[Document]], R], documents: Sequence[Document]) -> Timed[R]:
    gc.freeze()  # what is there already is not searched for garbage at this one's cost
    start = time.process_time()
    ranker = make(documents)
    ranker.rank("warm up", 1)
    return Timed(ranker, time.process_time() - start)


def kinds_of_right(asked: Asked) -> dict[str, Right]:
    """The measures of a question by the name of the set that they are printed under."""
    found: dict[str, Right] = {asked.kind: scoring.in_document}
    if asked.paged:
        found[f"{asked.kind}_page"] = scoring.on_page
    found[f"{asked.kind}_fact"] = scoring.carried
    return found


def outcomes(
    asked: Asked, bm25: Sequence[Hit], ours: Sequence[Hit], meaning: Sequence[Hit] | None = None
) -> list[Outcome]:
    return [
        Outcome(
            kind,
            scoring.scores(asked, bm25, right),
            scoring.scores(asked, ours, right),
            None if meaning is None else scoring.scores(asked, meaning, right),
        )
        for kind, right in kinds_of_right(asked).items()
    ]


class Group(NamedTuple):
    """Documents that are searched together, and both rankers over them."""

    documents: dict[str, Document]
    bm25: Timed[Plain]
    ours: Timed[Ours]
    milliseconds: list[float]
    exact: list[bool]
    meaning: Ranker | None

    def ask(self, asked: Asked) -> list[Outcome]:
        start = time.perf_counter()
        ours = self.ours.ranker.rank(asked.question, CUTS[-1])
        self.milliseconds.append((time.perf_counter() - start) * 1000)
        self.exact.extend(self._verbatim(hit) for hit in ours)
        plain = self.bm25.ranker.rank(asked.question, CUTS[-1])
        meant = self.meaning.rank(asked.question, CUTS[-1]) if self.meaning else None
        return outcomes(asked, plain, ours, meant)

    def _verbatim(self, hit: Hit) -> bool:
        pages = {page.number: page.text for page in self.documents[hit.document].pages}
        return hit.text in pages[hit.page]


def group(documents: Sequence[Document], meanings: Meanings | None = None) -> Group:
    by_name = {document.name: document for document in documents}
    plain, ours = build(Plain, documents), build(Ours, documents)
    meaning = WithMeaning(ours.ranker.library, meanings) if meanings else None
    return Group(by_name, plain, ours, [], [], meaning)


def groups(documents: Sequence[Document], meanings: Meanings | None = None) -> dict[str, Group]:
    ordered = sorted(documents, key=lambda one: one.group)
    return {
        name: group(list(members), meanings)
        for name, members in groupby(ordered, key=lambda one: one.group)
    }


def ask_all(found: dict[str, Group], questions: Sequence[Asked]) -> list[Outcome]:
    """Every question asked of the group that holds all of its documents."""
    outcomes_of_all = []
    for asked in questions:
        homes = [one for one in found.values() if asked.documents <= one.documents.keys()]
        if homes:
            outcomes_of_all += homes[0].ask(asked)
        else:
            corpus.say(f"skipped: {asked.id}: {sorted(asked.documents)} could not be read")
    return outcomes_of_all


def averages(members: Sequence[Outcome]) -> dict[str, Scores]:
    return {
        name: {
            measure: round(mean(getattr(one, name)[measure] for one in members), 4)
            for measure in MEASURES
        }
        for name in ("bm25", "ours", "meaning")
        if getattr(members[0], name) is not None
    }


def row(kind: str, members: Sequence[Outcome], one: str = "bm25", other: str = "ours") -> str:
    """One line of the table: one > other and the interval of the difference, per measure."""
    cells = []
    means = averages(members)
    for measure in MEASURES:
        differences = [getattr(m, other)[measure] - getattr(m, one)[measure] for m in members]
        low, high = scoring.interval(differences)
        pair = f"{means[one][measure]:.2f} > {means[other][measure]:.2f}"
        cells.append(f"{pair} ({low:+.2f} {high:+.2f})")
    return f"{kind:<20}{len(members):>3}  " + "  ".join(cells)


def table(title: str, by_kind: Kinds, one: str = "bm25", other: str = "ours") -> None:
    say(f"{title:<20}  n  " + "  ".join(f"{measure:<27}" for measure in MEASURES))
    for kind, members in by_kind.items():
        say(row(kind, members, one, other))
    worse = [
        f"{kind} {measure} {found[other][measure] - found[one][measure]:+.3f}"
        for kind, members in by_kind.items()
        for found in [averages(members)]
        for measure in MEASURES
        if found[other][measure] < found[one][measure]
    ]
    say(f"worse: {', '.join(worse) or 'nowhere'}")


def costs(name: str, one: Group) -> str:
    waits = sorted(one.milliseconds) or [0.0]
    ratio = one.ours.seconds / max(one.bm25.seconds, 1e-9)
    exact = f"{sum(one.exact)} of {len(one.exact)} quotes exact"
    return (
        f"{name:<10}{len(one.documents)} documents: plain BM25 {one.bm25.seconds:.2f} CPU s, "
        f"ours {one.ours.seconds:.2f} ({ratio:.1f}x); rank() {waits[len(waits) // 2]:.1f} ms, "
        f"at most {waits[-1]:.1f}; {exact}"
    )


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        found.setdefault(one.kind, []).append(one)
    return found


def report(folder: Path) -> dict[str, dict[str, Scores]]:
    start = time.process_time()
    documents = corpus.documents(folder)
    say(f"{len(documents)} documents read in {time.process_time() - start:.2f} CPU s")
    warm()
    meanings = from_environment()
    found = groups(documents, meanings)
    asked = corpus.questions(folder)
    gold = by_kind(ask_all(found, asked))
    table("plain BM25 > ours", gold)
    made = by_kind(ask_all(found, unseen.questions(documents, asked)))
    table("made: plain > ours", made)
    if meanings:
        table("ours > with meaning", {**gold, **made}, "ours", "meaning")
    else:
        say(MISSING)
    for name, one in found.items():
        say(costs(name, one))
    say(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    return {kind: averages(members) for kind, members in gold.items()}


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="a folder in the corpus's format")
    say(json.dumps(report(parser.parse_args().folder)))


if __name__ == "__main__":
    main()
