"""How often an older report stands first where a newer one of the same company is there too.

    python -m tests.bench.stale FOLDER

Every two dated files of FOLDER that are editions of one thing (reports of one company, minutes of
one title) are a library of their own, asked for the present state of each row of a table, and of
each name, that both have, in three ways. The last line is JSON: {pairs, questions, older_first};
`older_first` must be 0.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, groupby
from pathlib import Path
from typing import NamedTuple

from analysis.pipeline.subjects import company, family
from tests.bench import corpus
from tests.bench.corpus import ARTICLES, Document
from tests.bench.retrieval import Ours
from tests.bench.unseen import labels

NAME, OFTEN = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b"), 3
TIME = re.compile(r"month|quarter|year|week|period", re.I)
WAYS = ("What is {}'s {}?", "What is the current {1} of {0}?", "{}: {}, latest report")


class Pair(NamedTuple):
    """Two reports of one company, of which one is newer."""

    owner: str
    older: Document
    newer: Document

    def questions(self) -> Iterator[str]:
        for label in sorted(matters(self.older) & matters(self.newer)):
            yield from (way.format(self.owner.title(), label) for way in WAYS)


def pairs(documents: Sequence[Document]) -> Iterator[Pair]:
    """Every two dated documents of one company, the older first."""
    owned = [(owner(one), one) for one in documents if one.as_of or one.published_on]
    ordered = sorted((one for one in owned if one[0]), key=lambda one: (one[0], age(one[1])))
    for name, members in groupby(ordered, key=lambda one: one[0]):
        for (_, older), (_, newer) in combinations(list(members), 2):
            if age(older) < age(newer):
                yield Pair(name, older, newer)


def owner(document: Document) -> str:
    text = "\n".join(page.text for page in document.pages)
    return company(document.title, text) or family(document.title)


def matters(document: Document) -> set[str]:
    """What can be asked of it: the rows of its tables, and the names that it calls often.

    A stretch of time is none: the question would be about that time.
    """
    called = Counter(name for page in document.pages for name in NAME.findall(page.text))
    often = {name for name, times in called.items() if times >= OFTEN}
    return {one for one in labels(document) | often if not TIME.search(one)}


def age(document: Document) -> str:
    return str(document.as_of or document.published_on)


def stale(pair: Pair) -> Iterator[tuple[str, bool]]:
    """Each question of a pair, and whether the older report stood first."""
    ranker = Ours([pair.older, pair.newer])
    for question in pair.questions():
        found = ranker.rank(question, 1)
        yield question, bool(found) and found[0].document == pair.older.name


def report(folder: Path) -> dict[str, int]:
    """Print what went wrong; how many pairs and questions there were, and how often it did."""
    found = list(pairs([one for one in corpus.documents(folder) if one.group != ARTICLES]))
    asked = 0
    older_first = 0
    for pair in found:
        for question, wrong in stale(pair):
            asked += 1
            older_first += wrong
            if wrong:
                corpus.say(f"older first: {question} ({pair.older.name} for {pair.newer.name})")
    return {"pairs": len(found), "questions": asked, "older_first": older_first}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="a folder in the corpus's format")
    sys.stdout.write(f"{json.dumps(report(parser.parse_args().folder))}\n")
