"""The figures of /metrics, in the text format of Prometheus.

They are read from rows, so any web process answers for the whole deployment: scrape one of them.
Only what is named "of this web process" differs from process to process.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Min, Q, Sum
from django.db.models.functions import Now
from django.utils import timezone
from django_q.models import OrmQ
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeHistogramMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from analysis.live import reader
from analysis.models import (
    FINAL,
    Analysis,
    Call,
    Event,
    Shift,
    Source,
    SourceStatus,
    Status,
    Worker,
)
from analysis.models import CallState as State
from analysis.types import Stage
from reports.models import Report
from researcher.kit import cache
from researcher.open_sockets import SOCKETS
from researcher.processes import SILENCE

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
LATELY = timedelta(hours=1)
# Named one by one: what a status is not, no index finds.
OPEN = Q(status__in=[status for status in Status if not status.is_final])
# Upper bounds of the buckets of stages (seconds).
BUCKETS = (0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)


def text() -> str:
    """All figures; those from rows are at most some seconds old."""
    return cache.remember(cache.METRICS, (), _of_rows) + _written(_of_this_process())


def _of_rows() -> str:
    families = (_runs(), _queue(), _stages(), _calls(), _work())
    return _written(family for group in families for family in group)


def _written(families: Iterable[Metric]) -> str:
    held = list(families)
    registry = CollectorRegistry()
    registry.register(_Ready(held))
    return generate_latest(registry).decode()


class _Ready:
    """A collector of what was counted already."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"researcher_{name}", about, value=value)


