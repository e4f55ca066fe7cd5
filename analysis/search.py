"""Words in, places out: over a user's own documents and the findings of his completed analyses."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, takewhile
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from analysis.models import Collection, Document, Source, SourcePage, StageOutput, Status
from analysis.pipeline.tokens import UNSPACED, WORD, pairs, terms, tokens
from analysis.pipeline.volume import Stored
from analysis.types import Finding, FindingKind, Page, Passage, SourceRef, Stage, Verdict
from researcher.kit.frozen import Frozen
from researcher.kit.warm import WARM

RANKED = "analysis.pipeline.library:ranked"

# The database chooses so many pages; the best of them are cut into passages, which costs time.
PAGES = 100
PAGES_CUT = 16
ANALYSES = 500
WORDS = 12
SHORTEST_STEM = 3


class Span(Frozen):
    """Characters text[start:end]."""

    start: int
    end: int


class FoundPassage(Frozen):
    """A passage page.text[start:end] of a document; `highlights` are places within `text`."""

    document: UUID
    name: str
    page: int
    start: int
    end: int
    text: str
    highlights: tuple[Span, ...]
    score: float


class FoundFinding(Frozen):
    """A finding of a completed analysis; `highlights` are places within `text`."""

    analysis: UUID
    topic: str
    id: str
    text: str
    kind: FindingKind
    verdict: Verdict
    confidence: float
    highlights: tuple[Span, ...]
    score: float


def passages(
    *, owner: AbstractBaseUser, query: str, limit: int, collection: Collection | None = None
) -> list[FoundPassage]:
    """The passages of the owner's documents that say most about the query, best first.

    With a collection only of those that stand in it.
    """
    mine = Document.objects.visible_to(owner)
    mine = mine.filter(collections=collection) if collection else mine
    best = _best(_pages(mine, stems := _stems(query)), stems)[: max(PAGES_CUT, limit)]
    best.sort(key=lambda page: (page.source_id, page.number))
    sources = {str(page.source_id): page.source for page in best}
    found = WARM.call(RANKED, _volumes(best), query, limit, returns=list[Passage]) if best else []
    documents = _documents(mine, {passage.source for passage in found})
    return [
        _found_passage(passage, documents[passage.source], sources[passage.source].language, query)
        for passage in found
    ]


def findings(*, owner: AbstractBaseUser, query: str, limit: int) -> list[FoundFinding]:
    """The findings of the owner's completed analyses that say most about the query."""
    rows = list(_findings(owner))
    scores = _scores([set(tokens(finding.text, "")) for _, finding in rows], set(tokens(query, "")))
    best = sorted((number for number, score in scores.items() if score), key=scores.__getitem__)
    return [
        _found_finding(*rows[number], query, scores[number]) for number in best[: -limit - 1 : -1]
    ]


def _scores(texts: Sequence[set[str]], wanted: set[str]) -> dict[int, float]:
    """How much of the query each short text says; a word that few of them use counts more."""
    users = Counter(term for text in texts for term in text & wanted)
    worth = {term: math.log(1 + len(texts) / count) for term, count in users.items()}
    return {number: sum(worth[term] for term in text & wanted) for number, text in enumerate(texts)}


# --- candidates -------------------------------------------------------------------------


def _volumes(pages: Iterable[SourcePage]) -> list[Stored]:
    return [
        Stored(_source_ref(source), [Page(number=page.number, text=page.text) for page in group])
        for source, group in groupby(pages, key=lambda page: page.source)
    ]


def _pages(documents: "QuerySet[Document]", stems: Sequence[str]) -> list[SourcePage]:
    """The pages of the documents that hold most of the words."""
    pages = SourcePage.objects.filter(source__in=documents.values("source"))
    holds = [_holds(stem) for stem in stems]
    return list(_holding(pages, holds)[:PAGES]) if holds else []


def _holding(pages: QuerySet[SourcePage], holds: Sequence[Q]) -> QuerySet[SourcePage]:
    ones = [Case(When(hold, then=1), default=0, output_field=IntegerField()) for hold in holds]
    words = sum(ones, start=Value(0))
    return (
        pages.annotate(words=words)
        .filter(words__gt=0)
        .select_related("source")
        .order_by("-words", "-source_id", "number")
    )


