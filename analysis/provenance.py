"""What became of every source of a run, and why."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from analysis.models import Analysis
from analysis.types import Collection, Draft, Evidence, Rejection, SourceRef, Stage
from analysis.web_types import Kind
from researcher.kit.frozen import Frozen


class SourceFate(StrEnum):
    """A source was found, then read or rejected; a newer version may have taken its place."""

    FOUND = "found"
    READ = "read"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class RunSource(Frozen):
    """One source of a run; `id` opens its text, and is null for one that was never stored.

    `number` is its number in the report, 0 while it has none. `code` and `reason` say why it was
    rejected or superseded. `quotes_found` of it were chosen as evidence and `quotes_used` are
    printed; `score` is its share of all quotes chosen (0 to 1), null before there are any.
    `weight` is how much its passages counted in the ranking (its kind, its age, the topic), and
    `because` what made it so.
    """

    id: UUID | None = None
    key: str = ""
    document_id: UUID | None = None
    number: int = 0
    status: SourceFate
    code: str = ""
    reason: str = ""
    name: str
    title: str = ""
    author: str = ""
    url: str = ""
    canonical_url: str = ""
    site: str = ""
    doi: str = ""
    provider: str = ""
    kind: Kind | None = None
    publisher: str = ""
    is_retracted: bool = False
    media_type: str = ""
    language: str = ""
    pages: int = 0
    characters: int = 0
    published_on: date | None = None
    as_of: date | None = None
    superseded_by: str = ""
    quotes_found: int = 0
    quotes_used: int = 0
    score: float | None = None
    weight: float | None = None
    because: tuple[str, ...] = ()


def sources_of(analysis: Analysis) -> list[RunSource]:
    """Every source of a run as far as it has come: the used ones first, then the rejected."""
    outputs = _outputs(analysis)
    if Stage.COLLECTION not in outputs:
        return list(_heard_of(analysis))
    collection = Collection.model_validate(outputs[Stage.COLLECTION])
    evidence, draft = outputs.get(Stage.PROCESSING), outputs.get(Stage.REPORT)
    view = _View(
        collection,
        Evidence.model_validate(evidence) if evidence else None,
        Draft.model_validate(draft) if draft else None,
    )
    return [*view.kept(), *map(_rejected, collection.rejected)]


def _outputs(analysis: Analysis) -> dict[Stage, Any]:
    stages = (Stage.COLLECTION, Stage.PROCESSING, Stage.REPORT)
    rows = analysis.stage_outputs.filter(stage__in=stages).values_list("stage", "output")
    return {Stage(stage): output for stage, output in rows}


class _View:
    """The sources of a run with what its later stages made of them."""

    def __init__(
        self, collection: Collection, evidence: Evidence | None, draft: Draft | None
    ) -> None:
        self.sources = collection.sources
        self.names = {source.key: source.name for source in collection.sources}
        self.left_out = {one.name: one for one in (evidence.left_out if evidence else ())}
        self.found = Counter(quote.source for quote in (evidence.quotes if evidence else ()))
        self.weights = {one.source: one for one in (evidence.weights if evidence else ())}
        cited = draft.sources if draft else ()
        self.numbers = {source.key: number for number, source in enumerate(cited, 1)}
        owners = {quote.key: quote.source for quote in (draft.quotes if draft else ())}
        self.used = Counter(owners[one.quote] for one in (draft.citations if draft else ()))

    def kept(self) -> Iterable[RunSource]:
        """The cited ones by their numbers, then the others in the order they were read."""
        last = len(self.sources) + 1
        ordered = sorted(self.sources, key=lambda one: self.numbers.get(one.key, last))
        return map(self._kept, ordered)

    def _kept(self, source: SourceRef) -> RunSource:
        status, code, reason = self._fate(source)
        total, weighed = self.found.total(), self.weights.get(source.key)
        shown = set(RunSource.model_fields) & set(SourceRef.model_fields) - {"superseded_by"}
        facts: Mapping[str, Any] = {name: getattr(source, name) for name in shown}
        return RunSource(
            **facts,
            status=status,
            code=code,
            reason=reason,
            number=self.numbers.get(source.key, 0),
            superseded_by=source.superseded_by or "",
            quotes_found=self.found[source.key],
            quotes_used=self.used[source.key],
            score=round(self.found[source.key] / total, 4) if total else None,
            weight=weighed.weight if weighed else None,
            because=weighed.because if weighed else (),
        )

    def _fate(self, source: SourceRef) -> tuple[SourceFate, str, str]:
        if left_out := self.left_out.get(source.name):
            return SourceFate.REJECTED, left_out.code, left_out.detail
        if source.superseded_by:
            newer = self.names.get(source.superseded_by, source.superseded_by)
            return SourceFate.SUPERSEDED, "superseded", f"“{newer}” is a newer version of it."
        return SourceFate.READ, "", ""


def _rejected(one: Rejection) -> RunSource:
    return RunSource(
        status=SourceFate.REJECTED,
        code=one.code,
        reason=one.detail,
        name=one.name,
        url=one.url,
    )


def _heard_of(analysis: Analysis) -> Iterator[RunSource]:
    """What the log tells while the sources are still being read; the last word on each counts."""
    events = analysis.events.filter(type__in=EVENTS).order_by("seq")
    told: dict[str, tuple[SourceFate, dict[str, Any]]] = {}
    for kind, body in events.values_list("type", "body"):
        key = str(body.get("url") or body.get("name"))
        _, known = told.get(key, (None, {}))
        told[key] = EVENTS[kind], {**known, **body}
    yield from (_told(fate, facts) for fate, facts in told.values())


EVENTS = {
    "source.found": SourceFate.FOUND,
    "source.read": SourceFate.READ,
    "source.rejected": SourceFate.REJECTED,
}


def _told(status: SourceFate, body: Mapping[str, Any]) -> RunSource:
    shown = ("title", "url", "provider", "kind", "pages", "characters", "code")
    return RunSource(
        **{name: body[name] for name in shown if name in body},
        id=body.get("source_id"),
        status=status,
        name=body.get("name") or body.get("title") or body.get("url") or "",
        reason=body.get("detail", ""),
    )
