"""What is left by a crash between two things, or by rows that are gone: files, calls."""

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db.models.functions import Now
from django.utils import timezone

from analysis.models import UNFINISHED, Call, CallState, Import, Source

# A file is stored before its row: a young one may be about to get it.
AGE = timedelta(days=1)
# Longer than any call may take.
FLIGHT = timedelta(hours=1)
IMPORTS, SOURCES = "imports", "sources"

Named = Callable[[Collection[str]], set[str]]


def sweep_files() -> int:
    """Delete what lies in the file storage for nobody, and for a day; how many files went."""
    gone = _sweep(IMPORTS, _named_by_imports)
    return gone + sum(_sweep(folder, _named_by_sources) for folder in _folders(SOURCES))


def end_calls() -> int:
    """Count as lost what a watch or a run that is gone has begun to buy; how many calls.

    What those that are still there have begun, their next look or claim ends.
    """
    begun = Call.objects.filter(analysis=None, state=CallState.STARTED)
    left = begun.filter(started_at__lt=timezone.now() - FLIGHT)
    return left.update(state=CallState.LOST, error_code="orphaned", finished_at=Now())


def _named_by_imports(names: Collection[str]) -> set[str]:
    rows = Import.objects.filter(file__in=names, status__in=UNFINISHED)
    return set(rows.values_list("file", flat=True))


def _named_by_sources(names: Collection[str]) -> set[str]:
    return set(Source.objects.filter(file__in=names).values_list("file", flat=True))


def _sweep(folder: str, named: Named) -> int:
    names = [name for name in _files(folder) if _is_old(name)]
    left = set(names) - named(names) if names else set()
    for name in left:
        default_storage.delete(name)
    return len(left)


def _folders(folder: str) -> Iterator[str]:
    if default_storage.exists(folder):
        yield from (f"{folder}/{name}" for name in default_storage.listdir(folder)[0])


def _files(folder: str) -> Iterator[str]:
    if default_storage.exists(folder):
        yield from (f"{folder}/{name}" for name in default_storage.listdir(folder)[1])


def _is_old(name: str) -> bool:
    try:
        return default_storage.get_modified_time(name) < timezone.now() - AGE
    except FileNotFoundError:
        return False
