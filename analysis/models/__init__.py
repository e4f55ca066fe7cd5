"""The rows of analyses; each module holds those of one concern."""

from analysis.models.calls import Call, CallState
from analysis.models.imports import (
    UNFINISHED,
    Fingerprint,
    Import,
    ImportItem,
    ImportQuerySet,
    ImportStatus,
    Outcome,
)
from analysis.models.library import Collection, Membership
from analysis.models.owned import OwnedQuerySet
from analysis.models.runs import (
    FINAL,
    KNOWN_VERSIONS,
    PIPELINE_VERSION,
    Analysis,
    AnalysisQuerySet,
    Event,
    EventQuerySet,
    StageOutput,
    Status,
)
from analysis.models.sources import (
    Document,
    ForwardIndex,
    HostTurn,
    Source,
    SourcePage,
    SourceStatus,
)
from analysis.models.watches import Watch, WatchItem, WatchKind, WatchQuerySet
from analysis.models.workers import Shift, Worker

__all__ = [
    "FINAL",
    "KNOWN_VERSIONS",
    "PIPELINE_VERSION",
    "UNFINISHED",
    "Analysis",
    "AnalysisQuerySet",
    "Call",
    "CallState",
    "Collection",
    "Document",
    "Event",
    "EventQuerySet",
    "Fingerprint",
    "ForwardIndex",
    "HostTurn",
    "Import",
    "ImportItem",
    "ImportQuerySet",
    "ImportStatus",
    "Membership",
    "Outcome",
    "OwnedQuerySet",
    "Shift",
    "Source",
    "SourcePage",
    "SourceStatus",
    "StageOutput",
    "Status",
    "Watch",
    "WatchItem",
    "WatchKind",
    "WatchQuerySet",
    "Worker",
]
