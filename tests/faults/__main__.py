"""Every promise that a crash could break: `python -m tests.faults [--database both] [--seed N]`.

Each database in a process of its own (`run.py`), with the same seed. Ends with 1 if a promise
was broken; the last line of each database is its figures as JSON.
"""

import os
import subprocess
import sys

DATABASES = {"sqlite": ["sqlite"], "postgres": ["postgres"], "both": ["sqlite", "postgres"]}


def main(arguments: list[str]) -> int:
    wanted = "both"
    if "--database" in arguments:
        at = arguments.index("--database")
        wanted = arguments[at + 1]
        del arguments[at : at + 2]
    broken = [_run(database, arguments) for database in DATABASES[wanted]]
    return int(any(broken))


def _run(database: str, arguments: list[str]) -> int:
    environment = os.environ | {"FAULTS_DATABASE": database}
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults.run", *arguments]
    return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
