"""Short words for tests that write and read logs."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import connections, transaction

from analysis import events, services
from analysis.event_types import EventBody, FindingAdded, StepUpdated
from analysis.models import Analysis
from templates_app.models import TemplateVersion
from tests.templates_app.factories import make_template

LARGE = 50_000  # characters of an event


def someone(name: str = "alice") -> User:
    """A user of this test alone, in a database that other tests share."""
    return User.objects.create_user(f"{name}-{uuid4().hex[:8]}", password="secret")


def submitted(owner: User) -> Analysis:
    """A queued analysis with event 1 in its log."""
    version = TemplateVersion.objects.first() or make_template()
    return services.submit(
        owner=owner, template=version.template.slug, topic="Wheat prices", options_given={}
    )


def progress(done: int, total: int = 1000) -> StepUpdated:
    return StepUpdated(step="processing", status="running", done=done, total=total, unit="passages")


def log(analysis_id: UUID, *bodies: EventBody) -> None:
    with transaction.atomic():
        events.append(analysis_id, bodies)


def log_progress(analysis_id: UUID, count: int) -> None:
    """So many events, each in a transaction of its own."""
    for done in range(count):
        log(analysis_id, progress(done, count))


def cancelled(analysis: Analysis) -> None:
    """End the run: its final event is the next one."""
    services.cancel(analysis=analysis, by=analysis.owner)


def burst(analysis_id: UUID) -> None:
    """A hundred large events: more than the buffers of a network take."""
    finding = FindingAdded(id="f", text="x" * LARGE, kind="fact", verdict="supported")
    for _ in range(10):
        log(analysis_id, *[finding] * 10)


@contextmanager
def hidden(table: str) -> Iterator[None]:
    """Nobody finds this table meanwhile."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO hidden")
        yield
        cursor.execute(f"ALTER TABLE hidden RENAME TO {table}")
