"""What is written of a batch: sources, documents and what became of each item, all or nothing."""

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from analysis.importing import claims
from analysis.importing.prints import Print
from analysis.importing.shelf import Known, Shelf, fingerprint
from analysis.models import (
    Document,
    Fingerprint,
    ForwardIndex,
    Import,
    ImportItem,
    Membership,
    Outcome,
    Source,
    SourcePage,
    SourceStatus,
)
from analysis.sources import indexes, store
from analysis.sources.reading import Reading
from researcher.kit.ids import uuid7
from researcher.kit.text import file_name


class Item(NamedTuple):
    """One line or file: what reading it gave, or the code and sentence of what is wrong."""

    number: int
    name: str
    content: bytes = b""
    reading: Reading | None = None
    print: Print | None = None
    forward: bytes = b""
    url: str = ""
    code: str = ""
    detail: str = ""


class Batch(NamedTuple):
    """Consecutive items: they begin at the place `start` of the file and end before `end`."""

    start: int
    end: int
    number: int
    items: Sequence[Item]


class Decided(NamedTuple):
    """What becomes of an item; `document` is the one that it becomes or repeats."""

    item: Item
    outcome: Outcome
    document: UUID | None = None
    sha256: str = ""
    known: Known | None = None

    @property
    def is_added(self) -> bool:
        return self.outcome is Outcome.ADDED


def decide(job: Import, shelf: Shelf, items: Sequence[Item]) -> list[Decided]:
    """What becomes of each; what is added stands on the shelf from then on."""
    return [_decided(job, shelf, item) for item in items]


def _decided(job: Import, shelf: Shelf, item: Item) -> Decided:
    if item.reading is None or item.print is None:
        return Decided(item, Outcome.REJECTED)
    digest = sha256(item.content).hexdigest()
    outcome, known = shelf.recognise(digest, item.print) or (Outcome.ADDED, None)
    if known and (outcome is Outcome.DUPLICATE or not job.keep_near_duplicates):
        return Decided(item, outcome, known.document, digest, known)
    document = uuid7()
    shelf.put(document, item.name, digest, item.print)
    return Decided(item, Outcome.ADDED, document, digest, known)


def keep_files(decided: Sequence[Decided]) -> dict[str, str]:
    """Store the bytes of what is added; the file of each by its hash."""
    return {
        one.sha256: store.keep_bytes(one.sha256, one.item.content)
        for one in decided
        if one.is_added
    }


@transaction.atomic
def write(job: Import, batch: Batch, decided: Sequence[Decided], files: dict[str, str]) -> None:
    """Write a batch once, also when it is tried twice. Raises claims.Lost."""
    if not _move(job, batch, decided):
        return
    added = [one for one in decided if one.is_added]
    sources = _sources(added, files)
    Document.objects.bulk_create(_document(job, one, sources[one.sha256]) for one in added)
    Membership.objects.bulk_create(
        Membership(collection_id=job.collection_id, document_id=one.document)
        for one in added
        if one.document
    )
    repeated = [one.known.document for one in decided if one.known]
    known = set(Document.objects.filter(pk__in=repeated).values_list("pk", flat=True))
    known |= {one.document for one in added if one.document}
    ImportItem.objects.bulk_create(_row(job, one, known) for one in decided)


def _move(job: Import, batch: Batch, decided: Sequence[Decided]) -> bool:
    """Move on in the file, if it is ours and nobody was here; False if we were, before a break."""
    counts = Counter(one.outcome for one in decided)
    duplicates = counts[Outcome.DUPLICATE] + counts[Outcome.NEAR_DUPLICATE]
    mine = claims.held(job)
    if mine.filter(place=batch.start).update(
        place=batch.end,
        number=batch.number,
        added=F("added") + counts[Outcome.ADDED],
        duplicates=F("duplicates") + duplicates,
        rejected=F("rejected") + counts[Outcome.REJECTED],
        attempts=0,
        taken_until=claims.lease(),
    ):
        return True
    if mine.filter(place=batch.end).exists():
        return False
    raise claims.Lost


def _sources(added: Sequence[Decided], files: dict[str, str]) -> dict[str, UUID]:
    """The ids of the sources by their hash; those that are new are stored with their pages."""
    fresh = {one.sha256: _source(one, files[one.sha256]) for one in added}
    Source.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    there = {row.sha256: row for row in Source.objects.filter(sha256__in=list(fresh))}
    ours = [one for one in added if there[one.sha256].pk == fresh[one.sha256].pk]
    pages = [page for one in ours for page in _pages(one, fresh[one.sha256].pk)]
    SourcePage.objects.bulk_create(pages)
    ForwardIndex.objects.bulk_create(
        indexes.row(fresh[one.sha256].pk, one.item.forward) for one in ours if one.item.forward
    )
    for one in added:
        # Somebody sent the same bytes, and nobody has read them yet, or could not.
        if there[one.sha256].status != SourceStatus.READ and one.item.reading:
            store.finish(there[one.sha256], one.item.reading, one.item.forward)
    ids = {digest: row.pk for digest, row in there.items()}
    prints: list[Fingerprint] = [
        fingerprint(ids[one.sha256], one.item.print) for one in added if one.item.print
    ]
    Fingerprint.objects.bulk_create(prints, ignore_conflicts=True)
    return ids


def _source(one: Decided, file: str) -> Source:
    item = one.item
    columns: dict[str, Any] = store.columns(item.reading) if item.reading else {}
    return Source(
        sha256=one.sha256,
        file=file,
        size=len(item.content),
        url=item.url[:2000],
        **columns,
    )


def _pages(one: Decided, source: UUID) -> list[SourcePage]:
    pages = one.item.reading.pages if one.item.reading else ()
    return [SourcePage(source_id=source, number=page.number, text=page.text) for page in pages]


def _document(job: Import, one: Decided, source: UUID) -> Document:
    return Document(
        id=one.document,
        owner_id=job.collection.owner_id,
        source_id=source,
        name=file_name(one.item.name),
    )


def _row(job: Import, one: Decided, known: set[UUID]) -> ImportItem:
    code, detail = _told(one)
    return ImportItem(
        job=job,
        number=one.item.number,
        name=one.item.name[:255],
        outcome=one.outcome,
        code=code,
        detail=detail[:500],
        document_id=one.document if one.document in known else None,
        similarity=one.known.similarity if one.known else None,
    )


def _told(one: Decided) -> tuple[str, str]:
    if one.known is None:
        return one.item.code, one.item.detail
    if one.outcome is Outcome.DUPLICATE:
        return "duplicate", f"It is the same as “{one.known.name}”."
    share = f"{one.known.similarity:.0%}"
    return "near_duplicate", f"It is a near-duplicate of “{one.known.name}”: {share} is the same."
