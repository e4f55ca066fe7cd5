"""Files that no row names: left by a crash between the two, or by rows that are gone."""

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from analysis.models import UNFINISHED, Import, Source

# A file is stored before its row: a young one may be about to get it.
AGE = timedelta(days=1)
IMPORTS, SOURCES = "imports", "sources"

Named = Callable[[Collection[str]], set[str]]


def sweep_files() -> int:
    """Delete what lies in the file storage for nobody, and for a day; how many files went."""
    gone = _sweep(IMPORTS, _named_by_imports)
    return gone + sum(_sweep(folder, _named_by_sources) for folder in _folders(SOURCES))


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