def _gauges(
    name: str, about: str, labels: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> GaugeMetricFamily:
    """A figure for each row: its labels first, its value last."""
    family = GaugeMetricFamily(f"researcher_{name}", about, labels=labels)
    for *values, figure in rows:
        family.add_metric([str(value) for value in values], float(figure or 0))
    return family


# --- runs -------------------------------------------------------------------------------


def _runs() -> Iterator[Metric]:
    by_status = Analysis.objects.order_by().values_list("status").annotate(n=Count("pk"))
    yield _gauges("runs", "Analyses by status.", ("status",), by_status)
    ended = _ended_lately().order_by().values_list("status", "failure_code")
    yield _gauges(
        "runs_ended_last_hour",
        "Analyses that ended within the last hour, and the code of those that failed.",
        ("status", "code"),
        ended.annotate(n=Count("pk")),
    )
    repeated = _open().filter(attempts__gt=1).count()
    yield _gauge(
        "runs_repeated", "Open analyses claimed more than once without progress.", repeated
    )
    about = "Claims that took over from a lost worker, of analyses open or ended in the last hour."
    yield _gauge("lease_losses_last_hour", about, _lease_losses())


def _ended_lately() -> Any:
    return Analysis.objects.filter(status__in=FINAL, finished_at__gte=Now() - LATELY)


def _open() -> Any:
    return Analysis.objects.filter(OPEN)


def _lease_losses() -> int:
    """Claims whose run was not queued just before: it was taken from a worker that was gone."""
    runs = Analysis.objects.filter(OPEN | Q(status__in=FINAL, finished_at__gte=Now() - LATELY))
    log = Event.objects.filter(analysis__in=runs.values("pk"))
    moves = log.filter(type__in=["analysis.queued", "analysis.running"])
    rows = list(moves.order_by().values_list("type", "analysis", "seq"))
    queued = {(pk, seq) for kind, pk, seq in rows if kind == "analysis.queued"}
    claims = [(pk, seq) for kind, pk, seq in rows if kind == "analysis.running"]
    return sum((pk, seq - 1) not in queued for pk, seq in claims)


# --- the queue ----------------------------------------------------------------------------


def _queue() -> Iterator[Metric]:
    due = Analysis.objects.due()
    yield _gauge("queue_depth", "Analyses that wait for a worker.", due.count())
    about = "Seconds that the oldest of them has waited."
    yield _gauge("queue_oldest_seconds", about, _age(due, "queued_at"))
    unread = Source.objects.filter(status=SourceStatus.UNREAD)
    yield _gauge("sources_unread", "Uploaded files that nobody has read yet.", unread.count())
    about = "Seconds that the oldest of them has waited."
    yield _gauge("sources_unread_oldest_seconds", about, _age(unread, "fetched_at"))
    rings = OrmQ.objects.filter(lock__lte=timezone.now()).order_by().values_list("key")
    about = "Rings of the task queue that no worker has taken."
    yield _gauges("rings_waiting", about, ("cluster",), rings.annotate(n=Count("pk")))


def _age(rows: Any, since: str) -> float:
    """Seconds by the database's clock since the oldest moment; 0 if there is none."""
    age = ExpressionWrapper(Now() - F(since), output_field=DurationField())
    oldest = rows.order_by(since).annotate(age=age).values_list("age", flat=True).first()
    return max(oldest.total_seconds(), 0.0) if oldest else 0.0


# --- stages -------------------------------------------------------------------------------


def _stages() -> Iterator[Metric]:
    family = GaugeHistogramMetricFamily(
        "researcher_stage_seconds",
        "What the stages took of analyses that ended within the last hour.",
        labels=["stage"],
    )
    for stage, seconds in _stage_seconds().items():
        family.add_metric([stage], _buckets(seconds), sum(seconds))
    yield family


def _stage_seconds() -> dict[str, list[float]]:
    steps = Event.objects.filter(analysis__in=_ended_lately().values("pk"), type="step.updated")
    spans = steps.values_list("analysis", "body__step").annotate(
        began=Min("created_at", filter=Q(body__status="running")),
        ended=Max("created_at", filter=Q(body__status="completed")),
    )
    seconds: dict[str, list[float]] = {stage.value: [] for stage in Stage}
    for _, step, began, ended in spans.order_by():
        if began and ended:
            seconds.setdefault(step, []).append((ended - began).total_seconds())
    return seconds


def _buckets(seconds: list[float]) -> list[tuple[str, float]]:
    """How many took at most each bound."""
    bounds = [*BUCKETS, float("inf")]
    names = [*map(str, BUCKETS), "+Inf"]
    return [
        (name, float(sum(one <= bound for one in seconds)))
        for name, bound in zip(names, bounds, strict=True)
    ]


# --- paid calls ---------------------------------------------------------------------------


def _calls() -> Iterator[Metric]:
    today = Call.objects.filter(pk__gte=_first_id_of(_midnight())).order_by()
    kinds = today.values_list("state", "kind", "model").annotate(n=Count("pk"))
    labels = ("state", "kind", "model")
    yield _gauges("calls_today", "Paid or slow calls begun since midnight UTC.", labels, kinds)
    replays = today.aggregate(n=Sum("replays", default=0))["n"]
    about = "How often the answer of a call of today was found instead of bought again."
    yield _gauge("call_replays_today", about, replays)
    about = "Calls of today that were bought before: what crashes in flight cost."
    yield _gauge("calls_repeated_today", about, _repeated(today))
    yield from _spend(today)


def _repeated(calls: Any) -> int:
    paid = calls.exclude(state=State.REFUSED).values("owner", "request_hash", "repair")
    again = paid.annotate(n=Count("pk")).filter(n__gt=1)
    return sum(row["n"] - 1 for row in again)


def _spend(calls: Any) -> Iterator[Metric]:
    by_model = calls.filter(kind="model").values("model")
    sums = list(
        by_model.annotate(
            input=Sum("tokens_in"),
            cached=Sum("tokens_cached"),
            output=Sum("tokens_out"),
            spent=Sum("cost"),
            held=Sum("reserved_cost", filter=Q(state__in=[State.STARTED, State.LOST]), default=0),
        )
    )
    kinds = ("input", "cached", "output")
    tokens = ((row["model"], name, row[name]) for row in sums for name in kinds)
    about = "Tokens of model calls since midnight UTC; cached ones are part of the input."
    yield _gauges("tokens_today", about, ("model", "kind"), tokens)
    about = (
        "What model calls since midnight UTC cost, with reservations of those still open or lost."
    )
    costs = ((row["model"], row["spent"] + row["held"]) for row in sums)
    yield _gauges("spend_today", about, ("model",), costs)


def _midnight() -> datetime:
    return timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _first_id_of(moment: datetime) -> UUID:
    """The least id that a row made at this moment can have: ids begin with their time."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


# --- workers and reports --------------------------------------------------------------------


def _work() -> Iterator[Metric]:
    alive = Worker.objects.filter(seen_at__gt=Now() - SILENCE).count()
    yield _gauge("workers", "`manage.py work` that showed a sign of life lately.", alive)
    shifts = Shift.objects.filter(seen_at__gt=Now() - SILENCE).order_by().values_list("cluster")
    yield _gauges("shifts", "Tasks at work.", ("cluster",), shifts.annotate(n=Count("pk")))
    reports = Report.objects.order_by().values_list("format").annotate(n=Count("pk"))
    yield _gauges("reports", "Rendered reports by format.", ("format",), reports)
    plain = Report.objects.filter(plain=True).count()
    yield _gauge("reports_plain", "Of them without layout, because rendering failed.", plain)


# --- this process ---------------------------------------------------------------------------


def _of_this_process() -> Iterator[Metric]:
    yield _gauge("sockets_open", "Open WebSockets of this web process.", SOCKETS.open)
    closed = CounterMetricFamily(
        "researcher_sockets_closed",
        "WebSockets of this web process that it closed, by code; 4408 were cut as too slow.",
        labels=["code"],
    )
    for code, count in sorted(SOCKETS.closed.items()):
        closed.add_metric([str(code)], count)
    yield closed
    about = "Events of watched analyses that this web process has not read yet."
    yield _gauge("events_behind", about, _behind())


def _behind() -> int:
    cursors = async_to_sync(_cursors)()
    heads = Analysis.objects.filter(pk__in=list(cursors)).values_list("pk", "last_seq")
    return sum(max(last_seq - cursors[pk], 0) for pk, last_seq in heads)


async def _cursors() -> dict[UUID, int]:
    """How far the reader of this process has come; it lives on the loop of the server."""
    return {pk: watched.last_seq for pk, watched in reader().watched.items()}
