"""Questions that nobody tuned for, made by rule of what documents say where no gold question looks.

The same dice make the same questions in every run, of any folder in the corpus's format:

* `words`: a sentence without every other of its words, or pair of characters, finds where it
  stands: per kind of document (articles, PDFs by page, other texts, other languages);
* `bridges`: words of two articles, of which one calls the other by its title, find both;
* `headings`: words of an article's title and the heading of a part of it find that part;
* `speakers`: words that somebody said in a transcript, with his name before them, find it;
* `rows`: "What was Acme's total net sales in the period ended June 25, 2022?" finds a page of that
  report, of several of one company, on which a row is so called.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from analysis.pipeline.subjects import company
from tests.bench.corpus import ARTICLES, Asked, Document, Fact
from tests.bench.scoring import folded

MOST, FROM_EACH, KEPT, SHORT = 40, 8, 0.5, 4
TELLING = 5  # so many letters has a word that says what a question is about; three are needed
SENTENCE = re.compile(r"(?<=[.!?\n] )[^\W\d_][^.!?\n]{60,300}[.!?](?=\s)|[^.!?。\n]{20,120}[。؟]")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}")
WORD = re.compile(rf"{UNSPACED.pattern}|[^\W_]+(?:['’.,-][^\W_]+)*")
HEADING = re.compile(r"^(?P<heading>[A-Z][A-Z .&,/-]{5,70}):[ ]*\n+(?P<first>[^\n]{60,})", re.M)
SAID = re.compile(r"^(?P<who>[A-Z][A-Z .]{4,40}):\s+(?P<what>[^\n]{200,})", re.M)
ROW = re.compile(
    r"^(?P<label>[A-Z][a-z]+(?: [a-z][a-z,&-]+){1,7}) \$? ?\(?\d[\d,.]+ [\d,. $()%]+$", re.M
)

Dice = random.Random
Made = Iterator[Asked]


def questions(documents: Sequence[Document], seen: Iterable[Asked]) -> list[Asked]:
    """At most 40 of each set; articles of which a question was `seen` take no part."""
    used = set().union(*(one.documents for one in seen))
    fresh = [one for one in documents if one.group != ARTICLES or one.name not in used]
    found: list[Asked] = []
    for kind, make in SETS.items():
        dice = random.Random(f"unseen {kind}")  # noqa: S311 - the same in every run
        made = [one for one in make(fresh, dice) if tells(one.question)]
        chosen = dice.sample(made, min(MOST, len(made)))
        found += [one._replace(id=f"{kind}-{at}", kind=kind) for at, one in enumerate(chosen)]
    return found


def asked(question: str, *facts: Fact) -> Asked:
    return Asked("", "", question, facts)


def tells(question: str) -> bool:
    """Whether it can be understood: a question of "the", "is" and "which" asks for nothing."""
    found = WORD.findall(question)
    return sum(len(one) >= TELLING or bool(UNSPACED.match(one)) for one in found) >= 3


def fact(document: Document, words: str, pages: Iterable[int | None] = (None,)) -> Fact:
    return Fact((words,), frozenset((document.name, page) for page in pages))


def thinned(text: str, dice: Dice) -> str:
    """About every other word, in their order; at least four."""
    words = WORD.findall(text)
    kept = sorted(
        dice.sample(range(len(words)), max(min(SHORT, len(words)), int(KEPT * len(words))))
    )
    return " ".join(words[at] for at in kept)


def sentences(text: str, dice: Dice, most: int = FROM_EACH) -> list[str]:
    found = [one.strip() for one in SENTENCE.findall(text)]
    return dice.sample(found, min(most, len(found)))


def words(wanted: Callable[[Document], bool]) -> Callable[[Sequence[Document], Dice], Made]:
    def made(documents: Sequence[Document], dice: Dice) -> Made:
        for document in filter(wanted, documents):
            paged = document.group == "pdf"
            for page in document.pages:
                for said in sentences(page.text, dice, 1 if paged else FROM_EACH):
                    yield asked(thinned(said, dice), everywhere(documents, said, paged))

    return made


def everywhere(documents: Sequence[Document], said: str, paged: bool) -> Fact:
    """A sentence wherever it stands word for word: reports repeat themselves."""
    places = frozenset(
        (one.name, page.number if paged else None)
        for one in documents
        for page in one.pages
        if folded(said) in folded(page.text)
    )
    return Fact((said,), places)


def bridges(documents: Sequence[Document], dice: Dice) -> Made:
    titled = [one for one in documents if one.group == ARTICLES and len(one.title) > SHORT]
    for one in titled:
        for other in titled:
            if one is not other and (met := calling(one, other)):
                told = next(iter(sentences(f". {other.pages[0].text}", dice, 1)), "")
                question = f"{thinned(met.replace(other.title, ''), dice)} {thinned(told, dice)}"
                if told:
                    yield asked(question, fact(one, met), fact(other, told))


def calling(one: Document, other: Document) -> str:
    """The sentence of one that calls the other by its title; "" if there is none."""
    text = one.pages[0].text
    if other.title not in text:
        return ""
    return next((said for said in SENTENCE.findall(f". {text}") if other.title in said), "")


def headings(documents: Sequence[Document], dice: Dice) -> Made:
    for document in documents:
        for part in HEADING.finditer(document.pages[0].text):
            if document.title and not part["heading"].startswith("TITLE"):
                question = f"{thinned(document.title, dice)}: {part['heading'].lower()}"
                yield asked(question, fact(document, part["first"][:300]))


def speakers(documents: Sequence[Document], dice: Dice) -> Made:
    for document in (one for one in documents if one.group != ARTICLES):
        for part in SAID.finditer(document.pages[0].text):
            for said in sentences(part["what"], dice, 1):
                yield asked(f"{part['who'].title()}: {thinned(said, dice)}", fact(document, said))


def labels(document: Document) -> set[str]:
    """What the rows of its tables are called, where that is more than one word."""
    return {row["label"] for page in document.pages for row in ROW.finditer(page.text)}


def rows(documents: Sequence[Document], dice: Dice) -> Made:
    for document in documents:
        text = "\n".join(page.text for page in document.pages)
        owner = company(document.title, text)
        if not owner or not document.as_of:
            continue
        ended = f"{document.as_of:%B} {document.as_of.day}, {document.as_of.year}"
        for label in sorted(labels(document)):
            pages = [page.number for page in document.pages if f"\n{label} " in page.text]
            question = f"What was {owner.title()}'s {label.lower()} in the period ended {ended}?"
            if pages:
                yield asked(question, fact(document, label, pages))


def is_foreign(document: Document) -> bool:
    return document.group == "texts" and document.language != "en"


SETS: dict[str, Callable[[Sequence[Document], Dice], Made]] = {
    "words_articles": words(lambda one: one.group == ARTICLES),
    "words_pdf": words(lambda one: one.group == "pdf"),
    "words_texts": words(lambda one: one.group == "texts" and one.language == "en"),
    "words_foreign": words(is_foreign),
    "bridges": bridges,
    "headings": headings,
    "speakers": speakers,
    "rows": rows,
}