def _best(pages: list[SourcePage], stems: Sequence[str]) -> list[SourcePage]:
    """The pages by how often they hold the words for their length; rare words count more."""
    counts = [[page.text.lower().count(stem) for stem in stems] for page in pages]
    holders = [sum(map(bool, column)) for column in zip(*counts, strict=True)]
    worth = [math.log(1 + len(pages) / (1 + holder)) for holder in holders]
    usual = sum(len(page.text) for page in pages) / max(1, len(pages))

    def score(number: int) -> float:
        norm = 0.5 + len(pages[number].text) / (1 + usual)
        found = zip(counts[number], worth, strict=True)
        return sum(value * count / (count + norm) for count, value in found)

    return [pages[number] for number in sorted(range(len(pages)), key=score, reverse=True)]


def _holds(word: str) -> Q:
    # SQLite folds the case of ASCII letters only.
    forms = {word} if word.isascii() else {word, word.capitalize(), word.upper()}
    return Q(*[("text__icontains", form) for form in sorted(forms)], _connector=Q.OR)


def _stems(query: str) -> list[str]:
    """What a page must contain of each word: what the word shares with its stem."""
    found: dict[str, None] = {}
    for word in WORD.findall(query.lower()):
        for term in terms(word, ""):
            stem = _shared(word, term)
            found[stem if len(stem) >= SHORTEST_STEM else (term if term in word else word)] = None
    return list(found)[:WORDS]


def _shared(word: str, term: str) -> str:
    """How the two begin alike."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(word, term, strict=False))
    return "".join(letter for letter, _ in alike)


def _source_ref(source: Source) -> SourceRef:
    return SourceRef(
        key=str(source.pk),
        id=source.pk,
        name=source.title,
        media_type=source.media_type,
        language=source.language,
        pages=source.pages_count,
        characters=source.characters,
        sha256=source.sha256,
        fetched_at=source.fetched_at,
    )


def _documents(documents: "QuerySet[Document]", sources: Iterable[str]) -> dict[str, Document]:
    """The document of each source: the oldest, where there are several."""
    rows = documents.filter(source_id__in=list(sources))
    return {str(document.source_id): document for document in rows.order_by("-created_at")}


def _findings(owner: AbstractBaseUser) -> Iterator[tuple[dict[str, Any], Finding]]:
    """Every finding of the newest analyses, with the id and topic of its analysis."""
    rows = StageOutput.objects.filter(
        stage=Stage.REPORT, analysis__owner_id=owner.pk, analysis__status=Status.COMPLETED
    ).order_by("-analysis__created_at")
    names = ("analysis_id", "analysis__topic", "output__findings")
    for row in rows.values(*names)[:ANALYSES]:
        for finding in row["output__findings"] or []:
            yield row, Finding.model_validate(finding)


# --- results ----------------------------------------------------------------------------


def _found_passage(passage: Passage, document: Document, language: str, query: str) -> FoundPassage:
    return FoundPassage(
        document=document.pk,
        name=document.name,
        page=passage.page,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        highlights=highlights(passage.text, query, language),
        score=passage.score,
    )


def _found_finding(row: dict[str, Any], finding: Finding, query: str, score: float) -> FoundFinding:
    return FoundFinding(
        analysis=row["analysis_id"],
        topic=row["analysis__topic"],
        id=finding.id,
        text=finding.text,
        kind=finding.kind,
        verdict=finding.verdict,
        confidence=finding.confidence,
        highlights=highlights(finding.text, query, ""),
        score=score,
    )


def highlights(text: str, query: str, language: str) -> tuple[Span, ...]:
    """Where the words of the query, in any of their forms, stand in a text."""
    wanted = set(tokens(query, language))
    spans: list[Span] = []
    for start, end in _places(text, wanted, language):
        if spans and start <= spans[-1].end:
            start = spans.pop().start
        spans.append(Span(start=start, end=end))
    return tuple(spans)


def _places(text: str, wanted: set[str], language: str) -> Iterator[tuple[int, int]]:
    for word in WORD.finditer(text):
        if UNSPACED.search(word.group()):
            # Scripts without blanks: a "word" is a whole clause, so its pairs are looked at.
            for at, pair in enumerate(pairs(word.group()), start=word.start()):
                if pair in wanted:
                    yield at, at + len(pair)
        elif wanted.intersection(terms(word.group().lower(), language)):
            yield word.span()
