"""`manage.py load_catalogue`: publish the templates that come with the product."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from templates_app import catalogue, groups
from templates_app.catalogue import BrokenCatalogue, Loaded, Outcome

REASONS = {
    Outcome.KEPT: "edited by staff; --force overwrites it",
    Outcome.RETIRED: "retired by staff; --force brings it back",
}


class Command(BaseCommand):
    help = "Publish the templates of the catalogue that are new or changed; repeat at will."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "directory", nargs="?", type=Path, default=catalogue.DIRECTORY, help="TOML files."
        )
        parser.add_argument(
            "--force", action="store_true", help="Overwrite what staff edited or retired."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        if not directory.is_dir():
            raise CommandError(f"There is no directory {directory}.")
        created = groups.seed_editors()
        try:
            loaded = catalogue.load(directory=directory, force=options["force"])
        except BrokenCatalogue as error:
            raise CommandError(f"{error} Nothing was loaded.") from None
        if not loaded:
            raise CommandError(f"There are no templates (*.toml) in {directory}.")
        if options["verbosity"]:
            self._tell(created, loaded)

    def _tell(self, has_group: bool, loaded: Sequence[Loaded]) -> None:
        if has_group:
            self.stdout.write(f'group      "{groups.EDITORS}" created')
        for each in loaded:
            self.stdout.write(line(each))


def line(loaded: Loaded) -> str:
    version = f"v{loaded.version}" if loaded.version else "no version yet"
    reason = REASONS.get(loaded.outcome)
    return f"{loaded.outcome:<10} {loaded.slug} {version}" + (f" ({reason})" if reason else "")
