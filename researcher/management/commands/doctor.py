"""manage.py doctor: what is wrong with this deployment, and what to do."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from researcher import doctor
from researcher.doctor import Told

MARKS = {"ok": "ok     ", "warning": "WARNING", "error": "ERROR  "}
SUMMARIES = {
    "ok": "All is well.",
    "warning": "It works; the warnings should not stay.",
    "error": "It does not work as it is.",
}


class Command(BaseCommand):
    help = "Say what is wrong and what to do. Ends with 0 (well), 1 (warnings) or 2 (errors)."
    # It tells more than these do, and also when they fail.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="findings as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        told = []
        for one in doctor.examined():
            told.append(one)
            if not options["json"]:
                self._say(one)
        worst = doctor.worst(told)
        self.stdout.write(_as_json(worst, told) if options["json"] else SUMMARIES[worst])
        if code := doctor.EXIT_CODES[worst]:
            sys.exit(code)

    def _say(self, told: Told) -> None:
        finding = told.finding
        self.stdout.write(f"{MARKS[finding.level]} {told.part:<10} {finding.what}")
        if finding.advice:
            self.stdout.write(f"{'':<18} -> {finding.advice}")


def _as_json(worst: str, told: list[Told]) -> str:
    findings = [{"part": one.part, **one.finding.model_dump()} for one in told]
    return json.dumps({"status": worst, "findings": findings}, indent=2)
