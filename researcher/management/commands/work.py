"""manage.py work: everything that runs analyses on this host."""

from typing import Any

from django.core.management.base import BaseCommand

from researcher.work import Work


class Command(BaseCommand):
    help = "Run analyses and background jobs until SIGTERM or Ctrl-C; runs in hand are put down."

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verbosity"]:
            self.stdout.write("Working. Ctrl-C puts the work down and stops.")
        Work().run()
