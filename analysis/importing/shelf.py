"""What stands in a collection, so that what comes in is recognised if it is there already."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from analysis.importing.prints import PLACES, SAME, Print, numbers_agree
from analysis.models import Collection, Fingerprint, Membership, Outcome, SourcePage, SourceStatus

CHUNK = 500


class Known(NamedTuple):
    """A document that is there already, and how much of its text is the same (0 to 1)."""

    document: UUID
    name: str
    similarity: float


class Shelf:
    """The prints of a collection's documents; grows with what is added to it."""

    def __init__(self) -> None:
        self.sources: dict[str, Known] = {}  # by the hash of their bytes
        self.texts: dict[str, Known] = {}  # by the hash of their text
        self._prints = np.zeros((1024, PLACES), dtype=np.uint32)
        self._numbers: list[Any] = []
        self._known: list[Known] = []

    def put(self, document: UUID, name: str, sha256: str, found: Print | None) -> None:
        known = Known(document, name, 1.0)
        self.sources.setdefault(sha256, known)
        if found is None:
            return
        self.texts.setdefault(found.text_sha256, known)
        if len(self._known) == len(self._prints):
            self._prints = np.concatenate([self._prints, np.zeros_like(self._prints)])
        self._prints[len(self._known)] = found.minhash()
        self._numbers.append(found.number_hashes())
        self._known.append(known)

    def recognise(self, sha256: str, found: Print) -> tuple[Outcome, Known] | None:
        """The document that says the same, and whether exactly or nearly."""
        if same := self.sources.get(sha256) or self.texts.get(found.text_sha256):
            return Outcome.DUPLICATE, same
        near = self._nearest(found)
        return (Outcome.NEAR_DUPLICATE, near) if near else None

    def _nearest(self, found: Print) -> Known | None:
        shared = (self._prints[: len(self._known)] == found.minhash()).mean(axis=1)
        for at in map(int, np.argsort(-shared, kind="stable")):
            if shared[at] < SAME:
                return None
            if numbers_agree(self._numbers[at], found.number_hashes()):
                return self._known[at]._replace(similarity=round(float(shared[at]), 3))
        return None


def shelf_of(collection: Collection) -> Shelf:
    """What stands in a collection now; documents that were not read yet are known by bytes only."""
    shelf = Shelf()
    members = Membership.objects.filter(collection=collection).select_related(
        "document__source__fingerprint"
    )
    for member in members.order_by("pk").iterator(CHUNK):
        document = member.document
        row = getattr(document.source, "fingerprint", None)
        shelf.put(document.pk, document.name, document.source.sha256, _print(row) if row else None)
    return shelf


def _print(row: Fingerprint) -> Print:
    return Print(
        text_sha256=row.text_sha256,
        shingles=bytes(row.shingles).hex(),
        numbers=bytes(row.numbers).hex(),
    )


def fingerprint(source: UUID, found: Print) -> Fingerprint:
    return Fingerprint(
        source_id=source,
        text_sha256=found.text_sha256,
        shingles=bytes.fromhex(found.shingles),
        numbers=bytes.fromhex(found.numbers),
    )


def without_prints(collection: Collection) -> Iterator[tuple[UUID, str]]:
    """The texts of sources that stand in a collection and have no print yet, by their ids."""
    members = Membership.objects.filter(
        collection=collection,
        document__source__status=SourceStatus.READ,
        document__source__fingerprint=None,
    )
    for source in members.values_list("document__source_id", flat=True).distinct():
        pages = SourcePage.objects.filter(source_id=source).order_by("number")
        yield source, "\n".join(pages.values_list("text", flat=True))


def keep_prints(sources: Sequence[UUID], prints: Sequence[Print]) -> None:
    rows = map(fingerprint, sources, prints)
    Fingerprint.objects.bulk_create(rows, ignore_conflicts=True)
