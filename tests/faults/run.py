"""Runs the cases on one database (FAULTS_DATABASE) and prints their table."""

import argparse
import json
import random
import re
import shutil
import sys
import time

from tests.faults import ground  # first of all: it sets Django up

from tests.faults.case import HEAD, Case  # isort: skip
from tests.faults.cases import CASES  # isort: skip
from tests.faults.checks import Truth  # isort: skip
from tests.faults.kills import RESUMED  # isort: skip
from tests.faults.product import Product, product  # isort: skip
from django.conf import settings  # isort: skip


def trials(options: argparse.Namespace) -> list[tuple[Case, str]]:
    """What is tried, in an order that the seed decides."""
    wanted = [
        (case, subject)
        for case in CASES
        if case.on in {"", ground.DATABASE} and re.search(options.only, case.name)
        for subject in (case.short if options.short else case.subjects)
    ]
    order = random.Random(options.seed)  # noqa: S311
    return [trial for _ in range(options.repeat) for trial in order.sample(wanted, len(wanted))]


def run(site: Product, options: argparse.Namespace) -> None:
    began = time.monotonic()
    truth = Truth(site)
    print(f"undisturbed: {truth.calls} calls a run, {time.monotonic() - began:.1f} s", flush=True)
    for case, subject in trials(options):
        if options.verbose:
            print(f"{time.monotonic() - began:7.1f} {case.name} {subject}", flush=True)
        case.try_on(site, truth, subject)


def tell(options: argparse.Namespace) -> int:
    """The table, then a line of JSON; 1 if a promise was broken."""
    tried = [case for case in CASES if case.runs]
    print(f"\n{ground.DATABASE}, seed {options.seed}, repeated {options.repeat} times\n{HEAD}")
    for case in tried:
        print(case.line)
    resumed = sorted(RESUMED)
    p95 = resumed[int(0.95 * len(resumed))] if resumed else None
    print(f"resumed after a kill: p95 {p95} s, lease {settings.LEASE_SECONDS} s")
    print(
        json.dumps(
            {
                "database": ground.DATABASE,
                "seed": options.seed,
                "runs": sum(case.runs for case in tried),
                "passes": sum(case.passes for case in tried),
                "repeated_calls": sum(case.repeated for case in tried),
                "resume_p95_s": p95,
                "cases": {case.name: [case.runs, case.passes] for case in tried},
                "faults": [fault for case in tried for fault in case.faults],
            }
        )
    )
    return int(any(case.faults for case in tried))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--only", default="", help="a regular expression on the names of cases")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    try:
        with product() as site:
            run(site, options)
        if any(case.faults for case in CASES):
            tell_log()
    except BaseException:
        tell_log()
        raise
    finally:
        shutil.rmtree(ground.DATA, ignore_errors=True)
    return tell(options)


def tell_log() -> None:
    print((ground.DATA / "work.log").read_text(errors="replace")[-4000:], file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
