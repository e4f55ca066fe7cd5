"""manage.py import_documents: a folder, a ZIP or lines of JSON into a collection.

Exit codes: 0 everything was added or there already, 1 the import failed, 2 bad input (nothing was
begun), 5 some items were rejected, 130 interrupted (the import goes on when a worker runs).
"""

import json
import os
import sys
import tempfile
import time
import zipfile
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analysis import library
from analysis.api.import_answers import import_answer
from analysis.importing import claims
from analysis.importing.begin import begin
from analysis.models import UNFINISHED, Collection, Import, ImportStatus, Outcome
from researcher.kit.refusal import Refusal
from researcher.processes import worker

POLL_SECONDS = 0.2
FAILED, BAD_INPUT, SOME_REJECTED, INTERRUPTED = 1, 2, 5, 130
NAMED = 20


class Command(BaseCommand):
    help = "Import a folder, a ZIP or a file of JSON lines into a collection."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("path", nargs="?", type=Path, help="A folder, a .zip or a .jsonl file.")
        add("--collection", metavar="NAME", help="Its name; it is made if it is not there.")
        add("--owner", default="operator", help="User name that the documents belong to.")
        add("--keep-near-duplicates", action="store_true", help="Add them too.")
        add("--resume", metavar="ID", help="Watch an import that was begun before.")
        add("--cancel", metavar="ID", help="End an import; what was added stays.")
        add("--json", type=Path, help="What became of it, as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["cancel"]:
                job = _found(_owner(options), options["cancel"])
                self._tell(claims.cancel(job=job), options["json"])
                return
            job = self._job(options)
        except (Refusal, OSError) as error:
            raise CommandError(_one_line(error), returncode=BAD_INPUT) from error
        try:
            with worker():
                _follow(job)
        except KeyboardInterrupt:
            again = f"manage.py import_documents --owner {options['owner']} --resume {job.pk}"
            self.stderr.write(f"Interrupted. Go on with: {again}")
            sys.exit(INTERRUPTED)
        self._tell(job, options["json"])

    def _job(self, options: Mapping[str, Any]) -> Import:
        owner = _owner(options)
        if options["resume"]:
            return _found(owner, options["resume"])
        for name in ("path", "collection"):
            if not options[name]:
                raise Refusal(f"{name}_required", f"Name the {name}, or an import to --resume.")
        path: Path = options["path"]
        # A file that is refused leaves no collection behind.
        with _opened(path) as file, transaction.atomic():
            return begin(
                collection=_collection(owner, options["collection"]),
                name=path.resolve().name,
                file=file,
                keep_near_duplicates=options["keep_near_duplicates"],
            )

    def _tell(self, job: Import, out: Path | None) -> None:
        job.refresh_from_db()
        if out:
            out.write_text(json.dumps(import_answer(job).model_dump(mode="json"), indent=2))
        if job.status == ImportStatus.FAILED:
            self.stderr.write(f"failed: {job.failure_detail} ({job.failure_code})")
            sys.exit(FAILED)
        rejected = job.items.filter(outcome=Outcome.REJECTED).order_by("number")
        for item in rejected[:NAMED]:
            self.stderr.write(f"rejected: {item.number} {item.name}: {item.detail} ({item.code})")
        if job.rejected > NAMED:
            self.stderr.write(f"rejected: {job.rejected - NAMED} more")
        counts = f"{job.added} added, {job.duplicates} duplicates, {job.rejected} rejected"
        self.stdout.write(f"{job.status}: {job.pk} {counts}")
        sys.exit(SOME_REJECTED if job.rejected else 0)


def _owner(options: Mapping[str, Any]) -> User:
    return User.objects.get_or_create(username=options["owner"])[0]


def _found(owner: User, pk: str) -> Import:
    try:
        return Import.objects.visible_to(owner).get(pk=pk)
    except (Import.DoesNotExist, ValidationError) as error:
        raise Refusal("import_not_found", f"{owner.username} has no import {pk}.") from error


def _collection(owner: User, name: str) -> Collection:
    there = Collection.objects.visible_to(owner).filter(name=" ".join(name.split())).first()
    return there or library.create_collection(owner=owner, name=name)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The file; a folder as a ZIP, so that any worker on any host can go on with it."""
    if not path.is_dir():
        with path.open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as packed:
        _pack(path, packed)
        yield packed


def _pack(folder: Path, packed: IO[bytes]) -> None:
    """All files below a folder in the order of their names; no links, nothing hidden."""
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
        for path in sorted(_files(folder)):
            archive.write(path, path.relative_to(folder))


def _files(folder: Path) -> Iterator[Path]:
    for place, below, names in os.walk(folder):
        below[:] = [name for name in below if not name.startswith(".")]
        paths = (Path(place, name) for name in names if not name.startswith("."))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())


def _follow(job: Import) -> None:
    """Wait until the import has ended, with a bar on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(file=sys.stdout)
    with Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal
    ) as bars:
        bar = bars.add_task(job.name[-40:], total=None)
        while job.status in UNFINISHED:
            time.sleep(POLL_SECONDS)
            job.refresh_from_db()
            bars.update(bar, total=job.total, completed=job.done)


def _one_line(error: Exception) -> str:
    return f"{error.detail} ({error.code})" if isinstance(error, Refusal) else str(error)
