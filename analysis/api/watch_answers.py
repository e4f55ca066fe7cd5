"""What the doors tell of watches."""

from datetime import datetime
from uuid import UUID

from analysis.api.document_answers import ReadingFailure
from analysis.models import Outcome, Watch, WatchItem, WatchKind
from researcher.kit.frozen import Frozen


class LookAnswer(Frozen):
    """What the last look gave: of `found` entries, those that were new are counted."""

    at: datetime
    found: int
    added: int
    duplicates: int
    rejected: int
    failure: ReadingFailure | None


class WatchAnswer(Frozen):
    """A feed or a saved query that is watched; `last` is null until the first look."""

    id: UUID
    collection: UUID
    kind: WatchKind
    url: str
    query: str
    providers: tuple[str, ...]
    every_minutes: int
    next_at: datetime
    last: LookAnswer | None
    created_at: datetime


class WatchItemAnswer(Frozen):
    """What became of one address that a watch found, and why."""

    url: str
    title: str
    outcome: Outcome
    code: str
    detail: str
    document: UUID | None
    seen_at: datetime


def watch_answer(watch: Watch) -> WatchAnswer:
    return WatchAnswer(
        id=watch.pk,
        collection=watch.collection_id,
        kind=WatchKind(watch.kind),
        url=watch.url,
        query=watch.query,
        providers=tuple(watch.providers),
        every_minutes=watch.every_minutes,
        next_at=watch.next_at,
        last=_last(watch),
        created_at=watch.created_at,
    )


def _last(watch: Watch) -> LookAnswer | None:
    if watch.last_at is None:
        return None
    failure = ReadingFailure(code=watch.last_code, detail=watch.last_detail)
    return LookAnswer(
        at=watch.last_at,
        found=watch.last_found,
        added=watch.last_added,
        duplicates=watch.last_duplicates,
        rejected=watch.last_rejected,
        failure=failure if watch.last_code else None,
    )


def watch_item_answer(item: WatchItem) -> WatchItemAnswer:
    return WatchItemAnswer(
        url=item.url,
        title=item.title,
        outcome=Outcome(item.outcome),
        code=item.code,
        detail=item.detail,
        document=item.document_id,
        seen_at=item.seen_at,
    )
