"""What the tables tell: who works, what can be asked for, and what has been left lying."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models.functions import Now

from analysis.models import PIPELINE_VERSION, Analysis, Source, SourceStatus, Status, Worker
from researcher import health
from researcher.doctor.finding import Finding, error, warning, well
from researcher.processes import SILENCE
from templates_app.models import AnalysisTemplate

# The sweeper looks every two seconds, so what is older than this was not overlooked by chance.
OVERDUE = timedelta(seconds=10)
TOO_LONG = timedelta(minutes=2)
READ_LOG = "Read the log of `manage.py work`."


def worker() -> Iterator[Finding]:
    try:
        seen = health.worker()
    except health.Unwell:
        what = "None shows a sign of life, so analyses wait."
        yield warning(what, f"Start `manage.py work`. If it runs: {READ_LOG.lower()}")
        return
    alive = Worker.objects.filter(seen_at__gt=Now() - SILENCE).count()
    yield well(f"{alive} at work. {seen}")


def templates() -> Iterator[Finding]:
    if count := AnalysisTemplate.objects.published().count():
        yield well(f"{count} can be asked for.")
    else:
        advice = "Run `manage.py load_catalogue`, or publish one in the admin."
        yield warning("None is published, so nothing can be asked for.", advice)


def runs() -> Iterator[Finding]:
    """Runs that nobody drives although somebody should."""
    found = list(_left_lying())
    yield from found
    if not found:
        yield well("None is stuck.")


def _left_lying() -> Iterator[Finding]:
    running = Analysis.objects.filter(status=Status.RUNNING)
    if lost := running.filter(lease_until__lt=Now() - OVERDUE).count():
        yield error(f"{lost} lost their worker, and nobody has taken them over.", READ_LOG)
    waiting = Analysis.objects.due().filter(status=Status.QUEUED)
    if late := waiting.filter(queued_at__lt=Now() - TOO_LONG).count():
        advice = "Start more workers, or raise MAX_RUNNING and MAX_RUNNING_PER_USER."
        yield warning(f"{late} have waited for more than two minutes.", advice)
    open_ones = Analysis.objects.filter(status__in=[Status.QUEUED, Status.RUNNING])
    if newer := open_ones.filter(pipeline_version__gt=PIPELINE_VERSION).count():
        what = f"{newer} belong to a newer version of the pipeline than {PIPELINE_VERSION}."
        yield warning(what, "Start workers of the newer version: those of this one leave them.")


def uploads() -> Iterator[Finding]:
    unread = Source.objects.filter(status=SourceStatus.UNREAD, fetched_at__lt=Now() - TOO_LONG)
    if late := unread.count():
        yield warning(f"{late} have been waiting to be read for more than two minutes.", READ_LOG)
    else:
        yield well("All are read.")
